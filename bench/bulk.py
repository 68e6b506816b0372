"""How much faster ``gatepass import users`` is than as many calls of ``users/create``.

The calls are made one after the other on one connection that is kept alive, as a script would; the
import is a command of its own, beside the same server, on the same home. Neither has passwords.
"""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx2

from bench import homes, rows

CREATE = "/api/rest/2.0/users/create"
LOGIN = "/api/rest/2.0/auth/session/login"


@dataclass(frozen=True)
class Bulk:
    """Accounts a second, each way, and how many were made."""

    imported: int
    import_seconds: float
    created: int
    create_seconds: float

    @property
    def ratio(self) -> float:
        """How much faster the import is."""
        return (self.imported / self.import_seconds) / (self.created / self.create_seconds)


def measure(folder: Path, users: int, calls: int) -> Bulk:
    """Import so many users, and create so many by calls, half of these before and half after."""
    home = homes.furnish(folder / "bulk")
    file = folder / "people.csv"
    with file.open("w") as out:
        out.write("name,display_name,email\n")
        for number in range(users):
            name = f"person{number:07}"
            out.write(f"{name},Person {number},{name}@example.com\n")
    with rows.served(home.path, folder / "bulk.log") as server:
        before = _create(server.port, range(calls // 2))
        began = time.perf_counter()
        command = (sys.executable, "-m", "gatepass", "import", "users", str(file))
        subprocess.run(  # noqa: S603 - our own command
            [*command, "--home", str(home.path)], check=True, capture_output=True
        )
        took = time.perf_counter() - began
        after = _create(server.port, range(calls // 2, calls))
    return Bulk(users, took, calls, before + after)


def _create(port: int, numbers: range) -> float:
    """Create users by calls and return the seconds that took."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        body = {"username": "tsadmin", "password": homes.PASSWORD}
        client.post(LOGIN, json=body).raise_for_status()
        began = time.perf_counter()
        for number in numbers:
            name = f"caller{number:07}"
            client.post(
                CREATE,
                json={
                    "name": name,
                    "display_name": f"Caller {number}",
                    "email": f"{name}@example.com",
                },
                headers={"X-Requested-By": "bench"},
            ).raise_for_status()
        return time.perf_counter() - began
