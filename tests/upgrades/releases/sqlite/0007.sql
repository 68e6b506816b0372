-- Made by the server of revision 0007 itself, at noon on 2026-06-01; what is secret here is made up.
-- secret: gpk_ezP91u4S9Rl_pJlxM44CVZKdnVfJnJq0Ws4HUGDCLEw
-- token: gpf_Sv7PJ6PpWr7WiE6xf8Q3DSG2ALt1jaLkfqkgtGTgRMM
-- revoked_token: gpf_FHUGZKsd7ylULrBLwhgEx9rh67U_MRbdiJK0KLk2XlI
-- token_of_closed: gpf_jJnZS4ObO9IfciOo0IOVDFNuvfLA9GWzA-bdO4FmRgw
-- custom: eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiIsImtpZCI6InJXZHJXc05NMkxWeUVoQUV6aWkwR1NBY2RRU0RBQWgyQ2ZJMmFHbkZqR0UifQ.eyJpc3MiOiJnYXRlcGFzcyIsImF1ZCI6ImdhdGVwYXNzIiwic3ViIjoiYTRhOWJhZjktNTg0My00ZGQ2LTlkOTYtYzJhOTE4NjlhOTZmIiwianRpIjoiMDE5ZTgzMGUtMWEwMC03MTc2LWFjOTctZjFlNmViZGFmMDdhIiwiaWF0IjoxNzgwMzE1MjAwLCJuYmYiOjE3ODAzMTUyMDAsImV4cCI6MTc4MDMxNTUwMCwibmFtZSI6Im1pcmEiLCJvcmdfaWQiOjAsIm9yZyI6IlByaW1hcnkifQ.qtJlbICbYP4mfeRW1jT2gbURf3rJOrFdEKZRrV86_tbExYIxUkFf7VGXy5vhEw6pLG6drqt0ZrKebx4t2W9ExQ
-- session: gps_2ouU9a_4U2Q6XaVGdDW5UwVWqgb7Sci1VdeBGE0y0i4
-- ended_session: gps_dl0zFsfZ7s9RixoEGlLAgaXErQbtHypFtlRcY-7bb6Q
BEGIN TRANSACTION;
CREATE TABLE account_shares (
	org_id INTEGER NOT NULL, 
	object_id TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	CONSTRAINT pk_account_shares PRIMARY KEY (org_id, object_id, account_id), 
	CONSTRAINT fk_account_shares_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_account_shares_org_id_object_id FOREIGN KEY(org_id, object_id) REFERENCES objects (org_id, id) ON DELETE CASCADE
);
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
INSERT INTO "accounts" VALUES('59481331-ee53-42be-a548-bd87be6ddd4a','tsadmin','tsadmin','tsadrnln','Administrator',NULL,'LOCAL_USER','ACTIVE',1,1,0,'$argon2id$v=19$m=64,t=1,p=1$8XiML0hasI6A9RDSfJyLEw$Nq6bBrZMjAgZPWrwJcDOJdUbqOamQsm1+MTiUMfvMR0','67e15c06-d153-4924-a4cd-ff615393b60f','67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,NULL,NULL,NULL,NULL,'{}','administrator',NULL,1,1,0);
INSERT INTO "accounts" VALUES('a4a9baf9-5843-4dd6-9d96-c2a91869a96f','mira','mira','rnlra','Mira','mira@example.com','LOCAL_USER','ACTIVE',1,0,0,'$argon2id$v=19$m=64,t=1,p=1$blsYjuhAI7J61m3CEJUAmQ$3LdUBPZ3wW8A6dsaLrcRZghJh9ae87O9Kaw9vy4aTXM','67e15c06-d153-4924-a4cd-ff615393b60f','67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,NULL,NULL,1780315200000000,0,'{}','mira','mira@example.com',1,1,0);
INSERT INTO "accounts" VALUES('5fa425b1-4c3c-4724-96b8-2444114a6f11','sven','sven','sven','sven',NULL,'LOCAL_USER','INACTIVE',1,0,0,'$argon2id$v=19$m=64,t=1,p=1$ToNn7tLbUwzAhJOQzot5MQ$ScvWnA1FQNwuGe+jl50937FRfF8gyLxaF7+V/EdFuws','67e15c06-d153-4924-a4cd-ff615393b60f','59481331-ee53-42be-a548-bd87be6ddd4a',1780315200000000,1780315200000000,NULL,NULL,NULL,NULL,'{}','sven',NULL,1,1,0);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE attributes (
	account_id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	scope TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_attributes PRIMARY KEY (account_id, org_id, scope), 
	CONSTRAINT fk_attributes_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_attributes_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE
);
CREATE TABLE audit_chains (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	started_at BIGINT NOT NULL, 
	heads TEXT NOT NULL, 
	linked BIGINT NOT NULL, 
	pruned BIGINT NOT NULL, 
	pruned_hash BLOB, 
	watched INTEGER
);
INSERT INTO "audit_chains" VALUES(1,1780315200000000,'[]',1,0,NULL,1);
INSERT INTO "audit_chains" VALUES(2,1780315200000000,'[[1,1,"7954f38e5e2799cf19fc489a4c80c3ae32b190e5e4ce750161e91d28af171b01"]]',0,0,NULL,1);
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
	data TEXT NOT NULL, chain BIGINT, sequence BIGINT, previous BLOB, hash BLOB, 
	CONSTRAINT pk_audit_events PRIMARY KEY (number)
);
INSERT INTO "audit_events" VALUES(1,'3f538fe9-01a2-4e2f-9b38-8352a8d86a00',1780315200000000,'store.found',NULL,0,NULL,NULL,'59481331-ee53-42be-a548-bd87be6ddd4a','127.0.0.1',NULL,'test','','{}',1,1,X'663F7A71BABFE32E926BDC3B523C22E9E61E79E3B7544ECBCA0D798D95860F06',X'7954F38E5E2799CF19FC489A4C80C3AE32B190E5E4CE750161E91D28AF171B01');
INSERT INTO "audit_events" VALUES(2,'f9d7c3f2-7808-4642-ab5d-6b1181457197',1780315200000000,'account.create',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator','a4a9baf9-5843-4dd6-9d96-c2a91869a96f','127.0.0.1',NULL,'test','','{"name":"mira","orgs":[0],"weak_allowed":false}',2,1,X'CAF7D27EB0167F168283894D1D837938135DEBF8295D5664193909580E827CCB',X'C214F397470C0157E6AE98BC673983C28850DF18E08B5AE565FD44A6EEF8BFBF');
INSERT INTO "audit_events" VALUES(3,'f740a0e6-e74a-4a9c-b0f0-fb1c406d6ae0',1780315200000000,'account.create',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator','5fa425b1-4c3c-4724-96b8-2444114a6f11','127.0.0.1',NULL,'test','','{"name":"sven","orgs":[0],"weak_allowed":false}',2,2,X'C214F397470C0157E6AE98BC673983C28850DF18E08B5AE565FD44A6EEF8BFBF',X'D5219B8CC53E39F5F3E38870507B08BB8AFF1F0A42FD2C0D5BA00FAD8BCA1447');
INSERT INTO "audit_events" VALUES(4,'1bad1017-817e-420c-9577-0f0665913db0',1780315200000000,'org.create',NULL,217261569,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator',NULL,'127.0.0.1',NULL,'test','','{"name":"north"}',2,3,X'D5219B8CC53E39F5F3E38870507B08BB8AFF1F0A42FD2C0D5BA00FAD8BCA1447',X'C15AC992CB3BD449FDB96760535685A4CD55A2526462BCE1E2266E8E2E5F75B6');
INSERT INTO "audit_events" VALUES(5,'3c9ff350-51d6-4105-a6c5-76691213f256',1780315200000000,'group.create',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator',NULL,'127.0.0.1',NULL,'test','','{"name":"analysts","privileges":["DATADOWNLOADING"]}',2,4,X'C15AC992CB3BD449FDB96760535685A4CD55A2526462BCE1E2266E8E2E5F75B6',X'F124DD7262D1592A6D08BF8928D0D1A728F529D5124EBD8A712892A844D41332');
INSERT INTO "audit_events" VALUES(6,'07561e01-25fa-4a83-84ea-db96a592f9ec',1780315200000000,'group.put_in',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator','a4a9baf9-5843-4dd6-9d96-c2a91869a96f','127.0.0.1',NULL,'test','','{"name":"analysts"}',2,5,X'F124DD7262D1592A6D08BF8928D0D1A728F529D5124EBD8A712892A844D41332',X'0B39F21A00B74A478C4640B5CE32F5B4EC7F274ABA7AC866980B00DA53450347');
INSERT INTO "audit_events" VALUES(7,'75d95a32-f07f-4b29-b668-844f3e3ec7e2',1780315200000000,'secret.enable',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator',NULL,'127.0.0.1',NULL,'test','','{"cluster":true}',2,6,X'0B39F21A00B74A478C4640B5CE32F5B4EC7F274ABA7AC866980B00DA53450347',X'067CE3C672C562717EF7BAB684430B026B74AA69464C924A42A3D64F82759EA1');
INSERT INTO "audit_events" VALUES(8,'34cbce75-73d9-4ba6-a3ff-b98c70fbcfdc',1780315200000000,'secret.read',NULL,0,'67e15c06-d153-4924-a4cd-ff615393b60f','local operator',NULL,'127.0.0.1',NULL,'test','','{"secrets":["6fd79143-90b3-458b-b75e-6c39a26be1bb"]}',2,7,X'067CE3C672C562717EF7BAB684430B026B74AA69464C924A42A3D64F82759EA1',X'7E1E47F06A16E6329D821961E56930FACF74F75330924DFD1BD89B83EB716022');
INSERT INTO "audit_events" VALUES(9,'942d6ca7-6e37-4b03-81f4-031f247bd829',1780315200000000,'token.issue',NULL,0,NULL,NULL,'a4a9baf9-5843-4dd6-9d96-c2a91869a96f','127.0.0.1','python-httpx2/2.16.2','v2_0 getFullAccessToken','2744670d-afbd-4e25-bd54-a77980b9f2a5','{"token":"019e830e-1a00-7d89-8a65-d5c0a62f8fff","kind":"full","name":"mira","expires_at":"2026-06-01T12:05:00Z"}',2,8,X'7E1E47F06A16E6329D821961E56930FACF74F75330924DFD1BD89B83EB716022',X'BDB48292A4767ADA5F1FEC1EFB4647D7306FC16503D1B8D463E63701DBAD5326');
INSERT INTO "audit_events" VALUES(10,'60b1dc8b-2e01-43c8-872d-df34c0d5668a',1780315200000000,'token.issue',NULL,0,NULL,NULL,'a4a9baf9-5843-4dd6-9d96-c2a91869a96f','127.0.0.1','python-httpx2/2.16.2','v2_0 getFullAccessToken','821c0505-be34-4faa-a5ad-2e64f2282416','{"token":"019e830e-1a00-7505-8b13-0e89d1d34e40","kind":"full","name":"mira","expires_at":"2026-06-01T12:05:00Z"}',2,9,X'BDB48292A4767ADA5F1FEC1EFB4647D7306FC16503D1B8D463E63701DBAD5326',X'42CB2A56F43BF0C42D006DADFCDD802E17BF50A5E8BEB822423D697F2C90703E');
INSERT INTO "audit_events" VALUES(11,'ef4a291c-4cbd-4519-a3ad-090eec85a151',1780315200000000,'token.issue',NULL,0,NULL,NULL,'5fa425b1-4c3c-4724-96b8-2444114a6f11','127.0.0.1','python-httpx2/2.16.2','v2_0 getFullAccessToken','2f46ee31-b2f9-408e-a5ca-ab688893fd3e','{"token":"019e830e-1a00-7ad5-962a-acbc09d55520","kind":"full","name":"sven","expires_at":"2026-06-01T12:05:00Z"}',2,10,X'42CB2A56F43BF0C42D006DADFCDD802E17BF50A5E8BEB822423D697F2C90703E',X'C547E81D790C0BEE277B92E5A7EB89C0E8C327D22A2E85866BFDCA02CFDF11EB');
INSERT INTO "audit_events" VALUES(12,'717ac6bd-7f1a-402c-9a7e-4d38f9708c8e',1780315200000000,'token.issue',NULL,0,NULL,NULL,'a4a9baf9-5843-4dd6-9d96-c2a91869a96f','127.0.0.1','python-httpx2/2.16.2','v2_0 getCustomAccessToken','bf3bc526-98c5-487e-9063-f04506030529','{"token":"019e830e-1a00-7176-ac97-f1e6ebdaf07a","kind":"custom","name":"mira","expires_at":"2026-06-01T12:05:00Z"}',2,11,X'C547E81D790C0BEE277B92E5A7EB89C0E8C327D22A2E85866BFDCA02CFDF11EB',X'B27C66DE4B1FF0BAAAD4A9409DB33D317CBB94EACA375086635A5F84CF9EEEC6');
INSERT INTO "audit_events" VALUES(13,'8e4c3bf3-8614-4b34-9841-5d4cb99f1847',1780315200000000,'session.open',NULL,0,NULL,NULL,'a4a9baf9-5843-4dd6-9d96-c2a91869a96f','127.0.0.1','python-httpx2/2.16.2','v2_0 login','431c4103-3305-4d44-ae35-2ef9c977367a','{"session":"019e830e-1a00-7224-a80a-c4fede5e4915","name":"mira","remembered":false}',2,12,X'B27C66DE4B1FF0BAAAD4A9409DB33D317CBB94EACA375086635A5F84CF9EEEC6',X'59D912027D08D3BAD794281D20A54ECC1FB4A4C6F9C195A25EE24BF2D801D4B3');
INSERT INTO "audit_events" VALUES(14,'018eea93-1392-4031-b5ba-dc223a69810a',1780315200000000,'session.open',NULL,0,NULL,NULL,'a4a9baf9-5843-4dd6-9d96-c2a91869a96f','127.0.0.1','python-httpx2/2.16.2','v2_0 login','cc795de6-1587-4247-aa1e-2f63ede92201','{"session":"019e830e-1a00-73e7-b769-1190d2d37c12","name":"mira","remembered":false}',2,13,X'59D912027D08D3BAD794281D20A54ECC1FB4A4C6F9C195A25EE24BF2D801D4B3',X'515871ED9DF0BE230572D81EAC30D23F51B1B34A2AFE57C9CBB1D97FB0E5764D');
INSERT INTO "audit_events" VALUES(15,'11d18e51-1a00-4dbf-bbc8-9a67ff27c55b',1780315200000000,'token.issue',NULL,0,NULL,NULL,'59481331-ee53-42be-a548-bd87be6ddd4a','127.0.0.1','python-httpx2/2.16.2','v2_0 getFullAccessToken','c4c44609-e8c3-4571-b2e1-8ea9bee30ec3','{"token":"019e830e-1a00-78db-a59e-76b2cc100ef0","kind":"full","name":"tsadmin","expires_at":"2026-06-01T12:05:00Z"}',2,14,X'515871ED9DF0BE230572D81EAC30D23F51B1B34A2AFE57C9CBB1D97FB0E5764D',X'E79BD65A8B03810F5F5B3B3B2B2A063F3CDE28EA2F248BFC740B44B13C23C9B5');
INSERT INTO "audit_events" VALUES(16,'d69244e4-cb13-4452-acaf-ed2ef9bd6567',1780315200000000,'account.update',NULL,0,'59481331-ee53-42be-a548-bd87be6ddd4a',NULL,'5fa425b1-4c3c-4724-96b8-2444114a6f11','127.0.0.1','python-httpx2/2.16.2','v2_0 updateUser','1a082850-e456-42d0-b560-23284f82cf49','{"name":"sven","fields":["status"],"operation":"REPLACE","groups":null,"orgs":null}',2,15,X'E79BD65A8B03810F5F5B3B3B2B2A063F3CDE28EA2F248BFC740B44B13C23C9B5',X'116498FF03E13CE8B4AD712568B71E6F7635ECE076550ACCFF541BACE9F9EFE4');
INSERT INTO "audit_events" VALUES(17,'34ccea74-c785-46d8-96d8-e583f804db86',1780315200000000,'session.log_out',NULL,0,NULL,NULL,'a4a9baf9-5843-4dd6-9d96-c2a91869a96f','127.0.0.1','python-httpx2/2.16.2','v2_0 logout','9339e91f-5360-4c77-b1f2-d4ab7413e668','{"ended":["019e830e-1a00-73e7-b769-1190d2d37c12"],"count":1}',2,16,X'116498FF03E13CE8B4AD712568B71E6F7635ECE076550ACCFF541BACE9F9EFE4',X'B04C09E14FD83FA260F10EE99B9A44D42AD86B1C58DEEF2EB97FD4343AB60B3B');
INSERT INTO "audit_events" VALUES(18,'68c84a6c-166d-4b39-b97c-44dd6b8faf47',1780315200000000,'token.revoke',NULL,0,'a4a9baf9-5843-4dd6-9d96-c2a91869a96f',NULL,'a4a9baf9-5843-4dd6-9d96-c2a91869a96f','127.0.0.1','python-httpx2/2.16.2','v2_0 revokeToken','941cd19c-341c-4374-ad39-456d72ed05e1','{"ended":["019e830e-1a00-7505-8b13-0e89d1d34e40"],"count":1}',2,17,X'B04C09E14FD83FA260F10EE99B9A44D42AD86B1C58DEEF2EB97FD4343AB60B3B',X'8C8FDC905B0298C819AF57C50EABC093B4FB755F4A858B64A574DE33AE3F02EE');
INSERT INTO "audit_events" VALUES(19,'4c10a376-1dbb-4b62-97bf-192eece4bd83',1780315200000000,'gate.refuse','bad credentials',0,NULL,NULL,NULL,'127.0.0.1',NULL,'gate','','{"minute":"2026-06-01T12:00:00Z","count":2,"reasons":{"revoked credential":2}}',2,18,X'8C8FDC905B0298C819AF57C50EABC093B4FB755F4A858B64A574DE33AE3F02EE',X'39C3F7222E5C6F6DE38029B6FE701A26A3BDA1F3741B311D51103422AB17FFB8');
CREATE TABLE cluster_settings (
	name TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_cluster_settings PRIMARY KEY (name)
);
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
INSERT INTO "group_members" VALUES('a4a9baf9-5843-4dd6-9d96-c2a91869a96f','b25ee394-9d13-49e3-9385-cd97f5b253b4',0);
INSERT INTO "group_members" VALUES('5fa425b1-4c3c-4724-96b8-2444114a6f11','b25ee394-9d13-49e3-9385-cd97f5b253b4',0);
INSERT INTO "group_members" VALUES('a4a9baf9-5843-4dd6-9d96-c2a91869a96f','51ced60f-8e61-449c-911d-126bc8111b02',0);
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
INSERT INTO "group_privileges" VALUES('db2d1a54-61d8-475f-a6dc-2a4ff03499b9','AUTHORING',217261569);
INSERT INTO "group_privileges" VALUES('12242d24-d472-46e9-8938-988e575b9047','ADMINISTRATION',217261569);
INSERT INTO "group_privileges" VALUES('51ced60f-8e61-449c-911d-126bc8111b02','DATADOWNLOADING',0);
CREATE TABLE group_roles (
	group_id TEXT NOT NULL, 
	role_id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	CONSTRAINT pk_group_roles PRIMARY KEY (group_id, role_id), 
	CONSTRAINT fk_group_roles_group_id FOREIGN KEY(group_id) REFERENCES groups (id) ON DELETE CASCADE, 
	CONSTRAINT fk_group_roles_role_id FOREIGN KEY(role_id) REFERENCES roles (id) ON DELETE CASCADE, 
	CONSTRAINT fk_group_roles_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE
);
CREATE TABLE group_shares (
	org_id INTEGER NOT NULL, 
	object_id TEXT NOT NULL, 
	group_id TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	CONSTRAINT pk_group_shares PRIMARY KEY (org_id, object_id, group_id), 
	CONSTRAINT fk_group_shares_group_id FOREIGN KEY(group_id) REFERENCES groups (id) ON DELETE CASCADE, 
	CONSTRAINT fk_group_shares_org_id_object_id FOREIGN KEY(org_id, object_id) REFERENCES objects (org_id, id) ON DELETE CASCADE
);
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
INSERT INTO "groups" VALUES('db2d1a54-61d8-475f-a6dc-2a4ff03499b9',217261569,'All','all','all','All','',1,'67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,'67e15c06-d153-4924-a4cd-ff615393b60f','LOCAL_GROUP',1,0,'all');
INSERT INTO "groups" VALUES('12242d24-d472-46e9-8938-988e575b9047',217261569,'Administrator','administrator','adrnlnlstrator','Administrator','',1,'67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,'67e15c06-d153-4924-a4cd-ff615393b60f','LOCAL_GROUP',1,0,'administrator');
INSERT INTO "groups" VALUES('51ced60f-8e61-449c-911d-126bc8111b02',0,'analysts','analysts','analysts','analysts','',0,'67e15c06-d153-4924-a4cd-ff615393b60f',1780315200000000,1780315200000000,'67e15c06-d153-4924-a4cd-ff615393b60f','LOCAL_GROUP',1,0,'analysts');
CREATE TABLE guesses (
	account_id TEXT NOT NULL, 
	address TEXT NOT NULL, 
	failures INTEGER NOT NULL, 
	shut_until BIGINT, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_guesses PRIMARY KEY (account_id, address), 
	CONSTRAINT fk_guesses_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE links (
	digest BLOB NOT NULL, 
	account_id TEXT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_links PRIMARY KEY (digest), 
	CONSTRAINT fk_links_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
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
INSERT INTO "memberships" VALUES('a4a9baf9-5843-4dd6-9d96-c2a91869a96f',0,1780315200000000,'mira',NULL);
INSERT INTO "memberships" VALUES('5fa425b1-4c3c-4724-96b8-2444114a6f11',0,1780315200000000,'sven',NULL);
CREATE TABLE moves (
	number INTEGER NOT NULL, 
	xact BIGINT NOT NULL, 
	scopes BLOB NOT NULL, 
	CONSTRAINT pk_moves PRIMARY KEY (number)
);
CREATE TABLE object_tags (
	org_id INTEGER NOT NULL, 
	object_id TEXT NOT NULL, 
	tag_id TEXT NOT NULL, 
	CONSTRAINT pk_object_tags PRIMARY KEY (org_id, object_id, tag_id), 
	CONSTRAINT fk_object_tags_tag_id FOREIGN KEY(tag_id) REFERENCES tags (id) ON DELETE CASCADE, 
	CONSTRAINT fk_object_tags_org_id_object_id FOREIGN KEY(org_id, object_id) REFERENCES objects (org_id, id) ON DELETE CASCADE
);
CREATE TABLE objects (
	org_id INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	type TEXT NOT NULL, 
	subtype TEXT, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	description TEXT NOT NULL, 
	custom_id TEXT, 
	owner_id TEXT NOT NULL, 
	author_id TEXT NOT NULL, 
	modifier_id TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	modified_at BIGINT NOT NULL, 
	CONSTRAINT pk_objects PRIMARY KEY (org_id, id), 
	CONSTRAINT fk_objects_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE, 
	CONSTRAINT uq_objects_org_id_custom_id UNIQUE (org_id, custom_id)
);
CREATE TABLE org_settings (
	org_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_org_settings PRIMARY KEY (org_id, name), 
	CONSTRAINT fk_org_settings_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE
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
INSERT INTO "orgs" VALUES(217261569,'north','north','north','',1,1,1780315200000000);
CREATE TABLE refusals (
	number INTEGER NOT NULL, 
	incident_id TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	code TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	operation TEXT NOT NULL, 
	address TEXT, 
	org_id INTEGER, 
	account_id TEXT, 
	actor TEXT, 
	credential_id TEXT, 
	data TEXT NOT NULL, 
	CONSTRAINT pk_refusals PRIMARY KEY (number)
);
INSERT INTO "refusals" VALUES(1,'9e583095-acb4-4dca-978c-4c13a6751815',1780315200000000,'not_authenticated','revoked credential','v2_0 getCurrentUserInfo','127.0.0.1',0,'a4a9baf9-5843-4dd6-9d96-c2a91869a96f',NULL,'019e830e-1a00-7505-8b13-0e89d1d34e40','{"clock":"2026-06-01T12:00:00Z","credential":"full token","credential_id":"019e830e-1a00-7505-8b13-0e89d1d34e40","account_id":"a4a9baf9-5843-4dd6-9d96-c2a91869a96f","org_id":0,"actor":null,"expires_at":"2026-06-01T12:05:00Z","revoked_at":"2026-06-01T12:00:00Z","skew_s":60.0,"made_at":"2026-06-01T12:00:00Z","org_active":true,"member":true,"account":"mira","status":"ACTIVE","account_expires_at":null,"locked_until":null}');
INSERT INTO "refusals" VALUES(2,'9f056c07-6e6c-4cf9-935b-80cfa051e7cc',1780315200000000,'not_authenticated','revoked credential','v2_0 getCurrentUserInfo','127.0.0.1',0,'5fa425b1-4c3c-4724-96b8-2444114a6f11',NULL,'019e830e-1a00-7ad5-962a-acbc09d55520','{"clock":"2026-06-01T12:00:00Z","credential":"full token","credential_id":"019e830e-1a00-7ad5-962a-acbc09d55520","account_id":"5fa425b1-4c3c-4724-96b8-2444114a6f11","org_id":0,"actor":null,"expires_at":"2026-06-01T12:05:00Z","revoked_at":"2026-06-01T12:00:00Z","skew_s":60.0,"made_at":"2026-06-01T12:00:00Z","org_active":true,"member":true,"account":"sven","status":"INACTIVE","account_expires_at":null,"locked_until":null}');
CREATE TABLE role_privileges (
	role_id TEXT NOT NULL, 
	privilege TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	CONSTRAINT pk_role_privileges PRIMARY KEY (role_id, privilege), 
	CONSTRAINT fk_role_privileges_role_id FOREIGN KEY(role_id) REFERENCES roles (id) ON DELETE CASCADE, 
	CONSTRAINT fk_role_privileges_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE
);
CREATE TABLE roles (
	id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	skeleton TEXT NOT NULL, 
	description TEXT NOT NULL, 
	read_only INTEGER NOT NULL, 
	author_id TEXT NOT NULL, 
	modifier_id TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	modified_at BIGINT NOT NULL, 
	CONSTRAINT pk_roles PRIMARY KEY (id), 
	CONSTRAINT fk_roles_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE, 
	CONSTRAINT uq_roles_org_id_name_key UNIQUE (org_id, name_key)
);
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
INSERT INTO "secrets" VALUES('6fd79143-90b3-458b-b75e-6c39a26be1bb',X'ED04CB8107F02C23F5033DD90E6AA1E192E21BBB0B599710D2C6500A9D6D2D9B',X'B375CDF34D5422BC9FBB53A34510243C46F915EBD12CCA1C1480BC88E67DA2EA7FFE2F811843BF63DB2B614E13A695C88A1A5116838D038A8682CEDE76C2EE7E6273374F593C3D782DF6C1',NULL,'default',1780315200000000,NULL,NULL);
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
INSERT INTO "sessions" VALUES('019e830e-1a00-7224-a80a-c4fede5e4915',X'DCCB1ACBC70CAD2B31F09BC2B60101C8E86F7A6ABBCC946726B4EF2506695596','a4a9baf9-5843-4dd6-9d96-c2a91869a96f',0,1780315200000000,1780315200000000,1782907200000000,0,1780315200000000,NULL,NULL,NULL,NULL,NULL,'127.0.0.1','python-httpx2/2.16.2',NULL,NULL);
INSERT INTO "sessions" VALUES('019e830e-1a00-73e7-b769-1190d2d37c12',X'BACBC9CDF56CA93B1A27DE05839EAB933C9B9D2F8FDE7A84C238877E16D09FE7','a4a9baf9-5843-4dd6-9d96-c2a91869a96f',0,1780315200000000,1780315200000000,1782907200000000,0,1780315200000000,1780315200000000,NULL,NULL,NULL,NULL,'127.0.0.1','python-httpx2/2.16.2',NULL,NULL);
CREATE TABLE signing_keys (
	id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	public TEXT NOT NULL, 
	sealed BLOB NOT NULL, 
	created_at BIGINT NOT NULL, 
	changed_at BIGINT NOT NULL, 
	CONSTRAINT pk_signing_keys PRIMARY KEY (id)
);
INSERT INTO "signing_keys" VALUES('rWdrWsNM2LVyEhAEzii0GSAcdQSDAAh2CfI2aGnFjGE','current','{"crv":"P-256","x":"1fKLfQgjAhOpK2ODftlAmqV88X6SYWoX_UZSVqm30hk","y":"rXPJJLDQ9i6bR1zq0g5xcv8fIQOSAxJrYHVGWf52zdU","kty":"EC"}',X'A215DACBC222CE1376BAC8A27BEDEF0C86219E12943D859D392F2EE5D81E56EB36E11E64700E036F7C1030C33A6A05BF3182C8284DB03EE92B698E9B4CC138E8FBF50A5FECDD1DA22E60B3BBE1362002439448C542A64AF2813844BCC1B5FE8560D2A4D3765928162451A36E5C9F159C9A6F72FD098313E4FB1C691A1953F8954E846A4003941E213C5CEC69FC179503A8B83D72476A3CA6F4AE0F9894E8ACCD6F047F29D161FD987092883710918B7FA5CB49C7AC3A79E327533ECD5FC0AA3CB4D5806891C1273B31D6929D',1780315200000000,1780315200000000);
INSERT INTO "signing_keys" VALUES('nb3NOcWQOT2J1vRxPpLIfSgK0rd1q3KuA9eKw-oqjmA','next','{"crv":"P-256","x":"zmqFxj_0gOEDskHLAy4l6FqLyDxlQ1egRAK5z5lGKGU","y":"A4arJEHBJV_Qf5x37954OggWGhDWNIKo6W2awqAV6-s","kty":"EC"}',X'8F3AA4C2712582F034BB8F49211F59B89675D58CD172DFEEEA15907837B8DF047C69E4A83B04A212AC3358E08F49839DC67B675A8ECEE880B46D2AA561A0D5BBCEB9693F7917EEAF7544C61A6010C5652B12EA04B951D6D1F36975CBC28E124E616681A66FDD999592172C8B9FDD09D8C261CAD9F65CFFDCE01FC7CC2E92907FC91DF3CCC7961BA4BB4EE516A1C766541882742D1E2585499184D0F94DD14F6EF8595A3CF2E4B2C9C14BD3CAE7EDEAE22B5C94478CADDA51E26869150D3379EA8DFA88366E148093D92F0D59',1780315200000000,1780315200000000);
CREATE TABLE tags (
	id TEXT NOT NULL, 
	org_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	name_key TEXT NOT NULL, 
	color TEXT, 
	author_id TEXT NOT NULL, 
	modifier_id TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	modified_at BIGINT NOT NULL, 
	CONSTRAINT pk_tags PRIMARY KEY (id), 
	CONSTRAINT fk_tags_org_id FOREIGN KEY(org_id) REFERENCES orgs (id) ON DELETE CASCADE, 
	CONSTRAINT uq_tags_org_id_name_key UNIQUE (org_id, name_key)
);
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
INSERT INTO "tokens" VALUES('019e830e-1a00-7d89-8a65-d5c0a62f8fff',X'6F08E2998462BA298B38B3613F02BA203322C3CEF4EED4F4206353BF4135BB66','full','a4a9baf9-5843-4dd6-9d96-c2a91869a96f',0,1780315200000000,1780315500000000,1780315200000000,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "tokens" VALUES('019e830e-1a00-7505-8b13-0e89d1d34e40',X'BC5F106D57C3AF03C46F6C04BB5330CA504CC042F5F2837AF4279CF88D0699A1','full','a4a9baf9-5843-4dd6-9d96-c2a91869a96f',0,1780315200000000,1780315500000000,1780315200000000,1780315200000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "tokens" VALUES('019e830e-1a00-7ad5-962a-acbc09d55520',X'5D7A43ADDAE02B9859A11E799C71139B8BDBCBE83CC4C981282B7CAA61F5A2D8','full','5fa425b1-4c3c-4724-96b8-2444114a6f11',0,1780315200000000,1780315500000000,1780315200000000,1780315200000000,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "tokens" VALUES('019e830e-1a00-7176-ac97-f1e6ebdaf07a',X'DF1DF5ABE9982CEA8428A1EF8339CE6B797CA09A936388DA1BF0290F797A85F2','custom','a4a9baf9-5843-4dd6-9d96-c2a91869a96f',0,1780315200000000,1780315500000000,1780315200000000,NULL,NULL,NULL,NULL,NULL,'{}');
INSERT INTO "tokens" VALUES('019e830e-1a00-78db-a59e-76b2cc100ef0',X'B102703BCE1D18209E8F55B91CEB0970F5A9E08C7E24FFA68E464BDA2C7BB0F9','full','59481331-ee53-42be-a548-bd87be6ddd4a',0,1780315200000000,1780315500000000,1780315200000000,NULL,NULL,NULL,NULL,NULL,NULL);
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
CREATE UNIQUE INDEX ix_audit_events_chain_sequence ON audit_events (chain, sequence);
CREATE INDEX ix_audit_events_incident_id ON audit_events (incident_id) WHERE refused IS NOT NULL;
CREATE INDEX ix_audit_chains_pruned_hash ON audit_chains (pruned_hash) WHERE pruned_hash IS NOT NULL;
CREATE INDEX ix_audit_chains_watched ON audit_chains (watched) WHERE watched IS NOT NULL;
CREATE INDEX ix_refusals_at ON refusals (at);
CREATE INDEX ix_refusals_incident_id ON refusals (incident_id);
CREATE INDEX ix_roles_org_id_skeleton ON roles (org_id, skeleton);
CREATE INDEX ix_role_privileges_org_id_privilege ON role_privileges (org_id, privilege);
CREATE INDEX ix_group_roles_role_id ON group_roles (role_id);
CREATE INDEX ix_group_roles_org_id ON group_roles (org_id);
CREATE INDEX ix_links_account_id ON links (account_id);
CREATE INDEX ix_links_expires_at ON links (expires_at);
CREATE INDEX ix_objects_org_id_name_key_id ON objects (org_id, name_key, id);
CREATE INDEX ix_objects_org_id_type_name_key_id ON objects (org_id, type, name_key, id);
CREATE INDEX ix_objects_org_id_created_at ON objects (org_id, created_at);
CREATE INDEX ix_objects_org_id_modified_at ON objects (org_id, modified_at);
CREATE INDEX ix_objects_org_id_owner_id ON objects (org_id, owner_id);
CREATE INDEX ix_objects_org_id_author_id ON objects (org_id, author_id);
CREATE INDEX ix_account_shares_account_id_org_id_object_id ON account_shares (account_id, org_id, object_id);
CREATE INDEX ix_group_shares_group_id_org_id_object_id ON group_shares (group_id, org_id, object_id);
CREATE INDEX ix_object_tags_tag_id ON object_tags (tag_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('audit_chains',2);
COMMIT;
