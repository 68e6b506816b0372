"""A running server examines itself: on its own core, and while things go wrong under it."""

from pathlib import Path

from gatepass.app import examining
from gatepass.core.checkup import Finding, Gravity
from gatepass.doctor import SYMPTOMS
from tests.conftest import Ground
from tests.world import World, settings, world


async def found(world: World, **changes: object) -> dict[str, Finding]:
    return {one.name: one for one in await examining(world.core, world.home, settings(**changes))()}


async def states(world: World, *, of: Gravity, **changes: object) -> set[str]:
    return {one.name for one in (await found(world, **changes)).values() if one.state is of}


async def test_every_symptom_is_looked_at_in_a_running_server(
    ground: Ground, tmp_path: Path
) -> None:
    async with world(ground.home, tmp_path / "home", **ground.changes) as here:
        looked = await found(here, **ground.changes)

        assert list(looked) == [one.__name__ for one in SYMPTOMS]
        # Tests hash cheaply, and that is found out.
        assert await states(here, of=Gravity.RED, **ground.changes) == {"hashing"}
        assert not await states(here, of=Gravity.UNKNOWN, **ground.changes)


async def test_a_master_key_that_went_away_is_found_out_though_the_server_runs(
    here: World,
) -> None:
    (here.home / "master.key").unlink()

    assert "master_key" in await states(here, of=Gravity.RED)


async def test_settings_are_those_that_the_server_runs_with(here: World) -> None:
    assert "plain_http" in await states(here, of=Gravity.RED, host="192.0.2.7")


async def test_a_clock_that_went_back_is_found_out(here: World) -> None:
    here.clock.advance(hours=-2)

    assert "clock" in await states(here, of=Gravity.RED)


async def test_a_store_that_was_taken_away_is_told_and_what_needs_it_is_unknown(
    here: World, tmp_path: Path
) -> None:
    store = here.home / "gatepass.db"
    store.rename(tmp_path / "elsewhere.db")

    assert "store" in await states(here, of=Gravity.RED)
    assert "administrator" in await states(here, of=Gravity.UNKNOWN)

    (tmp_path / "elsewhere.db").rename(store)
    assert "administrator" in await states(here, of=Gravity.GREEN)
