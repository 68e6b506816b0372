// The vendor's TypeScript client, unmodified: tags, sharing and headers, read back field by field.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";

import {
  ThoughtSpotRestApi,
  createBearerAuthenticationConfig,
} from "@thoughtspot/rest-api-sdk";

import { admin, anonymous, mira, primary, url } from "./gatepass.mjs";

const plain = (model) => JSON.parse(JSON.stringify(model));
const fresh = (word) => `${word}-${randomUUID().slice(0, 8)}`;

/** A client for everything, with a full token for Primary by name and password. */
const signedIn = async ({ name, password }) => {
  const { token } = await anonymous().getFullAccessToken({
    username: name,
    password,
    org_id: primary.id,
  });
  return new ThoughtSpotRestApi(createBearerAuthenticationConfig(url, async () => token));
};

/** Bring a Liveboard in and return its id. */
const liveboard = async (api, name) => {
  const guid = randomUUID();
  const taken = await api.importMetadataTML({
    metadata_tmls: [`guid: ${guid}\nliveboard:\n  name: ${name}\n`],
  });
  assert.equal(taken.length, 1);
  return guid;
};

test("tags are made, found, changed and deleted", async () => {
  const api = await signedIn(admin);
  const name = fresh("tag");
  const made = plain(await api.createTag({ name, color: "#0a64a0" }));
  assert.deepEqual([made.name, made.color, made.deleted], [name, "#0a64a0", false]);

  await api.updateTag(made.id, { name: `${name}-2` });
  const [read] = plain(await api.searchTags({ tag_identifier: `${name}-2` }));
  assert.deepEqual(read, {
    ...made,
    name: `${name}-2`,
    modification_time_in_millis: read.modification_time_in_millis,
  });
  await api.deleteTag(`${name}-2`);
  assert.deepEqual(plain(await api.searchTags({ tag_identifier: made.id })), []);
});

test("what is tagged and shared is found, and told in every field", async () => {
  const [api, hers] = [await signedIn(admin), await signedIn(mira)];
  const [name, word] = [fresh("Sales"), fresh("tag")];
  const guid = await liveboard(api, name);
  const metadata = [{ identifier: guid, type: "LIVEBOARD" }];
  const tag = await api.createTag({ name: word });
  await api.assignTag({ metadata, tag_identifiers: [word] });
  assert.deepEqual(plain(await hers.searchMetadata({ metadata })), []);

  await api.shareMetadata({
    metadata,
    permissions: [
      { principal: { identifier: mira.name, type: "USER" }, share_mode: "READ_ONLY" },
    ],
    message: "",
  });
  const [found] = plain(await hers.searchMetadata({ metadata, tag_identifiers: [word] }));
  assert.deepEqual(
    [found.metadata_id, found.metadata_name, found.metadata_type],
    [guid, name, "LIVEBOARD"],
  );
  const header = found.metadata_header;
  assert.deepEqual([header.id, header.authorName], [guid, admin.name]);
  assert.deepEqual(header.tags, [{ id: tag.id, name: word }]);

  const told = plain(
    await hers.fetchPermissionsOnMetadata({ metadata, principals: [{ identifier: mira.id }] }),
  );
  const [details] = told.metadata_permission_details;
  assert.deepEqual(details.principal_permission_info, [
    {
      principal_type: "USER",
      principal_sub_type: "LOCAL_USER",
      principal_permissions: [
        {
          principal_id: mira.id,
          principal_name: mira.name,
          permission: "READ_ONLY",
          shared_permission: "READ_ONLY",
          group_permission: [],
        },
      ],
    },
  ]);
  const of = plain(
    await hers.fetchPermissionsOfPrincipals({ principals: [{ identifier: mira.name }], metadata }),
  );
  const [row] = of.principal_permission_details[0].metadata_permission_info;
  assert.equal(row.metadata_permissions[0].permission, "READ_ONLY");

  await assert.rejects(hers.deleteMetadata({ metadata }), { code: 403 });
  await api.unassignTag({ metadata, tag_identifiers: [tag.id] });
  await api.assignChangeAuthor({ metadata, user_identifier: mira.name });
  await hers.deleteMetadata({ metadata });
  assert.deepEqual(plain(await api.searchMetadata({ metadata })), []);
  await api.deleteTag(word);
});
