"""Two worlds that differ in another Org alone answer an Org's administrator in the same words.

What neither status nor words nor lists nor counts tell apart, nobody learns: so whatever Hypothesis
lets the administrator of one Org ask, in whatever order, each answer is compared with the one of a
world in which the other Org, its accounts and groups, and Primary's, were never made. Names of
accounts belong to the cluster, so creating one tells whether it is taken: that is left out.
"""

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.dialects.v2_0_admin.administering import Caller, org_administrator
from tests.dialects.v2_0_admin.test_isolation import (
    FOREIGN,
    calls,
    furnish_objects,
    furnish_own,
    looks,
    objects_beyond,
)
from tests.world import ADMIN, ADMIN_PASSWORD, OWN, PASSWORD, V2, World, headers, world

LIKE_AN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LIKE_A_SECRET = re.compile(r"gp[a-z]_[A-Za-z0-9_-]{43}")
MOST_MORE_STATEMENTS = 4
"""Point reads by which an answer about somebody else's may differ from one about nobody's."""


def may_be_asked(body: dict[str, Any]) -> bool:
    """Leave out what only somebody of the other Org has: its secret counts where it is shown."""
    if "password" in body:
        return body["username"] in {"nobody", "nils"}
    return body.get("secret_key") != "<secret>"


hidden = st.sampled_from(["<user id>", "<group id>", "<org>", "<token>", *FOREIGN, "nobody"])
auth = st.one_of(
    st.tuples(
        st.just("auth/token/full"),
        st.fixed_dictionaries(
            {"username": st.sampled_from(["faraway", "home-body", "nobody", "nils"])},
            optional={
                "password": st.sampled_from([PASSWORD, "wrong"]),
                "secret_key": st.sampled_from(["<own secret>", "<secret>"]),
                "org_id": st.sampled_from(["<org>", "north", 0, "far"]),
            },
        ).filter(may_be_asked),
    ),
    st.tuples(
        st.just("auth/session/login"),
        st.fixed_dictionaries(
            {"username": st.just("nils"), "password": st.just(PASSWORD)},
            optional={"org_identifier": st.sampled_from(["<org>", "far", "north", "Primary"])},
        ),
    ),
    st.tuples(
        # Whoever holds a token may validate it, as it may use it: that is not looked at here.
        st.just("auth/token/revoke"),
        st.one_of(
            st.fixed_dictionaries({"token": st.sampled_from(["<token>", "<unknown token>"])}),
            st.fixed_dictionaries({"user_identifier": hidden}),
        ),
    ),
    st.tuples(
        st.just("auth/configure"),
        st.fixed_dictionaries(
            {
                "auth_type": st.just("TRUSTED_AUTH"),
                "org_preferences": st.lists(
                    st.fixed_dictionaries(
                        {
                            "org_identifier": st.sampled_from(["<org>", "far", "Primary"]),
                            "auth_status": st.sampled_from(["ENABLED", "DISABLED"]),
                        }
                    ),
                    min_size=1,
                    max_size=2,
                ),
            }
        ),
    ),
    st.tuples(st.just("auth/search"), st.just({"auth_type": "TRUSTED_AUTH"})),
    st.tuples(hidden.map("users/{}/update".format), st.just({"display_name": "Mine"})),
    st.tuples(hidden.map("users/{}/delete".format), st.just({})),
    st.tuples(hidden.map("groups/{}/delete".format), st.just({})),
    st.tuples(hidden.map("orgs/{}/update".format), st.just({"description": "Mine"})),
    st.tuples(
        st.just("users/force-logout"), st.fixed_dictionaries({"user_identifiers": st.lists(hidden)})
    ),
    st.tuples(hidden.map("DELETE sessions?account={}".format), st.none()),
    st.tuples(hidden.map("GET sessions?account={}".format), st.none()),
    st.tuples(st.sampled_from(["GET sessions?org=<org>", "DELETE sessions?org=<org>"]), st.none()),
)


def takes_a_name(made: tuple[str, Any]) -> bool:
    """Say whether a call may learn that a name of the whole cluster is taken."""
    path, body = made
    named = body is not None and body.get("name") in FOREIGN
    return named and path.startswith(("users/", "orgs/"))


@dataclass
class Side:
    """One of the two worlds, and what stands in it for what the other Org has."""

    here: World
    nora: Caller
    meant: dict[str, str]
    statements: int = 0

    def said(self, text: str) -> str:
        for word, meaning in self.meant.items():
            text = text.replace(word, meaning)
        return text

    async def ask(self, made: tuple[str, Any]) -> tuple[Any, ...]:
        path, body = made
        before = self.statements
        by = headers(bearer=self.nora.token)
        self.here.client.cookies.clear()
        if body is None:
            method, _, rest = self.said(path).partition(" ")
            reply = await self.here.client.request(method, f"{OWN}/{rest}", headers=by)
        else:
            asked = json.loads(self.said(json.dumps(body)))
            free = path in {"auth/token/full", "auth/session/login"}
            reply = await self.here.client.post(
                f"{V2}/{self.said(path)}", json=asked, headers={} if free else by
            )
        return (*self.told(reply), self.statements - before)

    def told(self, reply: httpx2.Response) -> tuple[Any, ...]:
        """Return all that an answer tells, its ids and secrets by the order of their appearance."""
        text = reply.text
        # What was asked for by such a word is said back by it.
        for word, meaning in self.meant.items():
            text = text.replace(meaning, word)
        for pattern in (LIKE_AN_ID, LIKE_A_SECRET):
            for place, found in enumerate(dict.fromkeys(pattern.findall(text))):
                text = text.replace(found, f"<{place}>")
        heads = {name for name, _ in reply.headers.items()} - {"content-length"}
        return reply.status_code, text, sorted(heads)


async def side(stack: AsyncExitStack, template: Path, home: Path, *, with_far: bool) -> Side:
    here = await stack.enter_async_context(world(template, home))
    north = await here.org("north")
    await here.group("own-crew", org=north.id)
    await here.account("nils", org=north.id)
    await furnish_own(here, north.id)
    nora = await org_administrator(here, north.id)
    unknown = "gpf_" + "A" * 43
    meant = {
        "<unknown token>": "gpf_" + "B" * 43,
        "<own secret>": await here.secret(north.id),
        "<secret>": "gpk_" + "C" * 43,
        "<user id>": "11111111-2222-4333-8444-555555555555",
        "<group id>": "11111111-2222-4333-8444-666666666666",
        "<org>": "1234567891",
        "<token>": unknown,
        "<north>": str(north.id),
    }
    if with_far:
        far = await here.org("far")
        lost = await here.account("faraway", org=far.id, email="far@example.com")
        await here.account("home-body")
        crew = await here.group("far-crew", "DEVELOPER", org=far.id)
        await here.group("home-crew", "DEVELOPER")
        await here.put_in("far-crew", "faraway", far.id)
        await furnish_objects(here, far.id)
        meant |= {
            "<user id>": lost.id,
            "<group id>": crew.id,
            "<org>": str(far.id),
            "<token>": await here.token("faraway"),
            "<secret>": await here.secret(far.id),
        }
    one = Side(here, nora, meant)
    store: Any = here.core.means.store
    for connection in (store._reading, store._writer._connection):  # noqa: SLF001 - to count
        connection.set_trace_callback(counting(one))
    return one


def counting(one: Side) -> Callable[[str], None]:
    def count(_: str) -> None:
        one.statements += 1

    return count


async def beyond(one: Side) -> str:
    """Return all that the other Org is, as the cluster's administrator sees it."""
    token = await one.here.token(ADMIN, password=ADMIN_PASSWORD)
    admin = Caller(one.here, token)
    named = {"org_identifiers": [0, "far"], "record_size": -1}
    everything = [
        await admin.find("users/search", **named),
        await admin.find("groups/search", **named),
        [org for org in await admin.find("orgs/search") if org["name"] != "north"],
        (await one.here.whoami(bearer=one.meant["<token>"])).status_code,
    ]
    return json.dumps(everything) + repr(await objects_beyond(one.here))


def test_an_org_learns_nothing_from_any_sequence_of_calls_of_whether_another_is_there(
    template: Path,
) -> None:
    """Ids, names, counts, error texts, and steps taken; and it changes nothing (checklist 52)."""

    # Without shrinking: that takes minutes, and a call is shown by itself.
    @settings(max_examples=10, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.one_of(auth, calls, looks).filter(lambda made: not takes_a_name(made)),
            min_size=5,
            max_size=16,
        )
    )
    def check(made: list[tuple[str, Any]]) -> None:
        with TemporaryDirectory() as folder:
            asyncio.run(scenario(Path(folder), made))

    async def scenario(folder: Path, made: list[tuple[str, Any]]) -> None:
        async with AsyncExitStack() as stack:
            full = await side(stack, template, folder / "full", with_far=True)
            bare = await side(stack, template, folder / "bare", with_far=False)
            before = await beyond(full)
            for one in made:
                (*told, steps), (*elsewhere, fewer) = await full.ask(one), await bare.ask(one)
                assert told == elsewhere, one
                assert abs(steps - fewer) <= MOST_MORE_STATEMENTS, one
            assert await beyond(full) == before

    check()
