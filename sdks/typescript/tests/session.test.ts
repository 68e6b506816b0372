import { inspect } from "node:util";
import { expect, test } from "vitest";
import {
  AbortError,
  ApiError,
  ArgumentsValidationError,
  CannotConnect,
  Client,
  DEFAULT_CONFIGURATION,
  Environment,
  ErrorResponseError,
  ResponseValidationError,
  SessionController,
  TimedOut,
  UnreadableAnswer,
} from "../src/index.js";
import { type Answer, json, serving } from "./server.js";

const SECRET = "a-token-of-tests";
const pair = { userName: "ann", password: "Of-The-Tests-1" };

async function facing(...answers: Answer[]) {
  const server = await serving(...answers);
  const client = new Client({ baseUrl: `${server.url}/`, accessToken: SECRET });
  return { server, client, session: new SessionController(client) };
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

test("the defaults are the manual's", () => {
  expect(DEFAULT_CONFIGURATION).toMatchObject({
    baseUrl: "https://localhost:443",
    environment: Environment.Production,
    accessToken: "",
    acceptLanguage: "application/json",
    contentType: "application/json",
    timeout: 0,
  });
  expect(Environment.Production).toBe("production");
  expect(new Client().baseUrl).toBe("https://localhost:443");
});

test("what is sent is what the manual says", async () => {
  const { server, session } = await facing(json({ tokenType: "Bearer" }));
  const { result } = await session.gettoken({ ...pair, tokenExpiryDuration: "900" });

  expect(result).toEqual({ tokenType: "Bearer" });
  const [sent] = server.asked;
  expect([sent?.method, sent?.url]).toEqual(["POST", "/api/rest/v2/session/gettoken"]);
  expect(sent?.body).toBe(
    '{"userName":"ann","password":"Of-The-Tests-1","tokenExpiryDuration":"900"}',
  );
  expect(sent?.headers).toMatchObject({
    accept: "application/json",
    "accept-language": "application/json",
    "content-type": "application/json",
    authorization: `Bearer ${SECRET}`,
  });
});

test("login and logout show no token; without one nothing is shown at all", async () => {
  const { server, client, session } = await facing(json({}), json(true), json(true));
  await session.login(pair);
  await session.logout();
  await new SessionController(client.withConfiguration({ accessToken: "" })).revoketoken();

  expect(server.asked.map((one) => one.headers.authorization)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("an answer's fields are its own, and a spread copy has them", async () => {
  const { session } = await facing(json({ userName: "ann", shoeSize: 38 }, 200, { "x-a": "b" }));
  const { result, ...rest } = await session.sessionInfo();

  expect(result).toEqual({ userName: "ann", shoeSize: 38 });
  expect(Object.keys(rest)).toEqual(["request", "statusCode", "headers", "body"]);
  expect([rest.statusCode, rest.headers["x-a"]]).toEqual([200, "b"]);
  expect(JSON.parse(rest.body)).toEqual(result);
  expect(rest.request.headers.authorization).toBe(`Bearer ${SECRET}`);
});

test("a refusal's fields are its own, and say what the server said", async () => {
  const { session } = await facing(json({ error: { errors: 1 } }, 500));
  const error = await failureOf(session.sessionInfo());

  expect(error).toBeInstanceOf(ErrorResponseError);
  expect(error).toBeInstanceOf(ApiError);
  expect({ ...(error as ErrorResponseError) }).toMatchObject({
    statusCode: 500,
    result: { error: { errors: 1 } },
    body: '{"error":{"errors":1}}',
  });
  expect(String(error)).toBe("ErrorResponseError: Operation failed or unauthorized request");
});

test.each(["[]", "<html>", ""])("a 500 that says %j has no result", async (text) => {
  const { session } = await facing((response) => void response.writeHead(500).end(text));
  const error = (await failureOf(session.logout())) as ErrorResponseError;

  expect(error).toBeInstanceOf(ErrorResponseError);
  expect([error.result, error.body]).toEqual([undefined, text]);
});

test("any other status says its number, and nothing is tried again", async () => {
  const { server, session } = await facing(json({ a: 1 }, 503));
  const error = (await failureOf(session.sessionInfo())) as ApiError;

  expect(error.message).toBe("Response status code was not ok: 503.");
  expect(error).not.toBeInstanceOf(ErrorResponseError);
  expect(error.result).toEqual({ a: 1 });
  expect(server.asked).toHaveLength(1);
});

test("a redirect is not followed", async () => {
  const { server, session } = await facing(json({}, 302, { location: "/elsewhere" }));

  expect(((await failureOf(session.logout())) as ApiError).statusCode).toBe(302);
  expect(server.asked).toHaveLength(1);
});

test.each([undefined, null, {}, { userName: "ann" }, { userName: 1, password: "p" }])(
  "a body like %o is not sent",
  async (body) => {
    const { server, session } = await facing(json({}));
    for (const call of [session.login, session.gettoken]) {
      const error = await failureOf(call.call(session, body as never));
      expect(error).toBeInstanceOf(ArgumentsValidationError);
    }
    expect(server.asked).toEqual([]);
  },
);

test.each([
  [{ userName: 1 }, "userName is not a text"],
  [{ privileges: ["A", 1] }, "privileges[1] is not a text"],
  [{ dateFormat: { formatPattern: 1 } }, "dateFormat.formatPattern is not a text"],
  [[], "it is not an object"],
])("an answer %j does not fit", async (answer, why) => {
  const { session } = await facing(json(answer));
  const error = (await failureOf(session.sessionInfo())) as ResponseValidationError;

  expect(error).toBeInstanceOf(ResponseValidationError);
  expect(error).toBeInstanceOf(UnreadableAnswer);
  expect(error.message).toBe(`GET /api/rest/v2/session: ${why}`);
});

test("the caller's signal ends a call", async () => {
  const { server, session } = await facing(() => {});
  const stop = new AbortController();
  const call = failureOf(session.sessionInfo({ abortSignal: stop.signal }));
  while (server.asked.length === 0) await new Promise(setImmediate);
  stop.abort();

  const error = await call;
  expect(error).toBeInstanceOf(AbortError);
  expect((error as Error).name).toBe("AbortError");
});

test("a timeout counts until the last byte", async () => {
  const { client } = await facing((response) => void response.writeHead(200).write('{"a"'));
  const hasty = client.withConfiguration({ timeout: 150 });
  const error = (await failureOf(new SessionController(hasty).sessionInfo())) as TimedOut;

  expect(error).toBeInstanceOf(TimedOut);
  expect(error.mayHaveArrived).toBe(true);
});

test.each(["two\r\nlines", "with space", "füß", "\u0000"])(
  "a token that cannot stand in a header is refused and not shown: %j",
  async (accessToken) => {
    const { server, client } = await facing(json(true));
    const wrong = new SessionController(client.withConfiguration({ accessToken }));
    const error = await failureOf(wrong.revoketoken());

    expect(error).toBeInstanceOf(ArgumentsValidationError);
    expect(inspect(error)).not.toContain(accessToken);
    expect(server.asked).toEqual([]);
  },
);

test("a header that cannot be sent is refused and not quoted", async () => {
  const { client } = await facing(json(true));
  const wrong = client.withConfiguration({ acceptLanguage: "quoted\nvalue" });
  const error = await failureOf(new SessionController(wrong).logout());

  expect(error).toBeInstanceOf(ArgumentsValidationError);
  expect(inspect(error)).not.toContain("quoted");
});

test.each(["https://ann:hidden@host", "ftp://host", "nowhere"])("%s is no address", (baseUrl) => {
  expect(() => new Client({ baseUrl })).toThrow(ArgumentsValidationError);
  expect(() => new Client({ baseUrl })).not.toThrow(/hidden/);
});

test("a copy with other settings has cookies and a token of its own", async () => {
  const { server, client, session } = await facing(
    json({}, 200, { "set-cookie": "JSESSIONID=of-the-first; Path=/" }),
    json(true),
  );
  await session.login(pair);
  const copy = client.withConfiguration({ accessToken: "another-token-of-tests" });
  await new SessionController(copy).revoketoken();
  await session.revoketoken();

  expect(server.asked.map((one) => [one.headers.cookie, one.headers.authorization])).toEqual([
    [undefined, undefined],
    [undefined, "Bearer another-token-of-tests"],
    ["JSESSIONID=of-the-first", `Bearer ${SECRET}`],
  ]);
});

test("a fetch of one's own is used, with options of one's own", async () => {
  const seen: RequestInit[] = [];
  const own: typeof fetch = async (_, init) => {
    seen.push(init ?? {});
    return new Response("true");
  };
  const more = { fetch: own, unstable_httpClientOptions: { keepalive: true, redirect: "follow" } };
  const { result } = await new SessionController(new Client(more)).logout();

  expect(result).toBe(true);
  expect(seen[0]).toMatchObject({ keepalive: true, redirect: "manual", method: "POST" });
});

test("fewer bytes than were announced are half an answer, whatever fetch says", async () => {
  const own: typeof fetch = async () =>
    new Response("true", {
      headers: { "content-length": "5", "content-type": "application/json" },
    });
  const error = await failureOf(new SessionController(new Client({ fetch: own })).logout());

  expect((error as Error).name).toBe("TruncatedAnswer");
});

test.each([
  ["http://127.0.0.1:1", "bad port"],
  ["http://no-such-host.invalid", "ENOTFOUND|EAI_AGAIN"],
])("nobody is at %s", async (baseUrl, code) => {
  const error = (await failureOf(new SessionController(new Client({ baseUrl })).logout())) as Error;

  expect(error).toBeInstanceOf(CannotConnect);
  expect(error.message).toMatch(new RegExp(`^cannot connect to ${baseUrl}: (${code})$`));
});

test("nothing secret shows: not in a log, not as JSON, not in a copy", async () => {
  const login = { userName: "ann", token: "token-number-one", tokenType: "Bearer" };
  const cookie = { "set-cookie": "JSESSIONID=cookie-of-tests" };
  const { client, session } = await facing(json(login, 200, cookie), json({ error: SECRET }, 500));
  const response = await session.gettoken(pair);
  const error = (await failureOf(session.sessionInfo())) as ApiError;
  const shown = [
    ...[
      client,
      session,
      response,
      { ...response },
      response.headers,
      response.request,
      response.result,
    ],
    ...[error, { ...error }, error.request, error.headers, error.request.headers],
  ].map((one) => inspect(one, { depth: 9, showHidden: true }));
  shown.push(JSON.stringify([client, response, error, response.request]), String(error.stack));

  for (const secret of [SECRET, "Of-The-Tests-1", "token-number-one", "cookie-of-tests"]) {
    expect(shown.filter((one) => one.includes(secret))).toEqual([]);
  }
});

test("a client of another package is refused", () => {
  expect(() => new SessionController({} as never)).toThrow(ArgumentsValidationError);
});
