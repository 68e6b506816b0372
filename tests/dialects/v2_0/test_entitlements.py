"""Entitlements that a token request keeps on the account: ``user_parameters``."""

from typing import Any

import pytest

from tests.adjusted import BAD, FORBIDDEN
from tests.dialects.v2_0.asking import ALL, FILTER, FULL, KEPT, PARAMETER, SORT, jit, who
from tests.world import ADMIN, ADMIN_PASSWORD, PASSWORD, World, refusal


async def keep(here: World, name: str = "nova", **parameters: Any) -> dict[str, Any]:
    """Persist entitlements by the key and return what the user then has."""
    user = await who(here, await jit(here, name, user_parameters=parameters))
    found: dict[str, Any] = user["user_parameters"]
    return found


@pytest.mark.parametrize("field", ["user_parameters", "jwt_user_options"])
async def test_persistent_entitlements_are_kept_on_the_user_in_the_org(
    here: World, field: str
) -> None:
    more: dict[str, Any] = {field: ALL}

    user = await who(here, await jit(here, **more))

    assert user["user_parameters"] == {"0": KEPT}


async def test_they_are_kept_per_org(here: World) -> None:
    north = await here.org()
    await keep(here, **ALL)

    reply = await jit(here, org_id=north.id, user_parameters={"parameters": [PARAMETER]})

    shown = (await who(here, reply))["user_parameters"]
    assert shown["0"] == KEPT
    assert shown[str(north.id)] == {
        "runtimeFilters": [],
        "runtimeSorts": [],
        "parameters": KEPT["parameters"],
    }


@pytest.mark.parametrize("flag", [{}, {"persist": False}, {"persist": None}, {"persist": ""}])
async def test_what_is_not_to_persist_is_not_kept(here: World, flag: dict[str, Any]) -> None:
    passing = [{key: FILTER[key] for key in ("column_name", "operator", "values")} | flag]
    assert await keep(here, runtime_filters=passing) == {}

    await keep(here, **ALL)
    assert await keep(here, runtime_filters=passing) == {"0": KEPT}


async def test_an_empty_list_clears_its_own_category(here: World) -> None:
    await keep(here, **ALL)

    assert (await keep(here, runtime_sorts=[]))["0"] == {**KEPT, "runtimeSorts": []}
    assert (await keep(here, runtime_filters=[]))["0"]["runtimeFilters"] == []
    assert await keep(here, parameters=[]) == {}


@pytest.mark.parametrize("absent", [None, ""])
async def test_an_absent_category_stays_as_it_is(here: World, absent: str | None) -> None:
    await keep(here, **ALL)

    assert await keep(here, runtime_filters=absent, runtime_sorts=absent) == {"0": KEPT}
    assert await keep(here) == {"0": KEPT}


async def test_an_administrator_may_set_entitlements_by_password(here: World) -> None:
    reply = await here.post(
        FULL, {"username": ADMIN, "password": ADMIN_PASSWORD, "user_parameters": ALL}
    )

    assert (await who(here, reply))["user_parameters"] == {"0": KEPT}


@pytest.mark.parametrize("category", ALL)
@pytest.mark.parametrize("persist", [True, False])
async def test_nobody_else_may_set_entitlements_by_password(
    here: World, category: str, *, persist: bool
) -> None:
    await here.account("mira")
    entries = [{**ALL[category][0], "persist": persist}]

    reply = await here.post(
        FULL,
        {"username": "mira", "password": PASSWORD, "user_parameters": {category: entries}},
    )

    assert refusal(reply) == FORBIDDEN


async def test_nobody_else_clears_entitlements_by_password(here: World) -> None:
    """An empty list is let through, and without effect: what restricts a user stays."""
    await here.account("mira")
    await keep(here, "mira", **ALL)
    empty: dict[str, Any] = {"runtime_filters": [], "runtime_sorts": [], "parameters": []}

    reply = await here.post(
        FULL, {"username": "mira", "password": PASSWORD, "user_parameters": empty}
    )

    assert (await who(here, reply))["user_parameters"] == {"0": KEPT}


async def test_objects_of_entitlements_are_accepted(here: World) -> None:
    objects = [{"type": "LOGICAL_TABLE", "identifier": "a-guid"}, {"identifier": "b"}]

    kept = await keep(
        here, objects=objects, runtime_filters=[{**FILTER, "objects": objects}], runtime_sorts=[{}]
    )

    assert kept["0"]["runtimeFilters"] == KEPT["runtimeFilters"]


@pytest.mark.parametrize(
    "parameters",
    [
        "text",
        [],
        {"runtime_filters": FILTER},
        {"runtime_filters": [{**FILTER, "operator": "LIKES"}]},
        {"runtime_filters": [{**FILTER, "operator": ["EQ"]}]},
        {"runtime_filters": [{"operator": "EQ", "values": ["a"]}]},
        {"runtime_filters": [{**FILTER, "column_name": ""}]},
        {"runtime_filters": [{**FILTER, "values": "north"}]},
        {"runtime_filters": [{**FILTER, "values": None}]},
        {"runtime_filters": [{**FILTER, "persist": "maybe"}]},
        {"runtime_filters": [{**FILTER, "objects": [{"type": "LOGICAL_TABLE"}]}]},
        {"runtime_filters": [{**FILTER, "objects": [{"type": "TABLE", "identifier": "a"}]}]},
        {"runtime_filters": [FILTER] * 1001},
        {"runtime_filters": [{**FILTER, "values": ["a"] * 1001}]},
        {"runtime_sorts": [{**SORT, "order": "UP"}]},
        {"parameters": [{"name": "a"}]},
        {"parameters": [{"values": ["a"]}]},
        {"objects": ["a"]},
    ],
    ids=lambda parameters: str(parameters)[:60],
)
async def test_malformed_entitlements_are_refused_and_nothing_is_kept(
    here: World, parameters: Any
) -> None:
    await keep(here, **ALL)

    assert refusal(await jit(here, user_parameters=parameters)) == BAD
    assert await keep(here) == {"0": KEPT}
