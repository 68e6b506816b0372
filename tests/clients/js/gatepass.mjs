// What the suites of the vendor's TypeScript client share: the server under test, clients for it,
// and how a refusal reaches the caller.

import assert from "node:assert/strict";

import {
  ApiException,
  AuthenticationApi,
  ResponseContext,
  ServerConfiguration,
  createBasicConfig,
  createBearerAuthenticationConfig,
  createConfiguration,
  wrapHttpLibrary,
} from "@thoughtspot/rest-api-sdk";

export const gatepass = JSON.parse(process.env.GATEPASS_INSTANCE);
export const { url, secret, primary, north, south, admin, mira, lena } = gatepass;

export const OBJECT = "061457a2-27bc-43a9-9754-0cd873691bf0";
export const DAY = 24 * 60 * 60 * 1000;

/** A client that shows no credential of its own. */
export const anonymous = (headers) =>
  new AuthenticationApi(createBasicConfig(url, { additionalHeaders: headers }));

/** A client that buys a full token with these credentials before every call. */
export const buying = (credentials) =>
  new AuthenticationApi(createBearerAuthenticationConfig(url, credentials));

/** A client that shows the token that a function of the caller's hands it. */
export const bearing = (token) =>
  new AuthenticationApi(createBearerAuthenticationConfig(url, async () => token));

/** A full token: mira's and by the secret, unless the request says otherwise. */
export const fullToken = (request = {}) =>
  anonymous().getFullAccessToken({ username: mira.name, secret_key: secret, ...request });

/** The HTTP library of a caller who keeps cookies, as a browser does and Node's fetch does not. */
class CookieKeeper {
  cookies = new Map();
  answers = [];

  async send(request) {
    const headers = { ...request.getHeaders() };
    if (this.cookies.size > 0) {
      headers.Cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    }
    const answer = await fetch(request.getUrl(), {
      method: request.getHttpMethod().toString(),
      headers,
      body: request.getBody(),
    });
    this.answers.push(answer);
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split("; ");
      const [name, value] = pair.split("=");
      if (value === "" || attributes.includes("Max-Age=0")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return new ResponseContext(answer.status, Object.fromEntries(answer.headers), {
      text: () => answer.text(),
      binary: () => answer.blob(),
    });
  }
}

/** A client that keeps cookies, and the keeper of them. */
export function browsing() {
  const keeper = new CookieKeeper();
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(url, {}),
    httpApi: wrapHttpLibrary(keeper),
  });
  return { api: new AuthenticationApi(configuration), keeper };
}

/** Check that a call is refused, and every part of the refusal; return its sentence. */
export async function refused(call, status, code) {
  const refusal = await call.then(
    () => assert.fail("the call was not refused"),
    (error) => error,
  );
  assert.ok(refusal instanceof ApiException, String(refusal));
  assert.equal(refusal.code, status);
  assert.equal(refusal.headers["content-type"], "application/json");
  // The client hands the body of a status that its own documents lack on as it came.
  const body = typeof refusal.body === "string" ? JSON.parse(refusal.body) : refusal.body;
  assert.deepEqual(Object.keys(body), ["error"]);
  const { code: told, incident_id_guid: incident, trace_id_guid: trace, debug } = body.error.message;
  assert.equal(told, code);
  assert.match(incident, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.equal(trace, incident);
  assert.equal(typeof debug, "string");
  return debug;
}
