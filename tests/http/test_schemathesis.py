"""Requests made up from our own OpenAPI documents: no server error, nothing undocumented.

Well-formed ones and others; most of them with what it takes to come through: an administrator's
token, and the name, password or secret that a body asks for. The same ones each time, as long as
the project's modules hold the same literals: Hypothesis makes use of those.
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
from gatepass.core.object_importing import ObjectRow
from gatepass.dialects import beta, own, v2_0
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
    *("proveSession", "endSession", "switchOrg"),
    *("updateUser", "deleteUser", "updateUserGroup", "deleteUserGroup", "updateOrg", "deleteOrg"),
    *("updateRole", "deleteRole", "changeUserPassword", "activateUser", "deactivateUser"),
    *("resetUserPassword", "updateTag", "deleteTag"),
}
"""They ask for a session's cookie, for an id or a name that there is, or for a link."""
LIVEBOARD = {"identifier": "7b3f1d9e-52c4-4a80-9c6e-2f1a0b9d8c77", "type": "LIVEBOARD"}
BARE: dict[str, dict[str, Any]] = {
    "getFullAccessToken": {},
    "getObjectAccessToken": {"object_id": "made"},
    "getCustomAccessToken": {"persist_option": "NONE"},
    "assignTag": {"metadata": [LIVEBOARD], "tag_identifiers": ["made"]},
    "unassignTag": {"metadata": [LIVEBOARD], "tag_identifiers": ["made"]},
    "searchMetadata": {"metadata": [LIVEBOARD]},
    "deleteMetadata": {"metadata": [LIVEBOARD]},
    "importMetadataTML": {"metadata_tmls": ["answer:\n  name: made"]},
    "shareMetadata": {
        "metadata": [LIVEBOARD],
        "permissions": [{"principal": {"identifier": "mira"}, "share_mode": "READ_ONLY"}],
        "message": "",
    },
    "fetchPermissionsOnMetadata": {"metadata": [LIVEBOARD]},
    "fetchPermissionsOfPrincipals": {"principals": [{"identifier": "mira"}]},
    "assignChangeAuthor": {"metadata": [LIVEBOARD], "user_identifier": "mira"},
}
"""They may ask for much that there is not: some requests ask for no more than this."""
BARE_QUERIES = {"listSessions": {"account": "mira"}, "endSessions": {"account": "mira"}}
NAMES = [
    *((V2, one.name) for one in v2_0.operations("unauthorized")),
    *((beta.PREFIX, one.name) for one in beta.operations(beta.written("millis"), get_login=True)),
    *((OWN, one.name) for one in own.OPERATIONS),
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

    def furnish(self) -> None:
        """See to it that bodies name what there is, whatever the requests before have changed.

        In another order of the tests, others came before: mira may have been given a password.
        """
        by = operator(self.core.means.clock())
        self.run(lambda core: core.accounts.set_password(by, HERE, "mira", PASSWORD))
        row = ObjectRow(
            line=1, type="LIVEBOARD", name="Made", id=LIVEBOARD["identifier"], tags=["made"]
        )
        self.run(lambda core: core.object_importing.bring_in(by, HERE, [row]))

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
    betas = beta.dialect(
        core, cookies, Origins(Allowlists()), created_time="millis", get_login=True
    )
    return [v2, betas, own.dialect(core, cookies, Origins(Allowlists()))]


@pytest.fixture(scope="module")
def served(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("schemathesis") / "home"
    shutil.copytree(template, home)
    endless = {"flood_limit": 10**9, "lockout_threshold": 10**9, "lockout_total": 10**9}
    found = world.settings(**endless, beta_get_login=True)
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


def helped_by_the_betas(served: Served, case: Any, *, wholly: bool) -> None:
    """Give a made-up request of the betas what it takes to come through."""
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {served.token()}"}
    given = case.query if case.method == "GET" else case.body
    if not isinstance(given, dict):
        return
    fields = {**({} if wholly else given), "userName": "mira", "password": PASSWORD}
    if "user" in given:
        fields["user"] = [{"name": "mira"}]
    if "secretKey" in fields:
        fields |= {"password": "", "secretKey": served.secret()}
    if case.method == "GET":
        case.query = fields
    else:
        case.body = fields


def no_fault(response: Any) -> None:
    """The betas answer 500 to whatever they refuse: a fault is told by what stands inside."""
    assert b'"debug":"unexpected error"' not in response.content


def helped(served: Served, name: str, case: Any, *, wholly: bool) -> None:
    """Give a made-up request what it takes to come through."""
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {served.token()}"}
    if wholly and name in BARE_QUERIES:
        case.query = dict(BARE_QUERIES[name])
    if not isinstance(case.body, dict):
        return
    body = dict(BARE[name] if wholly and name in BARE else case.body)
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
    served.furnish()
    statuses = set()
    is_beta = prefix == beta.PREFIX

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=made, help_it=st.sampled_from(["not", "half", "wholly"]))
    def attempt(case: Any, help_it: str) -> None:
        if help_it != "not" and is_beta:
            helped_by_the_betas(served, case, wholly=help_it == "wholly")
        elif help_it != "not":
            helped(served, name, case, wholly=help_it == "wholly")
        response = case.call()
        statuses.add(response.status_code)
        if is_beta:
            no_fault(response)
        case.validate_response(response, checks=CHECKS[1:] if is_beta else CHECKS)

    attempt()
    assert name in NEVER_THROUGH or statuses & {200, 204}, "no request came through"
