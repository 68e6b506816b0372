"""Where an account's privileges come from: by which groups, nested in which, by which roles.

``ways`` is a rule on plain data. It explains what ``entitlements.effective`` decides and decides
nothing: a privilege is explained if and only if it is effective.
"""

from collections.abc import Iterator, Mapping, Sequence

from gatepass.core import orgs
from gatepass.core.account_rows import find_account, the_account
from gatepass.core.entitlements import is_cluster_admin, refuse_limited, require
from gatepass.core.errors import NotFound
from gatepass.core.means import Means
from gatepass.core.privileges import ADMINISTRATION, USER_ADMINISTRATION
from gatepass.core.records import PRIMARY_ORG, Account, Principal, Record
from gatepass.core.searches import Named
from gatepass.core.store import Transaction

MOST_WAYS = 10
"""Ways that are shown of one privilege, the shortest first."""


class Way(Record, frozen=True):
    """One way by which an account has a privilege.

    The account is in the first group of the chain, each is nested in the next, and the last one
    grants: by the role, or itself where there is none. ``of_cluster``: in the Primary Org, where
    it makes an administrator of every Org; who does not administer the cluster sees no chain then.
    """

    chain: Sequence[Named]
    role: Named | None = None
    of_cluster: bool = False


class Explained(Record, frozen=True):
    """A privilege with the shortest ways to it, and whether there are more than these."""

    privilege: str
    ways: Sequence[Way]
    more: bool


class Web(Record, frozen=True):
    """Groups that an account is in, by id, and what leads on from there."""

    own: Sequence[Named]
    around: Mapping[str, Sequence[Named]]
    """The groups that each is nested in."""
    granted: Mapping[str, Sequence[str]]
    """What each grants itself."""
    roles: Mapping[str, Sequence[Named]]
    """The roles that each has."""
    carried: Mapping[str, Sequence[str]]
    """What each role carries."""


class Provenance:
    """Acts that say where a privilege comes from."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def of(
        self, by: Principal, identifier: str, *, org: str | int | None = None
    ) -> list[Explained]:
        """Return all that an account may do in an Org, by name, with where it comes from.

        Everybody may ask of themselves, whoever manages accounts of those that it sees whole; in
        the Org that the principal works in, or of the cluster in any.

        Raises:
            ScopeTooSmall: the principal is limited to one object.
            NotPermitted: it asks of another without managing accounts.
            NotFound: no such account or Org within its reach, or the account is not in the Org.
        """
        refuse_limited(by)

        async def work(tx: Transaction) -> list[Explained]:
            account = await self._seen(tx, by, identifier)
            org_id = await orgs.within_reach(tx, by, org)
            found = await explained(tx, account.id, org_id, whole=by.cluster_admin)
            if not found and not await tx.orgs.is_member(account.id, org_id):
                raise NotFound("user", identifier)
            return found

        return await self._means.store.scan(work)

    async def _seen(self, tx: Transaction, by: Principal, identifier: str) -> Account:
        """Return the account, the principal's own or one that it sees whole."""
        account = await find_account(tx, identifier)
        if account is not None and account.id == by.account_id:
            return account
        require(by, self._means.rules, USER_ADMINISTRATION)
        return await the_account(tx, by, identifier)


async def explained(
    tx: Transaction, account_id: str, org_id: int, *, whole: bool
) -> list[Explained]:
    """Return all that an account may do in an Org, by name; the whole of it or the Org's part."""
    found = ways(await _web(tx, account_id, org_id))
    if org_id != PRIMARY_ORG and is_cluster_admin(await tx.groups.privileges(account_id)):
        there = [Way(chain=(), of_cluster=True)]
        if whole:
            primary = ways(await _web(tx, account_id, PRIMARY_ORG))[ADMINISTRATION]
            there = [Way(chain=one.chain, role=one.role, of_cluster=True) for one in primary]
        found[ADMINISTRATION] = [*found.get(ADMINISTRATION, ()), *there]
    return [
        Explained(privilege=word, ways=found[word][:MOST_WAYS], more=len(found[word]) > MOST_WAYS)
        for word in sorted(found)
    ]


def ways(web: Web, most: int = MOST_WAYS) -> dict[str, list[Way]]:
    """Return every privilege with ways to it, shortest first; where there are more, one more.

    No group is come to by more than that many chains, so a web with millions of them costs little,
    and the shortest to each group are among them.
    """
    found: dict[str, list[Way]] = {}
    for chain in _chains(web, most + 1):
        last = chain[-1].id
        for role, words in _grants(web, last):
            for word in words:
                so_far = found.setdefault(word, [])
                if len(so_far) <= most:
                    so_far.append(Way(chain=chain, role=role))
    return found


def _chains(web: Web, most: int) -> Iterator[tuple[Named, ...]]:
    """Go up from the account's own groups, shorter chains first, no group twice in one."""
    level: list[tuple[Named, ...]] = [(group,) for group in web.own]
    come: dict[str, int] = {}
    while level:
        higher = []
        for chain in level:
            last = chain[-1].id
            come[last] = come.get(last, 0) + 1
            if come[last] > most:
                continue
            yield chain
            on_it = {group.id for group in chain}
            higher += [
                (*chain, outer) for outer in web.around.get(last, ()) if outer.id not in on_it
            ]
        level = higher


def _grants(web: Web, group: str) -> Iterator[tuple[Named | None, Sequence[str]]]:
    """Return what a group grants itself, and what by each of its roles."""
    yield None, web.granted.get(group, ())
    for role in web.roles.get(group, ()):
        yield role, web.carried.get(role.id, ())


async def _web(tx: Transaction, account_id: str, org_id: int) -> Web:
    """Read what leads from an account to its privileges in one Org: a few statements."""
    own, reached = await tx.groups.of_account(account_id, org_id)
    ids = [group.id for group in reached]
    roles = await tx.roles.of_groups(ids)
    carriers = list(dict.fromkeys(role.id for some in roles.values() for role in some))
    return Web(
        own=[Named(id=group.id, name=group.name) for group in own],
        around=await tx.directory.around(ids),
        granted=await tx.directory.granted_by(ids),
        roles=roles,
        carried=await tx.roles.carried_by(carriers),
    )
