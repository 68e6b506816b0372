"""Rows to accounts: the account desk, with guesses and entitlements that stand on accounts."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, delete, insert, select, tuple_, update

from gatepass.core.attributes import Stored
from gatepass.core.names import name_key
from gatepass.core.records import (
    Account,
    AccountStatus,
    AccountType,
    Entitlements,
    Guesses,
    Preferences,
)
from gatepass.core.searches import Tastes
from gatepass.storage import attributes
from gatepass.storage.schema import accounts, entitlements, favorites, guesses, memberships
from gatepass.storage.statements import (
    Link,
    Prepared,
    Row,
    opt_micros,
    opt_time,
    to_micros,
    to_time,
)

COLUMNS = (
    accounts.c.id,
    accounts.c.name,
    accounts.c.display_name,
    accounts.c.email,
    accounts.c.type,
    accounts.c.status,
    accounts.c.sharable,
    accounts.c.system,
    accounts.c.mfa_required,
    (accounts.c.password.is_not(None)).label("has_password"),
    accounts.c.author_id,
    accounts.c.modifier_id,
    accounts.c.created_at,
    accounts.c.modified_at,
    accounts.c.expires_at,
    accounts.c.locked_until,
    accounts.c.first_login_at,
    accounts.c.last_org_id,
    accounts.c.preferences,
)

_TYPES = {kind.value: kind for kind in AccountType}
_STATUSES = {status.value: status for status in AccountStatus}
_decode_preferences = msgspec.json.Decoder(Preferences).decode
_PLAIN = Preferences()


def to_account(row: Row) -> Account:
    """Return the account of a row that selects ``COLUMNS``."""
    return Account(
        id=row[0],
        name=row[1],
        display_name=row[2],
        email=row[3],
        type=_TYPES[row[4]],
        status=_STATUSES[row[5]],
        sharable=bool(row[6]),
        system=bool(row[7]),
        mfa_required=bool(row[8]),
        has_password=bool(row[9]),
        author_id=row[10],
        modifier_id=row[11],
        created_at=to_time(row[12]),
        modified_at=to_time(row[13]),
        expires_at=opt_time(row[14]),
        locked_until=opt_time(row[15]),
        first_login_at=opt_time(row[16]),
        last_org_id=row[17],
        preferences=_PLAIN if row[18] == "{}" else _decode_preferences(row[18]),
    )


def _values(account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "display_name": account.display_name,
        "email": account.email,
        "type": account.type.value,
        "status": account.status.value,
        "sharable": int(account.sharable),
        "system": int(account.system),
        "mfa_required": int(account.mfa_required),
        "modifier_id": account.modifier_id,
        "modified_at": to_micros(account.modified_at),
        "expires_at": opt_micros(account.expires_at),
        "locked_until": opt_micros(account.locked_until),
        "first_login_at": opt_micros(account.first_login_at),
        "last_org_id": account.last_org_id,
        "preferences": msgspec.json.encode(account.preferences).decode(),
        "display_key": name_key(account.display_name),
        "email_key": None if account.email is None else name_key(account.email),
        "notify_on_share": int(account.preferences.notify_on_share),
        "show_onboarding_experience": int(account.preferences.show_onboarding_experience),
        "onboarding_experience_completed": int(account.preferences.onboarding_experience_completed),
    }


def new_values(
    account: Account, *, key: str, skeleton: str, password: str | None
) -> dict[str, object]:
    """Return every column of a new account's row."""
    return {
        "id": account.id,
        "name_key": key,
        "skeleton": skeleton,
        "password": password,
        "author_id": account.author_id,
        "created_at": to_micros(account.created_at),
        **_values(account),
    }


_BY_ID = Prepared(select(*COLUMNS).where(accounts.c.id == bindparam("key")))
_BY_KEY = Prepared(select(*COLUMNS).where(accounts.c.name_key == bindparam("key")), lasting=True)
_PASSWORD = Prepared(select(accounts.c.password).where(accounts.c.id == bindparam("key")))
_LOOKALIKES = Prepared(
    select(accounts.c.name).where(
        accounts.c.skeleton == bindparam("sought"), accounts.c.name_key != bindparam("key")
    )
)
_ADD = Prepared(insert(accounts))
_PUT = Prepared(
    update(accounts)
    .where(accounts.c.id == bindparam("key"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "name",
                "display_name",
                "email",
                "type",
                "status",
                "sharable",
                "system",
                "mfa_required",
                "modifier_id",
                "modified_at",
                "expires_at",
                "locked_until",
                "first_login_at",
                "last_org_id",
                "preferences",
                "display_key",
                "email_key",
                "notify_on_share",
                "show_onboarding_experience",
                "onboarding_experience_completed",
            )
        }
    )
)
_RENAME = Prepared(
    update(accounts)
    .where(accounts.c.id == bindparam("key"))
    .values(
        name=bindparam("new"), name_key=bindparam("new_key"), skeleton=bindparam("new_skeleton")
    )
)
_RENAME_MEMBERS = Prepared(
    update(memberships)
    .where(memberships.c.account_id == bindparam("key"))
    .values(name_key=bindparam("new_key"))
)
_SET_HOME = Prepared(
    update(memberships)
    .where(memberships.c.account_id == bindparam("key"), memberships.c.org_id == bindparam("org"))
    .values(home_liveboard=bindparam("home"))
)
_DROP_FAVORITES = Prepared(
    delete(favorites).where(
        favorites.c.account_id == bindparam("key"), favorites.c.org_id == bindparam("org")
    )
)
_ADD_FAVORITES = Prepared(insert(favorites))
_SET_PASSWORD = Prepared(
    update(accounts).where(accounts.c.id == bindparam("key")).values(password=bindparam("encoded"))
)
_REMOVE = Prepared(delete(accounts).where(accounts.c.id == bindparam("key")))
_ALL = Prepared(select(*COLUMNS).order_by(accounts.c.name_key))
_OF_ORG = Prepared(
    select(*COLUMNS)
    .join(memberships, memberships.c.account_id == accounts.c.id)
    .where(memberships.c.org_id == bindparam("org"))
    .order_by(accounts.c.name_key)
)
_ENTITLEMENTS = Prepared(
    select(entitlements.c.org_id, entitlements.c.body).where(
        entitlements.c.account_id == bindparam("key")
    )
)
_DROP_ENTITLEMENTS = Prepared(
    delete(entitlements).where(
        entitlements.c.account_id == bindparam("account"), entitlements.c.org_id == bindparam("org")
    )
)
_ADD_ENTITLEMENTS = Prepared(insert(entitlements))
_GUESSES = Prepared(
    select(guesses.c.failures, guesses.c.shut_until).where(
        guesses.c.account_id == bindparam("account"), guesses.c.address == bindparam("place")
    )
)
_DROP_GUESSES = Prepared(
    delete(guesses).where(
        guesses.c.account_id == bindparam("account"), guesses.c.address == bindparam("place")
    )
)
_DROP_ALL_GUESSES = Prepared(delete(guesses).where(guesses.c.account_id == bindparam("account")))
_ADD_GUESSES = Prepared(insert(guesses))
_STALE_GUESSES = Prepared(
    delete(guesses).where(
        tuple_(guesses.c.account_id, guesses.c.address).in_(
            select(guesses.c.account_id, guesses.c.address)
            .where(guesses.c.changed_at < bindparam("before"))
            .limit(bindparam("most"))
        )
    )
)


class Accounts:
    """The account desk."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def by_id(self, account_id: str) -> Account | None:
        row = await self._link.one(_BY_ID, key=account_id)
        return None if row is None else to_account(row)

    async def by_key(self, key: str) -> Account | None:
        row = await self._link.one(_BY_KEY, key=key)
        return None if row is None else to_account(row)

    async def password(self, account_id: str) -> str | None:
        row = await self._link.one(_PASSWORD, key=account_id)
        return None if row is None else row[0]

    async def lookalikes(self, skeleton: str, key: str) -> list[str]:
        return [row[0] for row in await self._link.all(_LOOKALIKES, sought=skeleton, key=key)]

    async def add(self, account: Account, *, key: str, skeleton: str, password: str | None) -> None:
        values = new_values(account, key=key, skeleton=skeleton, password=password)
        await self._link.run(_ADD, **values)

    async def put(self, account: Account) -> None:
        await self._link.run(_PUT, key=account.id, **_values(account))

    async def rename(self, account_id: str, name: str, *, key: str, skeleton: str) -> None:
        await self._link.run(_RENAME, key=account_id, new=name, new_key=key, new_skeleton=skeleton)
        await self._link.run(_RENAME_MEMBERS, key=account_id, new_key=key)

    async def put_tastes(self, account_id: str, org_id: int, what: Tastes) -> None:
        """Keep where a member begins in an Org, and its favourites there."""
        await self._link.run(_SET_HOME, key=account_id, org=org_id, home=what.home_liveboard)
        await self._link.run(_DROP_FAVORITES, key=account_id, org=org_id)
        await self._link.many(
            _ADD_FAVORITES,
            [
                {
                    "account_id": account_id,
                    "org_id": org_id,
                    "object_id": one.id,
                    "type": one.type,
                    "place": place,
                }
                for place, one in enumerate(what.favorites)
            ],
        )

    async def set_password(self, account_id: str, encoded: str) -> None:
        await self._link.run(_SET_PASSWORD, key=account_id, encoded=encoded)

    async def remove(self, account_id: str) -> None:
        await self._link.run(_REMOVE, key=account_id)

    async def all(self, org_id: int | None) -> list[Account]:
        if org_id is None:
            return [to_account(row) for row in await self._link.all(_ALL)]
        return [to_account(row) for row in await self._link.all(_OF_ORG, org=org_id)]

    async def entitlements(self, account_id: str) -> dict[int, Entitlements]:
        rows = await self._link.all(_ENTITLEMENTS, key=account_id)
        return {row[0]: msgspec.json.decode(row[1], type=Entitlements) for row in rows}

    async def put_entitlements(self, account_id: str, org_id: int, what: Entitlements) -> None:
        await self._link.run(_DROP_ENTITLEMENTS, account=account_id, org=org_id)
        body = msgspec.json.encode(what).decode()
        await self._link.run(_ADD_ENTITLEMENTS, account_id=account_id, org_id=org_id, body=body)

    async def attributes(self, account_id: str) -> dict[int, dict[str, Stored]]:
        return await attributes.read(self._link, account_id)

    async def put_attributes(
        self, account_id: str, org_id: int, what: Mapping[str, Stored]
    ) -> None:
        await attributes.put(self._link, account_id, org_id, what)


class GuessRows:
    """The desk of wrong passwords in a row."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def of(self, account_id: str, address: str) -> Guesses | None:
        row = await self._link.one(_GUESSES, account=account_id, place=address)
        if row is None:
            return None
        return Guesses(
            account_id=account_id,
            address=address,
            failures=row[0],
            shut_until=opt_time(row[1]),
        )

    async def put(self, guesses: Guesses, at: datetime) -> None:
        await self._link.run(_DROP_GUESSES, account=guesses.account_id, place=guesses.address)
        await self._link.run(
            _ADD_GUESSES,
            account_id=guesses.account_id,
            address=guesses.address,
            failures=guesses.failures,
            shut_until=opt_micros(guesses.shut_until),
            changed_at=to_micros(at),
        )

    async def clear(self, account_id: str, address: str | None) -> None:
        if address is None:
            await self._link.run(_DROP_ALL_GUESSES, account=account_id)
        else:
            await self._link.run(_DROP_GUESSES, account=account_id, place=address)

    async def prune(self, before: datetime, most: int) -> int:
        """Delete at most so many that nothing was added to since then."""
        return await self._link.run(_STALE_GUESSES, before=to_micros(before), most=most)
