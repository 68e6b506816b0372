"""What an import is told, line by line, and what came of each line."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from gatepass.core.errors import CoreError, InvalidParameter
from gatepass.core.names import check_email, check_label, check_name, name_key, skeleton
from gatepass.core.passwords import check_new_password
from gatepass.core.records import AccountStatus, AccountType, Record, Undisclosed

HASH = "$argon2id$"


class UserLine(Undisclosed, frozen=True, kw_only=True):
    """An account as a line describes it; of what is None it says nothing.

    Groups are ``ORG/GROUP``, or ``GROUP`` in the first of ``orgs``. An id is for a new account.
    """

    number: int
    name: str
    id: str | None = None
    display_name: str | None = None
    email: str | None = None
    type: AccountType | None = None
    status: AccountStatus | None = None
    sharable: bool | None = None
    orgs: Sequence[str | int] | None = None
    groups: Sequence[str] | None = None
    password: str | None = None
    password_hash: str | None = None


class How(Record, frozen=True):
    """How lines are taken."""

    dry_run: bool = False
    """Say what would be done, and do nothing."""
    leave: bool = False
    """Leave accounts as they are that are there already."""
    skip_refused: bool = False
    """Take the other lines of a batch although one is refused."""
    allow_weak: bool = False


class Fate(StrEnum):
    """What became, or would become, of a line."""

    CREATED = "created"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class Difference(Record, frozen=True):
    """One thing that a line makes different; lists are only ever added to."""

    field: str
    before: object
    after: object


class Result(Record, frozen=True):
    """What became of one line, and why if it was refused."""

    number: int
    name: str
    fate: Fate
    kind: str = "user"
    differences: Sequence[Difference] = ()
    reason: str = ""


class Seen:
    """What the lines so far have named: some 70 bytes a line, whatever is in it."""

    def __init__(self) -> None:
        self.names: set[int] = set()
        """Hashes of keys of names, and of ids, which share one space."""
        self.shapes: dict[int, bool] = {}
        """In a dry run: by hash of a skeleton, whether all names of it are plain ASCII."""
        self.orgs: set[str] = set()
        """In a dry run: keys of Orgs that would be there by now."""
        self.groups: set[tuple[str, str]] = set()
        """Likewise keys of an Org and of a group in it."""
        self.ids: set[tuple[str, str]] = set()
        """Likewise ids that new groups and roles would have by now, by kind."""


class Ready(Undisclosed, frozen=True, kw_only=True):
    """A line whose values will do, with the keys of its name."""

    line: UserLine
    name: str
    key: str
    skeleton: str
    display_name: str | None
    email: str | None


def refused(line: UserLine, error: CoreError) -> Result:
    """Return the result of a line that was refused."""
    return Result(number=line.number, name=line.name, fate=Fate.REFUSED, reason=str(error))


def ready(line: UserLine, how: How) -> Ready:
    """Return the line with its values cleaned for keeping.

    Raises:
        InvalidParameter, WeakPassword: a value will not do.
    """
    name = check_name("name", line.name)
    display_name = check_label("display_name", line.display_name) if line.display_name else None
    email = check_email(line.email) if line.email else None
    if line.password is not None or line.password_hash is not None:
        if line.type not in {None, AccountType.LOCAL}:
            raise InvalidParameter("password", "only a local user has one")
        if line.password is not None and line.password_hash is not None:
            raise InvalidParameter("password", "give it or its hash, not both")
        if line.password_hash is not None and not line.password_hash.startswith(HASH):
            raise InvalidParameter("password_hash", f"must begin with {HASH}")
        if line.password is not None and not how.allow_weak:
            words = [word for word in (name, display_name, email) if word]
            check_new_password(line.password, words=words)
    return Ready(
        line=line,
        name=name,
        key=name_key(name),
        skeleton=skeleton(name),
        display_name=display_name,
        email=email,
    )


def group_place(text: str) -> tuple[str | None, str]:
    """Return the Org, None for the first, and the name that the text of a group has."""
    org, slash, name = text.partition("/")
    return (org, name) if slash else (None, text)


def checked_id(text: str) -> str:
    """Return an id as it is kept.

    Raises:
        InvalidParameter: it is no UUID.
    """
    try:
        return str(UUID(text))
    except ValueError as error:
        raise InvalidParameter("id", "must be a UUID") from error
