-- Made by the server of revision 0004 itself on PostgreSQL, at noon on 2026-06-01; what is secret here is made up.
-- secret: gpk_COQ6h26bHSkNX7NM-3S_tm4YoUdZ_2CVQp76VK53h94
-- token: gpf_po6nWmyvRPNN0TXkBTTmHD5naipcmxUBf5bB4ACsgW8
-- revoked_token: gpf_vmCX3XDn0PXJgHq8sPLuKOt-bOTVVo9LV9KQTl7etfM
-- token_of_closed: gpf_ZMLyf--CA0WcmApsqUXFO1QjFgW3U_IpJT69eKlpoK8
-- custom: eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiIsImtpZCI6Iko3MTBMSDNvYmt5MVcwWExYenVTeHVOX0tLN08zQkUtaGRLUXpaazB3ZVkifQ.eyJpc3MiOiJnYXRlcGFzcyIsImF1ZCI6ImdhdGVwYXNzIiwic3ViIjoiYjNmZDRjZDQtNjJjMi00Y2ZmLWFmNTQtNTE3ZGRjOGI0M2NkIiwianRpIjoiMDE5ZTgzMGUtMWEwMC03ZTQ0LWEwY2QtNDM4OTYzZWRjYjdiIiwiaWF0IjoxNzgwMzE1MjAwLCJuYmYiOjE3ODAzMTUyMDAsImV4cCI6MTc4MDQwMTYwMCwibmFtZSI6Im1pcmEiLCJvcmdfaWQiOjAsIm9yZyI6IlByaW1hcnkiLCJmaWx0ZXJfcnVsZXMiOlt7ImNvbHVtbl9uYW1lIjoiUmVnaW9uIiwib3BlcmF0b3IiOiJJTiIsInZhbHVlcyI6WyJOb3J0aCJdfV19.zGfEdKveuWT4ELKwWrBwD45ahxPox23wDQ40IUAuNUUo9LfRRGGPl4B4jNfi00nCFBB1OVT61vtxs0H30kWncQ
-- session: gps_SdfAt0jNwWIYXjNRMRKA21TaIna2WCRPzmjEJb7ljKo
-- ended_session: gps_bjyfgJXepvC-z9vmYmCcWhkCjuiPz1kgppQirxdPY0g
CREATE TABLE public.accounts (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    skeleton text NOT NULL COLLATE pg_catalog."C",
    display_name text NOT NULL COLLATE pg_catalog."C",
    email text COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    sharable bigint NOT NULL,
    system bigint NOT NULL,
    mfa_required bigint NOT NULL,
    password text COLLATE pg_catalog."C",
    author_id text NOT NULL COLLATE pg_catalog."C",
    modifier_id text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    modified_at bigint NOT NULL,
    expires_at bigint,
    locked_until bigint,
    first_login_at bigint,
    last_org_id bigint,
    preferences text NOT NULL COLLATE pg_catalog."C",
    display_key text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    email_key text COLLATE pg_catalog."C",
    notify_on_share bigint DEFAULT '1'::bigint NOT NULL,
    show_onboarding_experience bigint DEFAULT '1'::bigint NOT NULL,
    onboarding_experience_completed bigint DEFAULT '0'::bigint NOT NULL
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.attributes (
    account_id text NOT NULL COLLATE pg_catalog."C",
    org_id bigint NOT NULL,
    scope text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.audit_events (
    number bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    act text NOT NULL COLLATE pg_catalog."C",
    refused text COLLATE pg_catalog."C",
    org_id bigint NOT NULL,
    by_account text COLLATE pg_catalog."C",
    actor text COLLATE pg_catalog."C",
    about text COLLATE pg_catalog."C",
    address text COLLATE pg_catalog."C",
    agent text COLLATE pg_catalog."C",
    operation text NOT NULL COLLATE pg_catalog."C",
    incident_id text NOT NULL COLLATE pg_catalog."C",
    data text NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.audit_events_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_events_number_seq OWNED BY public.audit_events.number;
CREATE TABLE public.entitlements (
    account_id text NOT NULL COLLATE pg_catalog."C",
    org_id bigint NOT NULL,
    body text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.favorites (
    account_id text NOT NULL COLLATE pg_catalog."C",
    org_id bigint NOT NULL,
    object_id text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    place bigint NOT NULL
);
CREATE TABLE public.group_links (
    child_id text NOT NULL COLLATE pg_catalog."C",
    parent_id text NOT NULL COLLATE pg_catalog."C",
    org_id bigint NOT NULL
);
CREATE TABLE public.group_liveboards (
    group_id text NOT NULL COLLATE pg_catalog."C",
    liveboard_id text NOT NULL COLLATE pg_catalog."C",
    place bigint NOT NULL,
    org_id bigint NOT NULL
);
CREATE TABLE public.group_members (
    account_id text NOT NULL COLLATE pg_catalog."C",
    group_id text NOT NULL COLLATE pg_catalog."C",
    org_id bigint NOT NULL
);
CREATE TABLE public.group_privileges (
    group_id text NOT NULL COLLATE pg_catalog."C",
    privilege text NOT NULL COLLATE pg_catalog."C",
    org_id bigint NOT NULL
);
CREATE TABLE public.groups (
    id text NOT NULL COLLATE pg_catalog."C",
    org_id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    skeleton text NOT NULL COLLATE pg_catalog."C",
    display_name text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    system bigint NOT NULL,
    author_id text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    modified_at bigint NOT NULL,
    modifier_id text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    type text DEFAULT 'LOCAL_GROUP'::text NOT NULL COLLATE pg_catalog."C",
    sharable bigint DEFAULT '1'::bigint NOT NULL,
    joined_by_all bigint DEFAULT '0'::bigint NOT NULL,
    display_key text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.guesses (
    account_id text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    failures bigint NOT NULL,
    shut_until bigint,
    changed_at bigint NOT NULL
);
CREATE TABLE public.memberships (
    account_id text NOT NULL COLLATE pg_catalog."C",
    org_id bigint NOT NULL,
    joined_at bigint NOT NULL,
    name_key text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    home_liveboard text COLLATE pg_catalog."C"
);
CREATE TABLE public.moves (
    number bigint NOT NULL,
    xact bigint NOT NULL,
    scopes bytea NOT NULL
);
CREATE SEQUENCE public.moves_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.moves_number_seq OWNED BY public.moves.number;
CREATE TABLE public.orgs (
    id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    name_key text NOT NULL COLLATE pg_catalog."C",
    skeleton text NOT NULL COLLATE pg_catalog."C",
    description text NOT NULL COLLATE pg_catalog."C",
    active bigint NOT NULL,
    visible bigint NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.secrets (
    id text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    sealed bytea NOT NULL,
    org_id bigint,
    label text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    revoked_at bigint,
    last_used_at bigint
);
CREATE TABLE public.sessions (
    id text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    account_id text NOT NULL COLLATE pg_catalog."C",
    org_id bigint NOT NULL,
    opened_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    remembered bigint NOT NULL,
    chain_started_at bigint NOT NULL,
    revoked_at bigint,
    parent_id text COLLATE pg_catalog."C",
    object_id text COLLATE pg_catalog."C",
    secret_id text COLLATE pg_catalog."C",
    actor text COLLATE pg_catalog."C",
    address text COLLATE pg_catalog."C",
    agent text COLLATE pg_catalog."C",
    proved_at bigint,
    attributes text COLLATE pg_catalog."C"
);
CREATE TABLE public.signing_keys (
    id text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    public text NOT NULL COLLATE pg_catalog."C",
    sealed bytea NOT NULL,
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL
);
CREATE TABLE public.tokens (
    id text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    account_id text NOT NULL COLLATE pg_catalog."C",
    org_id bigint NOT NULL,
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    chain_started_at bigint NOT NULL,
    revoked_at bigint,
    parent_id text COLLATE pg_catalog."C",
    object_id text COLLATE pg_catalog."C",
    secret_id text COLLATE pg_catalog."C",
    actor text COLLATE pg_catalog."C",
    attributes text COLLATE pg_catalog."C"
);
ALTER TABLE ONLY public.audit_events ALTER COLUMN number SET DEFAULT nextval('public.audit_events_number_seq'::regclass);
ALTER TABLE ONLY public.moves ALTER COLUMN number SET DEFAULT nextval('public.moves_number_seq'::regclass);
INSERT INTO public.accounts VALUES ('67e15c06-d153-4924-a4cd-ff615393b60f', 'system', 'system', 'systern', 'system', NULL, 'LOCAL_USER', 'ACTIVE', 1, 1, 0, NULL, '67e15c06-d153-4924-a4cd-ff615393b60f', '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, '{}', 'system', NULL, 1, 1, 0);
INSERT INTO public.accounts VALUES ('0f0dd0f7-7411-4195-a4aa-0dc6b58413c9', 'su', 'su', 'su', 'su', NULL, 'LOCAL_USER', 'ACTIVE', 1, 1, 0, NULL, '67e15c06-d153-4924-a4cd-ff615393b60f', '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, '{}', 'su', NULL, 1, 1, 0);
INSERT INTO public.accounts VALUES ('59481331-ee53-42be-a548-bd87be6ddd4a', 'tsadmin', 'tsadmin', 'tsadrnln', 'Administrator', NULL, 'LOCAL_USER', 'ACTIVE', 1, 1, 0, '$argon2id$v=19$m=64,t=1,p=1$RfYK/oiYR0HSvtV+A673sw$R3pJJxpj73rNpfUVVr9HjjgJiUWbYimy0VNeFY6HQZY', '67e15c06-d153-4924-a4cd-ff615393b60f', '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, '{}', 'administrator', NULL, 1, 1, 0);
INSERT INTO public.accounts VALUES ('b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', 'mira', 'mira', 'rnlra', 'Mira', 'mira@example.com', 'LOCAL_USER', 'ACTIVE', 1, 0, 0, '$argon2id$v=19$m=64,t=1,p=1$yh0yyKBqZUdtF0SGKisnlw$PYqcEPUxewx505EFZy3zF/42dyB9KfqFgJy5eiv0hdQ', '67e15c06-d153-4924-a4cd-ff615393b60f', '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, NULL, NULL, 1780315200000000, 0, '{}', 'mira', 'mira@example.com', 1, 1, 0);
INSERT INTO public.accounts VALUES ('6935098a-700d-4c6d-a713-ffc09727fb3f', 'sven', 'sven', 'sven', 'sven', NULL, 'LOCAL_USER', 'INACTIVE', 1, 0, 0, '$argon2id$v=19$m=64,t=1,p=1$gTJlwBf5oQLnhyp0l9XHew$0BCvIFwxnIdB97KfhK/JQlEvWUXhcxYO0UeuydP7K2I', '67e15c06-d153-4924-a4cd-ff615393b60f', '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, '{}', 'sven', NULL, 1, 1, 0);
INSERT INTO public.alembic_version VALUES ('0004');
INSERT INTO public.audit_events VALUES (1, 'c6e5a85e-aa23-487f-92cb-4bbee44f5ef2', 1780315200000000, 'store.found', NULL, 0, NULL, NULL, '59481331-ee53-42be-a548-bd87be6ddd4a', '127.0.0.1', NULL, 'test', '', '{}');
INSERT INTO public.audit_events VALUES (2, 'bec836c7-5561-438a-b7f4-b7dec5671d11', 1780315200000000, 'account.create', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', '127.0.0.1', NULL, 'test', '', '{"name":"mira","orgs":[0],"weak_allowed":false}');
INSERT INTO public.audit_events VALUES (3, '2ca38190-39b5-44cc-99fa-7f14049968bb', 1780315200000000, 'account.create', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', '6935098a-700d-4c6d-a713-ffc09727fb3f', '127.0.0.1', NULL, 'test', '', '{"name":"sven","orgs":[0],"weak_allowed":false}');
INSERT INTO public.audit_events VALUES (4, '4cc31975-3d2b-436d-9ffa-2f25184855ad', 1780315200000000, 'org.create', NULL, 663514976, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', NULL, '127.0.0.1', NULL, 'test', '', '{"name":"north"}');
INSERT INTO public.audit_events VALUES (5, '07d707f9-fdfb-4950-9c08-acecbb1b1e8f', 1780315200000000, 'group.create', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', NULL, '127.0.0.1', NULL, 'test', '', '{"name":"analysts","privileges":["DATADOWNLOADING"]}');
INSERT INTO public.audit_events VALUES (6, 'da1c87f1-a2df-47fe-8fe3-e25654e7ffd1', 1780315200000000, 'group.put_in', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', '127.0.0.1', NULL, 'test', '', '{"name":"analysts"}');
INSERT INTO public.audit_events VALUES (7, '73ade370-9634-4b62-91b3-5ca47fda7715', 1780315200000000, 'secret.enable', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', NULL, '127.0.0.1', NULL, 'test', '', '{"cluster":true}');
INSERT INTO public.audit_events VALUES (8, '8449ac28-6dca-46e5-b205-af7e5e5b0224', 1780315200000000, 'secret.read', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', NULL, '127.0.0.1', NULL, 'test', '', '{"secrets":["b6fb2acd-6d26-4246-b087-a5457485401b"]}');
INSERT INTO public.audit_events VALUES (9, '446c008f-f746-4cd0-82d0-e95952ea0ed8', 1780315200000000, 'token.issue', NULL, 0, NULL, NULL, 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', '127.0.0.1', 'python-httpx2/2.16.2', 'getFullAccessToken', 'ab086cc9-471c-4693-a919-e7a7ed1ac4a5', '{"token":"019e830e-1a00-7c4b-b191-69b8b358d18a","kind":"full","name":"mira","expires_at":"2026-06-02T12:00:00Z"}');
INSERT INTO public.audit_events VALUES (10, 'd7d3cc2e-5f6c-41c7-9463-d24f75cc6732', 1780315200000000, 'token.issue', NULL, 0, NULL, NULL, 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', '127.0.0.1', 'python-httpx2/2.16.2', 'getFullAccessToken', '4c8b3157-34f2-40a6-96cf-782e98ed40c0', '{"token":"019e830e-1a00-75ad-bff7-a734f127baa8","kind":"full","name":"mira","expires_at":"2026-06-02T12:00:00Z"}');
INSERT INTO public.audit_events VALUES (11, '48c59db6-e6a1-403a-a6ca-1a663fba67de', 1780315200000000, 'token.issue', NULL, 0, NULL, NULL, '6935098a-700d-4c6d-a713-ffc09727fb3f', '127.0.0.1', 'python-httpx2/2.16.2', 'getFullAccessToken', 'a73b1396-7147-488c-84d3-c45e3d5ca045', '{"token":"019e830e-1a00-723b-8b0a-f7b6d0edf722","kind":"full","name":"sven","expires_at":"2026-06-02T12:00:00Z"}');
INSERT INTO public.audit_events VALUES (12, '52ef1fdc-e609-4860-bb39-d032dbaa576d', 1780315200000000, 'token.issue', NULL, 0, NULL, 'default', 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', '127.0.0.1', 'python-httpx2/2.16.2', 'getCustomAccessToken', 'c1944b9e-e043-44b9-b1cb-a81900b066d3', '{"token":"019e830e-1a00-7e44-a0cd-438963edcb7b","kind":"custom","name":"mira","expires_at":"2026-06-02T12:00:00Z"}');
INSERT INTO public.audit_events VALUES (13, '14500505-0a2c-4f90-9e27-834979fb93cb', 1780315200000000, 'session.open', NULL, 0, NULL, NULL, 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', '127.0.0.1', 'python-httpx2/2.16.2', 'login', '45850f5c-9d49-438e-b04c-9cb6c64fb167', '{"session":"019e830e-1a00-79da-a171-343bcced3f14","name":"mira","remembered":true}');
INSERT INTO public.audit_events VALUES (14, 'c12a791f-83e1-4d7a-bfff-8184c1563a59', 1780315200000000, 'session.open', NULL, 0, NULL, NULL, 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', '127.0.0.1', 'python-httpx2/2.16.2', 'login', 'a06a9ce5-1cd3-41a1-bd06-ccc0ebb12cb0', '{"session":"019e830e-1a00-7a24-88bf-47b7a8f63c5f","name":"mira","remembered":true}');
INSERT INTO public.audit_events VALUES (15, '7f1d04c2-8407-45fe-b8d5-90d61622dbd5', 1780315200000000, 'session.log_out', NULL, 0, NULL, NULL, 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', '127.0.0.1', 'python-httpx2/2.16.2', 'logout', '8fc5f69a-966a-4f4c-9c1c-39c56b19538b', '{"ended":["019e830e-1a00-7a24-88bf-47b7a8f63c5f"],"count":1}');
INSERT INTO public.audit_events VALUES (16, 'f3f258c0-b328-42e2-8452-1e818b97cc5d', 1780315200000000, 'token.revoke', NULL, 0, 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', NULL, 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', '127.0.0.1', 'python-httpx2/2.16.2', 'revokeToken', 'eb8a121c-e486-4e07-bcc3-989be2d3831a', '{"ended":["019e830e-1a00-75ad-bff7-a734f127baa8"],"count":1}');
INSERT INTO public.audit_events VALUES (17, '54f2a0b3-fc98-42be-8dc9-2a1d61650ad2', 1780315200000000, 'account.set_status', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', '6935098a-700d-4c6d-a713-ffc09727fb3f', '127.0.0.1', NULL, 'test', '', '{"status":"INACTIVE","before":"ACTIVE"}');
INSERT INTO public.group_members VALUES ('67e15c06-d153-4924-a4cd-ff615393b60f', 'b25ee394-9d13-49e3-9385-cd97f5b253b4', 0);
INSERT INTO public.group_members VALUES ('0f0dd0f7-7411-4195-a4aa-0dc6b58413c9', 'b25ee394-9d13-49e3-9385-cd97f5b253b4', 0);
INSERT INTO public.group_members VALUES ('59481331-ee53-42be-a548-bd87be6ddd4a', 'b25ee394-9d13-49e3-9385-cd97f5b253b4', 0);
INSERT INTO public.group_members VALUES ('59481331-ee53-42be-a548-bd87be6ddd4a', 'd0326b56-ef23-4c8a-8327-a30e99bcc72b', 0);
INSERT INTO public.group_members VALUES ('b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', 'b25ee394-9d13-49e3-9385-cd97f5b253b4', 0);
INSERT INTO public.group_members VALUES ('6935098a-700d-4c6d-a713-ffc09727fb3f', 'b25ee394-9d13-49e3-9385-cd97f5b253b4', 0);
INSERT INTO public.group_members VALUES ('b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', 'ac616211-2a75-4ce2-b243-dd42e7c9e930', 0);
INSERT INTO public.group_privileges VALUES ('b25ee394-9d13-49e3-9385-cd97f5b253b4', 'AUTHORING', 0);
INSERT INTO public.group_privileges VALUES ('d0326b56-ef23-4c8a-8327-a30e99bcc72b', 'ADMINISTRATION', 0);
INSERT INTO public.group_privileges VALUES ('5ddd5b39-66cd-4f79-9563-9249b16be9ef', 'AUTHORING', 663514976);
INSERT INTO public.group_privileges VALUES ('f28a799b-7065-4d0d-938b-8e33a95b3aa6', 'ADMINISTRATION', 663514976);
INSERT INTO public.group_privileges VALUES ('ac616211-2a75-4ce2-b243-dd42e7c9e930', 'DATADOWNLOADING', 0);
INSERT INTO public.groups VALUES ('b25ee394-9d13-49e3-9385-cd97f5b253b4', 0, 'All', 'all', 'all', 'All', '', 1, '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, '67e15c06-d153-4924-a4cd-ff615393b60f', 'LOCAL_GROUP', 1, 0, 'all');
INSERT INTO public.groups VALUES ('d0326b56-ef23-4c8a-8327-a30e99bcc72b', 0, 'Administrator', 'administrator', 'adrnlnlstrator', 'Administrator', '', 1, '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, '67e15c06-d153-4924-a4cd-ff615393b60f', 'LOCAL_GROUP', 1, 0, 'administrator');
INSERT INTO public.groups VALUES ('5ddd5b39-66cd-4f79-9563-9249b16be9ef', 663514976, 'All', 'all', 'all', 'All', '', 1, '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, '67e15c06-d153-4924-a4cd-ff615393b60f', 'LOCAL_GROUP', 1, 0, 'all');
INSERT INTO public.groups VALUES ('f28a799b-7065-4d0d-938b-8e33a95b3aa6', 663514976, 'Administrator', 'administrator', 'adrnlnlstrator', 'Administrator', '', 1, '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, '67e15c06-d153-4924-a4cd-ff615393b60f', 'LOCAL_GROUP', 1, 0, 'administrator');
INSERT INTO public.groups VALUES ('ac616211-2a75-4ce2-b243-dd42e7c9e930', 0, 'analysts', 'analysts', 'analysts', 'analysts', '', 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, '67e15c06-d153-4924-a4cd-ff615393b60f', 'LOCAL_GROUP', 1, 0, 'analysts');
INSERT INTO public.memberships VALUES ('67e15c06-d153-4924-a4cd-ff615393b60f', 0, 1780315200000000, 'system', NULL);
INSERT INTO public.memberships VALUES ('0f0dd0f7-7411-4195-a4aa-0dc6b58413c9', 0, 1780315200000000, 'su', NULL);
INSERT INTO public.memberships VALUES ('59481331-ee53-42be-a548-bd87be6ddd4a', 0, 1780315200000000, 'tsadmin', NULL);
INSERT INTO public.memberships VALUES ('b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', 0, 1780315200000000, 'mira', NULL);
INSERT INTO public.memberships VALUES ('6935098a-700d-4c6d-a713-ffc09727fb3f', 0, 1780315200000000, 'sven', NULL);
INSERT INTO public.moves VALUES (1, 732, '\x01b3fd4cd462c24cffaf54517ddc8b43cd');
INSERT INTO public.moves VALUES (2, 739, '\x01b3fd4cd462c24cffaf54517ddc8b43cd');
INSERT INTO public.moves VALUES (3, 741, '\x027c9d31b07625045e951f1d0ee7e15464');
INSERT INTO public.moves VALUES (4, 742, '\x025c4c06a4ee2884b1e559797021265582');
INSERT INTO public.moves VALUES (5, 743, '\x016935098a700d4c6da713ffc09727fb3f');
INSERT INTO public.orgs VALUES (0, 'Primary', 'primary', 'prlrnary', 'Primary Org', 1, 1, 1780315200000000);
INSERT INTO public.orgs VALUES (663514976, 'north', 'north', 'north', '', 1, 1, 1780315200000000);
INSERT INTO public.secrets VALUES ('b6fb2acd-6d26-4246-b087-a5457485401b', '\x1cf3bb94a0b625a8e53c250cd6b39df97adcbc815dd409d62db6342bbef38daf', '\xf0deb17719645ccad99c1dc7287f111ff5c5487f63414b3bc3b3e1ae735de8efd788e1408676a64b37ca96c72da29e05aaf1d37b212dd56777ca92e1a0fad863527df219b22f8112837bae', NULL, 'default', 1780315200000000, NULL, 1780315200000000);
INSERT INTO public.sessions VALUES ('019e830e-1a00-79da-a171-343bcced3f14', '\x34cdb81d78e9f8993e8fbc4bf6603a010fa469f94bda57d8a2bad95e0b8e39cf', 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', 0, 1780315200000000, 1780315200000000, 1780920000000000, 1, 1780315200000000, NULL, NULL, NULL, NULL, NULL, '127.0.0.1', 'python-httpx2/2.16.2', NULL, NULL);
INSERT INTO public.sessions VALUES ('019e830e-1a00-7a24-88bf-47b7a8f63c5f', '\x7c9d31b07625045e951f1d0ee7e15464df6983d3412036f792885fe64956f91e', 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', 0, 1780315200000000, 1780315200000000, 1780920000000000, 1, 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, '127.0.0.1', 'python-httpx2/2.16.2', NULL, NULL);
INSERT INTO public.signing_keys VALUES ('J710LH3obky1W0XLXzuSxuN_KK7O3BE-hdKQzZk0weY', 'current', '{"crv":"P-256","x":"Ld-3F1o3LbYUpiunmskHEjX8dgdM7T66VXi6I9fFY1o","y":"a2a0YcpSgjagYsSeRFbDuVickHryk6Hj1mEqa5JVEQc","kty":"EC"}', '\xcae30dece757dbb80af346894f5ed268522289df643cd1466ec353b554e8353cf078fa2d3220b4eec7fc47a2d5ff1c8adebf82c2a97cc89029964894ed3b40901a5bab1880d91b45f2b4702d198626bff54d90546926d43505db6a4ed77a310d316edc73993cf60118f7e9b0d8d57e7c99ab55e391745b481995299f755c027525a90b5fa38a76f9594f2e647f11e012641a8127559532fd44eecc877361ba4d48cfc3c584258c494a3404a69a67f5b14f0f7568f1b8ebc8d8e8e80bb74f8e20f78cda07297dd5fbb1c687bc', 1780315200000000, 1780315200000000);
INSERT INTO public.signing_keys VALUES ('HFURRDHKuCwMd4IzoeFmkml-FlQU_6X_LJZp4Icw1Ho', 'next', '{"crv":"P-256","x":"pVWYUoRfzbbwamY4LuMAIaFnG1RqfbrKADH51CReAxw","y":"ueGnfhv_ajbub6hs19BaJ616tk6QOIrSOewJr451tUc","kty":"EC"}', '\x11d42c5394effe900c923efc2c2afdbd56db261e1afbc7dae639315d687af6e4b1add3df666ad73ecb3269423ba231df12cb5087d31c2778b71b3a6355257ce1537aa9df6c900685de7d27f21959c93468f6768b3c1f5a67a1820b3b1aaea7feda42928a421c4ce08a854cea0480e5aa2472d3077a293efa151d7d573bfad40e6b3d36a5747ca67dd0a5e73d7dc2657143704e3a5ed5765252b2071196c74ce967dd5435db71b507400dad5d51b852f978e486e237d1954794af5ed7d46c741515d3f74be6324b36c54988db', 1780315200000000, 1780315200000000);
INSERT INTO public.tokens VALUES ('019e830e-1a00-7c4b-b191-69b8b358d18a', '\xad8146df66047c346b76f65208f7d478ac35f716a06c2ec3decd7051f5be52c8', 'full', 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', 0, 1780315200000000, 1780401600000000, 1780315200000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.tokens VALUES ('019e830e-1a00-7e44-a0cd-438963edcb7b', '\x54dff3b9c4ef9216d95d49df05a422b5ccb2740917bd190d2fee153ccb7ad460', 'custom', 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', 0, 1780315200000000, 1780401600000000, 1780315200000000, NULL, NULL, NULL, 'b6fb2acd-6d26-4246-b087-a5457485401b', 'default', '{"filter_rules":[{"column_name":"Region","operator":"IN","values":["North"]}]}');
INSERT INTO public.tokens VALUES ('019e830e-1a00-75ad-bff7-a734f127baa8', '\x5c4c06a4ee2884b1e559797021265582a35497262b5de38ff7004a204bb86ada', 'full', 'b3fd4cd4-62c2-4cff-af54-517ddc8b43cd', 0, 1780315200000000, 1780401600000000, 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.tokens VALUES ('019e830e-1a00-723b-8b0a-f7b6d0edf722', '\x4038482fa85b54f01fe726334e4af536958a0165613725d171f5805caa65c82e', 'full', '6935098a-700d-4c6d-a713-ffc09727fb3f', 0, 1780315200000000, 1780401600000000, 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, NULL);
SELECT pg_catalog.setval('public.audit_events_number_seq', 17, true);
SELECT pg_catalog.setval('public.moves_number_seq', 5, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (id);
ALTER TABLE ONLY public.attributes
    ADD CONSTRAINT pk_attributes PRIMARY KEY (account_id, org_id, scope);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT pk_audit_events PRIMARY KEY (number);
ALTER TABLE ONLY public.entitlements
    ADD CONSTRAINT pk_entitlements PRIMARY KEY (account_id, org_id);
ALTER TABLE ONLY public.favorites
    ADD CONSTRAINT pk_favorites PRIMARY KEY (account_id, org_id, object_id);
ALTER TABLE ONLY public.group_links
    ADD CONSTRAINT pk_group_links PRIMARY KEY (child_id, parent_id);
ALTER TABLE ONLY public.group_liveboards
    ADD CONSTRAINT pk_group_liveboards PRIMARY KEY (group_id, liveboard_id);
ALTER TABLE ONLY public.group_members
    ADD CONSTRAINT pk_group_members PRIMARY KEY (account_id, group_id);
ALTER TABLE ONLY public.group_privileges
    ADD CONSTRAINT pk_group_privileges PRIMARY KEY (group_id, privilege);
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT pk_groups PRIMARY KEY (id);
ALTER TABLE ONLY public.guesses
    ADD CONSTRAINT pk_guesses PRIMARY KEY (account_id, address);
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT pk_memberships PRIMARY KEY (account_id, org_id);
ALTER TABLE ONLY public.moves
    ADD CONSTRAINT pk_moves PRIMARY KEY (number);
ALTER TABLE ONLY public.orgs
    ADD CONSTRAINT pk_orgs PRIMARY KEY (id);
ALTER TABLE ONLY public.secrets
    ADD CONSTRAINT pk_secrets PRIMARY KEY (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT pk_sessions PRIMARY KEY (id);
ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT pk_signing_keys PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT pk_tokens PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT uq_accounts_name_key UNIQUE (name_key);
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT uq_groups_org_id_name_key UNIQUE (org_id, name_key);
ALTER TABLE ONLY public.orgs
    ADD CONSTRAINT uq_orgs_name_key UNIQUE (name_key);
ALTER TABLE ONLY public.secrets
    ADD CONSTRAINT uq_secrets_digest UNIQUE (digest);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT uq_sessions_digest UNIQUE (digest);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT uq_tokens_digest UNIQUE (digest);
CREATE INDEX ix_accounts_display_key ON public.accounts USING btree (display_key);
CREATE INDEX ix_accounts_email_key ON public.accounts USING btree (email_key);
CREATE INDEX ix_accounts_skeleton ON public.accounts USING btree (skeleton);
CREATE INDEX ix_attributes_org_id ON public.attributes USING btree (org_id);
CREATE INDEX ix_audit_events_at ON public.audit_events USING btree (at);
CREATE INDEX ix_entitlements_org_id ON public.entitlements USING btree (org_id);
CREATE INDEX ix_favorites_org_id_object_id ON public.favorites USING btree (org_id, object_id);
CREATE INDEX ix_group_links_org_id ON public.group_links USING btree (org_id);
CREATE INDEX ix_group_links_parent_id ON public.group_links USING btree (parent_id);
CREATE INDEX ix_group_liveboards_org_id ON public.group_liveboards USING btree (org_id);
CREATE INDEX ix_group_members_group_id ON public.group_members USING btree (group_id);
CREATE INDEX ix_group_members_org_id ON public.group_members USING btree (org_id);
CREATE INDEX ix_group_privileges_org_id_privilege ON public.group_privileges USING btree (org_id, privilege);
CREATE INDEX ix_groups_org_id_skeleton ON public.groups USING btree (org_id, skeleton);
CREATE INDEX ix_guesses_changed_at ON public.guesses USING btree (changed_at);
CREATE INDEX ix_memberships_org_id_name_key ON public.memberships USING btree (org_id, name_key);
CREATE INDEX ix_moves_xact ON public.moves USING btree (xact);
CREATE INDEX ix_orgs_skeleton ON public.orgs USING btree (skeleton);
CREATE INDEX ix_secrets_org_id ON public.secrets USING btree (org_id);
CREATE INDEX ix_sessions_account_id_revoked_at_opened_at ON public.sessions USING btree (account_id, revoked_at, opened_at);
CREATE INDEX ix_sessions_expires_at ON public.sessions USING btree (expires_at);
CREATE INDEX ix_sessions_org_id_account_id ON public.sessions USING btree (org_id, account_id);
CREATE INDEX ix_sessions_parent_id ON public.sessions USING btree (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX ix_sessions_revoked_at ON public.sessions USING btree (revoked_at) WHERE (revoked_at IS NOT NULL);
CREATE INDEX ix_sessions_secret_id ON public.sessions USING btree (secret_id) WHERE (secret_id IS NOT NULL);
CREATE INDEX ix_tokens_account_id_revoked_at_expires_at ON public.tokens USING btree (account_id, revoked_at, expires_at);
CREATE INDEX ix_tokens_expires_at ON public.tokens USING btree (expires_at);
CREATE INDEX ix_tokens_org_id_account_id ON public.tokens USING btree (org_id, account_id);
CREATE INDEX ix_tokens_parent_id ON public.tokens USING btree (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX ix_tokens_revoked_at ON public.tokens USING btree (revoked_at) WHERE (revoked_at IS NOT NULL);
CREATE INDEX ix_tokens_secret_id ON public.tokens USING btree (secret_id) WHERE (secret_id IS NOT NULL);
ALTER TABLE ONLY public.attributes
    ADD CONSTRAINT fk_attributes_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.attributes
    ADD CONSTRAINT fk_attributes_org_id FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.entitlements
    ADD CONSTRAINT fk_entitlements_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.entitlements
    ADD CONSTRAINT fk_entitlements_org_id FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.favorites
    ADD CONSTRAINT fk_favorites_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.favorites
    ADD CONSTRAINT fk_favorites_org_id FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_links
    ADD CONSTRAINT fk_group_links_child_id FOREIGN KEY (child_id) REFERENCES public.groups(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_links
    ADD CONSTRAINT fk_group_links_org_id FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_links
    ADD CONSTRAINT fk_group_links_parent_id FOREIGN KEY (parent_id) REFERENCES public.groups(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_liveboards
    ADD CONSTRAINT fk_group_liveboards_group_id FOREIGN KEY (group_id) REFERENCES public.groups(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_liveboards
    ADD CONSTRAINT fk_group_liveboards_org_id FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_members
    ADD CONSTRAINT fk_group_members_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_members
    ADD CONSTRAINT fk_group_members_group_id FOREIGN KEY (group_id) REFERENCES public.groups(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_members
    ADD CONSTRAINT fk_group_members_org_id FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_privileges
    ADD CONSTRAINT fk_group_privileges_group_id FOREIGN KEY (group_id) REFERENCES public.groups(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.group_privileges
    ADD CONSTRAINT fk_group_privileges_org_id FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT fk_groups_org_id FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.guesses
    ADD CONSTRAINT fk_guesses_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT fk_memberships_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT fk_memberships_org_id FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.secrets
    ADD CONSTRAINT fk_secrets_org_id FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT fk_sessions_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT fk_sessions_org_id FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT fk_tokens_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT fk_tokens_org_id FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;
