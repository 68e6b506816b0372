"""Rows to the attributes stored on accounts, by Org and scope."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from gatepass.core.attributes import Stored
from gatepass.storage.schema import attributes
from gatepass.storage.statements import Link, Prepared

_OF_ACCOUNT = Prepared(
    select(attributes.c.org_id, attributes.c.scope, attributes.c.body)
    .where(attributes.c.account_id == bindparam("account"))
    .order_by(attributes.c.org_id, attributes.c.scope)
)
_DROP = Prepared(
    delete(attributes).where(
        attributes.c.account_id == bindparam("account"), attributes.c.org_id == bindparam("org")
    )
)
_ADD = Prepared(insert(attributes))
_decode = msgspec.json.Decoder(Stored).decode


async def read(link: Link, account_id: str) -> dict[int, dict[str, Stored]]:
    """Return what is stored on the account, by Org and scope."""
    found: dict[int, dict[str, Stored]] = {}
    for org_id, scope, body in await link.all(_OF_ACCOUNT, account=account_id):
        found.setdefault(org_id, {})[scope] = _decode(body)
    return found


async def put(link: Link, account_id: str, org_id: int, what: Mapping[str, Stored]) -> None:
    """Store this, and nothing else, on the account in this Org."""
    await link.run(_DROP, account=account_id, org=org_id)
    await link.many(
        _ADD,
        [
            {
                "account_id": account_id,
                "org_id": org_id,
                "scope": scope,
                "body": msgspec.json.encode(one).decode(),
            }
            for scope, one in what.items()
        ],
    )
