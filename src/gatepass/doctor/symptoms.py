"""The symptoms that doctor knows: each a look at a home, with what to do about it."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from gatepass.core.checkup import Gravity
from gatepass.core.processes import KEPT, Serving
from gatepass.core.records import AccountStatus
from gatepass.doctor import certificates
from gatepass.doctor.patient import Patient
from gatepass.http.origins import plain_origin
from gatepass.settings import Misconfigured, Settings

GIB = 2**30
LOW_DISK, LITTLE_DISK = GIB // 8, GIB
LARGE_LOG = GIB // 4
NEVER_USED = timedelta(days=30)
RENEW_WITHIN = timedelta(days=14)
OTHERS = 0o077
_LOCAL = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?/?")


class Found(NamedTuple):
    """What one look found, and what to do about it."""

    state: Gravity
    found: str
    advice: str = ""


def _green(found: str) -> Found:
    return Found(Gravity.GREEN, found)


def _yellow(found: str, advice: str) -> Found:
    return Found(Gravity.YELLOW, found, advice)


def _red(found: str, advice: str) -> Found:
    return Found(Gravity.RED, found, advice)


_UNSEEN = Found(Gravity.UNKNOWN, "the store could not be looked into")


def home(patient: Patient) -> Found:
    """Whether the home is there, and its owner's alone."""
    folder = patient.home
    if not folder.is_dir():
        return _red(f"{folder} is not there", f"gatepass init --home {folder}")
    open_files = [
        one.name
        for one in (patient.database, *sorted(folder.glob(f"{patient.database.name}-*")))
        if one.exists() and one.stat().st_mode & OTHERS
    ]
    if open_files:
        return _red(f"others may read {', '.join(open_files)}", "chmod 600 each of them")
    if folder.stat().st_mode & OTHERS:
        return _yellow("others may look into the home", f"chmod 700 {folder}")
    return _green(f"{folder} is its owner's alone")


def master_key(patient: Patient) -> Found:
    """Whether the master key can be read, by its owner alone."""
    if patient.key_problem is not None:
        return _red(
            patient.key_problem,
            "put master.key back from where you keep its copy (mode 0600), or set "
            "GATEPASS_MASTER_KEY; a new one would not open what the old one sealed",
        )
    return _green("it is there, and private")


def store(patient: Patient) -> Found:
    """Whether the store is there and of this version."""
    if patient.store_problem is None:
        return _green("it is of this version")
    return _red(patient.store_problem, "do what it says, or restore a backup")


def sealed_secrets(patient: Patient) -> Found:
    """Whether the master key opens what it sealed."""
    if patient.vitals is None:
        return _UNSEEN
    if closed := patient.vitals.sealed_for_good:
        return _red(
            f"another master key sealed {', '.join(closed)}",
            "put the home's own master.key back; if it is lost: gatepass secret rotate, "
            "gatepass keys rotate --emergency",
        )
    return _green(f"{len(patient.vitals.opened)} secrets and signing keys open")


def durability(patient: Patient) -> Found:
    """Whether what is acknowledged is on disk."""
    if patient.vitals is None:
        return _UNSEEN
    if patient.vitals.doubts:
        return _red(
            "; ".join(patient.vitals.doubts),
            "put the home on a local disk: network file systems cannot keep SQLite's log",
        )
    return _green("what is acknowledged is on disk")


def disk(patient: Patient) -> Found:
    """Whether there is room to write."""
    shown = f"{patient.free_bytes / GIB:.1f} GiB free"
    if patient.free_bytes < LOW_DISK:
        return _red(shown, "make room: with a full disk every writing call is answered 503")
    if patient.free_bytes < LITTLE_DISK:
        return _yellow(shown, "make room soon")
    return _green(shown)


def log_size(patient: Patient) -> Found:
    """Whether the write-ahead log can be folded back into the store."""
    if not patient.embedded:
        return _green("the store is on a server")
    log = patient.database.with_name(patient.database.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > LARGE_LOG:
        return _yellow(
            f"{log.name} has {size / GIB:.1f} GiB",
            "some program keeps the store open for reading all the time; end it",
        )
    return _green(f"{size // 1024} KiB wait to be folded in")


def clock(patient: Patient) -> Found:
    """Whether the clock has gone back behind what is written down."""
    if patient.vitals is None:
        return _UNSEEN
    last = patient.vitals.last_event_at
    if last is not None and last > patient.now + patient.settings.clock_skew:
        return _red(
            f"the newest audit event is of {last:%Y-%m-%d %H:%M:%S}, which is still to come",
            "set the clock right (chrony, systemd-timesyncd): what was issued meanwhile is "
            "refused as coming from the future",
        )
    return _green("nothing in the audit is still to come")


def epoch(patient: Patient) -> Found:
    """Whether the workers can tell one another what changed."""
    if not patient.embedded:
        return _green("the store's server tells them")
    file = patient.database.with_name(patient.database.name + "-epoch")
    if not file.exists():
        return _green("it is made at the next start")
    if not file.is_file() or file.stat().st_mode & 0o600 != 0o600:  # noqa: PLR2004 - a mode
        return _red(
            f"{file.name} cannot be read and written", "remove it while no server runs: it is made"
        )
    return _green("it is there")


def trusted_proxies(patient: Patient) -> Found:
    """Whether forwarded addresses are believed of the right peers."""
    entries = patient.settings.trusted_proxies
    wrong = [one for one in entries if not _is_network(one)]
    if wrong:
        return _red(
            f"trusted_proxies has {', '.join(wrong)}",
            "list addresses or networks of the proxies, like 10.0.0.7 or 10.0.0.0/24",
        )
    if any(ip_network(one, strict=False).prefixlen == 0 for one in entries):
        return _red(
            "trusted_proxies has everybody",
            "list the proxies alone: now each caller chooses the address that it is known by",
        )
    if not entries and not _is_local(patient.settings.host):
        return _yellow(
            "callers are known by the address of the peer",
            "behind a proxy set trusted_proxies, or one guesser shuts everybody out",
        )
    return _green(", ".join(entries) or "no proxy is believed")


def plain_http(patient: Patient) -> Found:
    """Whether passwords cross a network in the clear."""
    settings = patient.settings
    if settings.tls_cert:
        return _green("it serves https")
    if _is_local(settings.host) or settings.trusted_proxies:
        return _green("this machine alone, or what listed proxies pass on")
    return _red(
        f"it listens on {settings.host} without TLS",
        "set tls_cert and tls_key; or put a proxy with TLS before it, list that in "
        "trusted_proxies, and let host be an address that the proxy alone can reach",
    )


def certificate(patient: Patient) -> Found:
    """Whether the server's own certificate can be used, and for how long."""
    settings = patient.settings
    try:
        pair = certificates.files(settings)
        left = certificates.ends_at(pair[0]) - patient.now if pair else timedelta.max
    except (Misconfigured, ValueError) as error:
        return _red(str(error), "set tls_cert and tls_key to a certificate and its key")
    if left < RENEW_WITHIN:
        ended = left < timedelta()
        return (_red if ended else _yellow)(
            "it ran out" if ended else f"it runs out in {left.days} days",
            "renew it, and send the server SIGHUP",
        )
    return _green(f"good for {left.days} days" if pair else "plain http")


def cookie_samesite(patient: Patient) -> Found:
    """Whether browsers keep the session cookie."""
    settings = patient.settings
    purpose = "none" if settings.enable_partitioned_cookies else settings.cookie_samesite
    if purpose != "none" or settings.trusted_proxies or settings.tls_cert:
        return _green(purpose)
    found, advice = "none, without https", "browsers drop it: serve over https, or set it to lax"
    return (_yellow if _is_local(settings.host) else _red)(found, advice)


def listed_origins(patient: Patient) -> Found:
    """Whether each entry of the three lists can match an origin at all."""
    settings = patient.settings
    entries = [*settings.cors_origins, *settings.visual_embed_hosts, *settings.redirect_origins]
    if wrong := [one for one in entries if plain_origin(one) is None]:
        return _red(
            f"no origin is like {', '.join(wrong)}",
            "write scheme, host and port, no path and no '*': https://app.example.com",
        )
    plain = [one for one in entries if one.startswith("http:") and not _LOCAL.fullmatch(one)]
    if plain:
        return _yellow(
            f"{', '.join(plain)} is believed over plain http",
            "anybody between can write such a page: list https origins",
        )
    return _green(", ".join(entries) or "no other origin")


def secret_age(patient: Patient) -> Found:
    """Whether trusted secrets are old, or serve nobody."""
    if patient.vitals is None:
        return _UNSEEN
    now, secrets = patient.now, patient.vitals.secrets
    unused = [
        one.id for one in secrets if one.last_used_at is None and now - one.created_at > NEVER_USED
    ]
    if unused:
        return _yellow(
            f"never used in {NEVER_USED.days} days: {', '.join(unused)}", "gatepass secret disable"
        )
    limit = timedelta(days=patient.secret_days)
    if old := [one.id for one in secrets if now - one.created_at > limit]:
        return _yellow(
            f"older than {patient.secret_days} days: {', '.join(old)}",
            "gatepass secret rotate --grace 24h, and give the new one to your application",
        )
    return _green(f"{len(secrets)} live, none old or idle")


def administrator(patient: Patient) -> Found:
    """Whether somebody can administer the cluster by password."""
    if patient.vitals is None:
        return _UNSEEN
    able = [
        one
        for one in patient.vitals.administrators
        if one.standing(patient.now) is AccountStatus.ACTIVE
    ]
    if not any(one.has_password for one in able):
        return _red(
            "no active administrator of the Primary Org has a password",
            "gatepass account activate tsadmin; gatepass account set-password tsadmin --generate",
        )
    without = [one.name for one in able if not one.has_password]
    if without:
        return _yellow(
            f"administrators without a password: {', '.join(without)}",
            "whoever holds a trusted secret of the cluster can speak for them; is that meant?",
        )
    return _green(f"{len(able)} can sign in")


def hashing(patient: Patient) -> Found:
    """Whether guessing a stolen hash costs enough."""
    given, usual = patient.settings, Settings()
    if given.hash_memory < usual.hash_memory or given.hash_time < usual.hash_time:
        return _red(
            f"hash_time {given.hash_time}, hash_memory {given.hash_memory}",
            f"at least {usual.hash_time} and {usual.hash_memory} (OWASP): leave both out",
        )
    return _green(f"Argon2id, {given.hash_time} passes over {given.hash_memory} KiB")


def workers(patient: Patient) -> Found:
    """Whether the workers have cores to run on, and ports to be measured at."""
    number, cores = patient.settings.workers, patient.cores
    if number > cores:
        return _yellow(f"{number} workers on {cores} cores", f"set workers to {cores} or less")
    if number > 1 and not patient.settings.metrics_port:
        return _yellow(
            "one scrape of /metrics sees one of several workers",
            "set metrics_port: each worker then has a port of its own",
        )
    return _green(f"{number} on {cores} cores")


def processes(patient: Patient) -> Found:
    """Whether all that serve from the store are there, hear of changes, and are of one version."""
    if patient.vitals is None:
        return _UNSEEN
    there = [one for one in patient.vitals.processes if not one.is_silent]
    if behind := [one for one in there if one.is_behind]:
        return _yellow(
            f"{_named(behind)} last heard of changes {max(one.looked for one in behind)} ago",
            "it trusts nothing that it remembers, and asks the store each time; look whether its "
            "role may read the table moves, and whether something holds a lock on it",
        )
    versions = sorted({one.version for one in there})
    if len(versions) > 1:
        return _yellow(
            f"versions {', '.join(versions)} serve side by side",
            "install one version on every node, and start each again",
        )
    silent = [one for one in patient.vitals.processes if one.is_silent and one.seen < KEPT]
    if silent:
        return _yellow(
            f"{_named(silent)} fell silent without being stopped",
            "if it still runs, it does not reach the store, is stopped, or its clock is off; "
            "else its log, or the kernel's, says what ended it",
        )
    return _green(f"{len(there)} serve, all of {versions[0]}" if there else "none serves now")


def _named(processes: Sequence[Serving]) -> str:
    return ", ".join(f"{one.node} (pid {one.pid})" for one in processes)


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


SYMPTOMS: tuple[Callable[[Patient], Found], ...] = (
    home,
    master_key,
    store,
    sealed_secrets,
    durability,
    disk,
    log_size,
    clock,
    epoch,
    administrator,
    secret_age,
    hashing,
    plain_http,
    trusted_proxies,
    certificate,
    cookie_samesite,
    listed_origins,
    workers,
    processes,
)
