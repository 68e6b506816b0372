"""Requests made up from our own OpenAPI documents: no server error, nothing undocumented.

Well-formed ones and others; half of them with what it takes to come through: an administrator's
token, and the name, password or secret that a body asks for. The same ones each time.
"""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import Receive, Scope, Send

from gatepass.app import close_core, create_app, open_core
from gatepass.core import Core
from gatepass.core.local import operator
from gatepass.dialects import own, v2_0
from gatepass.http.credentials import Cookies
from gatepass.http.docs import Docs
from gatepass.http.origins import Allowlists, Origins
from gatepass.http.routing import Dialect
from tests import world
from tests.world import ADMIN, HERE, OWN, PASSWORD, V2, HeldClock

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 60
NEVER_THROUGH = {
    *("proveSession", "endSession"),
    *("updateUser", "deleteUser", "updateUserGroup", "deleteUserGroup", "updateOrg", "deleteOrg"),
    *("updateRole", "deleteRole", "changeUserPassword", "activateUser", "deactivateUser"),
    "resetUserPassword",
}
"""They ask for a session's cookie, for an id or a name that there is, or for a link."""
NAMES = [(V2, one.name) for one in v2_0.operations("unauthorized")] + [
    (OWN, one.name) for one in own.OPERATIONS
]


@dataclass
class Served:
    """An application on a home of its own, and its documents."""

    core: Core
    app: Any
    documents: Any
    granted: str = ""

    def run(self, act: Callable[[Core], Awaitable[Any]]) -> Any:
        async def work() -> Any:
            return await act(self.core)

        return asyncio.run(work())

    def token(self) -> str:
        """Return a new token of an administrator: what was tried before may have ended others."""
        by = operator(self.core.means.clock())
        return str(self.run(lambda core: core.on_behalf.issue(by, HERE, ADMIN)).secret)

    def secret(self) -> str:
        """Return the cluster's secret, of a new switching on if it was switched off."""
        by = operator(self.core.means.clock())

        async def act(core: Core) -> str:
            await core.trusted.configure(by, HERE, cluster=True)
            return (await core.trusted.secrets_of(by, HERE, None))[0].text

        return str(self.run(act))


def dialects(core: Core) -> list[Dialect]:
    cookies = Cookies(hardened=False, samesite="lax", remember=world.settings().session_remember)
    v2 = v2_0.dialect(
        core,
        cookies,
        Origins(Allowlists()),
        error_shape="flat",
        wrong_credentials_status=401,
        logout_without_session="unauthorized",
    )
    return [v2, own.dialect(core, cookies, Origins(Allowlists()))]


@pytest.fixture(scope="module")
def served(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("schemathesis") / "home"
    shutil.copytree(template, home)
    endless = {"flood_limit": 10**9, "lockout_threshold": 10**9, "lockout_total": 10**9}
    found = world.settings(**endless)
    core = open_core(home, found, HeldClock())
    app = create_app(core, found)

    async def without_chores(scope: Scope, receive: Receive, send: Send) -> None:
        # Schemathesis starts an application once, and never stops it.
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        else:
            await app(scope, receive, send)

    one = Served(core, without_chores, Docs(dialects(core)).documents)
    by = operator(core.means.clock())
    one.run(lambda core: core.accounts.create(by, HERE, name="mira", password=PASSWORD))
    yield one
    asyncio.run(close_core(core))


def helped(served: Served, case: Any) -> None:
    """Give a made-up request what it takes to come through."""
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {served.token()}"}
    if not isinstance(case.body, dict):
        return
    body = dict(case.body)
    if "user_identifiers" in body and "name" not in body:
        body["user_identifiers"] = ["mira"]
    if "email" in body and "name" in body:
        body = {"name": f"made {time.perf_counter_ns()}", "display_name": "M", "email": "m@m.io"}
    if "users" in body:
        body = {"users": [{"user_identifier": "mira", "display_name": "M"}]}
    body["username"] = "mira"
    if "secret_key" in body:
        body.pop("password", None)
        body["secret_key"] = served.secret()
    else:
        body["password"] = PASSWORD
    if "token" in body:
        body["token"] = served.token()
    if case.operation.path.endswith("token/object"):
        body.setdefault("object_id", "made")
    case.body = body


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("prefix", "name"), NAMES, ids=lambda one: one.strip("/"))
def test_nothing_undocumented_is_answered(served: Served, prefix: str, name: str) -> None:
    schema = openapi.from_dict(served.documents[prefix])
    schema.app = served.app
    operation = schema.find_operation_by_id(name)
    made = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )
    statuses = set()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=made, help_it=st.booleans())
    def attempt(case: Any, help_it: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        if help_it:
            helped(served, case)
        response = case.call()
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    attempt()
    assert name in NEVER_THROUGH or statuses & {200, 204}, "no request came through"
