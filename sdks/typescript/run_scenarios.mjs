// Runs a plan of scenarios with this client and writes what became of each call.
// GATEPASS_PLAN and GATEPASS_OUTCOMES name the two files; ../scenarios/README.md tells their form.
// The client is the installed one: the tests copy this file to where they have installed it.

import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import * as sdk from "gatepass-sdk";

const AUTH = {
  login: "login",
  logout: "logout",
  get_full_access_token: "getFullAccessToken",
  get_object_access_token: "getObjectAccessToken",
  get_custom_access_token: "getCustomAccessToken",
  revoke_token: "revokeToken",
  validate_token: "validateToken",
  get_current_user_info: "getCurrentUserInfo",
  get_current_user_token: "getCurrentUserToken",
  configure_auth_settings: "configureAuthSettings",
  search_auth_settings: "searchAuthSettings",
};
const SESSION = {
  info: "sessionInfo",
  login: "login",
  logout: "logout",
  token: "gettoken",
  revoke: "revoketoken",
};
const KINDS = [
  [sdk.CannotConnect, "cannot_connect"],
  [sdk.TimedOut, "timed_out"],
  [sdk.ConnectionLost, "connection_lost"],
  [sdk.TruncatedAnswer, "truncated"],
  [sdk.UnreadableAnswer, "unreadable"],
  [sdk.Refused, "refused"],
  [sdk.ErrorResponseError, "operation_failed"],
  [sdk.ApiError, "api_error"],
];

/** Return a client that is set up as the plan says. */
function clientOf(given) {
  return new sdk.Client({
    baseUrl: given.base_url,
    accessToken: given.access_token,
    credentials: given.credentials,
    timeout: given.timeout_seconds === undefined ? undefined : given.timeout_seconds * 1000,
    authRetries: { firstPause: given.first_pause_seconds * 1000 },
  });
}

/** Make the call of a step; return its outcome. */
async function outcome(client, step) {
  const [face, name] = step.call.split(".");
  const given = step.with === null ? [] : [step.with];
  try {
    if (face === "auth") {
      const value = await client.auth[AUTH[name]](...given);
      return { returned: value ?? null, shown: views(value) };
    }
    const response = await new sdk.SessionController(client)[SESSION[name]](...given);
    const { result, ...rest } = response;
    const shown = [...views(response), ...views(result), inspect(rest), JSON.stringify(response)];
    return { returned: result, shown };
  } catch (error) {
    return failed(error);
  }
}

/** Return all the ways in which a value shows itself. */
function views(value) {
  return [inspect(value, { depth: 9, showHidden: true }), `${value}`, inspect([{ value }])];
}

/** Return what kind of failure it is, and all the ways in which it shows itself. */
function failed(error) {
  const kind = KINDS.find(([one]) => error instanceof one)?.[1] ?? error.name;
  const told = { kind, message: error.message };
  if (error instanceof sdk.Refused) {
    Object.assign(told, { status: error.status, code: error.code ?? null });
  }
  if (error instanceof sdk.ApiError) {
    Object.assign(told, { status: error.statusCode, error: error.result?.error ?? null });
  }
  const shown = [...views(error), error.stack, JSON.stringify(error), inspect({ ...error })];
  return { failed: told, shown };
}

/** Return data in which what was saved stands. */
function withSaved(value, saved) {
  if (Array.isArray(value)) return value.map((one) => withSaved(one, saved));
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value).map(([name, part]) => [name, withSaved(part, saved)]);
    return Object.fromEntries(parts);
  }
  if (typeof value !== "string") return value;
  return value.replace(/\$\{saved\.([a-z0-9_.]+)\}/g, (_, path) =>
    String(path.split(".").reduce((found, name) => found[name], saved)),
  );
}

/** Take the steps of a scenario; return the outcomes of each. */
async function run(scenario) {
  const clients = {};
  const saved = {};
  const outcomes = [];
  for (const step of scenario.steps) {
    if (step.pause_seconds !== undefined) {
      await sleep(step.pause_seconds * 1000);
      outcomes.push([]);
      continue;
    }
    clients[step.client] ??= clientOf(withSaved(scenario.clients[step.client], saved));
    const client = clients[step.client];
    const call = { ...step, with: withSaved(step.with, saved) };
    const taken = await Promise.all(
      Array.from({ length: step.times }, () => outcome(client, call)),
    );
    for (const one of taken) one.shown.push(...views(client), JSON.stringify(client));
    for (const one of taken) console.error(scenario.name, one.shown);
    outcomes.push(taken);
    if (step.save !== undefined) {
      if (taken[0].failed !== undefined) break; // what follows needs it
      saved[step.save] = taken[0].returned;
    }
  }
  return outcomes;
}

const plan = JSON.parse(await readFile(process.env.GATEPASS_PLAN, "utf8"));
const told = {};
for (const one of plan.scenarios) told[one.name] = await run(one);
await writeFile(process.env.GATEPASS_OUTCOMES, JSON.stringify(told));
