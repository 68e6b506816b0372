"""How v1 tokens give way: to the next one of their secret, to the first of its successor."""

from datetime import datetime

from gatepass.core.audit import record
from gatepass.core.means import Means
from gatepass.core.opening import moved_by
from gatepass.core.records import PRIMARY_ORG, Source, Token, TokenKind, TrustedSecret
from gatepass.core.store import EVERYTHING, Transaction


class Succession:
    """What issuing a v1 token does to those before it, inside its transaction.

    They run out, they are not revoked: sessions that were bought with them live on.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        self._settled: set[str] = set()

    async def take_over(
        self, tx: Transaction, source: Source, token: Token, secret: TrustedSecret, now: datetime
    ) -> None:
        """Let the account's earlier tokens of the secret run out after the grace.

        The first token of all under a secret ends those of the secrets that it replaces: older
        ones of the cluster or the same Org that have ended or are about to. Secrets that live side
        by side leave one another alone.
        """
        until = now + self._means.rules.v1_token_grace
        kind = TokenKind.V1
        moved_by(
            tx, await tx.tokens.shorten(token.account_id, secret.id, kind, until, but=token.id)
        )
        if secret.id in self._settled:
            return
        replaced = [
            one
            for one in await tx.secrets.ended(secret.org_id)
            if one.id != secret.id and one.created_at <= secret.created_at
        ]
        if not replaced or await tx.tokens.any_of(secret.id, kind, but=token.id):
            return
        ended = 0
        for one in replaced:
            ended += await tx.tokens.shorten_all(one.id, kind, now)
        if ended:
            tx.moved(EVERYTHING)
            await record(
                tx,
                self._means,
                "secret.succeed",
                at=now,
                source=source,
                org_id=PRIMARY_ORG if secret.org_id is None else secret.org_id,
                secret=secret.id,
                label=secret.label,
                ended=ended,
            )

    def settle(self, secret_id: str) -> None:
        """Note that a token of the secret is on disk: none is the first any more."""
        self._settled.add(secret_id)
