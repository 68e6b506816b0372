"""Custom tokens: signed, with the attributes of their request; some stay on the account."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from gatepass.core.attributes import (
    Attributes,
    PersistOption,
    ResetOption,
    check,
    persist,
)
from gatepass.core.audit import record
from gatepass.core.crypto import LONGEST_SIGNED
from gatepass.core.errors import InvalidParameter
from gatepass.core.keys import Keys
from gatepass.core.means import Means
from gatepass.core.provisioning import Provisioning
from gatepass.core.records import Account, Org, Record, Source, Token, TrustedSecret
from gatepass.core.store import Scope, Transaction

_PARTS = ("filter_rules", "parameter_values", "variable_values", "objects")


class Custom(Record, frozen=True):
    """What a custom token request asks for besides what every request does."""

    attributes: Attributes
    option: PersistOption = PersistOption.APPEND
    resets: Sequence[ResetOption] | None = None

    def entitles(self) -> bool:
        """Say whether the request gives or takes any entitlement."""
        return not self.attributes.is_empty() or self.option is PersistOption.RESET

    def keeping_nothing(self) -> "Custom":
        """Return the same without effect on what is stored."""
        return Custom(attributes=self.attributes, option=PersistOption.NONE)


class Customizing:
    """What is particular to custom tokens, inside the transaction that issues one."""

    def __init__(self, means: Means, keys: Keys, provisioning: Provisioning) -> None:
        self._means = means
        self._keys = keys
        self._provisioning = provisioning

    def check(self, wish: Custom) -> None:
        """Refuse what cannot be meant, before anything is done.

        Raises:
            InvalidParameter: a rule, variable or option will not do.
        """
        check(wish.attributes, wish.option, wish.resets)
        rules = self._means.rules
        if rules.allow_any_variable:
            return
        for variable in wish.attributes.variable_values or ():
            if variable.name not in rules.variable_names:
                raise InvalidParameter("variable_values", "no such variable")

    async def keep(
        self,
        tx: Transaction,
        source: Source,
        wish: Custom,
        account: Account,
        org: Org,
        *,
        now: datetime,
        secret: TrustedSecret | None,
    ) -> None:
        """Bring what is stored on the account in this Org up to the request."""
        if wish.option is not PersistOption.NONE:
            before = (await tx.accounts.attributes(account.id)).get(org.id, {})
            after = persist(before, wish.attributes, wish.option, wish.resets)
            if after != before:
                await tx.accounts.put_attributes(account.id, org.id, after)
                tx.moved(Scope.account(account.id))
                await record(
                    tx,
                    self._means,
                    "account.attribute",
                    at=now,
                    source=source,
                    org_id=org.id,
                    about=account.id,
                    actor=None if secret is None else secret.label,
                    option=wish.option.value,
                    scopes=sorted(after),
                )
        if wish.resets is not None and ResetOption.GROUPS in wish.resets and secret is not None:
            await self._provisioning.leave_groups(tx, source, account, org, secret=secret, now=now)

    def signer(
        self, tx: Transaction, account: Account, org: Org
    ) -> Callable[[Token], Awaitable[str]]:
        """Return what makes a token's text: a JWT whose claims say what its row says."""

        async def sign(token: Token) -> str:
            text = await self._keys.sign(tx, self._claims(token, account, org), token.issued_at)
            if len(text) > LONGEST_SIGNED:
                raise InvalidParameter(
                    _largest(token.attributes),
                    f"the token would have {len(text)} characters, {LONGEST_SIGNED} at most: "
                    "shorten this part, or store it with variables instead",
                )
            return text

        return sign

    def _claims(self, token: Token, account: Account, org: Org) -> dict[str, Any]:
        issued = int(token.issued_at.timestamp())
        carried: dict[str, Any] = msgspec.to_builtins(token.attributes or Attributes())
        return {
            "iss": self._means.rules.token_issuer,
            "aud": self._means.rules.token_audience,
            "sub": account.id,
            "jti": token.id,
            "iat": issued,
            "nbf": issued,
            "exp": int(token.expires_at.timestamp()),
            "name": account.name,
            "org_id": org.id,
            "org": org.name,
            **carried,
        }


def _largest(attributes: Attributes | None) -> str:
    sizes = {part: len(msgspec.json.encode(getattr(attributes, part, None))) for part in _PARTS}
    return max(sizes, key=lambda part: sizes[part])
