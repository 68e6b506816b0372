// The parts of the embed page that are plain functions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const ASSETS = new URL("../../src/gatepass/pages/embed/assets/", import.meta.url);
const { readFlags, readRoute } = await loaded("flags.js");
const { lead, Renewal } = await loaded("renewal.js");
const { problemOf } = await loaded("limits.js");

// Browsers know by the script element what a module is, Node.js by a name or a file beside it.
function loaded(name) {
  const text = readFileSync(new URL(name, ASSETS)).toString("base64");
  return import(`data:text/javascript;base64,${text}`);
}

const ONE = "0b4cc8ee-7b63-4bfe-a5f8-8e5bd9ad0a01";
const OTHER = "9d3d9a5b-1f0e-4c4e-9a67-0a2f3c1d7b02";

test("what a host left out of its flags reads as the SDK reads it", () => {
  const bare = readFlags("?embedApp=true");
  assert.equal(bare.authType, "None");
  assert.equal(bare.autoLogin, false);
  assert.equal(bare.mayAskToSignIn, true);
  assert.equal(bare.orgId, null);
  assert.equal(readFlags("?authType=AuthServerCookieless").autoLogin, true);
  assert.equal(readFlags("?authType=AuthServerCookieless&autoLogin=false").autoLogin, false);
});

test("packed flags are the same flags, with letters of any alphabet", () => {
  const query = "?embedApp=true&authType=Basic&orgId=7&x=zażółć-ÿÿÿ";
  const packed = Buffer.from(query).toString("base64url");
  assert.deepEqual(readFlags(`?base64UrlEncodedFlags=${packed}`), readFlags(query));
  assert.equal(readFlags("?base64UrlEncodedFlags=%25").embedded, false);
});

test("an Org that is no number is none", () => {
  for (const text of ["", "x", "1e9", "99999999999"]) {
    assert.equal(readFlags(`?orgId=${text}`).orgId, null);
  }
  assert.equal(readFlags("?orgId=0").orgId, 0);
});

test("a fragment names objects in the places where the SDK puts them", () => {
  assert.deepEqual(readRoute(""), { path: "/", objects: [] });
  assert.deepEqual(readRoute(`#/embed/viz/${ONE}/${OTHER}?view=x`), {
    path: `/embed/viz/${ONE}/${OTHER}`, objects: [ONE, OTHER],
  });
  assert.deepEqual(readRoute(`#/pinboard/${ONE.toUpperCase()}`).objects, [ONE]);
  assert.deepEqual(readRoute(`#/embed/saved-answer/${ONE}`).objects, [ONE]);
  assert.deepEqual(readRoute(`#/data/tables/${ONE}`).objects, []);
});

test("an object is refused where the limit is another, and only there", () => {
  const caller = { object_id: ONE.toUpperCase(), orgs: [{ id: 0 }] };
  const at = (...objects) => problemOf(caller, { objects }, { orgId: null });
  assert.equal(at(ONE), null);
  assert.equal(at(ONE, OTHER), null);
  assert.equal(at(), null);
  assert.equal(at(OTHER).code, "OBJECT_NOT_ALLOWED");
  assert.equal(problemOf({ ...caller, object_id: null }, { objects: [OTHER] }, { orgId: null }), null);
  assert.equal(problemOf(caller, { objects: [] }, { orgId: 3 }).code, "ORG_NOT_ALLOWED");
});

test("a renewal leads by a fifth, by half a minute at least, by half the life at most", () => {
  assert.equal(lead(300_000), 60_000);
  assert.equal(lead(100_000), 30_000);
  assert.equal(lead(20_000), 10_000);
});

test("a host that brings nothing new is not asked twice in one life", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said = [];
  const renewal = new Renewal({
    renew: async () => { said.push("renew"); return false; },
    end: () => said.push("end"),
  });
  renewal.plan(300_000, true);

  t.mock.timers.tick(239_999);
  assert.deepEqual(said, []);
  t.mock.timers.tick(1);
  await renewal.settled;
  t.mock.timers.tick(60_000);
  assert.deepEqual(said, ["renew"]);
  t.mock.timers.tick(1_000);
  assert.deepEqual(said, ["renew", "end"]);
});

test("a credential that ended, or lives longer than a timer, sets none", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said = [];
  const renewal = new Renewal({ renew: () => said.push("renew"), end: () => said.push("end") });

  for (const left of [0, -1, NaN, 2 ** 33]) {
    renewal.plan(left, true);
    t.mock.timers.tick(2 ** 31);
  }

  assert.deepEqual(said, []);
});
