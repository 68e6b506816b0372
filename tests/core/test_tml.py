"""What is read of a document in the vendor's modelling language."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatepass.core import tml
from gatepass.core.errors import InvalidParameter
from gatepass.core.headers import Kind
from gatepass.core.tml import Document

GUID = "7b3f1d9e-52c4-4a80-9c6e-2f1a0b9d8c77"


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        (f"guid: {GUID}\nliveboard:\n  name: Sales\n", Kind.LIVEBOARD, "Sales"),
        (f"---\nguid: '{GUID}'\nanswer:\n  name: 'It''s'  # yes\n", Kind.ANSWER, "It's"),
        (f'guid: "{GUID}"\ntable:\n  name: "a \\u00e9 #1"\n', Kind.LOGICAL_TABLE, "a é #1"),
        (f"worksheet:\n    name: W: x # no\nguid: {GUID}\n", Kind.LOGICAL_TABLE, "W: x"),
        (f"guid: {GUID}\r\nmodel:\r\n  name: M\r\n", Kind.LOGICAL_TABLE, "M"),
        (f'{{"guid": "{GUID}", "sql_view": {{"name": "V"}}}}', Kind.LOGICAL_TABLE, "V"),
        (f"guid: {GUID}\nconnection:\n  name: C\n  type: X\n", Kind.CONNECTION, "C"),
        (
            f"guid: {GUID}\npinboard:\n  x: |\n    name: not this\n  name: P\n  y:\n    name: z\n",
            Kind.LIVEBOARD,
            "P",
        ),
    ],
)
def test_id_kind_and_name_are_read(text: str, kind: Kind, name: str) -> None:
    assert tml.read(text) == Document(type=kind, name=name, id=GUID)


def test_a_document_need_not_have_an_id() -> None:
    assert tml.read("answer:\n  name: New") == Document(type=Kind.ANSWER, name="New")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "guid: x",
        "liveboard:\n  title: x",
        "liveboard: x\nanswer:\n  name: y",
        "liveboard:\n  name: |\n    Sales",
        "liveboard:\n  name: [a, b]",
        'liveboard:\n  name: "open',
        'liveboard:\n  name: "a" b',
        '{"liveboard": {"name": 7}}',
        '{"liveboard": []}',
        '{"liveboard"',
        "[1]",
        "{" * 100_000,
    ],
    ids=lambda text: text[:24],
)
def test_what_is_no_such_document_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter):
        tml.read(text)


@given(st.text(alphabet=" :#'\"\\{}[]\nnameguidtbl-|>&*!"))
@example("table:\n" + " " * 200_000 + "x")
@example("name" + " " * 200_000 + ":x")
@example("table:\n  name: '" + "'" * 100_001)
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    try:
        found = tml.read(text)
    except InvalidParameter:
        return
    assert found.name
