"""What of a custom token's attributes stays on the account: the matrix, cell by cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepass.core.attributes import (
    OPERATORS,
    TWO_OR_MORE,
    Attributes,
    FilterRule,
    NamedValues,
    ObjectReference,
    PersistOption,
    ResetOption,
    Stored,
    check,
    persist,
)
from gatepass.core.errors import InvalidParameter

OLD_RULE = FilterRule(column_name="Region", operator="IN", values=["east"])
NEW_RULE = FilterRule(column_name="Item", operator="EQ", values=["hats"])
OLD_PARAMETER = NamedValues(name="Discount", values=["10"])
NEW_PARAMETER = NamedValues(name="Currency", values=["EUR"])
OLD_VARIABLE = NamedValues(name="country", values=["DE"])
NEW_VARIABLE = NamedValues(name="team", values=["red"])
BEFORE = {
    "ALL": Stored(
        filter_rules=[OLD_RULE], parameter_values=[OLD_PARAMETER], variable_values=[OLD_VARIABLE]
    )
}


def after(wish: Attributes, option: PersistOption, *resets: ResetOption) -> Stored:
    """Return what stands for every object afterwards."""
    return persist(BEFORE, wish, option, resets or None).get("ALL", Stored())


@pytest.mark.parametrize(
    ("wish", "rules", "parameters", "variables"),
    [
        ({"filter_rules": [NEW_RULE]}, [NEW_RULE], [], [OLD_VARIABLE]),
        ({"parameter_values": [NEW_PARAMETER]}, [], [NEW_PARAMETER], [OLD_VARIABLE]),
        (
            {"filter_rules": [NEW_RULE], "parameter_values": [NEW_PARAMETER]},
            [NEW_RULE],
            [NEW_PARAMETER],
            [OLD_VARIABLE],
        ),
        ({"variable_values": [NEW_VARIABLE]}, [OLD_RULE], [OLD_PARAMETER], [NEW_VARIABLE]),
        (
            {
                "filter_rules": [NEW_RULE],
                "parameter_values": [NEW_PARAMETER],
                "variable_values": [NEW_VARIABLE],
            },
            [NEW_RULE],
            [NEW_PARAMETER],
            [NEW_VARIABLE],
        ),
        ({}, [OLD_RULE], [OLD_PARAMETER], [OLD_VARIABLE]),
        ({"filter_rules": []}, [], [], [OLD_VARIABLE]),
    ],
    ids=["rules", "parameters", "both", "variables", "all three", "none", "empty rules"],
)
def test_replace_goes_by_which_parts_the_request_has(
    wish: dict[str, object],
    rules: list[FilterRule],
    parameters: list[NamedValues],
    variables: list[NamedValues],
) -> None:
    found = after(Attributes(**wish), PersistOption.REPLACE)  # type: ignore[arg-type]

    assert (found.filter_rules, found.parameter_values, found.variable_values) == (
        rules,
        parameters,
        variables,
    )


def test_replace_leaves_a_variable_with_no_values_as_it_was_and_drops_the_others() -> None:
    empty = NamedValues(name="country", values=[])

    found = after(Attributes(variable_values=[empty, NEW_VARIABLE]), PersistOption.REPLACE)

    assert found.variable_values == [OLD_VARIABLE, NEW_VARIABLE]


def test_append_unites_the_values_of_one_column_and_operator() -> None:
    more = FilterRule(column_name="Region", operator="IN", values=["west", "east"])

    found = after(Attributes(filter_rules=[more, NEW_RULE]), PersistOption.APPEND)

    united = FilterRule(column_name="Region", operator="IN", values=["east", "west"])
    assert found.filter_rules == [united, NEW_RULE]


def test_append_keeps_one_column_under_another_operator_apart() -> None:
    other = FilterRule(column_name="Region", operator="NE", values=["east"])

    found = after(Attributes(filter_rules=[other]), PersistOption.APPEND)

    assert found.filter_rules == [OLD_RULE, other]


def test_append_replaces_the_same_parameter_and_unites_the_same_variable() -> None:
    wish = Attributes(
        parameter_values=[NamedValues(name="Discount", values=["20"])],
        variable_values=[NamedValues(name="country", values=["FR"])],
    )

    found = after(wish, PersistOption.APPEND)

    assert found.parameter_values == [NamedValues(name="Discount", values=["20"])]
    assert found.variable_values == [NamedValues(name="country", values=["DE", "FR"])]


def test_none_stores_nothing() -> None:
    wish = Attributes(filter_rules=[NEW_RULE], parameter_values=[NEW_PARAMETER])

    assert persist(BEFORE, wish, PersistOption.NONE) == BEFORE


@pytest.mark.parametrize(
    ("resets", "rules", "parameters"),
    [
        ((), [], []),
        ((ResetOption.FILTER_RULES,), [], [OLD_PARAMETER]),
        ((ResetOption.PARAMETERS,), [OLD_RULE], []),
        ((ResetOption.GROUPS,), [OLD_RULE], [OLD_PARAMETER]),
    ],
    ids=["nothing named", "rules", "parameters", "groups"],
)
def test_reset_clears_what_it_names_and_never_variables(
    resets: tuple[ResetOption, ...], rules: list[FilterRule], parameters: list[NamedValues]
) -> None:
    found = after(Attributes(filter_rules=[NEW_RULE]), PersistOption.RESET, *resets)

    assert found == Stored(
        filter_rules=rules, parameter_values=parameters, variable_values=[OLD_VARIABLE]
    )


def test_attributes_for_named_objects_leave_those_for_all_alone() -> None:
    wish = Attributes(filter_rules=[NEW_RULE], objects=[ObjectReference(identifier="one")])

    found = persist(BEFORE, wish, PersistOption.REPLACE)

    assert found == {**BEFORE, "one": Stored(filter_rules=[NEW_RULE])}


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_each_operator_says_how_many_values_it_needs(operator: str) -> None:
    """Unknown or unusable rules are refused, never dropped (checklist 30)."""
    for count in range(4):
        rule = FilterRule(column_name="c", operator=operator, values=["v"] * count)
        wish = Attributes(filter_rules=[rule])
        if count >= (2 if operator in TWO_OR_MORE else 1):
            check(wish, PersistOption.NONE, None)
        else:
            with pytest.raises(InvalidParameter, match="filter_rules"):
                check(wish, PersistOption.NONE, None)


@pytest.mark.parametrize("operator", ["", "eq", "LIKE_ALL", "=="])
def test_an_unknown_operator_is_refused(operator: str) -> None:
    """(checklist 30)"""
    rule = FilterRule(column_name="c", operator=operator, values=["v"])

    with pytest.raises(InvalidParameter, match="unknown operator"):
        check(Attributes(filter_rules=[rule]), PersistOption.APPEND, None)


@pytest.mark.parametrize("option", [PersistOption.NONE, PersistOption.RESET])
def test_variables_need_an_option_that_stores_them(option: PersistOption) -> None:
    with pytest.raises(InvalidParameter, match="variable_values"):
        check(Attributes(variable_values=[NEW_VARIABLE]), option, None)


@pytest.mark.parametrize("option", [one for one in PersistOption if one != "RESET"])
def test_a_reset_option_needs_reset(option: PersistOption) -> None:
    with pytest.raises(InvalidParameter, match="reset_option"):
        check(Attributes(), option, [ResetOption.GROUPS])


RULES = st.builds(
    FilterRule,
    column_name=st.sampled_from("ab"),
    operator=st.sampled_from(["EQ", "IN"]),
    values=st.lists(st.sampled_from("xyz"), min_size=1, max_size=3),
)


@given(st.lists(RULES, max_size=6), st.lists(RULES, max_size=6))
def test_appending_never_loses_or_invents_a_value(
    first: list[FilterRule], second: list[FilterRule]
) -> None:
    """The slow and obvious model: the set of (column, operator, value)."""
    stored = persist({}, Attributes(filter_rules=first), PersistOption.APPEND)
    stored = persist(stored, Attributes(filter_rules=second), PersistOption.APPEND)

    def triples(rules: list[FilterRule]) -> set[tuple[str, str, str]]:
        return {(r.column_name, r.operator, value) for r in rules for value in r.values}

    found = stored.get("ALL", Stored()).filter_rules
    assert triples(found) == triples(first + second)
    assert len({(r.column_name, r.operator) for r in found}) == len(found)
