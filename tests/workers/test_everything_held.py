"""Whatever somebody holds, in whatever dialect, ends on both workers with one call."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests import held
from tests.held import Person, Said
from tests.workers.cluster import ADMIN_PASSWORD, Cluster, Operator, Worker
from tests.world import ADMIN

ASKED_BY = {"X-Requested-By": "a test"}


def asking(worker: Worker, own: str) -> held.Ask:
    """Return a way to ask one worker; ``<own>`` in a body is its address."""

    async def ask(
        method: str,
        path: str,
        credential: Mapping[str, str] | None = None,
        *,
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Said:
        body = _addressed(json, own)
        answer = worker.ask(method, path, body, {**ASKED_BY, **(credential or {})}, form)
        return Said(answer.status, _read(answer.body), answer.headers.get_all("set-cookie", []))

    return ask


def _addressed(body: Any, own: str) -> Any:
    return None if body is None else json.loads(json.dumps(body).replace("<own>", own))


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode()


async def somebody(lead: Operator) -> Person:
    org = await lead.org()
    return Person(await lead.person(org=org), org.id, await lead.secret(org))


@pytest.mark.parametrize("where", [0, 1])
@pytest.mark.parametrize("end", held.ENDS)
async def test_all_of_it_ends_on_the_next_call_of_every_worker(
    cluster: Cluster, workers: list[Worker], lead: Operator, end: str, where: int
) -> None:
    """Sessions, tokens, and what either was exchanged for (checklist 7, 8, 9, 32)."""
    asks = [asking(worker, f"http://127.0.0.1:{cluster.port}") for worker in workers]
    who, bystander = await somebody(lead), await somebody(lead)
    found = await held.everything(asks[where], who)
    others = await held.everything(asks[where], bystander)
    admin = workers[where].login(ADMIN, ADMIN_PASSWORD)
    for ask in asks:
        await held.verified(ask, {**found, **{f"other's {one}": others[one] for one in others}})

    said = await held.ENDS[end](asks[where], admin, who)

    assert said.status in {200, 204}, said
    for ask in asks:
        assert await held.alive(ask, found) == []
        if end in held.SPARING:
            await held.verified(ask, others)
        else:
            assert await held.alive(ask, others) == []
