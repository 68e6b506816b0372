"""Runs a plan of scenarios with this client and writes what became of each call.

``python run_scenarios.py sync|async``; GATEPASS_PLAN and GATEPASS_OUTCOMES name the two files.
Their form is told in ../scenarios/README.md.
"""

import asyncio
import inspect
import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import gatepass_sdk as sdk
from gatepass_sdk.decoding import plain, read

Data = dict[str, Any]
SAVED = re.compile(r"\$\{saved\.([a-z0-9_.]+)\}")
CREDENTIALS = {
    "full": sdk.FullTokenRequest,
    "object": sdk.ObjectTokenRequest,
    "custom": sdk.CustomTokenRequest,
}
AUTH: dict[str, Any] = {
    "login": sdk.LoginRequest,
    "logout": None,
    "get_full_access_token": sdk.FullTokenRequest,
    "get_object_access_token": sdk.ObjectTokenRequest,
    "get_custom_access_token": sdk.CustomTokenRequest,
    "revoke_token": sdk.RevokeTokenRequest,
    "validate_token": sdk.ValidateTokenRequest,
    "get_current_user_info": None,
    "get_current_user_token": None,
    "configure_auth_settings": sdk.ConfigureAuthRequest,
    "search_auth_settings": sdk.SearchAuthRequest,
}
SESSION: dict[str, tuple[str, Any]] = {
    "info": ("get_session_info", None),
    "login": ("login", sdk.TspublicRestV2SessionLoginRequest),
    "logout": ("logout", None),
    "token": ("get_token", sdk.TspublicRestV2SessionGettokenRequest),
    "revoke": ("revoke_token", None),
}
KINDS: list[tuple[type[Exception], str]] = [
    (sdk.CannotConnect, "cannot_connect"),
    (sdk.TimedOut, "timed_out"),
    (sdk.ConnectionLost, "connection_lost"),
    (sdk.TruncatedAnswer, "truncated"),
    (sdk.UnreadableAnswer, "unreadable"),
    (sdk.Refused, "refused"),
    (sdk.ErrorResponseException, "operation_failed"),
    (sdk.APIException, "api_error"),
]


def client_of(kind: Callable[..., Any], given: Data) -> Any:  # noqa: ANN401 - sync or async
    """Return a client that is set up as the plan says."""
    options: Data = {"base_url": given["base_url"], "access_token": given.get("access_token", "")}
    if "timeout_seconds" in given:
        options["timeout"] = given["timeout_seconds"]
    if "credentials" in given:
        fields = dict(given["credentials"])
        options["credentials"] = read(CREDENTIALS[fields.pop("kind")], fields)
    retries = sdk.Retries(first_pause=given["first_pause_seconds"])
    return kind(**options, auth_retries=retries)


def call_of(client: Any, step: Data) -> Callable[[], Any]:  # noqa: ANN401 - sync or async
    """Return what makes the call of a step."""
    face, _, name = step["call"].partition(".")
    given = step["with"]
    if face == "auth":
        method, model = getattr(client.auth, name), AUTH[name]
        body = None if model is None else read(model, given or {})
    else:
        found, model = SESSION[name]
        method = getattr(client.session, found)
        body = None if model is None else model.of(given)
        if isinstance(body, sdk.TspublicRestV2SessionLoginRequest) and body.remember_me is not None:
            word = sdk.LoginRememberMeEnum
            body.remember_me = word.TRUE if body.remember_me else word.FALSE
    return method if model is None else lambda: method(body)


def returned(step: Data, value: Any) -> Data:  # noqa: ANN401 - whatever a call returns
    """Return a value by its names on the wire, and all the ways in which it shows itself."""
    if step["call"] == "session.info":
        return {"returned": json.loads(value), "shown": []}
    if isinstance(value, sdk.SessionLoginResponse):
        return {"returned": value.to_dictionary(), "shown": [repr(value), str(value)]}
    return {"returned": plain(value), "shown": [repr(value), str(value)]}


def failed(error: Exception) -> Data:
    """Return what kind of failure it is, and all the ways in which it shows itself."""
    kind = next((word for one, word in KINDS if isinstance(error, one)), type(error).__name__)
    told: Data = {"kind": kind, "message": str(error)}
    if isinstance(error, sdk.Refused):
        told |= {"status": error.status, "code": error.code}
    if isinstance(error, sdk.APIException):
        told |= {"status": error.response_code, "error": getattr(error, "error", None)}
    shown = [repr(error), repr(vars(error)), "".join(traceback.format_exception(error))]
    return {"failed": told, "shown": shown}


def with_saved(value: Any, saved: Data) -> Any:  # noqa: ANN401 - data
    """Return data in which what was saved stands."""
    if isinstance(value, dict):
        return {name: with_saved(part, saved) for name, part in value.items()}
    if isinstance(value, str):
        return SAVED.sub(lambda one: _found(saved, one[1]), value)
    return value


def _found(saved: Data, path: str) -> str:
    found: Any = saved
    for name in path.split("."):
        found = found[name]
    return str(found)


async def run(scenario: Data, kind: Callable[..., Any]) -> list[list[Data]]:
    """Take the steps of a scenario; return the outcomes of each."""
    clients: dict[str, Any] = {}
    saved: Data = {}
    outcomes: list[list[Data]] = []
    for step in scenario["steps"]:
        if "pause_seconds" in step:
            await asyncio.sleep(step["pause_seconds"])
            outcomes.append([])
            continue
        name = step["client"]
        if name not in clients:
            clients[name] = client_of(kind, with_saved(scenario["clients"][name], saved))
        call = call_of(clients[name], {**step, "with": with_saved(step["with"], saved)})
        taken = await asyncio.gather(*(outcome(call, step) for _ in range(step["times"])))
        for one in taken:
            one["shown"].append(repr(clients[name]))
        outcomes.append(taken)
        if "save" in step:
            if "failed" in taken[0]:
                break  # what follows needs it
            saved[step["save"]] = taken[0]["returned"]
    for client in clients.values():
        closing = client.close()
        if inspect.isawaitable(closing):
            await closing
    return outcomes


async def outcome(call: Callable[[], Any], step: Data) -> Data:
    """Make a call, in a thread of its own if it does not await."""
    try:
        value = await asyncio.to_thread(call)
        if inspect.isawaitable(value):
            value = await value
    except Exception as error:  # noqa: BLE001 - every outcome is told
        return failed(error)
    return returned(step, value)


async def main(way: str, plan: Data) -> dict[str, list[list[Data]]]:
    """Run the whole plan; return the outcomes by scenario."""
    # The loop's own pool may have fewer threads than a step has callers.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(32))
    kind = {"sync": sdk.GatepassClient, "async": sdk.AsyncGatepassClient}[way]
    return {one["name"]: await run(one, kind) for one in plan["scenarios"]}


if __name__ == "__main__":
    # Everything is logged: what is secret must not show even so.
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    given = json.loads(Path(os.environ["GATEPASS_PLAN"]).read_text())
    told = asyncio.run(main(sys.argv[1], given))
    Path(os.environ["GATEPASS_OUTCOMES"]).write_text(json.dumps(told))
