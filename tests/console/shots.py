"""Screenshots of every place of the console, in both themes and two widths, for the eye.

``python -m tests.console.shots FOLDER [PLACE …]``
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from gatepass.pages.console import Handed, places
from tests.console.people import peopled
from tests.console.window import Stage, staged
from tests.tools import CHROMIUM_FLAGS, tool
from tests.world import founded

SIZES = {"wide": (1280, 900), "narrow": (390, 840)}


async def shoot(folder: Path, names: list[str]) -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as scratch:
        template = await asyncio.to_thread(founded, Path(scratch) / "template")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=tool("chromium"), args=CHROMIUM_FLAGS
            )
            async with staged(browser, template, Path(scratch) / "home") as stage:
                samples = await peopled(stage.here)
                for place in places(Handed()):
                    if place.name in names or not (names or place.is_file):
                        await _one(stage, samples.get(place.path, place.path), place.name, folder)
            await browser.close()


async def _one(stage: Stage, path: str, name: str, folder: Path) -> None:
    tab = await stage.go(path)
    if await tab.locator("input[name=act][value=prove]").count():
        await tab.get_by_label("Your own password").fill(stage.password)
        async with tab.expect_navigation():
            await tab.get_by_role("button", name="Go on").click()
    for size, (width, height) in SIZES.items():
        await tab.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            await tab.emulate_media(color_scheme=theme)
            target = folder / f"{name}-{size}-{theme}.png"
            await tab.screenshot(path=target, full_page=True)
            print(target)


def main() -> None:
    """Run by hand."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(shoot(folder, sys.argv[2:]))


if __name__ == "__main__":
    main()
