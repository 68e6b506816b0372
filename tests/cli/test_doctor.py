"""gatepass doctor: each symptom shows, with advice, and only then."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gatepass.core.checkup import Gravity, Vitals
from gatepass.core.processes import KEPT, TRUSTED_FOR, Serving
from gatepass.core.records import Account, AccountStatus, AccountType, TrustedSecret
from gatepass.doctor import OLD_SECRET, SYMPTOMS, Patient, symptoms
from gatepass.doctor.symptoms import GIB
from gatepass.settings import Settings
from gatepass.storage.sqlite import durability_doubts
from tests import certificates
from tests.cli.processes import Cli, Serve

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BOSS = Account(
    id="59481331-ee53-42be-a548-bd87be6ddd4a",
    name="boss",
    display_name="Boss",
    email=None,
    type=AccountType.LOCAL,
    status=AccountStatus.ACTIVE,
    sharable=True,
    system=False,
    mfa_required=False,
    has_password=True,
    author_id="59481331-ee53-42be-a548-bd87be6ddd4a",
    modifier_id="59481331-ee53-42be-a548-bd87be6ddd4a",
    created_at=NOW,
    modified_at=NOW,
)
SECRET = TrustedSecret(id="s1", org_id=None, label="default", created_at=NOW, last_used_at=NOW)
SERVING = Serving(
    node="one.example",
    pid=7,
    version="0.1.0",
    started_at=NOW,
    seen=timedelta(seconds=2),
    lag=0,
    looked=timedelta(),
    is_silent=False,
)
WELL = Vitals(
    doubts=[],
    secrets=[SECRET],
    opened=["secret s1"],
    sealed_for_good=[],
    last_event_at=NOW,
    administrators=[BOSS],
    processes=[SERVING],
)
change = msgspec.structs.replace


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    """A home in which nothing is wrong."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    for name in ("gatepass.db", "gatepass.db-epoch"):
        (home / name).touch(mode=0o600)
    return Patient(
        home=home,
        settings=Settings(),
        database=home / "gatepass.db",
        embedded=True,
        now=NOW,
        cores=4,
        free_bytes=50 * GIB,
        key_problem=None,
        store_problem=None,
        vitals=WELL,
        secret_days=OLD_SECRET,
    )


def states(patient: Patient) -> dict[str, Gravity]:
    return {one.__name__: one(patient).state for one in SYMPTOMS}


def test_a_home_that_is_well_has_no_symptom(patient: Patient) -> None:
    assert set(states(patient).values()) == {Gravity.GREEN}


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda one: one.__name__)
def test_each_symptom_says_what_it_looks_at(symptom: Callable[[Patient], Any]) -> None:
    assert (symptom.__doc__ or "").startswith("Whether ")


def set_up(**changes: Any) -> Callable[[Patient], Patient]:
    return lambda patient: replace(patient, settings=Settings(**changes))


def found(**changes: Any) -> Callable[[Patient], Patient]:
    return lambda patient: replace(patient, vitals=change(WELL, **changes))


def is_so(**changes: Any) -> Callable[[Patient], Patient]:
    return lambda patient: replace(patient, **changes)


def mode(name: str, bits: int) -> Callable[[Patient], Patient]:
    def work(patient: Patient) -> Patient:
        (patient.home / name).chmod(bits)
        return patient

    return work


def certified(**until: float) -> Callable[[Patient], Patient]:
    def work(patient: Patient) -> Patient:
        pair = certificates.make(patient.home, ends_at=NOW + timedelta(**until))
        settings = Settings(tls_cert=str(pair.certificate), tls_key=str(pair.key))
        return replace(patient, settings=settings)

    return work


def beside(**changes: Any) -> Callable[[Patient], Patient]:
    return found(processes=[SERVING, change(SERVING, pid=8, **changes)])


LATER = NOW + timedelta(hours=1)
NO_PASSWORD = change(BOSS, has_password=False)
INACTIVE = change(BOSS, status=AccountStatus.INACTIVE)
RED = {
    "home-missing": ("home", lambda one: replace(one, home=one.home / "nowhere")),
    "home-read-by-others": ("home", mode("gatepass.db", 0o640)),
    "key": ("master_key", is_so(key_problem="master.key: the master key is missing")),
    "store": ("store", is_so(store_problem="the store is of another version")),
    "sealed": ("sealed_secrets", found(sealed_for_good=["secret s1"])),
    "durability": ("durability", found(doubts=["its journal mode is delete, not wal"])),
    "disk": ("disk", is_so(free_bytes=GIB // 20)),
    "clock": ("clock", found(last_event_at=LATER)),
    "epoch": ("epoch", mode("gatepass.db-epoch", 0o400)),
    "no-administrator": ("administrator", found(administrators=[])),
    "administrator-without-password": ("administrator", found(administrators=[NO_PASSWORD])),
    "administrator-inactive": ("administrator", found(administrators=[INACTIVE, NO_PASSWORD])),
    "cheap-memory": ("hashing", set_up(hash_memory=64)),
    "cheap-time": ("hashing", set_up(hash_time=1)),
    "plain-http": ("plain_http", set_up(host="0.0.0.0")),  # noqa: S104 - that is the symptom
    "plain-http-by-name": ("plain_http", set_up(host="gatepass.example.com")),
    "proxies-malformed": ("trusted_proxies", set_up(trusted_proxies=["proxy.example.com"])),
    "proxies-wildcard": ("trusted_proxies", set_up(trusted_proxies=["*"])),
    "proxies-everybody": ("trusted_proxies", set_up(trusted_proxies=["0.0.0.0/0"])),
    "certificate-missing": ("certificate", set_up(tls_cert="/nowhere/tls.pem")),
    "certificate-unset": ("certificate", set_up(tls_key="tls.key")),
    "certificate-ran-out": ("certificate", certified(seconds=-1)),
    "partitioned": (
        "cookie_samesite",
        set_up(enable_partitioned_cookies=True, host="192.0.2.7"),
    ),
    "samesite": ("cookie_samesite", set_up(cookie_samesite="none", host="192.0.2.7")),
    **{
        f"{setting}-{entry}": ("listed_origins", set_up(**{setting: [entry]}))
        for setting in ("cors_origins", "visual_embed_hosts", "redirect_origins")
        for entry in (
            "*",
            "app.example.com",
            "https://*.example.com",
            "https://a.test/path",
            "null",
        )
    },
}
YELLOW = {
    "home-open": ("home", mode(".", 0o755)),
    "disk": ("disk", is_so(free_bytes=GIB // 2)),
    "secret-unused": (
        "secret_age",
        found(secrets=[change(SECRET, last_used_at=None, created_at=NOW - timedelta(days=31))]),
    ),
    "secret-old": (
        "secret_age",
        found(secrets=[change(SECRET, created_at=NOW - timedelta(days=181))]),
    ),
    "one-without-password": ("administrator", found(administrators=[BOSS, NO_PASSWORD])),
    "no-proxy": ("trusted_proxies", set_up(host="192.0.2.7")),
    "certificate-runs-out": ("certificate", certified(days=13)),
    "samesite-here": ("cookie_samesite", set_up(cookie_samesite="none")),
    "cors-plain": ("listed_origins", set_up(cors_origins=["http://app.example.com"])),
    "workers": ("workers", set_up(workers=5, metrics_port=9464)),
    "unmeasured-workers": ("workers", set_up(workers=2)),
    "process-behind": ("processes", beside(looked=TRUSTED_FOR + timedelta(seconds=1))),
    "process-of-another-version": ("processes", beside(version="0.0.9")),
    "process-silent": ("processes", beside(is_silent=True, seen=timedelta(hours=1))),
}


@pytest.mark.parametrize(("name", "fall_ill"), RED.values(), ids=RED)
def test_what_is_wrong_is_red_and_says_what_to_do(
    patient: Patient, name: str, fall_ill: Callable[[Patient], Patient]
) -> None:
    finding = getattr(symptoms, name)(fall_ill(patient))

    assert finding.state is Gravity.RED, finding
    assert finding.advice


@pytest.mark.parametrize(("name", "fall_ill"), YELLOW.values(), ids=YELLOW)
def test_what_may_become_wrong_is_yellow_and_says_what_to_do(
    patient: Patient, name: str, fall_ill: Callable[[Patient], Patient]
) -> None:
    finding = getattr(symptoms, name)(fall_ill(patient))

    assert finding.state is Gravity.YELLOW, finding
    assert finding.advice


def test_with_a_certificate_neither_the_wire_nor_cookies_are_in_danger(patient: Patient) -> None:
    served = certified(days=30)(patient)
    away = msgspec.structs.replace(served.settings, host="192.0.2.7", cookie_samesite="none")

    found = states(replace(served, settings=away))

    shown = {found[one] for one in ("certificate", "plain_http", "cookie_samesite")}
    assert shown == {Gravity.GREEN}


def test_a_large_log_is_yellow(patient: Patient) -> None:
    with (patient.home / "gatepass.db-wal").open("wb") as log:
        log.truncate(GIB)
    (patient.home / "gatepass.db-wal").chmod(0o600)

    assert {name for name, one in states(patient).items() if one is not Gravity.GREEN} == {
        "log_size"
    }


def test_every_symptom_that_can_be_red_has_been_seen_red() -> None:
    never_red = {"log_size", "secret_age", "workers", "processes"}

    assert {name for name, _ in RED.values()} == {one.__name__ for one in SYMPTOMS} - never_red


def test_what_could_not_be_looked_at_is_said_to_be_unknown(patient: Patient) -> None:
    unseen = states(replace(patient, vitals=None))

    unknown = {name for name, one in unseen.items() if one is Gravity.UNKNOWN}
    assert unknown == {
        *("sealed_secrets", "durability", "clock", "administrator", "secret_age", "processes")
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"looked": TRUSTED_FOR},
        {"is_silent": True, "seen": KEPT},
        {"lag": 10_000},
    ],
    ids=["it looked in time", "silent for a day", "moves that it hears of in time"],
)
def test_a_process_that_fares_well_or_is_long_gone_is_no_symptom(
    patient: Patient, changes: dict[str, Any]
) -> None:
    assert symptoms.processes(beside(**changes)(patient)).state is Gravity.GREEN


def test_a_silent_process_of_another_version_is_silent_and_no_mixture(patient: Patient) -> None:
    gone = beside(is_silent=True, seen=timedelta(hours=1), version="0.0.9")(patient)

    said = symptoms.processes(gone).found
    assert "one.example (pid 8)" in said
    assert "0.0.9" not in said


@pytest.mark.parametrize(
    "entry", ["https://app.example.com", "http://localhost:3000", "https://a/"]
)
def test_origins_as_one_writes_them_are_well(patient: Patient, entry: str) -> None:
    assert symptoms.listed_origins(set_up(cors_origins=[entry])(patient)).state is Gravity.GREEN


def test_modes_that_may_lose_a_write_are_doubted() -> None:
    assert durability_doubts("wal", 2) == []
    assert len(durability_doubts("delete", 1)) == 2


def test_a_new_home_is_well_and_the_command_ends_well(cli: Cli) -> None:
    report = cli("doctor", "--json").json

    assert report["healthy"] is True
    assert {one["name"] for one in report["findings"]} == {one.__name__ for one in SYMPTOMS}
    assert {one["state"] for one in report["findings"]} == {"green"}


def reds(cli: Cli, **environment: str) -> dict[str, str]:
    done = cli.attempt("doctor", "--json", **environment)
    assert (done.code, done.err) == (1, ""), done
    assert done.json["healthy"] is False
    return {one["name"]: one["found"] for one in done.json["findings"] if one["state"] == "red"}


def test_a_foreign_master_key_is_found_out(cli: Cli) -> None:
    cli("secret", "enable")
    cli("keys", "rotate")

    found = reds(cli, GATEPASS_MASTER_KEY="ab" * 32)
    assert "secret " in found["sealed_secrets"]
    assert "signing key " in found["sealed_secrets"]
    assert set(found) == {"sealed_secrets"}


def test_a_lost_master_key_is_found_out(cli: Cli) -> None:
    (cli.home / "master.key").unlink()

    assert set(reds(cli)) == {"master_key"}


def test_a_store_of_another_version_is_found_out(cli: Cli) -> None:
    with closing(sqlite3.connect(cli.home / "gatepass.db")) as store:
        store.execute("UPDATE alembic_version SET version_num = '0000'")
        store.commit()

    assert set(reds(cli)) == {"store"}


def test_a_home_that_is_not_there_is_said_to_be_so(cli: Cli) -> None:
    shutil.rmtree(cli.home)

    assert {"home", "master_key", "store"} <= set(reds(cli))
    assert not cli.home.exists()


def test_an_administrator_who_is_shut_out_is_found_out(cli: Cli) -> None:
    with closing(sqlite3.connect(cli.home / "gatepass.db")) as store:
        store.execute("UPDATE accounts SET password = NULL WHERE name = 'tsadmin'")
        store.commit()

    assert set(reds(cli)) == {"administrator"}


def test_a_server_that_was_killed_is_told_and_one_that_was_stopped_is_not(
    cli: Cli, serve: Serve
) -> None:
    server = serve()
    assert of_processes(cli)["found"].startswith("1 serve, all of ")
    server.stop()
    assert of_processes(cli)["found"] == "none serves now"

    server = serve()
    server.process.kill()
    server.process.wait()
    with closing(sqlite3.connect(cli.home / "gatepass.db")) as store:
        store.execute("UPDATE processes SET seen_at = seen_at - 60000000")
        store.commit()

    told = of_processes(cli)
    assert told["state"] == "yellow"
    assert f"(pid {server.process.pid}) fell silent" in told["found"]


def of_processes(cli: Cli) -> dict[str, str]:
    """Return what doctor finds; a symptom that is no worse than yellow lets it end well."""
    findings: list[dict[str, str]] = cli("doctor", "--json").json["findings"]
    return next(one for one in findings if one["name"] == "processes")


def test_people_read_names_states_and_advice(cli: Cli) -> None:
    done = cli.attempt("doctor", GATEPASS_HOST="0.0.0.0")  # noqa: S104 - that is the symptom

    assert done.code == 1
    assert "plain_http" in done.out
    assert "put a proxy with TLS before it" in done.out


def test_nothing_secret_is_printed(cli: Cli) -> None:
    """checklist 58"""
    key = cli("secret", "enable", "--json").json["key"]
    master = (cli.home / "master.key").read_text().strip()

    said = cli("doctor", "--json").out

    assert [word for word in (key, master) if word in said] == []
