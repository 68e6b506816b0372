// The vendor's TypeScript client of the beta, unmodified: what its session operations get, and what
// its caller learns of a refusal. It checks every answer against its own schema.

import assert from "node:assert/strict";
import test from "node:test";

import sdk from "@thoughtspot/rest-api-sdk-beta";

import {
  OBJECT,
  anonymous,
  bearing,
  fullToken,
  lena,
  mira,
  north,
  refused as refusedByV2,
  secret,
  url,
} from "./gatepass.mjs";

const { Client, SessionController, UserController } = sdk;

/** A client with this token; the type calls it optional, and without one it sends an empty one. */
const client = (accessToken = "") => new Client({ baseUrl: url, accessToken, timeout: 20_000 });
const session = (accessToken) => new SessionController(client(accessToken));

const pair = { userName: mira.name, password: mira.password };
const bySecret = { userName: mira.name, secretKey: secret };
const token = async (request = {}) => (await session().getToken({ ...pair, ...request })).result;

/** Check that a call is refused, every part of the envelope, and return its sentence. */
async function refused(call, status, code, operation) {
  const error = await call.then(
    () => assert.fail("the call was not refused"),
    (caught) => caught,
  );
  // As it is packaged, its error class loses its prototype; the text is that of its row for a 500.
  assert.equal(error.message, "Operation failed or unauthorized request", String(error));
  assert.equal(error.statusCode, 500);
  assert.deepEqual(Object.keys(error.result), ["error"]);
  const { message, path, extension } = error.result.error.errors;
  assert.equal(message, `Request failed with status code ${status}`);
  assert.deepEqual(path, [`restapiV2__${operation}`]);
  const { data, status: upstream } = extension.exception.upstreamResponse;
  assert.equal(upstream, status);
  assert.equal(data.code, code);
  assert.match(data.incident_id_guid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  return data.debug;
}

function isLoginResponse(result, type, seconds) {
  assert.deepEqual(
    Object.keys(result).sort(),
    ["token", "tokenCreatedTime", "tokenExpiryDuration", "tokenType", "userName"],
  );
  for (const value of Object.values(result)) assert.equal(typeof value, "string");
  assert.equal(result.userName, mira.name);
  assert.equal(result.tokenType, type);
  assert.equal(result.tokenExpiryDuration, String(seconds));
  assert.ok(Math.abs(Number(result.tokenCreatedTime) - Date.now()) < 60_000);
}

test("a password gets a token, and the token says who one is", async () => {
  const { result, statusCode } = await session().getToken(pair);

  assert.equal(statusCode, 200);
  isLoginResponse(result, "Bearer", 300);
  const info = (await session(result.token).getSessionInfo()).result;
  assert.equal(info.userName, mira.name);
  assert.equal(info.userGUID, mira.id);
  assert.equal(info.userDisplayName, mira.display_name);
  assert.ok(!JSON.stringify(info).includes("null"));
});

test("a secret gets one, for so many seconds", async () => {
  const request = { ...bySecret, accessLevel: "FULL", tokenExpiryDuration: "900" };
  isLoginResponse((await session().getToken(request)).result, "Bearer", 900);
});

test("a password beats a secret", async () => {
  const request = { ...pair, password: "wrong", secretKey: secret };
  await refused(session().getToken(request), 401, 10003, "getToken");
  isLoginResponse(await token({ secretKey: "no secret" }), "Bearer", 300);
});

test("a token for one object is good for no more in another dialect", async () => {
  const limited = await token({ accessLevel: "REPORT_BOOK_VIEW", tsObjectId: OBJECT });

  const other = { user_identifier: lena.name };
  await refusedByV2(bearing(limited.token).revokeToken(other), 403, 10023);
  const without = session().getToken({ ...pair, accessLevel: "REPORT_BOOK_VIEW" });
  assert.match(await refused(without, 400, 10002, "getToken"), /tsObjectId/);
});

for (const [rememberMe, seconds] of [
  [undefined, 10_800],
  ["false", 10_800],
  ["true", 604_800],
]) {
  test(`a login with rememberMe ${rememberMe} opens a session beside a dummy bearer`, async () => {
    const { result, headers } = await session("dummy").login({ ...pair, rememberMe });

    isLoginResponse(result, "Cookie", seconds);
    assert.equal(result.token, "");
    const cookies = headers["set-cookie"];
    const cookie = [cookies].flat().find((line) => line.startsWith("JSESSIONID=")).split(";")[0];
    assert.equal((await anonymous({ Cookie: cookie }).getCurrentUserInfo()).id, mira.id);
  });
}

test("a bearer alone opens a session, one of the newest dialect too", async () => {
  const { token: newest } = await fullToken({ org_id: north.id });

  isLoginResponse((await session(newest).login({})).result, "Cookie", 10_800);
  await refused(session().login({}), 400, 10002, "login");
  await refused(session("dummy").login({}), 401, 10003, "login");
  await refused(session(newest).login({ userName: mira.name }), 400, 10002, "login");
});

test("revoking is true, and ends the token in every dialect", async () => {
  const { token: one } = await token();

  assert.equal((await session(one).revokeToken()).result, true);
  await refused(session(one).getSessionInfo(), 401, 10003, "getSessionInfo");
  await refused(session(one).revokeToken(), 401, 10003, "revokeToken");
  await refusedByV2(bearing(one).getCurrentUserInfo(), 401, 10097);
});

test("a logout is true, whatever is presented", async () => {
  assert.equal((await session().logout()).result, true);
  assert.equal((await session("dummy").logout()).result, true);
});

test("without a token an empty bearer is sent, and counts as none", async () => {
  await refused(session().getSessionInfo(), 401, 10003, "getSessionInfo");
  await refused(session().revokeToken(), 401, 10003, "revokeToken");
});

test("a wrong password and an unknown user are one refusal", async () => {
  const told = [];
  for (const request of [
    { ...pair, password: "wrong" },
    { ...pair, userName: "nobody" },
  ]) {
    told.push(await refused(session().login(request), 401, 10003, "login"));
    told.push(await refused(session().getToken(request), 401, 10003, "getToken"));
  }
  assert.equal(new Set(told).size, 1);
});

test("a life that is no number is refused by its name", async () => {
  const call = session().getToken({ ...pair, tokenExpiryDuration: "soon" });
  assert.match(await refused(call, 400, 10002, "getToken"), /tokenExpiryDuration/);
});

test("an operation that is not served is named", async () => {
  const { token: one } = await token();
  const users = new UserController(client(one));
  assert.match(await refused(users.getUser(mira.name), 501, 10000, "getUser"), /getUser/);
});
