"""The first rows of a new store: the Primary Org, the system accounts, the first administrator."""

from gatepass.core import orgs
from gatepass.core.account_rows import add_account
from gatepass.core.audit import record
from gatepass.core.errors import InvalidParameter
from gatepass.core.means import Means
from gatepass.core.names import name_key
from gatepass.core.passwords import check_new_password, prepare_password
from gatepass.core.records import PRIMARY_ORG, SYSTEM_ACCOUNT, Account, Source
from gatepass.core.store import Transaction

FIRST_ADMINISTRATOR = "tsadmin"
# The same on every cluster of the vendor's; clients know some of them by heart.
TSADMIN = "59481331-ee53-42be-a548-bd87be6ddd4a"
SU = "0f0dd0f7-7411-4195-a4aa-0dc6b58413c9"
ADMINISTRATORS = "d0326b56-ef23-4c8a-8327-a30e99bcc72b"
EVERYONE = "b25ee394-9d13-49e3-9385-cd97f5b253b4"


class Founding:
    """Acts that happen once in the life of a store."""

    def __init__(self, means: Means, orgs_desk: orgs.Orgs) -> None:
        self._means = means
        self._orgs = orgs_desk

    async def is_founded(self) -> bool:
        """Say whether the store has its first rows."""
        found = await self._means.store.read(lambda tx: tx.orgs.by_id(PRIMARY_ORG))
        return found is not None

    async def found(
        self,
        source: Source,
        *,
        password: str,
        email: str | None = None,
        allow_weak: bool = False,
    ) -> Account:
        """Add the first rows and return the first administrator.

        Raises:
            InvalidParameter: the store has them already.
            WeakPassword: the password is too short or too common.
        """
        if not allow_weak:
            check_new_password(password, words=[FIRST_ADMINISTRATOR])
        encoded = await self._means.hasher.hash(prepare_password(password))
        now = self._means.clock()

        async def work(tx: Transaction) -> Account:
            if await tx.orgs.by_id(PRIMARY_ORG) is not None:
                raise InvalidParameter("home", "the store has its first administrator already")
            await self._orgs.add(
                tx,
                PRIMARY_ORG,
                "Primary",
                "Primary Org",
                author_id=SYSTEM_ACCOUNT,
                group_ids=(EVERYONE, ADMINISTRATORS),
            )
            for name, account_id in (("system", SYSTEM_ACCOUNT), ("su", SU)):
                one = await add_account(
                    tx,
                    self._means,
                    name=name,
                    author_id=SYSTEM_ACCOUNT,
                    now=now,
                    account_id=account_id,
                    system=True,
                )
                await orgs.join(tx, self._means, one.id, PRIMARY_ORG)
            administrator = await add_account(
                tx,
                self._means,
                name=FIRST_ADMINISTRATOR,
                author_id=SYSTEM_ACCOUNT,
                now=now,
                account_id=TSADMIN,
                display_name="Administrator",
                email=email,
                encoded=encoded,
                system=True,
            )
            await orgs.join(tx, self._means, administrator.id, PRIMARY_ORG)
            group = await tx.groups.by_key(PRIMARY_ORG, name_key(orgs.ADMIN_GROUP))
            if group is not None:
                await tx.groups.put_in(group, administrator.id)
            await record(
                tx,
                self._means,
                "store.found",
                at=now,
                source=source,
                org_id=PRIMARY_ORG,
                about=administrator.id,
            )
            return administrator

        return await self._means.store.write(work)
