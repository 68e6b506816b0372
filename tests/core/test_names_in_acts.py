"""Names in the acts that make and find things: variants are one, look-alikes are none."""

import pytest

from gatepass.core.errors import AlreadyExists, InvalidParameter, NotFound
from gatepass.core.names import name_key
from tests.world import HERE, PASSWORD, World, refusal

SAME = (
    "mira",
    "MIRA",
    "Mira",
    " mira ",
    "\uff4d\uff49\uff52\uff41",  # full width
    "\u217fira",  # a Roman numeral one thousand
    "\U0001d426\U0001d422\U0001d42b\U0001d41a",  # mathematical bold
)
LOOKALIKES = (
    "m\u0456ra",  # a Cyrillic i
    "mir\u0430",  # a Cyrillic a
    "m\u0456r\u0430",
    "mir\u0251",  # a Latin alpha
)
HIDDEN = (
    "mi\u200bra",
    "mira\u200d",
    "\u202earim",
    "mi\u00adra",
    "mira\ufe0f",
    "mi\u2060ra",
    "mira\u0000",
    "mi\nra",
    "\u3164mira",
)
STRASSE = ("stra\u00dfe", "STRASSE", "strasse", "Stra\u1e9ee")


@pytest.mark.parametrize("variant", SAME)
async def test_a_variant_of_a_name_is_that_account_and_no_new_one(
    here: World, variant: str
) -> None:
    """Case, width and blanks around make no second account, by any door (checklist 56)."""
    account = await here.account("mira")
    secret = await here.secret()

    with pytest.raises(AlreadyExists):
        await here.account(variant)
    assert (await here.core.accounts.find(here.by, variant)).id == account.id
    for body in ({"password": PASSWORD}, {"secret_key": secret, "auto_create": True}):
        reply = await here.post("auth/token/full", {"username": variant, **body})
        assert reply.json()["valid_for_user_id"] == account.id
        assert reply.json()["valid_for_username"] == "mira"
    await here.login(variant)


@pytest.mark.parametrize("name", [*LOOKALIKES, *HIDDEN])
async def test_a_name_that_looks_like_anothers_is_refused_by_every_door(
    here: World, name: str
) -> None:
    """Accounts, groups, and what a secret makes just in time; nothing is made (checklist 56)."""
    await here.account("mira")
    await here.group("mira")
    secret = await here.secret()
    accounts = await here.core.accounts.list_all(here.by)
    groups = await here.core.groups.list_all(here.by)

    with pytest.raises((AlreadyExists, InvalidParameter)):
        await here.account(name)
    with pytest.raises((AlreadyExists, InvalidParameter)):
        await here.group(name)
    for body in ({"username": name}, {"username": "jo", "group_identifiers": [name]}):
        reply = await here.post(
            "auth/token/full", {"secret_key": secret, "auto_create": True, **body}
        )
        assert refusal(reply) == (400, 10002)

    assert await here.core.accounts.list_all(here.by) == accounts
    assert await here.core.groups.list_all(here.by) == groups
    with pytest.raises(NotFound):  # nor does it find the one it looks like
        await here.core.accounts.find(here.by, name)


@pytest.mark.parametrize("name", LOOKALIKES)
async def test_a_lookalike_does_not_sign_in_as_the_one_it_looks_like(
    here: World, name: str
) -> None:
    """A guess at a look-alike counts against nobody (checklist 56)."""
    await here.account("mira")
    for _ in range(5):
        reply = await here.post("auth/session/login", {"username": name, "password": PASSWORD})
        assert refusal(reply) == (401, 10097)
    await here.login("mira")


async def test_the_reverse_order_is_no_way_around(here: World) -> None:
    """Who comes second is refused, whichever script came first (checklist 56)."""
    await here.account("m\u0456r\u0430")

    with pytest.raises(AlreadyExists):
        await here.account("mira")
    with pytest.raises(AlreadyExists):
        await here.account("MIRA")


async def test_folding_makes_one_name_of_what_unicode_says_is_one(here: World) -> None:
    account = await here.account(STRASSE[0])
    for variant in STRASSE:
        assert (await here.core.accounts.find(here.by, variant)).id == account.id
    assert len({name_key(variant) for variant in STRASSE}) == 1


async def test_names_in_plain_ascii_are_told_apart_and_any_script_will_do(here: World) -> None:
    """Look-alikes count only where one of the two goes beyond ASCII (checklist 56)."""
    others = ("\u043c\u0438\u0440\u0430", "\u660e", "\u0645\u064a\u0631")
    for name in ("mira", "mlra", "m1ra", *others):
        await here.account(name)
    names = {one.name for one in await here.core.accounts.list_all(here.by)}
    assert {"mira", "mlra", "m1ra", *others} <= names


async def test_the_systems_names_cannot_be_taken_or_imitated(here: World) -> None:
    """tsadmin and its look-alikes, by any door (checklist 56)."""
    secret = await here.secret()
    for name in ("tsadmin", "TSADMIN", "ts\u0430dmin", "syst\u0435m", "su", "SU"):
        with pytest.raises(AlreadyExists):
            await here.account(name)
        before = len(await here.core.accounts.list_all(here.by))
        await here.post(
            "auth/token/full",
            {"username": name, "secret_key": secret, "auto_create": True, "display_name": "x"},
        )
        assert len(await here.core.accounts.list_all(here.by)) == before


async def test_names_of_groups_are_one_in_an_org_and_free_in_another(here: World) -> None:
    """A group's namesake in a neighbour's Org is no collision (checklist 56)."""
    north = await here.org()
    await here.group("Readers")
    await here.group("readers", org=north.id)
    with pytest.raises(AlreadyExists):
        await here.group("READERS", org=north.id)
    with pytest.raises(AlreadyExists):
        await here.org("NORTH")
    with pytest.raises(InvalidParameter):
        await here.core.orgs.create(here.by, HERE, name="n\u043erth")
