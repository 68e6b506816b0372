"""gatepass demo: what a newcomer sees first, executed as printed."""

import json
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.processes import CLEAN, GATEPASS, Cli, wait_for


class Demo:
    """Demo servers on one home, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"

    def start(self) -> str:
        """Start it and return what it printed."""
        out, log = self.folder / "out", self.folder / "log"
        with out.open("wb") as output, log.open("wb") as errors:
            self.process = subprocess.Popen(
                [GATEPASS, "demo", "--port", self.url.rpartition(":")[2]],
                cwd=self.folder,
                env=CLEAN,
                stdout=output,
                stderr=errors,
            )
        wait_for(self.url, self.process, log)
        return out.read_text()

    def stop(self) -> int:
        """End the server and return its exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    one = Demo(tmp_path)
    yield one
    one.stop()


def pasted(said: str) -> list[str]:
    """Run each line that is there to be pasted, as it is, and return what it printed."""
    lines = [line.strip() for line in said.splitlines() if line.strip().startswith("curl ")]
    return [
        subprocess.run(
            ["bash", "-c", line], check=True, capture_output=True, text=True, timeout=20
        ).stdout
        for line in lines
    ]


@pytest.mark.needs("curl")
def test_the_three_lines_to_paste_work_as_printed(demo: Demo) -> None:
    admin, token, anna = (json.loads(reply) for reply in pasted(demo.start()))

    assert (admin["name"], "ADMINISTRATION" in admin["privileges"]) == ("tsadmin", True)
    assert (token["valid_for_username"], token["scope"]["access_type"]) == ("anna", "FULL")
    assert (anna["name"], anna["current_org"]["name"]) == ("anna", "demo")
    assert "DATADOWNLOADING" in anna["privileges"]


@pytest.mark.needs("curl")
def test_the_second_time_the_home_is_used_again_and_the_password_can_be_set(demo: Demo) -> None:
    first = demo.start()
    password = re.findall(r"password +(\S+)  \(shown this once\)", first)[0]
    assert demo.stop() == 0
    second = demo.start()

    assert password not in second
    assert "== " not in second
    assert [json.loads(reply).get("name") for reply in pasted(second)] == [None, "anna"]

    reset = re.findall(r"^ +(\S+ account set-password .*)$", second, re.MULTILINE)[0]
    done = subprocess.run(
        ["bash", "-c", reset],
        check=True,
        cwd=demo.folder,
        env=CLEAN,
        capture_output=True,
        text=True,
    )
    assert "shown this once: " in done.stdout


def test_it_says_each_step_and_all_of_it_before_the_log_begins(demo: Demo) -> None:
    said = demo.start().splitlines()
    log = (demo.folder / "log").read_text()

    assert [line for line in said if line.startswith("== ")] == said[:4]
    assert f"Gatepass is at {demo.url} (stop it with Ctrl-C)" in said
    assert "\x1b" not in "".join(said)
    assert all(line.startswith("{") for line in log.splitlines())


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = Cli(tmp_path / "home").refused(69, "demo", "--port", port)

    assert "choose another port" in said
    assert not (tmp_path / "home").exists()


def test_a_demo_that_was_interrupted_is_completed(tmp_path: Path, demo: Demo) -> None:
    cli = Cli(tmp_path / ".gatepass")
    cli("init")
    cli("org", "create", "demo")

    said = demo.start()

    assert "adding the Org demo" in said
    assert [row["name"] for row in cli("account", "list", "--org", "demo", "--json").json] == [
        "anna",
        "ben",
    ]
