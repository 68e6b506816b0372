import { inspect } from "node:util";
import { expect, test } from "vitest";
import { AbortError, Client, ConnectionLost, Unauthorized } from "../src/index.js";
import { type Answer, hangUp, json, serving, token, USER } from "./server.js";

const credentials = { username: "ann", secret_key: "gpk_of-the-tests" };

/** An answer that waits until it is let go, and says when it was asked. */
function held(answer: Answer) {
  let go = () => {};
  let arrived = () => {};
  const gone = new Promise<void>((resolve) => {
    go = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const waits: Answer = async (response, one) => {
    arrived();
    await gone;
    await answer(response, one);
  };
  return { waits, go, asked };
}

test("who gives up waiting for a token does not stop it for the others", async () => {
  const issued = held(json(token("token-1")));
  const server = await serving(issued.waits, json(USER));
  const client = new Client({ baseUrl: server.url, credentials });
  const impatient = new AbortController();
  const first = client.auth.getCurrentUserInfo({ abortSignal: impatient.signal });
  const others = Array.from({ length: 7 }, () => client.auth.getCurrentUserInfo());
  await issued.asked;

  impatient.abort();
  await expect(first).rejects.toThrow(AbortError);
  issued.go();

  expect((await Promise.all(others)).map((one) => one.name)).toEqual(Array(7).fill("ann"));
  const tokens = server.asked.filter((one) => one.url.endsWith("/token/full"));
  expect(tokens).toHaveLength(1);
  expect(server.asked.at(-1)?.headers.authorization).toBe("Bearer token-1");
});

test("after a refused token the next call asks for another", async () => {
  const refused = held(json({ error: { message: { code: 10097, debug: "no" } } }, 401));
  const server = await serving(refused.waits, json(token("token-2")), json(USER));
  const client = new Client({ baseUrl: server.url, credentials });
  const impatient = new AbortController();
  const only = client.auth.getCurrentUserInfo({ abortSignal: impatient.signal });
  await refused.asked;
  impatient.abort();
  await expect(only).rejects.toThrow(AbortError);
  const late = client.auth.token();
  refused.go();
  await expect(late).rejects.toThrow(Unauthorized);

  expect((await client.auth.getCurrentUserInfo()).name).toBe("ann");
});

test("a pause ends with the caller's signal", async () => {
  const stop = new AbortController();
  const server = await serving((response, asked) => {
    response.on("finish", () => stop.abort());
    return json({}, 503, { "retry-after": "20" })(response, asked);
  });
  const client = new Client({ baseUrl: server.url, accessToken: "a-token-of-tests" });
  const call = client.auth.getCurrentUserInfo({ abortSignal: stop.signal });

  await expect(call).rejects.toThrow(AbortError);
  expect(server.asked).toHaveLength(1);
});

test.each([{}, { credentials }])(
  "a signal that has already come keeps all requests from being sent: %o",
  async (more) => {
    const sent: unknown[] = [];
    const own: typeof fetch = async (address) => {
      sent.push(address);
      return new Response("{}");
    };
    const client = new Client({ fetch: own, ...more });
    const abortSignal = AbortSignal.abort();

    await expect(client.auth.getCurrentUserInfo({ abortSignal })).rejects.toThrow(AbortError);
    expect(sent).toEqual([]);
  },
);

test("aborted calls leave nothing on a signal that outlives them", async () => {
  const server = await serving(json(USER));
  const client = new Client({ baseUrl: server.url, accessToken: "a-token-of-tests" });
  const { signal } = new AbortController();
  let listening = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listening += 1;
    addEventListener.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    listening -= 1;
    removeEventListener.apply(signal, given);
  };
  await client.auth.getCurrentUserInfo({ abortSignal: signal });

  expect(listening).toBe(0);
});

test("with no retries a read is made once", async () => {
  const server = await serving(hangUp);
  const more = { accessToken: "a-token-of-tests", authRetries: { times: 0 } };
  const client = new Client({ baseUrl: server.url, ...more });

  await expect(client.auth.getCurrentUserInfo()).rejects.toThrow(ConnectionLost);
  expect(server.asked).toHaveLength(1);
});

test("a token is handed on as JSON, and is not printed", async () => {
  const server = await serving(json(token("token-of-tests")));
  const issued = await new Client({ baseUrl: server.url }).auth.getFullAccessToken(credentials);

  expect(JSON.parse(JSON.stringify(issued)).token).toBe("token-of-tests");
  expect(inspect([issued])).not.toContain("token-of-tests");
  expect(inspect([issued])).toContain("valid_for_username: 'ann'");
  expect(issued).toEqual({ ...token("token-of-tests"), scope: { access_type: "FULL", org_id: 0 } });
});

test("what an answer calls __proto__ is data", async () => {
  const text = JSON.stringify({ ...USER, extended_properties: {} });
  const evil = text.replace(
    '"extended_properties":{}',
    '"extended_properties":{"__proto__":{"a":1}}',
  );
  const server = await serving((response) => void response.end(evil));
  const client = new Client({ baseUrl: server.url, accessToken: "a-token-of-tests" });

  const { extended_properties: found } = await client.auth.getCurrentUserInfo();
  expect(Object.keys(found ?? {})).toEqual(["__proto__"]);
  expect((found as { a?: number }).a).toBeUndefined();
});
