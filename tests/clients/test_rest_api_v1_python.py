"""The community's Python clients of REST v1, unmodified, against a running server.

Both packages carry one: `thoughtspot-rest-api-v1`, and the v1 half of `thoughtspot-rest-api`.
"""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
import thoughtspot_rest_api
import thoughtspot_rest_api_v1
from requests import HTTPError

from tests.clients.conftest import Administrator, Instance, Person

LIVEBOARD = "061457a2-27bc-43a9-9754-0cd873691bf0"
CLIENTS: dict[str, Any] = {
    "thoughtspot-rest-api-v1": thoughtspot_rest_api_v1.TSRestApiV1,
    "thoughtspot-rest-api": thoughtspot_rest_api.TSRestApiV1,
}


class Clients:
    """Makes clients of one package."""

    def __init__(self, made: Any, instance: Instance) -> None:
        self._made = made
        self.instance = instance

    def new(self) -> Any:
        # The trailing slash is one that people write; the library takes it off.
        return self._made(server_url=f"{self.instance.url}/")

    def signed_in(self, who: Person | Administrator, **choices: bool) -> Any:
        one = self.new()
        assert one.session_login(who.name, who.password, **choices) is True
        return one

    def bearing(self, token: str) -> Any:
        one = self.new()
        one.bearer_token = token
        return one

    def trusted(self, username: str | None = None, **choices: Any) -> str:
        token = self.new().session_auth_token(
            self.instance.secret, username or self.instance.mira.name, **choices
        )
        assert isinstance(token, str)
        return token


@pytest.fixture(params=list(CLIENTS.values()), ids=list(CLIENTS))
def clients(request: pytest.FixtureRequest, instance: Instance) -> Clients:
    return Clients(request.param, instance)


def refusal(call: Any, *words: object, **choices: object) -> tuple[int, int]:
    """Make the call and return the status and the code it is refused with."""
    with pytest.raises(HTTPError) as caught:
        call(*words, **choices)
    response = caught.value.response
    assert response is not None
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert UUID(body["incident_id_guid"]) == UUID(body["trace_id_guid"])
    assert isinstance(json.loads(body["debug"]), list)
    return response.status_code, body["code"]


@pytest.mark.parametrize("remember", [True, False])
def test_logging_in_and_out(clients: Clients, remember: bool) -> None:  # noqa: FBT001 - drawn
    one = clients.signed_in(clients.instance.mira, remember_me=remember)

    assert one.session_info()["userName"] == "mira"
    cookie = next(each for each in one.requests_session.cookies if each.name == "JSESSIONID")
    assert (cookie.expires is not None) is remember
    assert one.session_logout() is True
    assert refusal(one.session_info) == (401, 10003)
    assert one.session_logout() is True


def test_a_wrong_password(clients: Clients) -> None:
    mira = clients.instance.mira

    assert refusal(clients.new().session_login, mira.name, "wrong") == (401, 10003)
    assert refusal(clients.new().session_login, "nobody", mira.password) == (401, 10003)
    assert refusal(clients.new().session_login, "", mira.password) == (400, 10002)


def test_who_is_calling_is_told_in_full(clients: Clients) -> None:
    instance = clients.instance

    one = clients.signed_in(instance.mira)
    # Where she worked last, other tests say.
    one.session_orgs_put(instance.primary.id)

    told = one.session_info()

    assert told["userGUID"] == instance.mira.id
    assert told["userEmail"] == instance.mira.email
    assert told["userDisplayName"] == instance.mira.display_name
    assert "DATADOWNLOADING" in told["privileges"]
    assert told["configInfo"]["mixpanelConfig"]["production"] is False


def test_a_bearer_counts_as_much_as_a_cookie(clients: Clients) -> None:
    one = clients.bearing(clients.trusted())

    assert one.session_info()["userName"] == "mira"
    assert one.session_homepinboard_post(LIVEBOARD, clients.instance.mira.id) is None
    assert one.session_logout() is True
    assert refusal(one.session_info) == (401, 10003)


def test_a_trusted_token_buys_a_session(clients: Clients) -> None:
    """The library follows the redirect; what the root answers there is another matter."""
    one = clients.new()
    one.requests_session.max_redirects = 0
    token = clients.trusted()

    with pytest.raises(Exception, match="redirect"):
        one.session_login_token_post("mira", token, "/v2/#/home")

    assert one.session_info()["userName"] == "mira"


def test_a_bad_token_buys_none(clients: Clients) -> None:
    one = clients.new()

    assert refusal(one.session_login_token_post, "mira", "gpv_x", "/") == (401, 10003)
    wrong = refusal(one.session_login_token_post, "lena", clients.trusted(), "/")
    assert wrong == (401, 10003)
    foreign = "https://evil.example/"
    assert refusal(one.session_login_token_post, "mira", clients.trusted(), foreign) == (400, 10002)


def test_a_trusted_token_for_an_org_an_object_or_somebody_new(clients: Clients) -> None:
    north = clients.instance.north

    told = clients.bearing(clients.trusted(org_id=north.id)).session_info()
    assert told["currentOrgId"] == north.id
    limited = clients.trusted(access_level="REPORT_BOOK_VIEW", object_guid=LIVEBOARD)
    home = clients.bearing(limited).session_homepinboard_post
    assert refusal(home, LIVEBOARD, clients.instance.mira.id) == (403, 10023)
    name = f"new-{uuid4()}"
    unknown = (clients.new().session_auth_token, clients.instance.secret, name)
    assert refusal(*unknown) == (400, 10002)
    made = clients.trusted(name, auto_create_user=True, groups=["newcomers"], org_id=north.id)
    assert clients.bearing(made).session_info()["userName"] == name


def test_a_wrong_key_buys_no_token(clients: Clients) -> None:
    wrong = "2657f6f9-6aa9-4432-99f2-bf0d70f240ac"

    assert refusal(clients.new().session_auth_token, wrong, "mira") == (401, 10003)


def test_orgs_are_listed_and_switched(clients: Clients) -> None:
    instance = clients.instance
    one = clients.signed_in(instance.mira)
    one.session_orgs_put(instance.primary.id)

    told = one.session_orgs_get()
    assert [each["orgName"] for each in told["orgs"]] == ["Primary", "north"]
    assert told["currentOrgId"] == 0
    assert len(one.session_orgs_get(batchsize=1, offset=1)["orgs"]) == 1
    one.session_orgs_put(instance.north.id)
    assert one.session_orgs_get()["currentOrgId"] == instance.north.id
    assert refusal(one.session_orgs_put, instance.south.id) == (403, 10023)
    assert refusal(one.session_orgs_put, 4711) == (400, 10002)
    one.session_orgs_put(instance.primary.id)


def test_an_administrator_is_told_the_orgs_of_a_user(clients: Clients) -> None:
    instance = clients.instance
    ask = clients.signed_in(instance.admin).session_orgs_users

    told = ask(instance.mira.id)

    assert [each["orgName"] for each in told["orgs"]] == ["Primary", "north"]
    assert refusal(clients.signed_in(instance.lena).session_orgs_users, instance.mira.id) == (
        403,
        10023,
    )


def test_the_home_liveboard_is_set_shown_and_removed(clients: Clients) -> None:
    one = clients.signed_in(clients.instance.mira)

    one.session_homepinboard_post(LIVEBOARD, clients.instance.mira.id)
    assert one.session_homepinboard_get() == LIVEBOARD
    assert one.session_homepinboard_delete() is True
    assert refusal(one.session_homepinboard_get) == (404, 13003)


def test_an_administrator_ends_sessions(clients: Clients) -> None:
    instance = clients.instance
    lena = clients.signed_in(instance.lena)
    admin = clients.signed_in(instance.admin)
    assert refusal(lena.user_session_invalidate, usernames=["mira"]) == (403, 10023)

    admin.user_session_invalidate(usernames=["lena"])
    assert refusal(lena.session_info) == (401, 10003)
    lena.session_login(instance.lena.name, instance.lena.password)
    admin.user_session_invalidate(user_guids=[instance.lena.id])
    assert refusal(lena.session_info) == (401, 10003)
    assert refusal(admin.user_session_invalidate, usernames=["nobody"]) == (500, 10000)


def test_what_is_not_built_says_so(clients: Clients) -> None:
    one = clients.signed_in(clients.instance.mira)

    assert refusal(one.user_list) == (501, 10000)
    assert refusal(one.group_get) == (501, 10000)
