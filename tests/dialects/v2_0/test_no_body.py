"""A request without a body is refused like one whose body lacks everything."""

import pytest

from tests.adjusted import BAD
from tests.world import ADMIN, ADMIN_PASSWORD, V2, World, headers, refusal


@pytest.mark.parametrize("path", ["auth/configure", "auth/search"])
@pytest.mark.parametrize("body", [b"", b" \n"])
async def test_a_missing_body_lacks_the_fields_that_must_be_there(
    here: World, path: str, body: bytes
) -> None:
    token = await here.token(ADMIN, password=ADMIN_PASSWORD)

    reply = await here.client.post(f"{V2}/{path}", content=body, headers=headers(bearer=token))

    assert refusal(reply) == BAD
