"""Attributes of a token: filter rules, parameter values, variables; what of them stays.

A custom token carries the attributes of its own request. What is kept on the account, per Org and
per object, follows the request's persist option; everything here is a pure function of both.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from gatepass.core.errors import InvalidParameter

EVERY_OBJECT = "ALL"
"""The scope of attributes that name no object."""

ONE_OR_MORE = frozenset(
    {
        *("EQ", "NE", "LT", "LE", "GT", "GE"),
        *("CONTAINS", "BEGINS_WITH", "ENDS_WITH", "LIKE", "IN", "NOT_IN"),
    }
)
TWO_OR_MORE = frozenset({"BW", "BW_INC", "BW_INC_MIN", "BW_INC_MAX"})
OPERATORS = ONE_OR_MORE | TWO_OR_MORE
"""The sixteen operators of a filter rule."""


class PersistOption(StrEnum):
    """What becomes of the attributes stored on the account."""

    REPLACE = "REPLACE"
    APPEND = "APPEND"
    NONE = "NONE"
    RESET = "RESET"


class ResetOption(StrEnum):
    """What RESET clears."""

    FILTER_RULES = "FILTER_RULES"
    PARAMETERS = "PARAMETERS"
    GROUPS = "GROUPS"


class FilterRule(Struct, frozen=True, kw_only=True):
    """Rows whose column stands so to these values."""

    column_name: str
    operator: str
    values: list[str]


class NamedValues(Struct, frozen=True, kw_only=True):
    """A parameter or a formula variable, and its values."""

    name: str
    values: list[str]


class Ordering(Struct, frozen=True, kw_only=True):
    """A column that rows are sorted by."""

    column_name: str
    ascending: bool


class ObjectReference(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An object that attributes are limited to."""

    identifier: str
    type: str | None = None


class Attributes(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a token carries; None is a part that the request did not have."""

    filter_rules: list[FilterRule] | None = None
    parameter_values: list[NamedValues] | None = None
    variable_values: list[NamedValues] | None = None
    objects: list[ObjectReference] | None = None
    orderings: list[Ordering] | None = None

    def is_empty(self) -> bool:
        """Say whether there is no attribute at all."""
        return not (self.filter_rules or self.parameter_values or self.variable_values)

    def scopes(self) -> list[str]:
        """Return the keys under which the attributes are stored."""
        if not self.objects:
            return [EVERY_OBJECT]
        return list(dict.fromkeys(one.identifier for one in self.objects))


class Stored(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The attributes on an account for one Org and one scope."""

    filter_rules: list[FilterRule] = field(default_factory=list)
    parameter_values: list[NamedValues] = field(default_factory=list)
    variable_values: list[NamedValues] = field(default_factory=list)


def check(wish: Attributes, option: PersistOption, resets: Sequence[ResetOption] | None) -> None:
    """Refuse attributes that cannot be meant; an unusable rule never becomes no rule.

    Raises:
        InvalidParameter: an operator is unknown, values are missing, or options contradict.
    """
    for rule in wish.filter_rules or ():
        if rule.operator not in OPERATORS:
            raise InvalidParameter("filter_rules", "unknown operator")
        least = 2 if rule.operator in TWO_OR_MORE else 1
        if len(rule.values) < least:
            raise InvalidParameter("filter_rules", f"{rule.operator} needs {least} values or more")
        _check_name("filter_rules", rule.column_name)
    for one in wish.parameter_values or ():
        _check_name("parameter_values", one.name)
        if len(one.values) != 1:
            raise InvalidParameter("parameter_values", "a parameter has one value")
    for one in wish.variable_values or ():
        _check_name("variable_values", one.name)
    _check_names("orderings", [one.column_name for one in wish.orderings or ()])
    _check_names("objects", [one.identifier for one in wish.objects or ()])
    no_variables = {PersistOption.NONE, PersistOption.RESET}
    if wish.variable_values is not None and option in no_variables:
        raise InvalidParameter("variable_values", f"not with persist_option {option.value}")
    if resets is not None and option is not PersistOption.RESET:
        raise InvalidParameter("reset_option", "only with persist_option RESET")


def persist(
    stored: Mapping[str, Stored],
    wish: Attributes,
    option: PersistOption,
    resets: Sequence[ResetOption] | None = None,
) -> dict[str, Stored]:
    """Return what is stored afterwards, by scope; a scope with nothing in it goes."""
    after = dict(stored)
    if option is PersistOption.RESET:
        cleared = resets or (ResetOption.FILTER_RULES, ResetOption.PARAMETERS)
        after = {scope: _reset(one, cleared) for scope, one in stored.items()}
    elif option is not PersistOption.NONE:
        change = _append if option is PersistOption.APPEND else _replace
        for scope in wish.scopes():
            after[scope] = change(stored.get(scope, Stored()), wish)
    return {scope: one for scope, one in after.items() if one != Stored()}


def _reset(before: Stored, cleared: Sequence[ResetOption]) -> Stored:
    if ResetOption.FILTER_RULES in cleared:
        before = replace(before, filter_rules=[])
    if ResetOption.PARAMETERS in cleared:
        before = replace(before, parameter_values=[])
    return before


def _append(before: Stored, wish: Attributes) -> Stored:
    """Unite the values of a column and operator, or of a variable; a parameter is replaced."""
    rules = {(rule.column_name, rule.operator): rule.values for rule in before.filter_rules}
    for rule in wish.filter_rules or ():
        key = (rule.column_name, rule.operator)
        rules[key] = _united(rules.get(key, []), rule.values)
    parameters = {one.name: one.values for one in before.parameter_values}
    parameters |= {one.name: one.values for one in wish.parameter_values or ()}
    variables = {one.name: one.values for one in before.variable_values}
    for one in wish.variable_values or ():
        variables[one.name] = _united(variables.get(one.name, []), one.values)
    return Stored(
        filter_rules=[
            FilterRule(column_name=column, operator=operator, values=values)
            for (column, operator), values in rules.items()
        ],
        parameter_values=_named(parameters),
        variable_values=_named(variables),
    )


def _replace(before: Stored, wish: Attributes) -> Stored:
    """Put the request's parts in place of the stored ones.

    Filter rules and parameters go together: one of the two in the request deletes the other where
    it is missing. Variables stand apart; an empty list of values leaves a variable as it was.
    """
    after = before
    if wish.filter_rules is not None or wish.parameter_values is not None:
        after = replace(
            after,
            filter_rules=_merged(wish.filter_rules or []),
            parameter_values=_named({one.name: one.values for one in wish.parameter_values or ()}),
        )
    if wish.variable_values is not None:
        known = {one.name: one.values for one in before.variable_values}
        wished = {one.name: one.values or known.get(one.name, []) for one in wish.variable_values}
        after = replace(
            after, variable_values=_named({k: values for k, values in wished.items() if values})
        )
    return after


def _merged(rules: Sequence[FilterRule]) -> list[FilterRule]:
    return _append(Stored(), Attributes(filter_rules=list(rules))).filter_rules


def _united(first: Sequence[str], second: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((*first, *second)))


def _named(values: Mapping[str, list[str]]) -> list[NamedValues]:
    return [NamedValues(name=name, values=found) for name, found in values.items()]


def _check_names(field: str, names: Sequence[str]) -> None:
    for name in names:
        _check_name(field, name)


def _check_name(field: str, name: str) -> None:
    if not name.strip():
        raise InvalidParameter(field, "a name is empty")
