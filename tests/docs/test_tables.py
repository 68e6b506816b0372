"""What the docs list is what the code has: requirements, operations, codes."""

import re
from pathlib import Path

import pytest

from gatepass.dialects import beta, own, v1, v2_0
from gatepass.http.origins import Allowlists, Origins
from gatepass.http.routing import Operation
from tests.refusals import every_refusal

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ROW = re.compile(r"^\| (\d+) \| .* \| (proven|later) \|$", re.MULTILINE)
V1_OPERATIONS = v1.operations(
    Origins(Allowlists()), logout_without_session="ok", get_login_token=True
)
NAMED = re.compile(r"checklist ([\d, and]+)")


def claims() -> dict[int, str]:
    return {int(number): state for number, state in ROW.findall((DOCS / "security.md").read_text())}


def named_in_tests() -> set[int]:
    texts = (path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    found = (match for text in texts for match in NAMED.findall(text))
    return {int(number) for match in found for number in re.findall(r"\d+", match)}


def test_the_security_table_lists_all_requirements_once_in_order() -> None:
    assert list(claims()) == list(range(1, 67))


def test_whatever_is_claimed_as_proven_is_named_by_a_test() -> None:
    proven = {number for number, state in claims().items() if state == "proven"}

    assert proven - named_in_tests() == set()


@pytest.mark.parametrize(
    ("page", "operations"),
    [
        ("v1.md", V1_OPERATIONS),
        ("v2_0.md", v2_0.operations("ok")),
        ("beta.md", beta.operations(beta.written("millis"), get_login=True)),
        ("own.md", own.OPERATIONS),
    ],
    ids=["v1", "v2_0", "beta", "own"],
)
def test_each_page_lists_the_operations_of_its_dialect(
    page: str, operations: tuple[Operation[object], ...]
) -> None:
    text = (DOCS / "dialects" / page).read_text()
    listed = set(re.findall(r"^\| (\w+) \| (GET|POST|PUT|DELETE) `([^`]+)`", text, re.MULTILINE))

    assert listed == {(one.name, one.method, one.path) for one in operations}


def test_every_code_of_our_own_api_is_listed_with_its_status() -> None:
    text = (DOCS / "dialects" / "own.md").read_text()
    listed = {
        code: int(status)
        for code, status in re.findall(r"^\| `(\w+)` \| (\d+) \|", text, re.MULTILINE)
    }

    assert listed == {kind.code: own.WORDING[kind] for kind in every_refusal()}


STATUSES = {
    "v1.md": {*v1.WORDING.values(), *v1.EXCEPTIONS.values()},
    "beta.md": {*beta.WORDING.values(), *beta.EXCEPTIONS.values()},
    "v2_0.md": set(v2_0.WORDING.values()),
}


@pytest.mark.parametrize("page", STATUSES)
def test_every_status_and_code_is_listed(page: str) -> None:
    text = (DOCS / "dialects" / page).read_text()
    listed = {
        (int(status), int(code))
        for statuses, code in re.findall(r"^\| ([\d, ]+) \| (\d+) \|", text, re.MULTILINE)
        for status in statuses.split(", ")
    }

    assert listed == STATUSES[page]


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text()):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


def test_the_architecture_page_has_every_room_of_the_core() -> None:
    page = (DOCS / "architecture.md").read_text()
    rooms = {path.stem for path in (ROOT / "src/gatepass/core").glob("*.py")} - {"__init__"}

    assert {room for room in rooms if f"`{room}`" not in page} == set()
