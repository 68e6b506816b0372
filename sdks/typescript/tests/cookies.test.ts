import { expect, test } from "vitest";
import { CookieJar } from "../src/cookies.js";

const PLAIN = new URL("http://host/api/rest/2.0/auth/session/login");
const SAFE = new URL("https://host/api/rest/2.0/auth/session/login");

test("what is set is sent to every path that it is for, the longest path first", () => {
  const jar = new CookieJar();
  jar.keep(
    ["all=1; Path=/", "some=2; Path=/api; HttpOnly; SameSite=Lax", "none=3; Path=/ap"],
    PLAIN,
  );

  expect(jar.header(new URL("http://host/api/rest"))).toBe("some=2; all=1");
  expect(jar.header(new URL("http://host/apis"))).toBe("all=1");
});

test("without a path it is for the folder that set it", () => {
  const jar = new CookieJar();
  jar.keep(["one=1"], PLAIN);

  expect(jar.header(new URL("http://host/api/rest/2.0/auth/session/user"))).toBe("one=1");
  expect(jar.header(new URL("http://host/api/rest/2.0/auth"))).toBeUndefined();
});

test("a secure one is neither taken from nor sent over plain http", () => {
  const jar = new CookieJar();
  jar.keep(["forged=1; Path=/; Secure"], PLAIN);
  jar.keep(["good=1; Path=/; Secure"], SAFE);

  expect(jar.header(SAFE)).toBe("good=1");
  expect(jar.header(PLAIN)).toBeUndefined();
});

test.each([
  "one=; Path=/; Max-Age=0",
  "one=; Path=/; Max-Age=-1",
  "one=x; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
  "one=x; Path=/; Expires=Wed, 21-Oct-2015 07:28:00 GMT; Secure2",
])("an end in the past takes it away: %s", (line) => {
  const jar = new CookieJar();
  jar.keep(["one=1; Path=/", "other=2; Path=/"], PLAIN);
  jar.keep([line], PLAIN);

  expect(jar.header(PLAIN)).toBe("other=2");
});

test("it is sent until its time, and Max-Age outranks Expires", () => {
  let now = 1_000;
  const jar = new CookieJar(() => now);
  jar.keep(["one=1; Path=/; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], PLAIN);

  now += 9_999;
  expect(jar.header(PLAIN)).toBe("one=1");
  now += 1;
  expect(jar.header(PLAIN)).toBeUndefined();
});

test("the newest value counts, whatever is in it", () => {
  const jar = new CookieJar();
  jar.keep(["one=1; Path=/"], PLAIN);
  jar.keep(['one="a=b=c" ; Path=/', "=nameless; Path=/", "nothing; Path=/", ""], PLAIN);

  expect(jar.header(PLAIN)).toBe('one="a=b=c"');
});

test("a date that is none ends nothing", () => {
  const jar = new CookieJar();
  jar.keep(["one=1; Path=/; Expires=-1"], PLAIN);

  expect(jar.header(PLAIN)).toBe("one=1");
});
