-- Made by the server of revision 0004 itself, at noon on 2026-06-01; what is secret here is made up.
-- secret: gpk_3gNbZYRInoQmAvZIboJqDDFR6XIAybhPDG2TxHnxQEg
-- token: gpf_968IxAxX0_hORZNnVZ-QC8S1zQvZ7mDjOmRXl5rzAHA
-- revoked_token: gpf_SdLI_t-umObo7CqDzwEUTWZaBAX-XV-nopsKgK7gd-s
-- token_of_closed: gpf_rBALOiW9DTxufEpf2r6L3Pgs2cWDaRr419DZjxLhtYA
-- custom: eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiIsImtpZCI6IkZsZGQ5eG1sejVMXzlVQXNPdG5aUll1UUpXZzdLTzlDaWFWcWtKZTBMZ2cifQ.eyJpc3MiOiJnYXRlcGFzcyIsImF1ZCI6ImdhdGVwYXNzIiwic3ViIjoiOTg0YzEyN2ItMzk5YS00ZmNlLTg1YWEtMWEzYzE4MTMwNjAyIiwianRpIjoiYTYzMTJlZTItOThkYS00NTE4LTgyOGEtNTFmNTg0YTk1YWE1IiwiaWF0IjoxNzgwMzE1MjAwLCJuYmYiOjE3ODAzMTUyMDAsImV4cCI6MTc4MDQwMTYwMCwibmFtZSI6Im1pcmEiLCJvcmdfaWQiOjAsIm9yZyI6IlByaW1hcnkiLCJmaWx0ZXJfcnVsZXMiOlt7ImNvbHVtbl9uYW1lIjoiUmVnaW9uIiwib3BlcmF0b3IiOiJJTiIsInZhbHVlcyI6WyJOb3J0aCJdfV19.cxFbvT0Q9hkiRklQdnNul7vt_cD8zOC89S4bh4XDAnlbpZTQW_RwR2IxqjDOMJcVWAHM6FHKeLd_SM27neXe0g
-- session: gps_ML2AwK8cQBoMiqfYZK5p-Iqo9ZHeUoBQoxZOgNJUhEs
-- ended_session: gps_6HvzBjg1ZmYF2ZhiZvver-RKDZ2tr6P8HCIRherYuEM
BEGIN TRANSACTION;
CREATE TABLE accounts (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	skeleton TEXT NOT NULL, 
	display_name TEXT NOT NULL, 
	email TEXT, 
	type TEXT NOT NULL, 
	status TEXT NOT NULL, 
	sharable INTEGER NOT NULL, 
	system INTEGER NOT NULL, 
	mfa_required INTEGER NOT NULL, 
	password TEXT, 
	author_id TEXT NOT NULL, 
	modifier_id TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	modified_at BIGINT NOT NULL, 
	expires_at BIGINT, 
	locked_until BIGINT, 
	first_login_at BIGINT, 
	last_org_id INTEGER, 
	preferences TEXT NOT NULL, display_key TEXT DEFAULT '' NOT NULL, email_key TEXT, notify_on_share INTEGER DEFAULT '1' NOT NULL, show_onboarding_experience INTEGER DEFAULT '1' NOT NULL, onboarding_experience_completed INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_accounts PRIMARY KEY (id), 
	CONSTRAINT uq_accounts_name_key UNIQUE (name_key)
);
INSERT INTO "accounts" VALUES('67e15c06-d153-4924-a4cd-ff615393b60f','system','system','systern','system',NULL,'LOCAL_USER','ACTIVE',1,1,0,NULL,'67e15c06-d153-4924-a4cd-ff615393b60f','67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,NULL,NULL,NULL,NULL,'{}','system',NULL,1,1,0);
INSERT INTO "accounts" VALUES('0f0dd0f7-7411-4195-a4aa-0dc6b58413c9','su','su','su','su',NULL,'LOCAL_USER','ACTIVE',1,1,0,NULL,'67e15c06-d153-4924-a4cd-ff615393b60f','67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,NULL,NULL,NULL,NULL,'{}','su',NULL,1,1,0);
INSERT INTO "accounts" VALUES('59481331-ee53-42be-a548-bd87be6ddd4a','tsadmin','tsadmin','tsadrnln','Administrator',NULL,'LOCAL_USER','ACTIVE',1,1,0,'$argon2id$v=19$m=64,t=1,p=1$RJ1MKbsiKIVlsG3+dDMMTw$3nwgDE+dUH2v3bjzt4wHsF0oI0AZuX9aYJYp0/RCq64','67e15c06-d153-4924-a4cd-ff615393b60f','67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,NULL,NULL,NULL,NULL,'{}','administrator',NULL,1,1,0);
INSERT INTO "accounts" VALUES('984c127b-399a-4fce-85aa-1a3c18130602','mira','mira','rnlra','Mira','mira@example.com','LOCAL_USER','ACTIVE',1,0,0,'$argon2id$v=19$m=64,t=1,p=1$LyrUKG6aupnk6TLptfusNw$gfry19Uuq27pJsbnZsKiDHkgw4VR5cYd7F06/e3yUjo','67e15c06-d153-4924-a4cd-ff615393b60f','67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,NULL,NULL,1780315200000000,0,'{}','mira','mira@example.com',1,1,0);
INSERT INTO "accounts" VALUES('7f19f457-3e66-48f9-b76b-c2bdf0eba409','sven','sven','sven','sven',NULL,'LOCAL_USER','INACTIVE',1,0,0,'$argon2id$v=19$m=64,t=1,p=1$7tFeb0NZgrPoRiIt4h4PHQ$5DrLh8CLdPD922WFBmUaNtV3jh2T/PWcpU3vyryflj8','67e15c06-d153-4924-a4cd-ff615393b60f','67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,NULL,NULL,NULL,NULL,'{}','sven',NULL,1,1,0);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0004');
CREATE TABLE attributes (
	account_id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	scope TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_attributes PRIMARY KEY (account_id, org_id, scope), 
	CONSTRAINT fk_attributes_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_attributes_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE
);
CREATE TABLE audit_events (
	number INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	act TEXT NOT NULL, 
	refused TEXT, 
	org_id INTEGER NOT NULL, 
	by_account TEXT, 
	actor TEXT, 
	about TEXT, 
	address TEXT, 
	agent TEXT, 
	operation TEXT NOT NULL, 
	incident_id TEXT NOT NULL, 
	data TEXT NOT NULL, 
	CONSTRAINT pk_audit_events PRIMARY KEY (number)
);
INSERT INTO "audit_events" VALUES(1,'97d03047-23d0-4c2c-b0ce-f2dbaaf0ebbf',1780315200000000,'store.found',NULL,0,NULL,NULL,'59481331-ee53-42be-a548-bd87be6ddd4a','127.0.0.1',NULL,'test','','{}');
INSERT INTO "audit_events" VALUES(2,'d1794209-06d7-43e6-b136-58d0029f5ad5',1780315200000000,'org.create',NULL,2101140710,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator',NULL,'127.0.0.1',NULL,'test','','{"name":"north"}');
INSERT INTO "audit_events" VALUES(3,'4089a038-fb2f-41a0-83c7-f4a43c70ecce',1780315200000000,'account.create',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator','984c127b-399a-4fce-85aa-1a3c18130602','127.0.0.1',NULL,'test','','{"name":"mira","orgs":[0],"weak_allowed":false}');
INSERT INTO "audit_events" VALUES(4,'b32a8f07-0e6a-4665-be6b-89eacffe63ba',1780315200000000,'group.create',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator',NULL,'127.0.0.1',NULL,'test','','{"name":"analysts","privileges":["DATADOWNLOADING"]}');
INSERT INTO "audit_events" VALUES(5,'f7bf0e70-92d0-4a12-b6d1-3599f60046f1',1780315200000000,'group.put_in',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator','984c127b-399a-4fce-85aa-1a3c18130602','127.0.0.1',NULL,'test','','{"name":"analysts"}');
INSERT INTO "audit_events" VALUES(6,'bc6cc42b-e797-47f8-bc6a-0b718e94d378',1780315200000000,'account.create',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator','7f19f457-3e66-48f9-b76b-c2bdf0eba409','127.0.0.1',NULL,'test','','{"name":"sven","orgs":[0],"weak_allowed":false}');
INSERT INTO "audit_events" VALUES(7,'a85d10f7-b5f9-4797-af3f-fabd44f1b972',1780315200000000,'secret.enable',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator',NULL,'127.0.0.1',NULL,'test','','{"cluster":true}');
INSERT INTO "audit_events" VALUES(8,'c0e7c932-314b-4435-b934-896cd2b772f5',1780315200000000,'secret.read',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator',NULL,'127.0.0.1',NULL,'test','','{"secrets":["026c9222-c397-4889-97bd-31e79aea65d0"]}');
INSERT INTO "audit_events" VALUES(9,'2ba34a89-45c8-417b-bdca-ce6b434d4e8a',1780315200000000,'token.issue',NULL,0,NULL,'default','984c127b-399a-4fce-85aa-1a3c18130602','127.0.0.1','python-httpx2/2.16.2','getFullAccessToken','62de19c3-4d9b-4ce1-acc9-b86378c6b57b','{"token":"37c8d31c-933a-4da6-ba0f-0c5f59dfb9ae","kind":"full","name":"mira","expires_at":"2026-06-02T12:00:00Z"}');
INSERT INTO "audit_events" VALUES(10,'fbbf6c5f-e422-47c6-a425-d9cf69d084a7',1780315200000000,'token.issue',NULL,0,NULL,'default','984c127b-399a-4fce-85aa-1a3c18130602','127.0.0.1','python-httpx2/2.16.2','getFullAccessToken','6f537f5c-110d-489d-a426-ddb7e357a251','{"token":"95fed946-3dec-4138-ac97-c6f30ac7bdee","kind":"full","name":"mira","expires_at":"2026-06-02T12:00:00Z"}');
INSERT INTO "audit_events" VALUES(11,'5526d8de-ed2c-4974-b662-c939b30e6708',1780315200000000,'token.issue',NULL,0,NULL,'default','7f19f457-3e66-48f9-b76b-c2bdf0eba409','127.0.0.1','python-httpx2/2.16.2','getFullAccessToken','e533bae3-0b64-4b0d-8361-af18055be8fb','{"token":"7a68a295-b2a9-438e-b287-2503c961328c","kind":"full","name":"sven","expires_at":"2026-06-02T12:00:00Z"}');
INSERT INTO "audit_events" VALUES(12,'21d9af6e-7292-4bbe-a11c-b5bf4503555d',1780315200000000,'token.issue',NULL,0,NULL,'default','984c127b-399a-4fce-85aa-1a3c18130602','127.0.0.1','python-httpx2/2.16.2','getCustomAccessToken','795cb05c-b8a4-40ce-9255-87d78c9a47e1','{"token":"a6312ee2-98da-4518-828a-51f584a95aa5","kind":"custom","name":"mira","expires_at":"2026-06-02T12:00:00Z"}');
INSERT INTO "audit_events" VALUES(13,'d517aa6c-0725-4b10-91e5-3bd86f898237',1780315200000000,'session.open',NULL,0,NULL,NULL,'984c127b-399a-4fce-85aa-1a3c18130602','127.0.0.1','python-httpx2/2.16.2','login','74d60bd4-c4f0-4122-a9e0-a4317d9f18ea','{"session":"046d1484-6499-490c-84ad-db7415d0a6e7","name":"mira","remembered":true}');
INSERT INTO "audit_events" VALUES(14,'76c5b77c-e06b-46a0-8cc7-e25704894b42',1780315200000000,'session.open',NULL,0,NULL,NULL,'984c127b-399a-4fce-85aa-1a3c18130602','127.0.0.1','python-httpx2/2.16.2','login','035ba10a-4c85-44ca-9e28-63aa3e2c92fc','{"session":"5c7ed858-23d6-496f-a6c2-9eedc027f932","name":"mira","remembered":true}');
INSERT INTO "audit_events" VALUES(15,'90b89da4-95bc-4c6a-b789-bd025d5aa569',1780315200000000,'account.set_status',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator','7f19f457-3e66-48f9-b76b-c2bdf0eba409','127.0.0.1',NULL,'test','','{"status":"INACTIVE","before":"ACTIVE"}');
INSERT INTO "audit_events" VALUES(16,'e8e6d278-50a7-4ee6-8986-92c5d8c39c65',1780315200000000,'session.log_out',NULL,0,NULL,NULL,'984c127b-399a-4fce-85aa-1a3c18130602','127.0.0.1','python-httpx2/2.16.2','logout','bb8ad371-aac9-4d0d-800f-a94bb4ac6a89','{"ended":["5c7ed858-23d6-496f-a6c2-9eedc027f932"],"count":1}');
INSERT INTO "audit_events" VALUES(17,'2c583842-14a5-4ca1-b72f-a3af9bc43e7b',1780315200000000,'token.revoke',NULL,0,'984c127b-399a-4fce-85aa-1a3c18130602','default','984c127b-399a-4fce-85aa-1a3c18130602','127.0.0.1','python-httpx2/2.16.2','revokeToken','8db4dc0e-758f-4e70-a067-8ff6e47995d1','{"ended":["95fed946-3dec-4138-ac97-c6f30ac7bdee"],"count":1}');
CREATE TABLE entitlements (
	account_id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_entitlements PRIMARY KEY (account_id, org_id), 
	CONSTRAINT fk_entitlements_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_entitlements_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE
);
CREATE TABLE favorites (
	account_id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	object_id TEXT NOT NULL, 
	type TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	CONSTRAINT pk_favorites PRIMARY KEY (account_id, org_id, object_id), 
	CONSTRAINT fk_favorites_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_favorites_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE
);
CREATE TABLE group_links (
	child_id TEXT NOT NULL, 
	parent_id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	CONSTRAINT pk_group_links PRIMARY KEY (child_id, parent_id), 
	CONSTRAINT fk_group_links_child_id FOREIGN KEY(child_id) REFERENCES groups (id) ON DELETE CASCADE, 
	CONSTRAINT fk_group_links_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE, 
	CONSTRAINT fk_group_links_parent_id FOREIGN KEY(parent_id) REFERENCES groups (id) ON DELETE CASCADE
);
CREATE TABLE group_liveboards (
	group_id TEXT NOT NULL, 
	liveboard_id TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	org_id INTEGER NOT NULL, 
	CONSTRAINT pk_group_liveboards PRIMARY KEY (group_id, liveboard_id), 
	CONSTRAINT fk_group_liveboards_group_id FOREIGN KEY(group_id) REFERENCES groups (id) ON DELETE CASCADE, 
	CONSTRAINT fk_group_liveboards_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE
);
CREATE TABLE group_members (
	account_id TEXT NOT NULL, 
	group_id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	CONSTRAINT pk_group_members PRIMARY KEY (account_id, group_id), 
	CONSTRAINT fk_group_members_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_group_members_group_id FOREIGN KEY(group_id) REFERENCES groups (id) ON DELETE CASCADE, 
	CONSTRAINT fk_group_members_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE
);
INSERT INTO "group_members" VALUES('67e15c06-d153-4924-a4cd-ff615393b60f','b25ee394-9d13-49e3-9385-cd97f5b253b4',0);
INSERT INTO "group_members" VALUES('0f0dd0f7-7411-4195-a4aa-0dc6b58413c9','b25ee394-9d13-49e3-9385-cd97f5b253b4',0);
INSERT INTO "group_members" VALUES('59481331-ee53-42be-a548-bd87be6ddd4a','b25ee394-9d13-49e3-9385-cd97f5b253b4',0);
INSERT INTO "group_members" VALUES('59481331-ee53-42be-a548-bd87be6ddd4a','d0326b56-ef23-4c8a-8327-a30e99bcc72b',0);
INSERT INTO "group_members" VALUES('984c127b-399a-4fce-85aa-1a3c18130602','b25ee394-9d13-49e3-9385-cd97f5b253b4',0);
INSERT INTO "group_members" VALUES('984c127b-399a-4fce-85aa-1a3c18130602','d974ec32-7d37-46cc-a18f-5e25c381f9ab',0);
INSERT INTO "group_members" VALUES('7f19f457-3e66-48f9-b76b-c2bdf0eba409','b25ee394-9d13-49e3-9385-cd97f5b253b4',0);
CREATE TABLE group_privileges (
	group_id TEXT NOT NULL, 
	privilege TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	CONSTRAINT pk_group_privileges PRIMARY KEY (group_id, privilege), 
	CONSTRAINT fk_group_privileges_group_id FOREIGN KEY(group_id) REFERENCES groups (id) ON DELETE CASCADE, 
	CONSTRAINT fk_group_privileges_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE
);
INSERT INTO "group_privileges" VALUES('b25ee394-9d13-49e3-9385-cd97f5b253b4','AUTHORING',0);
INSERT INTO "group_privileges" VALUES('d0326b56-ef23-4c8a-8327-a30e99bcc72b','ADMINISTRATION',0);
INSERT INTO "group_privileges" VALUES('761b2880-1b53-4d85-afcf-6a90b34a51bd','AUTHORING',2101140710);
INSERT INTO "group_privileges" VALUES('116864dc-11de-45d3-b142-5577bc5453d4','ADMINISTRATION',2101140710);
INSERT INTO "group_privileges" VALUES('d974ec32-7d37-46cc-a18f-5e25c381f9ab','DATADOWNLOADING',0);
CREATE TABLE groups (
	id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	skeleton TEXT NOT NULL, 
	display_name TEXT NOT NULL, 
	description TEXT NOT NULL, 
	system INTEGER NOT NULL, 
	author_id TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	modified_at BIGINT NOT NULL, modifier_id TEXT DEFAULT '' NOT NULL, type TEXT DEFAULT 'LOCAL_GROUP' NOT NULL, sharable INTEGER DEFAULT '1' NOT NULL, joined_by_all INTEGER DEFAULT '0' NOT NULL, display_key TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_groups PRIMARY KEY (id), 
	CONSTRAINT fk_groups_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE, 
	CONSTRAINT uq_groups_org_id_name_key UNIQUE (org_id, name_key)
);
INSERT INTO "groups" VALUES('b25ee394-9d13-49e3-9385-cd97f5b253b4',0,'All','all','all','All','',1,'67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,'67e15c06-d153-4924-a4cd-ff615393b60f','LOCAL_GROUP',1,0,'all');
INSERT INTO "groups" VALUES('d0326b56-ef23-4c8a-8327-a30e99bcc72b',0,'Administrator','administrator','adrnlnlstrator','Administrator','',1,'67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,'67e15c06-d153-4924-a4cd-ff615393b60f','LOCAL_GROUP',1,0,'administrator');
INSERT INTO "groups" VALUES('761b2880-1b53-4d85-afcf-6a90b34a51bd',2101140710,'All','all','all','All','',1,'67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,'67e15c06-d153-4924-a4cd-ff615393b60f','LOCAL_GROUP',1,0,'all');
INSERT INTO "groups" VALUES('116864dc-11de-45d3-b142-5577bc5453d4',2101140710,'Administrator','administrator','adrnlnlstrator','Administrator','',1,'67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,'67e15c06-d153-4924-a4cd-ff615393b60f','LOCAL_GROUP',1,0,'administrator');
INSERT INTO "groups" VALUES('d974ec32-7d37-46cc-a18f-5e25c381f9ab',0,'analysts','analysts','analysts','analysts','',0,'67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,'67e15c06-d153-4924-a4cd-ff615393b60f','LOCAL_GROUP',1,0,'analysts');
CREATE TABLE guesses (
	account_id TEXT NOT NULL, 
	address TEXT NOT NULL, 
	failures INTEGER NOT NULL, 
	shut_until BIGINT, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_guesses PRIMARY KEY (account_id, address), 
	CONSTRAINT fk_guesses_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE memberships (
	account_id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	joined_at BIGINT NOT NULL, name_key TEXT DEFAULT '' NOT NULL, home_liveboard TEXT, 
	CONSTRAINT pk_memberships PRIMARY KEY (account_id, org_id), 
	CONSTRAINT fk_memberships_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_memberships_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE
);
INSERT INTO "memberships" VALUES('67e15c06-d153-4924-a4cd-ff615393b60f',0,1780315200000000,'system',NULL);
INSERT INTO "memberships" VALUES('0f0dd0f7-7411-4195-a4aa-0dc6b58413c9',0,1780315200000000,'su',NULL);
INSERT INTO "memberships" VALUES('59481331-ee53-42be-a548-bd87be6ddd4a',0,1780315200000000,'tsadmin',NULL);
INSERT INTO "memberships" VALUES('984c127b-399a-4fce-85aa-1a3c18130602',0,1780315200000000,'mira',NULL);
INSERT INTO "memberships" VALUES('7f19f457-3e66-48f9-b76b-c2bdf0eba409',0,1780315200000000,'sven',NULL);
CREATE TABLE moves (
	number INTEGER NOT NULL, 
	xact BIGINT NOT NULL, 
	scopes BLOB NOT NULL, 
	CONSTRAINT pk_moves PRIMARY KEY (number)
);
CREATE TABLE orgs (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	skeleton TEXT NOT NULL, 
	description TEXT NOT NULL, 
	active INTEGER NOT NULL, 
	visible INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_orgs PRIMARY KEY (id), 
	CONSTRAINT uq_orgs_name_key UNIQUE (name_key)
);
INSERT INTO "orgs" VALUES(0,'Primary','primary','prlrnary','Primary Org',1,1,1780315200000000);
INSERT INTO "orgs" VALUES(2101140710,'north','north','north','',1,1,1780315200000000);
CREATE TABLE secrets (
	id TEXT NOT NULL, 
	digest BLOB NOT NULL, 
	sealed BLOB NOT NULL, 
	org_id INTEGER, 
	label TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	revoked_at BIGINT, 
	last_used_at BIGINT, 
	CONSTRAINT pk_secrets PRIMARY KEY (id), 
	CONSTRAINT fk_secrets_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE, 
	CONSTRAINT uq_secrets_digest UNIQUE (digest)
);
INSERT INTO "secrets" VALUES('026c9222-c397-4889-97bd-31e79aea65d0',X'6BCC9B0511E91F6EDB53757E7D0654970C4B10647067F18E4CE65A8B5D3E7042',X'D2A8F2216890668DBA2D36A43373760062427ED5B986741D807B5F214458F9F066FE3DBE80F8D3453A9A0AC30027EFA38EE6431941E5E1AA8FBAD9A04DE3C45CFCDC4E540F8A8875E3404A',NULL,'default',1780315200000000,NULL,1780315200000000);
CREATE TABLE sessions (
	id TEXT NOT NULL, 
	digest BLOB NOT NULL, 
	account_id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	opened_at BIGINT NOT NULL, 
	last_seen_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	remembered INTEGER NOT NULL, 
	chain_started_at BIGINT NOT NULL, 
	revoked_at BIGINT, 
	parent_id TEXT, 
	object_id TEXT, 
	secret_id TEXT, 
	actor TEXT, 
	address TEXT, 
	agent TEXT, 
	proved_at BIGINT, attributes TEXT, 
	CONSTRAINT pk_sessions PRIMARY KEY (id), 
	CONSTRAINT fk_sessions_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_sessions_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE, 
	CONSTRAINT uq_sessions_digest UNIQUE (digest)
);
INSERT INTO "sessions" VALUES('046d1484-6499-490c-84ad-db7415d0a6e7',X'83511E041454889DD40A5E13D41E1207DD2115673C54395F8D78C58064E5BF1F','984c127b-399a-4fce-85aa-1a3c18130602',0,1780315200000000,1780315200000000,1780920000000000,1,1780315200000000,NULL,NULL,NULL,NULL,NULL,'127.0.0.1','python-httpx2/2.16.2',NULL,NULL);
INSERT INTO "sessions" VALUES('5c7ed858-23d6-496f-a6c2-9eedc027f932',X'16D488EC9F8E9B0C1B6BAB4BB00A8E1834C00322790767E17363E7418D551DC3','984c127b-399a-4fce-85aa-1a3c18130602',0,1780315200000000,1780315200000000,1780920000000000,1,1780315200000000,1780315200000000,NULL,NULL,NULL,NULL,'127.0.0.1','python-httpx2/2.16.2',NULL,NULL);
CREATE TABLE signing_keys (
	id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	public TEXT NOT NULL, 
	sealed BLOB NOT NULL, 
	created_at BIGINT NOT NULL, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_signing_keys PRIMARY KEY (id)
);
INSERT INTO "signing_keys" VALUES('Fldd9xmlz5L_9UAsOtnZRYuQJWg7KO9CiaVqkJe0Lgg','current','{"crv":"P-256","x":"BMHVR4PihMK-oUjhehI6aaLaFWlIBv3qzs1P2Gpwc-A","y":"OgavVl6-kN2EjBTXb1viR3iEMsq39bMYLKhxn5jIBlI","kty":"EC"}',X'D53A167C404BCD843B89F0C9F292D67A3F5937E09165A987C828168A72A47BCD6D272BE825A77E7EA95627DEDC8CD1937D39C7848E2B028147D4A361B738B0F84B3940F0D63BC25DD73663B6D8F24449F9D20F2B365D00865145ED99EF0EF2DBA39DE249241AD5E26F12DD13BF1825422921C35017ED424B27B02D9B993CEF0EFDAA9859F92FC459DFF7EB620EEC8BD420A9F070598432F90975D8CB83C4EB9C8BCE3F6AD5D5A0DDB64222223B44F166EDA5F4CB9663144682A17D944EA16B4330F7025F0B11C28FCB149D9F',1780315200000000,1780315200000000);
INSERT INTO "signing_keys" VALUES('nXrWhP3iNUs5yNsivmg8MVy4wv7Y5FIKTR3jgwh77RA','next','{"crv":"P-256","x":"oQEja2WOD--SMhqLlJxBlAkBLBzvM3b_fTgiL41qj_c","y":"crj2hdf7_i0ZIjSq1DPqkNGnihZLGE9DOQ5x18mf02c","kty":"EC"}',X'0D6B98C16F7D61FD3364311CCADB7F51DDDD3F8098E3BD226EACA8FA05C57EB31CDAD4533B64524AD61C0C0F0529080F25A62C9ACDB5E33091D88B6A3A30CE0CA49C13246127E901D4E1A4D1A5D57B3A6422ADDC1C948AB6F11B46813E271066BBDFA7BE618006DABAB24335593CFF9B9C2305B854BE49875FD5B481BD832FAD2BAD15BE810328C67C24F7C838440F18D06957C65A848A78C88CE651DDAF8A644F7379D287B65AD4EE205E8F8CFD16AE11CB54FE741520705A703E9C6896C38CB77BEA1C6CECDF7EA02DD864',1780315200000000,1780315200000000);
CREATE TABLE tokens (
	id TEXT NOT NULL, 
	digest BLOB NOT NULL, 
	kind TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	issued_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	chain_started_at BIGINT NOT NULL, 
	revoked_at BIGINT, 
	parent_id TEXT, 
	object_id TEXT, 
	secret_id TEXT, 
	actor TEXT, attributes TEXT, 
	CONSTRAINT pk_tokens PRIMARY KEY (id), 
	CONSTRAINT fk_tokens_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_tokens_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE, 
	CONSTRAINT uq_tokens_digest UNIQUE (digest)
);
INSERT INTO "tokens" VALUES('37c8d31c-933a-4da6-ba0f-0c5f59dfb9ae',X'8BEAFA3B8983E8C269B8743BADC481BB240FA10C87C414960D3845ECEFC8C228','full','984c127b-399a-4fce-85aa-1a3c18130602',0,1780315200000000,1780401600000000,1780315200000000,NULL,NULL,NULL,'026c9222-c397-4889-97bd-31e79aea65d0','default',NULL);
INSERT INTO "tokens" VALUES('95fed946-3dec-4138-ac97-c6f30ac7bdee',X'119249F42F0F5A84FD6BF756664478CCCFAEB200226A7BA33C321BDE5D772F5F','full','984c127b-399a-4fce-85aa-1a3c18130602',0,1780315200000000,1780401600000000,1780315200000000,1780315200000000,NULL,NULL,'026c9222-c397-4889-97bd-31e79aea65d0','default',NULL);
INSERT INTO "tokens" VALUES('7a68a295-b2a9-438e-b287-2503c961328c',X'7CAEE32E2A7A632008049CA2E2116C00A4043B36E9F23E436D7C9983DF544568','full','7f19f457-3e66-48f9-b76b-c2bdf0eba409',0,1780315200000000,1780401600000000,1780315200000000,1780315200000000,NULL,NULL,'026c9222-c397-4889-97bd-31e79aea65d0','default',NULL);
INSERT INTO "tokens" VALUES('a6312ee2-98da-4518-828a-51f584a95aa5',X'3CF9D211EC30E1BD104B67E5933F45DD25AF9603FB0BE8F4B54008676472C1FB','custom','984c127b-399a-4fce-85aa-1a3c18130602',0,1780315200000000,1780401600000000,1780315200000000,NULL,NULL,NULL,'026c9222-c397-4889-97bd-31e79aea65d0','default','{"filter_rules":[{"column_name":"Region","operator":"IN","values":["North"]}]}');
CREATE INDEX ix_accounts_skeleton ON accounts (skeleton);
CREATE INDEX ix_audit_events_at ON audit_events (at);
CREATE INDEX ix_orgs_skeleton ON orgs (skeleton);
CREATE INDEX ix_groups_org_id_skeleton ON groups (org_id, skeleton);
CREATE INDEX ix_guesses_changed_at ON guesses (changed_at);
CREATE INDEX ix_secrets_org_id ON secrets (org_id);
CREATE INDEX ix_sessions_account_id_revoked_at_opened_at ON sessions (account_id, revoked_at, opened_at);
CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);
CREATE INDEX ix_sessions_org_id_account_id ON sessions (org_id, account_id);
CREATE INDEX ix_sessions_parent_id ON sessions (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX ix_sessions_revoked_at ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX ix_sessions_secret_id ON sessions (secret_id) WHERE secret_id IS NOT NULL;
CREATE INDEX ix_tokens_account_id_revoked_at_expires_at ON tokens (account_id, revoked_at, expires_at);
CREATE INDEX ix_tokens_expires_at ON tokens (expires_at);
CREATE INDEX ix_tokens_org_id_account_id ON tokens (org_id, account_id);
CREATE INDEX ix_tokens_parent_id ON tokens (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX ix_tokens_revoked_at ON tokens (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX ix_tokens_secret_id ON tokens (secret_id) WHERE secret_id IS NOT NULL;
CREATE INDEX ix_group_links_parent_id ON group_links (parent_id);
CREATE INDEX ix_group_members_group_id ON group_members (group_id);
CREATE INDEX ix_accounts_display_key ON accounts (display_key);
CREATE INDEX ix_accounts_email_key ON accounts (email_key);
CREATE INDEX ix_memberships_org_id_name_key ON memberships (org_id, name_key);
CREATE INDEX ix_group_privileges_org_id_privilege ON group_privileges (org_id, privilege);
CREATE INDEX ix_favorites_org_id_object_id ON favorites (org_id, object_id);
CREATE INDEX ix_group_members_org_id ON group_members (org_id);
CREATE INDEX ix_group_links_org_id ON group_links (org_id);
CREATE INDEX ix_group_liveboards_org_id ON group_liveboards (org_id);
CREATE INDEX ix_entitlements_org_id ON entitlements (org_id);
CREATE INDEX ix_attributes_org_id ON attributes (org_id);
CREATE INDEX ix_moves_xact ON moves (xact);
COMMIT;
