"""A world with something on every page, and an address for every place in it."""

from gatepass.core.group_changes import GroupChange
from gatepass.core.org_changes import OrgChange
from gatepass.core.records import AccountStatus
from tests.world import HERE, World


async def peopled(here: World) -> dict[str, str]:
    """Fill a world; return for each place whose path has parts in braces one that is there."""
    north = await here.org("north")
    analysts = await here.group("analysts", "DATADOWNLOADING", "USER_ADMINISTRATION")
    await here.group("everywhere", "SHAREWITHALL")
    nested = GroupChange(inside=["analysts"], description="Who shares with everybody")
    await here.core.group_changes.update(here.by, HERE, "everywhere", nested)
    role = await here.core.roles.create(
        here.by, HERE, name="Stewards", privileges=["USER_ADMINISTRATION", "DATAMANAGEMENT"]
    )
    given = GroupChange(roles=["Stewards"])
    await here.core.group_changes.update(here.by, HERE, "analysts", given)
    mira = await here.account("mira", display_name="Mira Holt", email="mira@example.com")
    await here.put_in("analysts", "mira")
    await here.join("mira", north.id)
    await here.account("otto", display_name="Otto <script>alert(1)</script>", password=None)
    await here.account("wanda")
    await here.core.accounts.set_status(here.by, HERE, "wanda", AccountStatus.SUSPENDED)
    secret = await here.secret()
    await here.token()
    await here.token(secret_key=secret, object_id="f2a1c9de-5a51-4b9e-8b7d-4a3f5c0f1d22")
    await here.post("auth/token/custom", {"username": "mira", "secret_key": secret})
    await here.core.keys.rotate(here.by, HERE)
    await here.login()
    await here.core.org_changes.update(here.by, HERE, north.id, OrgChange(description="Up there"))
    south = await here.org("south")
    await here.core.org_states.deactivate(here.by, HERE, south.id)
    wrong = {"username": "mira", "password": "not-mira's-9"}
    refused = await here.post("auth/session/login", wrong)
    incident = refused.json()["error"]["message"]["incident_id_guid"]
    await here.core.write_tallies()
    await here.core.presence.beat()
    return {
        "audit/why": f"audit/why?incident={incident}",
        "accounts/{account}": f"accounts/{mira.id}",
        "groups/{group}": f"groups/{analysts.id}",
        "roles/{role}": f"roles/{role.role.id}",
        "orgs/{org}": f"orgs/{north.id}",
        "develop/playground/{dialect}/{operation}": "develop/playground/v2_0/getFullAccessToken",
    }
