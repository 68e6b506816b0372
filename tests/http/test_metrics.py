"""Metrics: right, without names, for insiders only."""

import asyncio
from datetime import timedelta
from pathlib import Path

import prometheus_client
import pytest

from gatepass.app import create_app
from gatepass.core.errors import Busy
from gatepass.core.records import AccountStatus
from gatepass.dialects.v1 import PREFIX as V1
from gatepass.http.background import Chore, doing
from gatepass.http.counts import Counts
from gatepass.http.metrics import COST, COUNTED_AGAIN, Sometimes
from tests.adjusted import adjusted
from tests.http.pages import Page, inside, peer, scrape
from tests.world import HERE, OWN, V2, World, settings, world

MIRA = "mira.of.the.north"


async def test_requests_are_counted_by_dialect_operation_and_status(here: World) -> None:
    await here.account()
    token = await here.token()
    for _ in range(3):
        await here.whoami(bearer=token)
    await here.whoami(bearer="nothing")

    page = await scrape(here)

    asked = {"dialect": "v2_0", "operation": "getCurrentUserInfo", "worker": "0"}
    assert page.value("requests_total", status="2xx", **asked) == 3
    assert page.value("requests_total", status="4xx", **asked) == 1
    assert page.value("request_seconds_count", **asked) == 4
    assert page.value("request_seconds_bucket", le="+Inf", **asked) == 4
    assert page.value("request_seconds_sum", **asked) > 0


async def test_refusals_are_counted_by_code(here: World) -> None:
    await here.post("auth/token/full", {"username": "nobody", "password": "wrong"})
    await here.whoami()
    await here.client.get(f"{OWN}/sessions")

    page = await scrape(here)

    assert page.value("refusals_total", code="wrong_credentials") == 1
    assert page.value("refusals_total", code="not_authenticated") == 2


async def test_an_operation_that_is_not_built_is_counted_by_its_name(here: World) -> None:
    await here.client.post(f"{V2}/calendars/search", json={})

    page = await scrape(here)

    assert page.value("requests_total", operation="searchCalendars", status="5xx") == 1


async def test_paths_that_nobody_serves_share_one_label(here: World) -> None:
    for number in range(20):
        await here.client.get(f"{V2}/nothing/{number}")
        await here.client.get(f"/nothing/{number}")

    page = await scrape(here)

    assert page.value("requests_total", dialect="v2_0", operation="none") == 20
    assert page.value("requests_total", dialect="none", status="4xx") == 20


async def test_the_gate_tells_hits_misses_and_what_it_remembers(here: World) -> None:
    await here.account()
    token = await here.token()
    for _ in range(5):
        await here.whoami(bearer=token)

    page = await scrape(here)

    assert page.value("gate_lookups_total", result="hit") >= 4
    assert page.value("gate_lookups_total", result="miss") >= 1
    assert page.value("gate_remembered") == 1


async def test_hashes_are_counted_and_the_queue_is_shown(here: World) -> None:
    before = (await scrape(here)).value("hashes_total")
    await here.account()
    await here.login()

    page = await scrape(here)

    assert page.value("hashes_total") == before + 2
    assert page.value("hasher_waiting") == 0
    assert page.value("hasher_waiting_limit") == 64


async def test_works_that_share_a_commit_are_counted_as_one_commit(here: World) -> None:
    before = await scrape(here)
    await asyncio.gather(*(here.core.means.store.write(_nothing) for _ in range(20)))

    page = await scrape(here)

    assert page.value("commit_works_sum") - before.value("commit_works_sum") == 20
    commits = page.value("commit_works_count") - before.value("commit_works_count")
    assert 1 <= commits < 20
    assert page.value("commit_seconds_count") == page.value("commit_works_count")


async def _nothing(_: object) -> None: ...


async def test_a_move_of_the_epoch_is_lag_until_the_next_call_looks(here: World) -> None:
    await here.account()
    token = await here.token()
    before = (await scrape(here)).value("epoch_moves_total")
    await here.core.accounts.set_status(here.by, HERE, "mira", AccountStatus.LOCKED)

    behind = await scrape(here)
    await here.whoami(bearer=token)
    caught_up = await scrape(here)

    assert behind.value("epoch_moves_total") > before
    assert behind.value("epoch_lag") >= 1
    assert caught_up.value("epoch_lag") == 0


async def test_live_sessions_are_those_neither_ended_nor_idle(
    template: Path, tmp_path: Path
) -> None:
    async with world(template, tmp_path / "home") as here:
        await here.account()
        for _ in range(3):
            await here.login()
        await here.login(remember_me=True)
        assert (await scrape(here)).value("sessions_live") == 4

    async with world(template, tmp_path / "home") as again:
        again.clock.advance(hours=4)
        assert (await scrape(again)).value("sessions_live") == 1


async def test_a_count_of_rows_is_made_again_only_after_a_while() -> None:
    now, counted = [100.0], [0]

    async def count() -> int:
        counted[0] += 1
        now[0] += 2.0
        return counted[0]

    sometimes = Sometimes(count, lambda: now[0])

    await sometimes.look()
    await sometimes.look()
    assert sometimes.value == 1

    now[0] += COUNTED_AGAIN
    await sometimes.look()
    assert sometimes.value == 1, "a count that takes two seconds is to rest for forty"

    now[0] += 2.0 * COST
    await sometimes.look()
    assert sometimes.value == 2


async def test_a_busy_store_leaves_the_count_as_it_was() -> None:
    async def count() -> int:
        raise Busy("the store")

    sometimes = Sometimes(count)
    await sometimes.look()

    assert sometimes.value is None


async def test_a_fault_is_counted(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(here.core.gate, "principal", None)
    await here.whoami()

    page = await scrape(here)

    assert page.value("faults_total") == 1
    assert page.value("requests_total", operation="getCurrentUserInfo", status="5xx") == 1


async def test_a_chore_that_fails_is_counted_and_done_again() -> None:
    counts, done = Counts(), asyncio.Event()

    async def fail() -> None:
        if counts.background["sweep"] == 2:
            done.set()
        raise RuntimeError("no")

    async with doing(counts, Chore("sweep", timedelta(milliseconds=1), fail)):
        await asyncio.wait_for(done.wait(), 10)

    assert counts.background["sweep"] >= 2


async def test_a_work_may_begin_sooner_than_it_comes_again() -> None:
    done = asyncio.Event()

    async def act() -> None:
        done.set()

    async with doing(Counts(), Chore("presence", timedelta(hours=1), act, timedelta())):
        await asyncio.wait_for(done.wait(), 10)
        done.clear()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(done.wait(), 0.05)


async def test_no_label_carries_a_name_a_path_or_a_secret(here: World) -> None:
    """Whatever is asked for, however it is answered (checklist 36, 58)."""
    await here.account(MIRA)
    token = await here.token(MIRA)
    cookie = await here.login(MIRA)
    await here.whoami(bearer=token)
    await here.whoami(cookie=cookie)
    await here.login(MIRA)
    await here.post("auth/token/full", {"username": f"{MIRA}-2", "password": f"{MIRA}-3"})
    await here.client.get(f"{V2}/{MIRA}?{MIRA}", headers={"X-Request-Id": MIRA})
    await here.client.delete(f"{OWN}/sessions/{MIRA}", headers={"Authorization": f"Bearer {token}"})

    query = {"auth_token": token, "username": MIRA, "redirect_url": f"/{MIRA}"}
    await here.client.get(f"{V1}/session/login/token", params=query)

    text = (await scrape(here)).text

    assert "loginByTokenInUrl" in text
    assert [word for word in (MIRA, token, cookie) if word in text] == []


async def test_strangers_do_not_see_the_metrics(here: World) -> None:
    async with peer(here.app) as stranger:
        reply = await stranger.get("/metrics")

    assert reply.status_code == 404
    assert "gatepass_" not in reply.text


@pytest.mark.parametrize(
    "name",
    ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto"],
)
async def test_what_a_proxy_on_this_machine_passes_on_is_a_strangers(
    here: World, name: str
) -> None:
    reply = await here.client.get("/metrics", headers={name: "127.0.0.1"})

    assert reply.status_code == 404


@adjusted(metrics_port=9464)
async def test_with_a_bind_of_their_own_they_are_served_there_only(here: World) -> None:
    """Metrics have a bind of their own (checklist 62)."""
    assert (await here.client.get("/metrics")).status_code == 404
    async with peer(inside(here.app)) as scraper:
        reply = await scraper.get("/metrics")

    assert Page(reply.text).value("epoch_lag") >= 0


@adjusted(metrics_port=9464, mode="hardened")
async def test_a_bind_of_their_own_serves_plain_http_in_hardened_mode_too(here: World) -> None:
    async with peer(inside(here.app)) as scraper:
        reply = await scraper.get("/metrics")
        whoami = await scraper.get(f"{V2}/auth/session/user")

    assert reply.status_code == 200
    assert whoami.status_code == 403


async def test_only_get_and_head_are_answered(here: World) -> None:
    assert (await here.client.head("/metrics")).status_code == 200
    assert (await here.client.post("/metrics")).status_code == 405


async def test_a_scraper_that_asks_for_openmetrics_gets_it(here: World) -> None:
    reply = await here.client.get(
        "/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"}
    )

    assert reply.headers["content-type"].startswith("application/openmetrics-text")
    assert reply.text.endswith("# EOF\n")


async def test_two_applications_in_one_process_count_apart(here: World) -> None:
    other = create_app(here.core, settings())
    await here.whoami()

    async with peer(other, ("127.0.0.1", 1)) as client:
        page = Page((await client.get("/metrics")).text)

    assert page.count("requests_total") == 0
    known = {name for metric in prometheus_client.REGISTRY.collect() for name in (metric.name,)}
    assert [name for name in known if name.startswith("gatepass")] == []
