// The vendor's TypeScript client, unmodified: sessions, by cookie and by token.

import assert from "node:assert/strict";
import test from "node:test";

import {
  DAY,
  anonymous,
  bearing,
  browsing,
  buying,
  fullToken,
  mira,
  north,
  refused,
  secret,
  url,
} from "./gatepass.mjs";

const credentials = { username: mira.name, password: mira.password };

test("a login opens a session that the cookie carries", async () => {
  const { api, keeper } = browsing();

  assert.equal(await api.login(credentials), undefined);
  const [answer] = keeper.answers;
  assert.equal(answer.status, 204);
  assert.equal(answer.headers.get("content-type"), null);
  assert.deepEqual([...keeper.cookies.keys()].toSorted(), ["JSESSIONID", "clientId"]);
  assert.equal((await api.getCurrentUserInfo()).id, mira.id);
});

test("a cookie given as a header opens the same session", async () => {
  const { api, keeper } = browsing();
  await api.login(credentials);

  const copy = anonymous({ Cookie: `JSESSIONID=${keeper.cookies.get("JSESSIONID")}` });
  assert.equal((await copy.getCurrentUserInfo()).id, mira.id);
});

test("a login without a cookie keeper succeeds and leaves nothing behind", async () => {
  const api = anonymous();

  assert.equal(await api.login(credentials), undefined);
  await refused(api.getCurrentUserInfo(), 401, 10097);
});

test("a remembered session's cookie lasts a week, another one's as long as the browser", async () => {
  for (const [remember_me, lasting] of [
    [true, "Max-Age=604800"],
    [false, undefined],
    [null, undefined],
  ]) {
    const { api, keeper } = browsing();
    await api.login({ ...credentials, remember_me });

    const line = keeper.answers[0].headers.getSetCookie().find((c) => c.startsWith("JSESSIONID="));
    const attributes = line.split("; ").slice(1);
    assert.ok(attributes.includes("Path=/"), line);
    assert.ok(attributes.includes("HttpOnly"), line);
    assert.equal(
      attributes.find((attribute) => attribute.startsWith("Max-Age=")),
      lasting,
    );
  }
});

test("a token alone opens a session in its org", async () => {
  const answers = [];
  const { token } = await fullToken({ org_id: north.id });
  // The client itself: its login sends the token, and Node's fetch hides the cookie; so ask again.
  assert.equal(await bearing(token).login({}), undefined);
  const answer = await fetch(`${url}/api/rest/2.0/auth/session/login`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
  });
  answers.push(...answer.headers.getSetCookie());
  const cookie = answers.find((line) => line.startsWith("JSESSIONID=")).split(";")[0];

  const me = await anonymous({ Cookie: cookie }).getCurrentUserInfo();
  assert.equal(me.id, mira.id);
  assert.equal(me.current_org.id, north.id);
});

test("a session hands out a new token for a day, each time another", async () => {
  const { api } = browsing();
  await api.login(credentials);
  const [first, second] = [await api.getCurrentUserToken(), await api.getCurrentUserToken()];

  assert.notEqual(first.token, second.token);
  assert.equal(first.expiration_time_in_millis - first.creation_time_in_millis, DAY);
  assert.equal(first.valid_for_user_id, mira.id);
  assert.equal((await bearing(first.token).getCurrentUserInfo()).id, mira.id);
});

for (const org_identifier of [String(north.id), north.name]) {
  test(`a login enters the org it names: ${org_identifier}`, async () => {
    const { api } = browsing();
    await api.login({ ...credentials, org_identifier });

    assert.equal((await api.getCurrentUserInfo()).current_org.name, north.name);
  });
}

test("a logout ends the session, its cookie and every token it bought", async () => {
  const { api, keeper } = browsing();
  await api.login(credentials);
  const copy = anonymous({ Cookie: `JSESSIONID=${keeper.cookies.get("JSESSIONID")}` });
  const { token } = await api.getCurrentUserToken();

  assert.equal(await api.logout(), undefined);
  assert.ok(!keeper.cookies.has("JSESSIONID"));
  await refused(copy.getCurrentUserInfo(), 401, 10097);
  await refused(bearing(token).getCurrentUserInfo(), 401, 10097);
});

test("a logout by token revokes that token only", async () => {
  const api = bearing((await fullToken()).token);
  await api.logout();

  await refused(api.getCurrentUserInfo(), 401, 10097);
  const again = buying({ username: mira.name, secret_key: secret });
  assert.equal((await again.getCurrentUserInfo()).id, mira.id);
});

test("revoking by cookie ends the session", async () => {
  const { api } = browsing();
  await api.login(credentials);
  await api.revokeToken({});

  await refused(api.getCurrentUserInfo(), 401, 10097);
});
