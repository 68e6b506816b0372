// The vendor's TypeScript client, unmodified: tokens, whose they are, and how they end.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";

import {
  DAY,
  OBJECT,
  admin,
  anonymous,
  bearing,
  buying,
  fullToken,
  gatepass,
  lena,
  mira,
  north,
  primary,
  refused,
  secret,
} from "./gatepass.mjs";

const plain = (model) => JSON.parse(JSON.stringify(model));

for (const [name, credential] of [
  ["a password", { password: mira.password }],
  ["the secret", { secret_key: secret }],
]) {
  test(`${name} buys a full token`, async () => {
    const token = plain(
      await anonymous().getFullAccessToken({ username: mira.name, ...credential }),
    );

    assert.match(token.token, /^[A-Za-z0-9._-]{43,4096}$/);
    assert.ok(Math.abs(token.creation_time_in_millis - Date.now()) < 10_000);
    assert.equal(token.expiration_time_in_millis - token.creation_time_in_millis, 300_000);
    assert.deepEqual(token.scope, { access_type: "FULL", org_id: primary.id, metadata_id: null });
    assert.equal(token.valid_for_user_id, mira.id);
    assert.equal(token.valid_for_username, mira.name);
  });

  test(`${name} buys a token for one object`, async () => {
    const token = plain(
      await anonymous().getObjectAccessToken({
        username: mira.name,
        object_id: OBJECT,
        validity_time_in_sec: 900,
        ...credential,
      }),
    );

    assert.equal(token.expiration_time_in_millis - token.creation_time_in_millis, 900_000);
    assert.deepEqual(token.scope, {
      access_type: "REPORT_BOOK_VIEW",
      org_id: primary.id,
      metadata_id: OBJECT,
    });
    assert.equal(token.valid_for_user_id, mira.id);
    assert.equal(token.valid_for_username, mira.name);
    assert.equal((await bearing(token.token).getCurrentUserInfo()).id, mira.id);
  });

  test(`${name} is turned into a token before every call`, async () => {
    const api = buying({ username: mira.name, ...credential });
    const first = await api.getCurrentUserToken();
    const second = await api.getCurrentUserToken();

    assert.notEqual(first.token, second.token);
    assert.equal((await api.getCurrentUserInfo()).id, mira.id);
  });
}

test("a token says who its holder is", async () => {
  const me = plain(await bearing((await fullToken()).token).getCurrentUserInfo());

  const told = Object.fromEntries(Object.keys(gatepass.profile).map((field) => [field, me[field]]));
  assert.deepEqual(told, gatepass.profile);
  assert.deepEqual(me.privileges.toSorted(), ["AUTHORING", "DATADOWNLOADING"]);
  assert.ok(me.user_groups.some((group) => group.name === "analysts"));
  assert.equal(me.home_liveboard, null);
  assert.equal(me.expiration_time_in_millis, null);
  assert.equal(typeof me.creation_time_in_millis, "number");
  assert.equal(typeof me.modification_time_in_millis, "number");
});

test("a token buys another one that is not itself, for a day", async () => {
  const { token } = await fullToken();
  const bought = plain(await bearing(token).getCurrentUserToken());

  assert.notEqual(bought.token, token);
  assert.equal(bought.expiration_time_in_millis - bought.creation_time_in_millis, DAY);
  assert.equal(bought.valid_for_user_id, mira.id);
  assert.equal(bought.valid_for_username, mira.name);
  assert.equal((await bearing(bought.token).getCurrentUserInfo()).id, mira.id);
});

test("validating tells what a token is worth", async () => {
  const token = plain(await fullToken({ org_id: north.id }));
  const told = await bearing((await fullToken()).token).validateToken({ token: token.token });

  assert.deepEqual(plain(told), {
    creation_time_in_millis: token.creation_time_in_millis,
    expiration_time_in_millis: token.expiration_time_in_millis,
    scope: { access_type: "FULL", org_id: north.id, metadata_id: null },
    valid_for_user_id: mira.id,
    token_type: "BEARER",
  });
});

test("revoking without a name ends the caller's own token", async () => {
  const api = bearing((await fullToken()).token);

  assert.equal(await api.revokeToken({}), undefined);
  await refused(api.getCurrentUserInfo(), 401, 10097);
});

test("revoking a named token leaves the caller's own", async () => {
  const other = (await fullToken()).token;
  const api = bearing((await fullToken()).token);

  await api.revokeToken({ user_identifier: mira.id, token: other });
  await refused(bearing(other).getCurrentUserInfo(), 401, 10097);
  assert.equal((await api.getCurrentUserInfo()).id, mira.id);
});

test("an administrator ends every token of an account", async () => {
  const tokens = [await fullToken({ username: lena.name }), await fullToken({ username: lena.name })];

  await buying({ username: admin.name, password: admin.password }).revokeToken({
    user_identifier: lena.name,
  });
  for (const { token } of tokens) {
    await refused(bearing(token).getCurrentUserInfo(), 401, 10097);
  }
});

test("a token chooses its org by number", async () => {
  const me = await buying({
    username: mira.name,
    secret_key: secret,
    org_id: north.id,
  }).getCurrentUserInfo();

  assert.deepEqual(plain(me.current_org), { id: north.id, name: north.name });
});

test("a token without an org is for the only one", async () => {
  assert.equal((await fullToken({ username: lena.name })).scope.org_id, north.id);
});

test("an account is made just in time, and its groups follow every request", async () => {
  const name = `jit-${randomUUID().slice(0, 8)}`;
  const request = { username: name, secret_key: secret, org_id: north.id, auto_create: true };
  const made = plain(
    await buying({
      ...request,
      display_name: "Just In Time",
      email: `${name}@example.com`,
      group_identifiers: ["readers", "writers"],
    }).getCurrentUserInfo(),
  );
  const moved = await buying({ ...request, group_identifiers: ["writers"] }).getCurrentUserInfo();
  const left = await buying({ ...request, group_identifiers: [] }).getCurrentUserInfo();

  assert.equal(made.name, name);
  assert.equal(made.display_name, "Just In Time");
  assert.equal(made.email, `${name}@example.com`);
  assert.equal(made.account_type, "LOCAL_USER");
  assert.equal(made.can_change_password, false);
  assert.deepEqual(made.orgs, [{ id: north.id, name: north.name }]);
  const named = (me) => me.user_groups.map((group) => group.name).filter((name) => name !== "All");
  assert.deepEqual(named(made).toSorted(), ["readers", "writers"]);
  assert.deepEqual(named(moved), ["writers"]);
  assert.deepEqual(named(left), []);
  assert.equal(left.display_name, "Just In Time");
});
