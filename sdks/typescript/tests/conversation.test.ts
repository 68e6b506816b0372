import { expect, test } from "vitest";
import { Patience } from "../src/conversation.js";
import { CannotConnect, ConnectionLost, TimedOut } from "../src/errors.js";
import { HttpRequest, HttpResponse } from "../src/exchange.js";
import { TokenKeeper } from "../src/keeping.js";

const NOON = Date.parse("2025-06-02T12:00:00Z");
const RETRIES = { times: 2, firstPause: 200, longestPause: 30_000 };
const REQUEST = new HttpRequest("GET", "http://h/", {}, undefined);
const ANN = { username: "ann", secret_key: "gpk_of-the-tests" };

function patience(random = 0): Patience {
  return new Patience(
    RETRIES,
    () => random,
    () => NOON,
  );
}

function answered(status: number, after?: string): HttpResponse {
  const headers: Record<string, string> = after === undefined ? {} : { "retry-after": after };
  return new HttpResponse(status, "", headers, "", REQUEST);
}

test("pauses double, and each is shortened by up to a half", () => {
  const lost = new ConnectionLost("gone");

  expect([1, 2, 3].map((tries) => patience().pause(lost, tries, true))).toEqual([
    200,
    400,
    undefined,
  ]);
  expect(patience(1).pause(lost, 2, true)).toBe(200);
});

test.each([
  ["1", 1_000],
  ["0", 200],
  ["31", undefined],
  ["Mon, 02 Jun 2025 12:00:07 GMT", 7_000],
  ["Mon, 02 Jun 2025 11:00:00 GMT", 200],
  ["-1", undefined],
  ["1.5", undefined],
  ["soon", undefined],
  ["2025-06-02", undefined],
])("a 429 that says %s is sent again after %s", (header, pause) => {
  expect(patience().pause(answered(429, header), 1, false)).toBe(pause);
});

test.each([
  [new CannotConnect("x"), true, true],
  [new ConnectionLost("x"), true, false],
  [new TimedOut("x"), false, false],
  [new TimedOut("x", false), true, true],
  [answered(503), true, false],
  [answered(500), false, false],
  [answered(401), false, false],
])("%o: reads again %s, writes again %s", (outcome, reads, writes) => {
  expect(patience().pause(outcome, 1, true) !== undefined).toBe(reads);
  expect(patience().pause(outcome, 1, false) !== undefined).toBe(writes);
});

function lasting(text: string, milliseconds: number) {
  const end = 1_000 + milliseconds;
  return { token: text, creation_time_in_millis: 1_000, expiration_time_in_millis: end };
}

test.each([
  [10_000, 1_000],
  [300_000, 30_000],
  [86_400_000, 30_000],
])("a token of %i ms is kept until %i ms before its end", (lives, margin) => {
  let now = 100;
  const keeper = new TokenKeeper(ANN, "", () => now);
  keeper.keep(lasting("one", lives), now);

  now += lives - margin - 1;
  expect(keeper.usable()).toBe("one");
  now += 1;
  expect(keeper.usable()).toBeUndefined();
});

test("whoever was refused with an old token does not forget the new one", () => {
  const keeper = new TokenKeeper(ANN, "", () => 100);
  keeper.keep(lasting("one", 300_000), 100);
  keeper.keep(lasting("two", 300_000), 100);

  keeper.discard("one");

  expect(keeper.usable()).toBe("two");
});

test("without credentials the given token is shown, and not forgotten", () => {
  const keeper = new TokenKeeper(undefined, "given", () => 100);
  keeper.discard("given");

  expect(keeper.usable()).toBe("given");
});
