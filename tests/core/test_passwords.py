# ruff: noqa: RUF001 - any script makes a password
"""New passwords (checklist 43)."""

import string
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gatepass.core.errors import WeakPassword
from gatepass.core.passwords import (
    LONGEST_PASSWORD,
    _common_passwords,
    check_new_password,
    prepare_password,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
WORDS = ("mira", "Mira O'Neil", "mira.oneil@acme.example", "Acme Corporation", "岩波書店")


@pytest.mark.parametrize(
    "password",
    [
        "tyrannos",
        "83649275",
        "ZQXJKVBW",
        "correct horse battery staple",
        "пароль-и-картошка",
        "密码密码岩波书店八個",
        "🐢🐇🐢🐇🐢🐇🐢🐇",
        "  blanks count  ",
        "\ttab and \0 too",
        "é" * 128,
        "x" * LONGEST_PASSWORD,
    ],
)
def test_length_is_all_that_a_password_is_asked_for(password: str) -> None:
    """No rule of composition, any Unicode, 8 to 1024 characters (checklist 43)."""
    assert check_new_password(password) == password


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=12, max_size=140))
def test_any_longer_text_that_no_list_holds_will_do(password: str) -> None:
    assume(len(unicodedata.normalize("NFC", password)) >= 8)
    assume("gatepass" not in password.casefold() and "thoughtspot" not in password.casefold())
    assume(unicodedata.normalize("NFKC", password).casefold() not in _common_passwords())

    assert check_new_password(password) == password


@pytest.mark.parametrize(
    "password",
    [
        "",
        "seven77",
        "é́́".ljust(7, "x"),
        unicodedata.normalize("NFD", "éééé"),
        "x" * (LONGEST_PASSWORD + 1),
        "\ud800" * 9,
    ],
)
def test_too_short_too_long_and_no_text_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_new_password(password)


@pytest.mark.parametrize(
    "password",
    ["password", "PassWord1", "ｐａｓｓｗｏｒｄ", "1234567890", "qwertyuiop", "iloveyou"],
)
def test_much_used_passwords_are_refused_in_any_case_and_width(password: str) -> None:
    with pytest.raises(WeakPassword, match="most used"):
        check_new_password(password)


def test_the_list_holds_more_than_three_thousand_that_are_long_enough() -> None:
    """Each entry passes the length rule and is refused by the list (checklist 43)."""
    entries = _common_passwords().split()

    assert len(set(entries)) > 11_000
    for entry in entries[::40]:
        with pytest.raises(WeakPassword):
            check_new_password(entry.upper())


def test_part_of_a_much_used_password_is_not_refused() -> None:
    assert "\npassword" in _common_passwords()
    assert check_new_password("password\n123456") == "password\n123456"
    assert check_new_password("passwordpassworx") == "passwordpassworx"


@pytest.mark.parametrize(
    "password",
    [
        "mira2024!",
        "MIRA-1234567",
        "miraONEIL",
        "Mira O'Neil",
        "o'neil-mira",
        "mira.oneil@acme.example",
        "acmecorporation",
        "Corporation#1",
        "ａｃｍｅ-12345",
        "岩波書店2024",
        "gatepass",
        "GatePass-2024",
        "thoughtspot1",
        "xy-acme-2024",
    ],
)
def test_names_with_trimmings_are_refused(password: str) -> None:
    """Words of the account, its Orgs and the product do not make a password (checklist 43)."""
    with pytest.raises(WeakPassword, match="name"):
        check_new_password(password, words=WORDS)


@pytest.mark.parametrize("password", ["admiral-nelson", "miracles happen", "acme makes anvils"])
def test_a_name_may_be_part_of_a_longer_password(password: str) -> None:
    assert check_new_password(password, words=WORDS) == password


def test_a_refusal_never_shows_the_password() -> None:
    for password in ("hunter2", "password1", "mira2024!"):
        with pytest.raises(WeakPassword) as refusal:
            check_new_password(password, words=WORDS)
        assert password not in f"{refusal.value!s} {refusal.value!r}"


@given(TEXT, TEXT)
def test_two_passwords_become_the_same_bytes_only_if_unicode_says_they_are_one(
    one: str, other: str
) -> None:
    same = unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)

    assert (prepare_password(one) == prepare_password(other)) is same


@given(TEXT)
def test_composed_and_decomposed_are_one_password(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert prepare_password(unicodedata.normalize(form, text)) == prepare_password(text)


def test_case_width_blanks_and_length_are_kept() -> None:
    passwords = ["Ä1 b", "ä1 b", "Ä1  b", "Ä1 b ", "Ä１ b", "Ä1\u00a0b", "A1 b", "Ä1 b" * 400]

    assert len({prepare_password(password) for password in passwords}) == len(passwords)


@given(st.text(min_size=0, max_size=80), st.sampled_from(string.ascii_letters))
def test_every_character_of_a_long_password_counts(start: str, last: str) -> None:
    """Nothing is cut off, at 72 bytes or anywhere (checklist 43)."""
    long = "long" * 500 + start

    assert prepare_password(long + last) != prepare_password(long + "!")


def test_what_is_not_text_has_bytes_too() -> None:
    assert prepare_password("\ud800") != prepare_password("\ud801")
