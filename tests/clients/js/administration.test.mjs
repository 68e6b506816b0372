// The vendor's TypeScript client, unmodified: users, groups, roles, the system, logs.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";

import {
  GroupsApi,
  LogApi,
  RolesApi,
  SystemApi,
  UsersApi,
  createBearerAuthenticationConfig,
} from "@thoughtspot/rest-api-sdk";

import { admin, anonymous, url } from "./gatepass.mjs";

const PASSWORD = "Copper-Inside-23-Walls";
const credentials = { username: admin.name, password: admin.password };
const administering = (Api) => new Api(createBearerAuthenticationConfig(url, credentials));
const users = administering(UsersApi);
const groups = administering(GroupsApi);
const roles = administering(RolesApi);
const system = administering(SystemApi);
const logs = administering(LogApi);

/** The fields of an answer that were asked for. */
const same = (answer, facts) =>
  assert.deepEqual(Object.fromEntries(Object.keys(facts).map((one) => [one, answer[one]])), facts);

test("a user is made, read back, changed and deleted", async () => {
  const facts = {
    name: `u-${randomUUID()}`,
    display_name: "Uta",
    email: "uta@example.com",
    account_type: "LOCAL_USER",
    account_status: "ACTIVE",
    visibility: "SHARABLE",
    notify_on_share: false,
    preferred_locale: "de-DE",
  };

  const made = await users.createUser({ ...facts, password: PASSWORD });

  same(made, facts);
  const [found] = await users.searchUsers({ user_identifier: made.id });
  same(found, facts);
  await users.updateUser(facts.name, { display_name: "Uta B." });
  const [changed] = await users.searchUsers({ name_pattern: facts.name });
  same(changed, { ...facts, display_name: "Uta B." });
  await users.deleteUser(made.id);
  assert.deepEqual(await users.searchUsers({ user_identifier: made.id }), []);
});

test("a group with a role is made, read back, changed and deleted", async () => {
  const facts = { name: `r-${randomUUID()}`, description: "Who keeps", privileges: ["DEVELOPER"] };
  const role = await roles.createRole(facts);
  same(role, facts);
  const crew = { name: `g-${randomUUID()}`, display_name: "Crew", privileges: ["SHAREWITHALL"] };

  const group = await groups.createUserGroup({ ...crew, role_identifiers: [role.id] });

  same(group, crew);
  const [found] = await groups.searchUserGroups({ role_identifiers: [role.name] });
  same(found, crew);
  const changed = await roles.updateRole(role.id, { name: role.name, privileges: [] });
  same(changed, { ...facts, privileges: [], groups_assigned_count: 1 });
  const [shown] = await roles.searchRoles({ group_identifiers: [group.id] });
  same(shown, { ...facts, privileges: [] });
  await groups.updateUserGroup(group.id, { description: "Who sails" });
  await roles.deleteRole(role.id);
  const [left] = await groups.searchUserGroups({ group_identifier: group.id });
  same(left, { ...crew, description: "Who sails" });
  await groups.deleteUserGroup(group.id);
});

test("lists are tried and then imported", async () => {
  const name = `i-${randomUUID()}`;
  const list = { users: [{ user_identifier: name, display_name: "Ina" }] };

  const told = await users.importUsers(list);
  assert.deepEqual(told.users_added.map((one) => one.name), [name]);
  assert.deepEqual(await users.searchUsers({ user_identifier: name }), []);
  const done = await users.importUsers({ ...list, dry_run: false });
  const [found] = await users.searchUsers({ user_identifier: name });
  assert.equal(done.users_added[0].id, found.id);
  const crew = { group_identifier: `c-${name}`, display_name: "Crew", user_identifiers: [name] };
  const made = await groups.importUserGroups({ groups: [crew], dry_run: false });
  assert.deepEqual(made.groups_added.map((one) => one.name), [crew.group_identifier]);
});

test("passwords are changed, reset and set by a link", async () => {
  const user_identifier = `p-${randomUUID()}`;
  await users.createUser({
    name: user_identifier,
    display_name: "P",
    email: "p@example.com",
    password: PASSWORD,
  });
  const signsIn = (password) =>
    anonymous().getFullAccessToken({ username: user_identifier, password });

  const second = "Second-Walls-42";
  await users.changeUserPassword({
    user_identifier,
    current_password: PASSWORD,
    new_password: second,
  });
  await signsIn(second);
  await users.resetUserPassword({ user_identifier, new_password: PASSWORD });
  await signsIn(PASSWORD);
  const { activation_link } = await users.deactivateUser({ user_identifier, base_url: url });
  await assert.rejects(signsIn(PASSWORD));
  const auth_token = activation_link.split("=").at(-1);
  const user = await users.activateUser({ user_identifier, auth_token, password: second });
  assert.equal(user.account_status, "ACTIVE");
  await signsIn(second);
});

test("the system is shown and configured", async () => {
  await system.updateSystemConfig({ configuration: { clusterName: "Süd" } });

  assert.equal((await system.getSystemInformation()).name, "Süd");
  assert.equal((await system.getSystemConfig()).okta_enabled, false);
  const { config_override_info } = await system.getSystemOverrideInfo();
  assert.equal(config_override_info.clusterName, "Süd");
});

test("security settings are set and read back", async () => {
  const cors_whitelisted_urls = ["https://app.example.net", "*.example.org"];
  await system.configureSecuritySettings({ cluster_preferences: { cors_whitelisted_urls } });

  const found = await system.searchSecuritySettings({ scope: "CLUSTER" });

  same(found.cluster_preferences, { cors_whitelisted_urls, enable_partitioned_cookies: false });
});

test("logs tell who did what", async () => {
  const name = `l-${randomUUID()}`;
  await users.createUser({ name, display_name: "L", email: "l@example.com" });

  const told = await logs.fetchLogs({ log_type: "SECURITY_AUDIT" });

  const made = told.map((one) => JSON.parse(one.log)).find((one) => one.data.userNames?.[0] === name);
  assert.equal(made.type, "USERS_CREATED");
  assert.equal(made.userName, admin.name);
});
