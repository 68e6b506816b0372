"""Security settings that are changed while serving: who may call, frame and be redirected to.

They are kept in the store and hold in every process from the next call on, beside what the
settings file says.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from gatepass.core import orgs
from gatepass.core.audit import record
from gatepass.core.entitlements import refuse_limited
from gatepass.core.errors import InvalidParameter, NotFound, NotPermitted
from gatepass.core.groups import find_group
from gatepass.core.means import Means
from gatepass.core.origin_entries import ANYWHERE, checked_entries
from gatepass.core.privileges import ADMINISTRATION
from gatepass.core.records import ALL_ORGS, PRIMARY_ORG, Org, Principal, Record, Source
from gatepass.core.searches import Named
from gatepass.core.standing import again
from gatepass.core.store import EVERYTHING, Transaction

SECURITY = "security"
DEVELOPER = "DEVELOPER"
LONGEST_LIST = 4096
LONGEST_SOURCE = 1024


class Csp(Record, frozen=True, omit_defaults=True):
    """What pages may load and who may frame them; all but ``embed_hosts`` is kept and shown."""

    connect: Sequence[str] = ()
    font: Sequence[str] = ()
    embed_hosts: Sequence[str] = ()
    iframe: Sequence[str] = ()
    img: Sequence[str] = ()
    script_enabled: bool = False
    script: Sequence[str] = ()
    style: Sequence[str] = ()


class Access(Record, frozen=True, omit_defaults=True):
    """Who may use the full application outside a frame; group ids. Kept and shown."""

    blocked: bool = False
    groups: Sequence[str] = ()


class ClusterSecurity(Record, frozen=True, omit_defaults=True):
    """The cluster's part."""

    partitioned: bool = False
    cors: Sequence[str] = ()
    csp: Csp = Csp()
    redirects: Sequence[str] = ()
    access: Access = Access()


class OrgSecurity(Record, frozen=True, omit_defaults=True):
    """An Org's part; ``cors`` None: the cluster's list holds for it."""

    cors: Sequence[str] | None = None
    access: Access = Access()


Kind = TypeVar("Kind", ClusterSecurity, OrgSecurity)


class Stored(Record, frozen=True):
    """All that is kept: what every process goes by."""

    cluster: ClusterSecurity
    cors_of_orgs: Mapping[int, Sequence[str]]


class OrgState(Record, frozen=True):
    """An Org's part as it is shown."""

    org: Org
    kept: OrgSecurity
    groups: list[Named]
    trusted: bool


class SecurityState(Record, frozen=True):
    """What a principal may see of the settings; None: that part was not asked for."""

    cluster: ClusterSecurity | None
    cluster_groups: list[Named]
    cluster_trusted: bool
    org: OrgState | None


class ClusterChange(Record, frozen=True):
    """What is to change of the cluster's part; None leaves it alone."""

    partitioned: bool | None = None
    cors: Sequence[str] | None = None
    csp: Mapping[str, Any] = {}
    """Fields of ``Csp`` with their new values."""
    redirects: Sequence[str] | None = None
    blocked: bool | None = None
    groups: Sequence[str] | None = None


class OrgChange(Record, frozen=True):
    """What is to change of an Org's part; None leaves it alone."""

    org: str | int
    cors: Sequence[str] | None = None
    inherits: bool = False
    """Whether it gives its list up, so that the cluster's holds for it again."""
    blocked: bool | None = None
    groups: Sequence[str] | None = None


class Security:
    """Acts on security settings."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def stored(self) -> Stored:
        """Return what is kept, for the process itself to go by.

        Raises:
            Busy: the store cannot be read now.
        """

        async def work(tx: Transaction) -> Stored:
            kept = await tx.settings.of_orgs(SECURITY)
            lists = {org_id: _decoded(body, OrgSecurity).cors for org_id, body in kept.items()}
            return Stored(
                cluster=await _cluster(tx),
                cors_of_orgs={key: one for key, one in lists.items() if one is not None},
            )

        return await self._means.store.read(work)

    async def look(self, by: Principal, *, cluster: bool | None, org: bool | None) -> SecurityState:
        """Return the state; a part is True (asked for by name), None (if permitted) or False.

        Raises:
            NotPermitted: the principal neither administers nor develops, or asks by name for the
                cluster's part from another Org than Primary.
        """
        _require(by)
        if cluster and by.org_id != PRIMARY_ORG:
            raise NotPermitted("the Primary Org, for the cluster's part")
        shows_cluster = cluster is not False and by.org_id == PRIMARY_ORG
        now = self._means.clock()

        async def work(tx: Transaction) -> SecurityState:
            kept = await _cluster(tx) if shows_cluster else None
            own = await tx.orgs.by_id(by.org_id) if org is not False else None
            of_org = None
            if own is not None:
                body = await tx.settings.get(SECURITY, own.id)
                part = _decoded(body, OrgSecurity)
                of_org = OrgState(
                    org=own,
                    kept=part,
                    groups=await _named(tx, own.id, part.access.groups),
                    trusted=bool(await tx.secrets.live(own.id, now)),
                )
            return SecurityState(
                cluster=kept,
                cluster_groups=(
                    [] if kept is None else await _named(tx, PRIMARY_ORG, kept.access.groups)
                ),
                cluster_trusted=kept is not None and bool(await tx.secrets.live(None, now)),
                org=of_org,
            )

        return await self._means.store.read(work)

    async def configure(
        self,
        by: Principal,
        source: Source,
        *,
        cluster: ClusterChange | None = None,
        of_orgs: Sequence[OrgChange] = (),
    ) -> None:
        """Change settings: all of it or nothing. It holds everywhere from the next call on.

        Raises:
            NotPermitted: the principal neither administers nor develops; SAML and script sources
                ask for an administrator, the cluster's part for the Primary Org, an Org's part
                for that Org.
            InvalidParameter: an entry is no origin, or groups are named where they have no place.
            NotFound: there is no such group.
        """
        _require(by)
        now = self._means.clock()

        async def work(tx: Transaction) -> None:
            caller = await again(tx, self._means, by, now)
            _require(caller)
            if cluster is not None:
                after = await self._cluster_after(tx, caller, cluster)
                await tx.settings.put(SECURITY, None, msgspec.json.encode(after))
            for change in of_orgs:
                org = await orgs.find(tx, change.org)
                if org is None or org.id != caller.org_id:
                    raise NotPermitted("the Org itself, to change its settings")
                own = await self._org_after(tx, org.id, change)
                await tx.settings.put(SECURITY, org.id, msgspec.json.encode(own))
            tx.moved(EVERYTHING)
            await record(
                tx,
                self._means,
                "security.configure",
                at=now,
                source=source,
                org_id=ALL_ORGS if cluster is not None else caller.org_id,
                by=caller,
                cluster=None if cluster is None else msgspec.to_builtins(cluster),
                of_orgs=[msgspec.to_builtins(change) for change in of_orgs],
            )

        await self._means.store.write(work)

    async def _cluster_after(
        self, tx: Transaction, by: Principal, change: ClusterChange
    ) -> ClusterSecurity:
        if by.org_id != PRIMARY_ORG:
            raise NotPermitted("the Primary Org, for the cluster's part")
        scripts = not {"script_enabled", "script"}.isdisjoint(change.csp)
        if (scripts or change.redirects is not None) and ADMINISTRATION not in by.privileges:
            raise NotPermitted(f"{ADMINISTRATION}, for redirects and scripts")
        if change.groups is not None and self._means.rules.orgs_enabled:
            raise InvalidParameter("non_embed_access", "with Orgs, groups are named for each Org")
        before = await _cluster(tx)
        csp = replace(before.csp, **{name: _csp_value(name, change.csp) for name in change.csp})
        if csp.script and not csp.script_enabled:
            if "script" in change.csp:
                raise InvalidParameter("script_src_urls", "only where they are enabled")
            csp = replace(csp, script=[])
        return replace(
            before,
            partitioned=before.partitioned if change.partitioned is None else change.partitioned,
            cors=(
                before.cors
                if change.cors is None
                else _origins("cors_whitelisted_urls", change.cors)
            ),
            redirects=(
                before.redirects
                if change.redirects is None
                else _origins("saml_redirect_urls", change.redirects)
            ),
            csp=csp,
            access=await _access(
                tx, PRIMARY_ORG, before.access, blocked=change.blocked, identifiers=change.groups
            ),
        )

    async def _org_after(self, tx: Transaction, org_id: int, change: OrgChange) -> OrgSecurity:
        before = _decoded(await tx.settings.get(SECURITY, org_id), OrgSecurity)
        cors = None if change.inherits else before.cors
        if change.cors is not None:
            cors = _origins("cors_whitelisted_urls", change.cors)
        access = await _access(
            tx, org_id, before.access, blocked=change.blocked, identifiers=change.groups
        )
        return OrgSecurity(cors=cors, access=access)


def _require(by: Principal) -> None:
    refuse_limited(by)
    if by.privileges.isdisjoint({ADMINISTRATION, DEVELOPER}):
        raise NotPermitted(f"{ADMINISTRATION} or {DEVELOPER}")


def _origins(field: str, entries: Sequence[str]) -> list[str]:
    return checked_entries(field, entries, longest=LONGEST_LIST)


def _csp_value(name: str, changes: Mapping[str, Any]) -> bool | list[str]:
    value = changes[name]
    if isinstance(value, bool):
        return value
    if name == "embed_hosts":
        if ANYWHERE in value:
            raise InvalidParameter("visual_embed_hosts", "not every page may show this server's")
        return _origins("visual_embed_hosts", value)
    found = list(dict.fromkeys(one.strip() for one in value))
    for one in found:
        # It may end up in a header: one source, and nothing that begins another directive.
        graphic = one.isascii() and one.isprintable() and not set(one) & set(" ;,")
        if not graphic or not 0 < len(one) <= LONGEST_SOURCE:
            raise InvalidParameter(f"{name}_src_urls", f"no source: {one[:100]!r}")
    return found


async def _access(
    tx: Transaction,
    org_id: int,
    before: Access,
    *,
    blocked: bool | None,
    identifiers: Sequence[str] | None,
) -> Access:
    after = before.blocked if blocked is None else blocked
    if identifiers and not after:
        raise InvalidParameter("groups_identifiers_with_access", "only where access is blocked")
    groups = before.groups if after else []
    if identifiers is not None:
        groups = []
        for identifier in identifiers:
            group = await find_group(tx, org_id, identifier)
            if group is None:
                raise NotFound("group", identifier)
            groups.append(group.id)
    return Access(blocked=after, groups=list(dict.fromkeys(groups)))


async def _named(tx: Transaction, org_id: int, group_ids: Sequence[str]) -> list[Named]:
    found = [await tx.groups.by_id(org_id, one) for one in group_ids]
    return [Named(id=group.id, name=group.name) for group in found if group is not None]


async def _cluster(tx: Transaction) -> ClusterSecurity:
    return _decoded(await tx.settings.get(SECURITY, None), ClusterSecurity)


def _decoded(body: bytes | None, kind: type[Kind]) -> Kind:
    return kind() if body is None else msgspec.json.decode(body, type=kind)
