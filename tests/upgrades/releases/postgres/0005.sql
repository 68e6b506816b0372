-- Made by the server of revision 0005 itself on PostgreSQL, at noon on 2026-06-01; what is secret here is made up.
-- secret: gpk_aJMLJ7MWllh8ILrjWbT17V2GOizy7d2ejYeXtHytRCE
-- token: gpf_y7WNRdhcQW6eLopC5y8bghB6ZZgubjv5OCKOd8GjGPQ
-- revoked_token: gpf_-5Mm0LYMBuFJDEs-qjMQMDGyi4mCUIFNJA7fM7ISSFw
-- token_of_closed: gpf_0HScxgZf_DcFrrNlaxG7w7aozun1ZJ_rCXPXmW91Mnk
-- custom: eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiIsImtpZCI6Iml4X2pNTHRJRW44R2VFWjhWVFVKZGtxNXZiSWotRGVzUjgtRW1QOTJaRmMifQ.eyJpc3MiOiJnYXRlcGFzcyIsImF1ZCI6ImdhdGVwYXNzIiwic3ViIjoiMmQ4OWM5NWYtNzc5NC00YmEyLTg3ZTQtMzdmN2Y2M2YyNGQxIiwianRpIjoiMDE5ZTgzMGUtMWEwMC03YjBlLTk2OGMtOWYwNWRjNGI3Mjc3IiwiaWF0IjoxNzgwMzE1MjAwLCJuYmYiOjE3ODAzMTUyMDAsImV4cCI6MTc4MDQwMTYwMCwibmFtZSI6Im1pcmEiLCJvcmdfaWQiOjAsIm9yZyI6IlByaW1hcnkiLCJmaWx0ZXJfcnVsZXMiOlt7ImNvbHVtbl9uYW1lIjoiUmVnaW9uIiwib3BlcmF0b3IiOiJJTiIsInZhbHVlcyI6WyJOb3J0aCJdfV19._d1ZC5OQwGKulwUu8HRCfj6gK5Tj3pPUpUHFy9P-6nIuKEWybSAYl_Q1cdAQigAhOCAJATrAdsIJBvqH_VIO5w
-- session: gps_Wkz87KIPRdInN4v0udOk8Q7aib-MJIIO7gJr0mWDYiQ
-- ended_session: gps_xObfqHRNHxPPhg8YwoFo5Nz6Zc0kJxeZ6WvOihhiS8A
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
CREATE TABLE public.audit_chains (
    id bigint NOT NULL,
    started_at bigint NOT NULL,
    heads text NOT NULL COLLATE pg_catalog."C",
    linked bigint NOT NULL,
    pruned bigint NOT NULL,
    pruned_hash bytea,
    watched bigint
);
CREATE SEQUENCE public.audit_chains_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_chains_id_seq OWNED BY public.audit_chains.id;
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
    data text NOT NULL COLLATE pg_catalog."C",
    chain bigint,
    sequence bigint,
    previous bytea,
    hash bytea
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
CREATE TABLE public.refusals (
    number bigint NOT NULL,
    incident_id text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    code text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    operation text NOT NULL COLLATE pg_catalog."C",
    address text COLLATE pg_catalog."C",
    org_id bigint,
    account_id text COLLATE pg_catalog."C",
    actor text COLLATE pg_catalog."C",
    credential_id text COLLATE pg_catalog."C",
    data text NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.refusals_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.refusals_number_seq OWNED BY public.refusals.number;
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
ALTER TABLE ONLY public.audit_chains ALTER COLUMN id SET DEFAULT nextval('public.audit_chains_id_seq'::regclass);
ALTER TABLE ONLY public.audit_events ALTER COLUMN number SET DEFAULT nextval('public.audit_events_number_seq'::regclass);
ALTER TABLE ONLY public.moves ALTER COLUMN number SET DEFAULT nextval('public.moves_number_seq'::regclass);
ALTER TABLE ONLY public.refusals ALTER COLUMN number SET DEFAULT nextval('public.refusals_number_seq'::regclass);
INSERT INTO public.accounts VALUES ('67e15c06-d153-4924-a4cd-ff615393b60f', 'system', 'system', 'systern', 'system', NULL, 'LOCAL_USER', 'ACTIVE', 1, 1, 0, NULL, '67e15c06-d153-4924-a4cd-ff615393b60f', '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, '{}', 'system', NULL, 1, 1, 0);
INSERT INTO public.accounts VALUES ('0f0dd0f7-7411-4195-a4aa-0dc6b58413c9', 'su', 'su', 'su', 'su', NULL, 'LOCAL_USER', 'ACTIVE', 1, 1, 0, NULL, '67e15c06-d153-4924-a4cd-ff615393b60f', '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, '{}', 'su', NULL, 1, 1, 0);
INSERT INTO public.accounts VALUES ('59481331-ee53-42be-a548-bd87be6ddd4a', 'tsadmin', 'tsadmin', 'tsadrnln', 'Administrator', NULL, 'LOCAL_USER', 'ACTIVE', 1, 1, 0, '$argon2id$v=19$m=64,t=1,p=1$M2apr7taZEJUPbws12RZHA$1ALP5Dhz3on2EHYhkD009hK1uD3ZJBWTzuD0iVpEJ2M', '67e15c06-d153-4924-a4cd-ff615393b60f', '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, '{}', 'administrator', NULL, 1, 1, 0);
INSERT INTO public.accounts VALUES ('2d89c95f-7794-4ba2-87e4-37f7f63f24d1', 'mira', 'mira', 'rnlra', 'Mira', 'mira@example.com', 'LOCAL_USER', 'ACTIVE', 1, 0, 0, '$argon2id$v=19$m=64,t=1,p=1$ckZHZYPplE7BRy2VCLod7A$f4ZarPJwDZwqNSX9dVxY3XrWRsB9kNLuWn5J9eMHYJ8', '67e15c06-d153-4924-a4cd-ff615393b60f', '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, NULL, NULL, 1780315200000000, 0, '{}', 'mira', 'mira@example.com', 1, 1, 0);
INSERT INTO public.accounts VALUES ('c010476f-748f-4d1c-82f4-5408e562ef45', 'sven', 'sven', 'sven', 'sven', NULL, 'LOCAL_USER', 'INACTIVE', 1, 0, 0, '$argon2id$v=19$m=64,t=1,p=1$INVaRPr/dZ4PtFU1fWavgg$f9KR7UUBP2bRPCL32x8WsVuKGClXP16W93qSwISYSLk', '67e15c06-d153-4924-a4cd-ff615393b60f', '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, '{}', 'sven', NULL, 1, 1, 0);
INSERT INTO public.alembic_version VALUES ('0005');
INSERT INTO public.audit_chains VALUES (2, 1780315200000000, '[[1,1,"78ad2d756f4ce22479bd82b2bb60ddba3997960cfdc3680388d7c02315d5fe2f"]]', 0, 0, NULL, 1);
INSERT INTO public.audit_chains VALUES (1, 1780315200000000, '[]', 1, 0, NULL, 1);
INSERT INTO public.audit_events VALUES (1, 'f244de3c-a8d2-4cb0-b8bd-228d5ecf8567', 1780315200000000, 'store.found', NULL, 0, NULL, NULL, '59481331-ee53-42be-a548-bd87be6ddd4a', '127.0.0.1', NULL, 'test', '', '{}', 1, 1, '\x663f7a71babfe32e926bdc3b523c22e9e61e79e3b7544ecbca0d798d95860f06', '\x78ad2d756f4ce22479bd82b2bb60ddba3997960cfdc3680388d7c02315d5fe2f');
INSERT INTO public.audit_events VALUES (2, '9b676b1c-7729-471e-9122-ccba6b69d2e5', 1780315200000000, 'account.create', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', '127.0.0.1', NULL, 'test', '', '{"name":"mira","orgs":[0],"weak_allowed":false}', 2, 1, '\x879904d9615246f35aa23c34c2aa942ce875385bf84adeed2e0c68d559ab9b15', '\xf2312e90538424f4c77bddf7f86721da20e798bc637f2cc5c22401cc91bc892c');
INSERT INTO public.audit_events VALUES (3, 'c583162f-5e7b-42c3-8eba-53f7c3749aad', 1780315200000000, 'account.create', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', 'c010476f-748f-4d1c-82f4-5408e562ef45', '127.0.0.1', NULL, 'test', '', '{"name":"sven","orgs":[0],"weak_allowed":false}', 2, 2, '\xf2312e90538424f4c77bddf7f86721da20e798bc637f2cc5c22401cc91bc892c', '\xd0dad3f3d1a7051c00ca61665bc400891537d67bc8b7f56acde3d092a09e3c51');
INSERT INTO public.audit_events VALUES (4, '43cdd4a2-1642-4865-9289-42453bcf56a5', 1780315200000000, 'org.create', NULL, 381926804, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', NULL, '127.0.0.1', NULL, 'test', '', '{"name":"north"}', 2, 3, '\xd0dad3f3d1a7051c00ca61665bc400891537d67bc8b7f56acde3d092a09e3c51', '\x6fa9d32008bed37a766e8d81bb00cdb0c595b4d31fe01d7b22d664040dbe8420');
INSERT INTO public.audit_events VALUES (5, 'f7822585-84e4-4a50-bebf-42d1a816d28a', 1780315200000000, 'group.create', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', NULL, '127.0.0.1', NULL, 'test', '', '{"name":"analysts","privileges":["DATADOWNLOADING"]}', 2, 4, '\x6fa9d32008bed37a766e8d81bb00cdb0c595b4d31fe01d7b22d664040dbe8420', '\x21815a8f31bd7d9cec01adc21e802d7ce39093f07ce9d3c0f1820e65eb32736d');
INSERT INTO public.audit_events VALUES (6, '8afc372f-e0a1-4803-835a-70014e718a6a', 1780315200000000, 'group.put_in', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', '127.0.0.1', NULL, 'test', '', '{"name":"analysts"}', 2, 5, '\x21815a8f31bd7d9cec01adc21e802d7ce39093f07ce9d3c0f1820e65eb32736d', '\x222f9c7c41ee79f80e16f7d374644eaa25eac8fd0f01de28dc87a89e9aa0cc97');
INSERT INTO public.audit_events VALUES (7, '4df2745a-c873-400d-a7e7-27fc50cc16ec', 1780315200000000, 'secret.enable', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', NULL, '127.0.0.1', NULL, 'test', '', '{"cluster":true}', 2, 6, '\x222f9c7c41ee79f80e16f7d374644eaa25eac8fd0f01de28dc87a89e9aa0cc97', '\x893aee6baab89e7e90471424f62017100ab1703008a8b95e7a07eeab42ee49b2');
INSERT INTO public.audit_events VALUES (8, 'a1ca628c-9da4-4303-bfce-fdbf66d17245', 1780315200000000, 'secret.read', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', NULL, '127.0.0.1', NULL, 'test', '', '{"secrets":["6372563a-c2a1-4a86-95af-b7ac637bd2c3"]}', 2, 7, '\x893aee6baab89e7e90471424f62017100ab1703008a8b95e7a07eeab42ee49b2', '\xa2479bd25b0c7dba860b413ecee1b014f9f70aaabc00f19ed03eb4d3c09d407c');
INSERT INTO public.audit_events VALUES (9, 'fc66a5af-f3ef-4249-af99-1251a44a868c', 1780315200000000, 'token.issue', NULL, 0, NULL, NULL, '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', '127.0.0.1', 'python-httpx2/2.16.2', 'rest/2.0 getFullAccessToken', 'f3cb4a28-4472-48d0-abd8-21981ef020e3', '{"token":"019e830e-1a00-79a4-b213-e8f5880ca33a","kind":"full","name":"mira","expires_at":"2026-06-02T12:00:00Z"}', 2, 8, '\xa2479bd25b0c7dba860b413ecee1b014f9f70aaabc00f19ed03eb4d3c09d407c', '\xa9b473c07f226363fa531643226f399f17493a95b060bd087d55d783963581aa');
INSERT INTO public.audit_events VALUES (10, '57ebf055-f326-4908-8fe7-e2d46c0f0652', 1780315200000000, 'token.issue', NULL, 0, NULL, NULL, '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', '127.0.0.1', 'python-httpx2/2.16.2', 'rest/2.0 getFullAccessToken', '3f353965-ff5d-4f73-9596-a2dcfb87f390', '{"token":"019e830e-1a00-7c13-8fe3-560bd4ad1fd8","kind":"full","name":"mira","expires_at":"2026-06-02T12:00:00Z"}', 2, 9, '\xa9b473c07f226363fa531643226f399f17493a95b060bd087d55d783963581aa', '\x0e902bac9ec2a1bd7d20302d1e5cfb4b88a2c16d3a10bc2337ea0a5ddb7f4e5a');
INSERT INTO public.audit_events VALUES (11, '3e161cb6-fd8a-4a1d-8e35-a2cf426c5661', 1780315200000000, 'token.issue', NULL, 0, NULL, NULL, 'c010476f-748f-4d1c-82f4-5408e562ef45', '127.0.0.1', 'python-httpx2/2.16.2', 'rest/2.0 getFullAccessToken', 'f8f1cbbd-1dec-4fb4-a5c9-23b817fe3612', '{"token":"019e830e-1a00-70ce-a923-48fcc806e184","kind":"full","name":"sven","expires_at":"2026-06-02T12:00:00Z"}', 2, 10, '\x0e902bac9ec2a1bd7d20302d1e5cfb4b88a2c16d3a10bc2337ea0a5ddb7f4e5a', '\x7d18dccd6ed6f25706a9e53a79f43caf491216b92bb09f40e8c2a6d34f70018f');
INSERT INTO public.audit_events VALUES (12, 'd890372b-cf6d-49a9-83b5-316754ba9a6e', 1780315200000000, 'token.issue', NULL, 0, NULL, 'default', '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', '127.0.0.1', 'python-httpx2/2.16.2', 'rest/2.0 getCustomAccessToken', '17117c83-a6f9-4e8d-9ac1-7ecba96ddb41', '{"token":"019e830e-1a00-7b0e-968c-9f05dc4b7277","kind":"custom","name":"mira","expires_at":"2026-06-02T12:00:00Z"}', 2, 11, '\x7d18dccd6ed6f25706a9e53a79f43caf491216b92bb09f40e8c2a6d34f70018f', '\x9b51acb0e373b9d8f05579a038727e80beec3548d72cb37c1a0f7d5b9a9c73a5');
INSERT INTO public.audit_events VALUES (13, '72ffb115-c7c0-4758-add4-ad23d08c537d', 1780315200000000, 'session.open', NULL, 0, NULL, NULL, '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', '127.0.0.1', 'python-httpx2/2.16.2', 'rest/2.0 login', 'ad0e971d-639f-4cb3-a124-77e4149bbc3f', '{"session":"019e830e-1a00-753b-b040-618eb363107a","name":"mira","remembered":true}', 2, 12, '\x9b51acb0e373b9d8f05579a038727e80beec3548d72cb37c1a0f7d5b9a9c73a5', '\xb31fe0c21a5999c1caaa8afc1bb599ebafd0ed000dbfafad61533998e41cf17e');
INSERT INTO public.audit_events VALUES (14, '98c71b43-ff5b-45df-aafc-be246424a327', 1780315200000000, 'session.open', NULL, 0, NULL, NULL, '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', '127.0.0.1', 'python-httpx2/2.16.2', 'rest/2.0 login', '81ef8108-04ba-4ee4-91b7-294b8f05b7d7', '{"session":"019e830e-1a00-7cf1-a29d-35e58577d97f","name":"mira","remembered":true}', 2, 13, '\xb31fe0c21a5999c1caaa8afc1bb599ebafd0ed000dbfafad61533998e41cf17e', '\x872138ff7ab1f832e16f4e0ad74d639fae0a3106a18b24b8a1c322563f65af9c');
INSERT INTO public.audit_events VALUES (15, '5667b951-89a0-4fbe-b80f-f0005ecc1245', 1780315200000000, 'session.log_out', NULL, 0, NULL, NULL, '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', '127.0.0.1', 'python-httpx2/2.16.2', 'rest/2.0 logout', 'ad0f14bf-fdeb-4b29-b6fc-d4875c5e659f', '{"ended":["019e830e-1a00-7cf1-a29d-35e58577d97f"],"count":1}', 2, 14, '\x872138ff7ab1f832e16f4e0ad74d639fae0a3106a18b24b8a1c322563f65af9c', '\xe0206f15362791954ce7e4f339d0494a98dc99f8c03511ca7e6d2c2e0d2ee9b1');
INSERT INTO public.audit_events VALUES (16, 'ff35b898-75dc-41a4-b69e-ffe3c74c70bc', 1780315200000000, 'token.revoke', NULL, 0, '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', NULL, '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', '127.0.0.1', 'python-httpx2/2.16.2', 'rest/2.0 revokeToken', '7342cd15-0edc-4040-afe4-dac26a840f86', '{"ended":["019e830e-1a00-7c13-8fe3-560bd4ad1fd8"],"count":1}', 2, 15, '\xe0206f15362791954ce7e4f339d0494a98dc99f8c03511ca7e6d2c2e0d2ee9b1', '\x5162ddb08420bd760be47aa79bebf9ace72bba02aad30e7a40ce3c23bc686ef0');
INSERT INTO public.audit_events VALUES (17, 'ef0de51a-b687-49c9-933e-818c647a253c', 1780315200000000, 'account.set_status', NULL, 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 'local operator', 'c010476f-748f-4d1c-82f4-5408e562ef45', '127.0.0.1', NULL, 'test', '', '{"status":"INACTIVE","before":"ACTIVE"}', 2, 16, '\x5162ddb08420bd760be47aa79bebf9ace72bba02aad30e7a40ce3c23bc686ef0', '\x73d12cb295c8438cfea5c3a3029b5fda6e35663485fec92cc76edee4a79a5a25');
INSERT INTO public.audit_events VALUES (18, 'b3a52f04-008f-4e72-9d15-f739d6783a4f', 1780315200000000, 'gate.refuse', 'bad credentials', 0, NULL, NULL, NULL, '127.0.0.1', NULL, 'gate', '', '{"minute":"2026-06-01T12:00:00Z","count":1,"reasons":{"revoked credential":1}}', 2, 17, '\x73d12cb295c8438cfea5c3a3029b5fda6e35663485fec92cc76edee4a79a5a25', '\x68dce7364bf0b1284153481be17d0f8362938cf8a2bd486474237b42576bd093');
INSERT INTO public.group_members VALUES ('67e15c06-d153-4924-a4cd-ff615393b60f', 'b25ee394-9d13-49e3-9385-cd97f5b253b4', 0);
INSERT INTO public.group_members VALUES ('0f0dd0f7-7411-4195-a4aa-0dc6b58413c9', 'b25ee394-9d13-49e3-9385-cd97f5b253b4', 0);
INSERT INTO public.group_members VALUES ('59481331-ee53-42be-a548-bd87be6ddd4a', 'b25ee394-9d13-49e3-9385-cd97f5b253b4', 0);
INSERT INTO public.group_members VALUES ('59481331-ee53-42be-a548-bd87be6ddd4a', 'd0326b56-ef23-4c8a-8327-a30e99bcc72b', 0);
INSERT INTO public.group_members VALUES ('2d89c95f-7794-4ba2-87e4-37f7f63f24d1', 'b25ee394-9d13-49e3-9385-cd97f5b253b4', 0);
INSERT INTO public.group_members VALUES ('c010476f-748f-4d1c-82f4-5408e562ef45', 'b25ee394-9d13-49e3-9385-cd97f5b253b4', 0);
INSERT INTO public.group_members VALUES ('2d89c95f-7794-4ba2-87e4-37f7f63f24d1', 'd53d8cc7-b3e5-491e-871f-f6360fd07400', 0);
INSERT INTO public.group_privileges VALUES ('b25ee394-9d13-49e3-9385-cd97f5b253b4', 'AUTHORING', 0);
INSERT INTO public.group_privileges VALUES ('d0326b56-ef23-4c8a-8327-a30e99bcc72b', 'ADMINISTRATION', 0);
INSERT INTO public.group_privileges VALUES ('ffb0aa6f-0e1a-4156-aad2-4dff22afad38', 'AUTHORING', 381926804);
INSERT INTO public.group_privileges VALUES ('572c5a5e-97e6-4d34-bdbb-38f7f2b281d1', 'ADMINISTRATION', 381926804);
INSERT INTO public.group_privileges VALUES ('d53d8cc7-b3e5-491e-871f-f6360fd07400', 'DATADOWNLOADING', 0);
INSERT INTO public.groups VALUES ('b25ee394-9d13-49e3-9385-cd97f5b253b4', 0, 'All', 'all', 'all', 'All', '', 1, '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, '67e15c06-d153-4924-a4cd-ff615393b60f', 'LOCAL_GROUP', 1, 0, 'all');
INSERT INTO public.groups VALUES ('d0326b56-ef23-4c8a-8327-a30e99bcc72b', 0, 'Administrator', 'administrator', 'adrnlnlstrator', 'Administrator', '', 1, '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, '67e15c06-d153-4924-a4cd-ff615393b60f', 'LOCAL_GROUP', 1, 0, 'administrator');
INSERT INTO public.groups VALUES ('ffb0aa6f-0e1a-4156-aad2-4dff22afad38', 381926804, 'All', 'all', 'all', 'All', '', 1, '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, '67e15c06-d153-4924-a4cd-ff615393b60f', 'LOCAL_GROUP', 1, 0, 'all');
INSERT INTO public.groups VALUES ('572c5a5e-97e6-4d34-bdbb-38f7f2b281d1', 381926804, 'Administrator', 'administrator', 'adrnlnlstrator', 'Administrator', '', 1, '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, '67e15c06-d153-4924-a4cd-ff615393b60f', 'LOCAL_GROUP', 1, 0, 'administrator');
INSERT INTO public.groups VALUES ('d53d8cc7-b3e5-491e-871f-f6360fd07400', 0, 'analysts', 'analysts', 'analysts', 'analysts', '', 0, '67e15c06-d153-4924-a4cd-ff615393b60f', 1780315200000000, 1780315200000000, '67e15c06-d153-4924-a4cd-ff615393b60f', 'LOCAL_GROUP', 1, 0, 'analysts');
INSERT INTO public.memberships VALUES ('67e15c06-d153-4924-a4cd-ff615393b60f', 0, 1780315200000000, 'system', NULL);
INSERT INTO public.memberships VALUES ('0f0dd0f7-7411-4195-a4aa-0dc6b58413c9', 0, 1780315200000000, 'su', NULL);
INSERT INTO public.memberships VALUES ('59481331-ee53-42be-a548-bd87be6ddd4a', 0, 1780315200000000, 'tsadmin', NULL);
INSERT INTO public.memberships VALUES ('2d89c95f-7794-4ba2-87e4-37f7f63f24d1', 0, 1780315200000000, 'mira', NULL);
INSERT INTO public.memberships VALUES ('c010476f-748f-4d1c-82f4-5408e562ef45', 0, 1780315200000000, 'sven', NULL);
INSERT INTO public.moves VALUES (1, 736, '\x012d89c95f77944ba287e437f7f63f24d1');
INSERT INTO public.moves VALUES (2, 743, '\x012d89c95f77944ba287e437f7f63f24d1');
INSERT INTO public.moves VALUES (3, 745, '\x02f05d4101317f6d1d2350e591585c1592');
INSERT INTO public.moves VALUES (4, 746, '\x022c5bbce638d5044dfce8452698ec59dd');
INSERT INTO public.moves VALUES (5, 747, '\x01c010476f748f4d1c82f45408e562ef45');
INSERT INTO public.orgs VALUES (0, 'Primary', 'primary', 'prlrnary', 'Primary Org', 1, 1, 1780315200000000);
INSERT INTO public.orgs VALUES (381926804, 'north', 'north', 'north', '', 1, 1, 1780315200000000);
INSERT INTO public.refusals VALUES (1, '77f8909f-8928-4b69-8609-599bf44aa3d5', 1780315200000000, 'not_authenticated', 'revoked credential', 'rest/2.0 getCurrentUserInfo', '127.0.0.1', 0, '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', NULL, '019e830e-1a00-7c13-8fe3-560bd4ad1fd8', '{"clock":"2026-06-01T12:00:00Z","credential":"full token","credential_id":"019e830e-1a00-7c13-8fe3-560bd4ad1fd8","account_id":"2d89c95f-7794-4ba2-87e4-37f7f63f24d1","org_id":0,"actor":null,"expires_at":"2026-06-02T12:00:00Z","revoked_at":"2026-06-01T12:00:00Z","skew_s":60.0,"made_at":"2026-06-01T12:00:00Z","org_active":true,"member":true,"account":"mira","status":"ACTIVE","account_expires_at":null,"locked_until":null}');
INSERT INTO public.secrets VALUES ('6372563a-c2a1-4a86-95af-b7ac637bd2c3', '\xf370e49e5ca75f183825d67875c4aa5f6a06de60eee602f590f88318979ec9af', '\x224acedbbca8e026cc92820a51dda196a88d8cc257e3500de9bcb3f8f5e4eec380cb76ee5d8c8227035ad954dd3bd8491a9077a03bd2a901fab28da96ab001b1bbfeab7a9526704c887b7c', NULL, 'default', 1780315200000000, NULL, 1780315200000000);
INSERT INTO public.sessions VALUES ('019e830e-1a00-753b-b040-618eb363107a', '\x0e06f314504c2662df76dff25424934d2bbbf3e307e1465f51ca7892572f51d8', '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', 0, 1780315200000000, 1780315200000000, 1780920000000000, 1, 1780315200000000, NULL, NULL, NULL, NULL, NULL, '127.0.0.1', 'python-httpx2/2.16.2', NULL, NULL);
INSERT INTO public.sessions VALUES ('019e830e-1a00-7cf1-a29d-35e58577d97f', '\xf05d4101317f6d1d2350e591585c1592b102dc0317b1f8844ca84d21f312df63', '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', 0, 1780315200000000, 1780315200000000, 1780920000000000, 1, 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, '127.0.0.1', 'python-httpx2/2.16.2', NULL, NULL);
INSERT INTO public.signing_keys VALUES ('ix_jMLtIEn8GeEZ8VTUJdkq5vbIj-DesR8-EmP92ZFc', 'current', '{"crv":"P-256","x":"q1wtUbfDoqJTiep2B7K5-TySPc0M6hBboubLqO8ve80","y":"V3qceDtfE1px8QX8EiQr2PLEpiUooxuyobXVzNGLAH8","kty":"EC"}', '\x9bb9acd5376986eb49460706277b58c5b36d6478e0c346ec013495df6a3d80eb688fa14b3ba06dd19ea0e13ae5b1dad6c0921a599239eade2a0b3280a2e8eda8831e0be4caab7cab1e732930dde961b29a4f33af990e7f74fe1e72e199e4a3e73f99a32dc5678296a1026aea7321ce9760a1fbdb4c56e7e6e3197210a3e34b6475d37a1f8ba18546440c817627367d7a32de8da067ac9c6fa64b948e60f7a1bdf361ec63c537e1dc3e61b6dfdedb91dc5be7d233d05d370e0b8b188b103583b419f3fec030df1542c756cdd2', 1780315200000000, 1780315200000000);
INSERT INTO public.signing_keys VALUES ('qfGjlj7_YQlnpf2-rRR5lcbrwbTJuP4hoy1GwWM4lz0', 'next', '{"crv":"P-256","x":"7tSulR1OU1rReJfpUdP4UdoMlGJLOd7AOfzUWjo7d8Q","y":"X-28NZ5aLCofzXYsp8rALAaSD6E8LbE0H5bxT-Fn1WQ","kty":"EC"}', '\x01633f2591a23836508e1785269c7a234650d17b6e42ff5c63c4fa4d5574c5bd1755f1c186b400a40cb39997458b753fe39987fc3a86f6df21c7baa8547daa1d3c93fcd3a2fdad43c4d7ed774f435f19e1fa1338d9a680952a92f6a1499681a894a8ec7fded8139ea083890c15b7946f885904ee7bfe555aa106feddacfb9e829113f4d728c42c79a8ff4190cd144dda5ea8f9df4badb78d777574a4e11f40a2ac7026f09c73bd5cfa6b981cb8ef8786a1401aa0d76e2feaf6013fc585da88a29f94a5e905dfc1ab1d0c80d7', 1780315200000000, 1780315200000000);
INSERT INTO public.tokens VALUES ('019e830e-1a00-79a4-b213-e8f5880ca33a', '\x3955df66ce7d9a7b2af06b5ecd6c5e0cd3fb5248daef3277bb5544bb0d330840', 'full', '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', 0, 1780315200000000, 1780401600000000, 1780315200000000, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.tokens VALUES ('019e830e-1a00-7b0e-968c-9f05dc4b7277', '\xc3028bfee7e5e7ae2fa4e624d19f744da88186f5ac30f94b204b3ff1fcd9bc53', 'custom', '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', 0, 1780315200000000, 1780401600000000, 1780315200000000, NULL, NULL, NULL, '6372563a-c2a1-4a86-95af-b7ac637bd2c3', 'default', '{"filter_rules":[{"column_name":"Region","operator":"IN","values":["North"]}]}');
INSERT INTO public.tokens VALUES ('019e830e-1a00-7c13-8fe3-560bd4ad1fd8', '\x2c5bbce638d5044dfce8452698ec59dd2a314c626c72d36b25ce7755822f4f50', 'full', '2d89c95f-7794-4ba2-87e4-37f7f63f24d1', 0, 1780315200000000, 1780401600000000, 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.tokens VALUES ('019e830e-1a00-70ce-a923-48fcc806e184', '\x2e0e36d639d222707c8b08766274ad3748c399efe452acb28aca28ffd7564f5e', 'full', 'c010476f-748f-4d1c-82f4-5408e562ef45', 0, 1780315200000000, 1780401600000000, 1780315200000000, 1780315200000000, NULL, NULL, NULL, NULL, NULL);
SELECT pg_catalog.setval('public.audit_chains_id_seq', 2, true);
SELECT pg_catalog.setval('public.audit_events_number_seq', 18, true);
SELECT pg_catalog.setval('public.moves_number_seq', 5, true);
SELECT pg_catalog.setval('public.refusals_number_seq', 1, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (id);
ALTER TABLE ONLY public.attributes
    ADD CONSTRAINT pk_attributes PRIMARY KEY (account_id, org_id, scope);
ALTER TABLE ONLY public.audit_chains
    ADD CONSTRAINT pk_audit_chains PRIMARY KEY (id);
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
ALTER TABLE ONLY public.refusals
    ADD CONSTRAINT pk_refusals PRIMARY KEY (number);
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
CREATE INDEX ix_audit_chains_pruned_hash ON public.audit_chains USING btree (pruned_hash) WHERE (pruned_hash IS NOT NULL);
CREATE INDEX ix_audit_chains_watched ON public.audit_chains USING btree (watched) WHERE (watched IS NOT NULL);
CREATE INDEX ix_audit_events_at ON public.audit_events USING btree (at);
CREATE UNIQUE INDEX ix_audit_events_chain_sequence ON public.audit_events USING btree (chain, sequence);
CREATE INDEX ix_audit_events_incident_id ON public.audit_events USING btree (incident_id) WHERE (refused IS NOT NULL);
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
CREATE INDEX ix_refusals_at ON public.refusals USING btree (at);
CREATE INDEX ix_refusals_incident_id ON public.refusals USING btree (incident_id);
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
