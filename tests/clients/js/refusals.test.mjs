// The vendor's TypeScript client, unmodified: what it is refused, and what its caller learns.

import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { ThoughtSpotRestApi, createBearerAuthenticationConfig } from "@thoughtspot/rest-api-sdk";

import {
  OBJECT,
  admin,
  anonymous,
  bearing,
  buying,
  fullToken,
  lena,
  mira,
  refused,
  secret,
  south,
  url,
} from "./gatepass.mjs";

const right = { username: mira.name, password: mira.password };
const wrong = { username: mira.name, password: "wrong" };
const unknown = { username: "nobody", password: mira.password };

for (const [name, call] of [
  ["login", (credentials) => anonymous().login(credentials)],
  ["a full token", (credentials) => anonymous().getFullAccessToken(credentials)],
  [
    "an object token",
    (credentials) => anonymous().getObjectAccessToken({ object_id: OBJECT, ...credentials }),
  ],
  ["a token bought on the way", (credentials) => buying(credentials).getCurrentUserInfo()],
]) {
  test(`a wrong password and an unknown name are one refusal: ${name}`, async () => {
    const sentences = [
      await refused(call(wrong), 401, 10097),
      await refused(call(unknown), 401, 10097),
    ];

    assert.equal(sentences[0], sentences[1]);
    await call(right);
  });
}

test("a wrong secret is refused", async () => {
  await refused(fullToken({ secret_key: "wrong" }), 401, 10097);
});

for (const [name, request] of [
  ["neither password nor secret", { secret_key: undefined }],
  ["no name", { username: "" }],
  ["a lifetime of nothing", { validity_time_in_sec: 0 }],
  ["an unknown account that is not to be made", { username: "nobody" }],
  ["an unknown org", { org_id: 99999 }],
  ["an org that is not the user's", { org_id: south.id }],
  ["groups that are no list", { auto_create: true, group_identifiers: [["nested"]] }],
]) {
  test(`a full token is refused: ${name}`, async () => {
    await refused(fullToken(request), 400, 10002);
  });
}

test("an object token needs its object", async () => {
  await refused(anonymous().getObjectAccessToken(right), 400, 10002);
});

test("half a login is refused even with a good token", async () => {
  const api = bearing((await fullToken()).token);

  await refused(api.login({ username: mira.name }), 400, 10002);
  await refused(api.login({ password: mira.password }), 400, 10002);
  await refused(anonymous().login({}), 400, 10002);
});

test("a login to a foreign org is refused", async () => {
  await refused(anonymous().login({ ...right, org_identifier: south.name }), 400, 10002);
});

for (const [death, word] of [
  ["garbage", "malformed"],
  ["expired", "expired"],
  ["revoked", "revoked"],
]) {
  test(`a dead token opens nothing, and validating it says why: ${death}`, async () => {
    let dead = "not-a-token";
    if (death === "revoked") {
      dead = (await fullToken()).token;
      await bearing(dead).revokeToken({});
    }
    if (death === "expired") {
      const brief = await fullToken({ validity_time_in_sec: 1 });
      dead = brief.token;
      await sleep(brief.expiration_time_in_millis - Date.now() + 10);
    }

    const api = bearing(dead);
    await refused(api.getCurrentUserInfo(), 401, 10097);
    await refused(api.getCurrentUserToken(), 401, 10097);
    await refused(api.login({}), 401, 10097);
    await refused(api.revokeToken({}), 401, 10097);
    await refused(api.logout(), 401, 10097);
    const living = bearing((await fullToken()).token);
    const sentence = await refused(living.validateToken({ token: dead }), 400, 10002);
    assert.ok(sentence.includes(word), sentence);
  });
}

test("an empty token is no token", async () => {
  await refused(bearing("").getCurrentUserInfo(), 401, 10097);
});

test("revoking needs a usable request", async () => {
  const api = bearing((await fullToken()).token);

  await refused(api.revokeToken({ token: "never-issued" }), 400, 10002);
  await refused(api.revokeToken({ token: "" }), 400, 10002);
  await refused(api.revokeToken({ user_identifier: "" }), 400, 10002);
  assert.equal((await api.getCurrentUserInfo()).id, mira.id);
});

test("only an administrator learns that a name is unknown", async () => {
  const administrator = bearing((await fullToken({ username: admin.name })).token);
  const member = bearing((await fullToken()).token);

  await refused(administrator.revokeToken({ user_identifier: "nobody" }), 400, 10002);
  await refused(member.revokeToken({ user_identifier: "nobody" }), 403, 10023);
});

test("a member's token ends nobody else's", async () => {
  const theirs = (await fullToken({ username: lena.name })).token;
  const api = bearing((await fullToken()).token);

  await refused(api.revokeToken({ token: theirs }), 403, 10023);
  await refused(api.revokeToken({ user_identifier: lena.name }), 403, 10023);
  assert.equal((await bearing(theirs).getCurrentUserInfo()).id, lena.id);
});

test("an operation that is not built is named", async () => {
  const configuration = createBearerAuthenticationConfig(url, {
    username: mira.name,
    secret_key: secret,
  });

  const refusal = await new ThoughtSpotRestApi(configuration).searchCalendars({}).catch((e) => e);
  assert.equal(refusal.code, 501);
  assert.ok(JSON.parse(refusal.body).error.message.debug.includes("searchCalendars"), refusal.body);
});
