"""What the Python client adds to its HTTP library, on 'session info' calls to a loopback server."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx2

SOURCE = Path(__file__).resolve().parent.parent / "sdks" / "python" / "src"
TURN = 100
"""Calls that a row makes before the other has its turn."""

Rows = dict[str, list[float]]


def measure(port: int, token: str, turns: int) -> Rows:
    """Return seconds a call by row, turn by turn: the library used bare, and the client's faces."""
    sys.path.insert(0, str(SOURCE))
    from gatepass_sdk import GatepassClient  # noqa: PLC0415 - the path has to be known first

    url = f"http://127.0.0.1:{port}"
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    with (
        httpx2.Client(base_url=url, headers=headers, trust_env=False) as bare,
        httpx2.Client(trust_env=False) as http,
    ):
        client = GatepassClient(base_url=url, access_token=token, http_client_instance=http)
        calls: dict[str, Callable[[], object]] = {
            "httpx2, session of the beta, text": lambda: bare.get("/tspublic/rest/v2/session").text,
            "client.session.get_session_info()": client.session.get_session_info,
            "httpx2, auth/session/user, JSON": lambda: json.loads(
                bare.get("/api/rest/2.0/auth/session/user").content
            ),
            "client.auth.get_current_user_info()": client.auth.get_current_user_info,
        }
        rows: Rows = {name: [] for name in calls}
        for _ in range(turns + 1):
            for name, call in calls.items():
                began = time.perf_counter()
                for _ in range(TURN):
                    call()
                rows[name].append((time.perf_counter() - began) / TURN)
    # The first turn opens connections.
    return {name: turns[1:] for name, turns in rows.items()}
