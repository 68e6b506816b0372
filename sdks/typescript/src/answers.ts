/**
 * What the auth face answers (REST v2.0), by its names on the wire.
 *
 * Words that a newer server may add to, such as a status, are plain text. Numbers of milliseconds
 * count from 1970. What an answer lacks, or has as null, is left out.
 */

import {
  anything,
  dictionary,
  type Kind,
  list,
  object,
  optional,
  text,
  truth,
  whole,
} from "./kinds.js";

/** A user, group, tag or Liveboard by id and name. */
export interface Reference {
  id: string;
  name?: string;
}

/** An Org by id and name. */
export interface OrgReference {
  id: number;
  name?: string;
}

/** What a token is limited to: FULL, or REPORT_BOOK_VIEW and the object's id. */
export interface Scope {
  access_type: string;
  org_id: number;
  metadata_id?: string;
}

/** When something was made and when it runs out. */
export interface Timed {
  creation_time_in_millis: number;
  expiration_time_in_millis: number;
}

/** A full or object token. */
export interface Token extends Timed {
  token: string;
  scope: Scope;
  valid_for_user_id: string;
  valid_for_username: string;
}

/** A custom token. */
export interface AccessToken extends Timed {
  id?: string;
  token: string;
  org: OrgReference;
  user: Reference;
}

/** A token of the caller's session. */
export interface SessionToken extends Timed {
  token: string;
  valid_for_user_id: string;
  valid_for_username: string;
}

/** What a live token is. */
export interface TokenValidation extends Timed {
  scope: Scope;
  valid_for_user_id: string;
  token_type: string;
}

/** A trusted secret, to be shown to administrators alone. */
export interface TrustedKey {
  key: string;
}

/** The cluster's trusted authentication. */
export interface ClusterPreferences {
  auth_status: string;
  access_tokens?: TrustedKey[];
}

/** An Org's trusted authentication. */
export interface OrgPreferences {
  org: OrgReference;
  auth_status: string;
  access_tokens?: TrustedKey[];
}

/** The state of trusted authentication, as far as it was asked for and may be seen. */
export interface AuthSettings {
  auth_type: string;
  cluster_preferences?: ClusterPreferences;
  org_preferences?: OrgPreferences[];
}

/** An object that a user keeps at hand. */
export interface FavoriteMetadata {
  id: string;
  name?: string;
  type?: string;
}

/** Who the caller is, in the Org of its session or token. */
export interface User {
  id: string;
  name: string;
  display_name: string;
  visibility: string;
  author_id?: string;
  can_change_password?: boolean;
  complete_detail?: boolean;
  creation_time_in_millis?: number;
  current_org?: OrgReference;
  deleted?: boolean;
  deprecated?: boolean;
  account_type?: string;
  account_status?: string;
  email?: string;
  expiration_time_in_millis?: number;
  external?: boolean;
  favorite_metadata?: FavoriteMetadata[];
  first_login_time_in_millis?: number;
  group_mask?: number;
  hidden?: boolean;
  home_liveboard?: Reference;
  incomplete_details?: unknown;
  is_first_login?: boolean;
  modification_time_in_millis?: number;
  modifier_id?: string;
  notify_on_share?: boolean;
  onboarding_experience_completed?: boolean;
  orgs?: OrgReference[];
  owner_id?: string;
  parent_type?: string;
  privileges?: string[];
  show_onboarding_experience?: boolean;
  super_user?: boolean;
  system_user?: boolean;
  tags?: Reference[];
  tenant_id?: string;
  user_groups?: Reference[];
  user_inherited_groups?: Reference[];
  welcome_email_sent?: boolean;
  org_privileges?: Record<string, string[]>;
  preferred_locale?: string;
  use_browser_language?: boolean;
  extended_properties?: Record<string, unknown>;
  extended_preferences?: Record<string, unknown>;
  user_parameters?: Record<string, unknown>;
  access_control_properties?: Record<string, unknown>;
  variable_values?: Record<string, unknown>;
}

const reference = object<Reference>({ id: text, name: optional(text) });
const org = object<OrgReference>({ id: whole, name: optional(text) });
const scope = object<Scope>({ access_type: text, org_id: whole, metadata_id: optional(text) });
const key = object<TrustedKey>({ key: text }, { secrets: ["key"] });
const timed = { creation_time_in_millis: whole, expiration_time_in_millis: whole };
const data = optional(dictionary(anything));
const kept = object<FavoriteMetadata>({ id: text, name: optional(text), type: optional(text) });

/** How each answer is read. */
export const token: Kind<Token> = object<Token>(
  { ...timed, token: text, scope, valid_for_user_id: text, valid_for_username: text },
  { secrets: ["token"] },
);

export const accessToken: Kind<AccessToken> = object<AccessToken>(
  { ...timed, id: optional(text), token: text, org, user: reference },
  { secrets: ["token"] },
);

export const sessionToken: Kind<SessionToken> = object<SessionToken>(
  { ...timed, token: text, valid_for_user_id: text, valid_for_username: text },
  { secrets: ["token"] },
);

export const tokenValidation: Kind<TokenValidation> = object<TokenValidation>({
  ...timed,
  scope,
  valid_for_user_id: text,
  token_type: text,
});

const trusted = { auth_status: text, access_tokens: optional(list(key)) };

export const authSettings: Kind<AuthSettings> = object<AuthSettings>({
  auth_type: text,
  cluster_preferences: optional(object<ClusterPreferences>(trusted)),
  org_preferences: optional(list(object<OrgPreferences>({ org, ...trusted }))),
});

export const user: Kind<User> = object<User>({
  id: text,
  name: text,
  display_name: text,
  visibility: text,
  author_id: optional(text),
  can_change_password: optional(truth),
  complete_detail: optional(truth),
  creation_time_in_millis: optional(whole),
  current_org: optional(org),
  deleted: optional(truth),
  deprecated: optional(truth),
  account_type: optional(text),
  account_status: optional(text),
  email: optional(text),
  expiration_time_in_millis: optional(whole),
  external: optional(truth),
  favorite_metadata: optional(list(kept)),
  first_login_time_in_millis: optional(whole),
  group_mask: optional(whole),
  hidden: optional(truth),
  home_liveboard: optional(reference),
  incomplete_details: optional(anything),
  is_first_login: optional(truth),
  modification_time_in_millis: optional(whole),
  modifier_id: optional(text),
  notify_on_share: optional(truth),
  onboarding_experience_completed: optional(truth),
  orgs: optional(list(org)),
  owner_id: optional(text),
  parent_type: optional(text),
  privileges: optional(list(text)),
  show_onboarding_experience: optional(truth),
  super_user: optional(truth),
  system_user: optional(truth),
  tags: optional(list(reference)),
  tenant_id: optional(text),
  user_groups: optional(list(reference)),
  user_inherited_groups: optional(list(reference)),
  welcome_email_sent: optional(truth),
  org_privileges: optional(dictionary(list(text))),
  preferred_locale: optional(text),
  use_browser_language: optional(truth),
  extended_properties: data,
  extended_preferences: data,
  user_parameters: data,
  access_control_properties: data,
  variable_values: data,
});
