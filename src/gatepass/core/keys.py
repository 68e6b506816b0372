"""Signing keys of custom tokens: next, current, previous; rotated without refusing anything good.

A new key is published before it signs (*next*), signs (*current*), and stays published until the
last token that it signed has ended (*previous*). An emergency ends it and its tokens at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gatepass.core.audit import record
from gatepass.core.entitlements import require
from gatepass.core.errors import NotPermitted
from gatepass.core.means import Means
from gatepass.core.privileges import CONTROL_TRUSTED_AUTH
from gatepass.core.records import (
    PRIMARY_ORG,
    KeyState,
    Principal,
    SigningKey,
    Source,
    TokenKind,
)
from gatepass.core.standing import still
from gatepass.core.store import EVERYTHING, Transaction

if TYPE_CHECKING:
    from gatepass.core.signing import Signer

ALGORITHM = "ES256"


class Keys:
    """Acts on signing keys."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._opened: dict[str, Signer] = {}

    async def sign(self, tx: Transaction, claims: dict[str, Any], now: datetime) -> str:
        """Return a signed token of these claims.

        The first token ever makes the first two keys.
        """
        key = await tx.keys.in_state(KeyState.CURRENT)
        if key is None:
            key = await self._make(tx, KeyState.CURRENT, now)
            await self._make(tx, KeyState.NEXT, now)
        opened = self._opened.get(key.id)
        if opened is None:
            sealed = await tx.keys.sealed(key.id)
            text = self._means.sealer.open(sealed, f"signing key {key.id}")
            from gatepass.core.signing import Signer  # noqa: PLC0415 - where it is used, once a key

            opened = self._opened[key.id] = Signer.opened(key.id, text)
        return opened.sign(claims)

    async def published(self) -> list[dict[str, Any]]:
        """Return the public keys that a live custom token may be signed with, as in a JWKS."""
        keys = await self._means.store.read(lambda tx: tx.keys.all())
        return [
            {**key.public, "kid": key.id, "use": "sig", "alg": ALGORITHM}
            for key in keys
            if key.state is not KeyState.ENDED
        ]

    async def list_all(self, by: Principal) -> Sequence[SigningKey]:
        """Return every key, newest first.

        Raises:
            NotPermitted: the principal may not control the cluster's trusted authentication.
        """
        self._require(by)
        return await self._means.store.read(lambda tx: tx.keys.all())

    async def rotate(self, by: Principal, source: Source, *, emergency: bool = False) -> str:
        """Let the next key sign and return its id; in an emergency end the others and their tokens.

        Raises:
            NotPermitted: the principal may not control the cluster's trusted authentication.
        """
        self._require(by)
        now = self._means.clock()

        async def work(tx: Transaction) -> str:
            caller = await still(tx, self._means, by, now, CONTROL_TRUSTED_AUTH)
            before = await tx.keys.all()
            oldest = now - self._means.rules.max_token_validity
            for key in before:
                if emergency and key.state is not KeyState.ENDED:
                    await tx.keys.put_state(key.id, KeyState.ENDED, now)
                elif key.state is KeyState.CURRENT:
                    await tx.keys.put_state(key.id, KeyState.PREVIOUS, now)
                elif key.state is KeyState.PREVIOUS and key.changed_at < oldest:
                    await tx.keys.put_state(key.id, KeyState.ENDED, now)
            following = None if emergency else await tx.keys.in_state(KeyState.NEXT)
            if following is None:
                following = await self._make(tx, KeyState.CURRENT, now)
            else:
                await tx.keys.put_state(following.id, KeyState.CURRENT, now)
            await self._make(tx, KeyState.NEXT, now)
            ended = 0
            if emergency:
                ended = await tx.revocations.of_kind(TokenKind.CUSTOM, now)
                tx.moved(EVERYTHING)
            await record(
                tx,
                self._means,
                "key.rotate",
                at=now,
                source=source,
                org_id=PRIMARY_ORG,
                by=caller,
                key=following.id,
                emergency=emergency,
                ended=ended,
            )
            return following.id

        return await self._means.store.write(work)

    def _require(self, by: Principal) -> None:
        require(by, self._means.rules, CONTROL_TRUSTED_AUTH)
        if by.org_id != PRIMARY_ORG:
            raise NotPermitted("the Primary Org, for the cluster's keys")

    async def _make(self, tx: Transaction, state: KeyState, now: datetime) -> SigningKey:
        from gatepass.core.signing import Signer  # noqa: PLC0415 - where it is used, seldom

        made = Signer.made()
        key = SigningKey(
            id=made.key_id,
            state=state,
            public=made.public(),
            created_at=now,
            changed_at=now,
        )
        await tx.keys.add(key, self._means.sealer.seal(made.text(), f"signing key {key.id}"))
        return key
