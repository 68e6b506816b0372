"""The page on operations lists every symptom and every metric."""

import re

from gatepass.doctor import SYMPTOMS
from tests.http.pages import scrape
from tests.world import World
from tools.pages import DOCS

PAGE = (DOCS / "operations.md").read_text("utf-8")


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_symptom_is_listed_in_order() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", section("When something is wrong"), re.MULTILINE)

    assert set(listed) == {one.__name__ for one in SYMPTOMS}


async def test_every_metric_is_listed(here: World) -> None:
    await here.whoami()
    rows = re.findall(r"^\| (`[a-z_`, ]+`)( \(histogram\))? \|", section("Metrics"), re.MULTILINE)
    listed = {name for names, _ in rows for name in re.findall(r"`(\w+)`", names)}

    shown = {
        re.sub(r"_(bucket|count|sum)$", "", sample.name.removeprefix("gatepass_"))
        for sample in (await scrape(here)).samples
        if not sample.name.endswith("_created")
    }
    assert shown - listed == set()
    assert listed - shown == {"background_faults_total"}, "it shows once there was one"
