"""Keys and passwords through the console's pages, then every sink is searched for them."""

import io
from pathlib import Path

from tests.console.visitor import Page, Visitor
from tests.core.test_nothing_leaks import forms, logged
from tests.world import HERE, PASSWORD, world

__all__ = ["logged"]
SECURITY = "develop/security"
BROUGHT = "br0ught-along-canary-0123456789-abcdef"
NEW, WRONG = "Vx-ferry-lantern-41", "Wrong-canary-pass-77"


async def test_no_key_and_no_password_reaches_a_file_a_log_or_a_refusal(
    template: Path, tmp_path: Path, logged: io.StringIO
) -> None:
    """Shown on demand they stand in that one answer alone (checklist 51, 58)."""
    refused: list[str] = []
    async with world(template, tmp_path / "home") as here:
        await here.account("mira")
        admin = await Visitor.signed_in(here)
        mira = await Visitor.signed_in(here, "mira", PASSWORD)
        await admin.send(SECURITY, "cluster-on", proof=WRONG)
        await admin.send(SECURITY, "cluster-on")
        for label in ("one", "two"):
            await admin.send(SECURITY, "cluster-rotate", label=label)
            await admin.send(SECURITY, "cluster-import", label=label, secret=BROUGHT)
        held = await here.core.trusted.secrets_of(here.by, HERE, None)
        for one in held:
            where = {"key": one.record.id}
            assert one.text in Page(await admin.send(SECURITY, "key-show", where=where)).text
        refused += [(await admin.open(path)).html for path in (SECURITY, "sessions", "audit")]
        for fields in ({"proof": WRONG}, {"again": WRONG}, {"password": WRONG}):
            typed = {"password": NEW, "again": NEW, **fields}
            refused.append((await mira.refused("own", "change-password", **typed)).html)
        await mira.done("own", "change-password", password=NEW, again=NEW)
        await here.core.write_activity()
        cookies = {*admin.cookies.values(), *mira.cookies.values()}
        files = [one for one in here.home.rglob("*") if one.is_file()]
        sinks = {str(one): one.read_bytes() for one in files}
    sinks["log"] = logged.getvalue().encode()
    sinks["pages"] = "\n".join(refused).encode()
    secrets = {BROUGHT, NEW, WRONG, PASSWORD, *cookies, *(one.text for one in held)}

    assert b"/console/develop/security" in sinks["log"]
    assert len(secrets) == 9
    for name, found in sinks.items():
        for secret in secrets:
            assert not any(form in found for form in forms(secret)), (name, secret)
