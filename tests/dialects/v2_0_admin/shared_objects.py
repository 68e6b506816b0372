"""Objects for the tests of administration, brought in as the command line brings them."""

from typing import Any

from gatepass.core.object_importing import ObjectRow
from tests.world import HERE, World

SALES = "7b3f1d9e-52c4-4a80-9c6e-2f1a0b9d8c77"
COSTS = "0c1d2e3f-4a5b-4c6d-8e7f-90a1b2c3d4e5"
ORDERS = "aaaaaaaa-0000-4000-8000-000000000001"
LIVEBOARD = {"identifier": SALES, "type": "LIVEBOARD"}


async def bring(here: World, *rows: dict[str, Any], org: int | None = None) -> None:
    """Bring objects in; each row says what it wants to say, and is a Liveboard otherwise."""
    made = [ObjectRow(line=line, **{"type": "LIVEBOARD", **row}) for line, row in enumerate(rows)]
    done = await here.core.object_importing.bring_in(here.by, HERE, made, org=org)
    assert not done.refused, done.refused


async def three(here: World) -> None:
    """Bring in a Liveboard of mira's, an answer of ben's and a table of the system's."""
    await here.account("mira")
    await here.account("ben")
    await bring(
        here,
        {"id": SALES, "name": "Sales", "owner": "mira", "tags": ["north", "year"]},
        {"id": COSTS, "name": "Costs", "owner": "ben", "type": "ANSWER", "description": "What"},
        {
            "id": ORDERS,
            "name": "Orders",
            "type": "LOGICAL_TABLE",
            "subtype": "WORKSHEET",
            "custom_id": "orders-1",
        },
    )
