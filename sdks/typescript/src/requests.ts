/** What the auth face asks (REST v2.0), by its names on the wire. What is not set is not sent. */

/** How a filter rule compares. */
export type Operator =
  | "EQ"
  | "NE"
  | "LT"
  | "LE"
  | "GT"
  | "GE"
  | "IN"
  | "NOT_IN"
  | "LIKE"
  | "CONTAINS"
  | "BEGINS_WITH"
  | "ENDS_WITH"
  | "BW"
  | "BW_INC"
  | "BW_INC_MIN"
  | "BW_INC_MAX";

/** What of a custom token's attributes stays with the user. */
export type PersistOption = "REPLACE" | "APPEND" | "NONE" | "RESET";

/** What `RESET` clears. */
export type ResetOption = "FILTER_RULES" | "PARAMETERS" | "GROUPS";

/** Whether trusted authentication is on. */
export type AuthStatus = "ENABLED" | "DISABLED";

/** Whose settings a search is for. */
export type AuthScope = "CLUSTER" | "ORG";

/** Who signs in. With neither name nor password, the client's token opens the session. */
export interface LoginRequest {
  username?: string;
  password?: string;
  org_identifier?: string | number;
  remember_me?: boolean;
}

/** A data object that an entitlement is for. */
export interface DataObject {
  identifier: string;
  type?: string;
}

/** A runtime filter of `UserParameters`. */
export interface RuntimeFilter {
  column_name: string;
  operator: Operator;
  values: string[];
  persist?: boolean;
  objects?: DataObject[];
}

/** A runtime sort of `UserParameters`. */
export interface RuntimeSort {
  column_name: string;
  order: "ASC" | "DESC";
  persist?: boolean;
  objects?: DataObject[];
}

/** A parameter of `UserParameters`. */
export interface RuntimeParameter {
  name: string;
  values: string[];
  persist?: boolean;
  objects?: DataObject[];
}

/** Entitlements of a full or object token; custom tokens have taken their place. */
export interface UserParameters {
  objects?: DataObject[];
  runtime_filters?: RuntimeFilter[];
  runtime_sorts?: RuntimeSort[];
  parameters?: RuntimeParameter[];
}

/** A token for all that the user may do, by password or by trusted secret. */
export interface FullTokenRequest {
  username: string;
  password?: string;
  secret_key?: string;
  validity_time_in_sec?: number;
  org_id?: number;
  email?: string;
  display_name?: string;
  auto_create?: boolean;
  group_identifiers?: string[];
  user_parameters?: UserParameters;
}

/** A token for one object alone. */
export interface ObjectTokenRequest extends FullTokenRequest {
  object_id: string;
}

/** Rows that the user sees: the column's value compared with these. */
export interface FilterRule {
  column_name: string;
  operator: Operator;
  values: (string | number | boolean)[];
}

/** The values of a parameter, or of a formula variable. */
export interface NamedValues {
  name: string;
  values: (string | number | boolean)[];
}

/** A group by id or name. */
export interface GroupIdentifier {
  identifier: string;
}

/** A signed token that carries the user's attributes. */
export interface CustomTokenRequest {
  username: string;
  password?: string;
  secret_key?: string;
  validity_time_in_sec?: number;
  org_identifier?: string | number;
  persist_option?: PersistOption;
  reset_option?: ResetOption[];
  filter_rules?: FilterRule[];
  parameter_values?: NamedValues[];
  variable_values?: NamedValues[];
  objects?: DataObject[];
  email?: string;
  display_name?: string;
  groups?: GroupIdentifier[];
  auto_create?: boolean;
}

/** Which token the auth face gets for itself: a full one, unless `kind` says otherwise. */
export type Credentials =
  | ({ kind?: "full" } & FullTokenRequest)
  | ({ kind: "object" } & ObjectTokenRequest)
  | ({ kind: "custom" } & CustomTokenRequest);

/** What ends: a token, a user's tokens, or with neither the caller's own token. */
export interface RevokeTokenRequest {
  user_identifier?: string;
  token?: string;
}

/** The token to look at. */
export interface ValidateTokenRequest {
  token: string;
}

/** The cluster's trusted authentication. */
export interface ClusterPreferencesInput {
  auth_status?: AuthStatus;
}

/** An Org's trusted authentication. */
export interface OrgPreferencesInput {
  org_identifier: string | number;
  auth_status?: AuthStatus;
}

/** Trusted authentication on or off; what is not named stays as it is. */
export interface ConfigureAuthRequest {
  auth_type: "TRUSTED_AUTH";
  cluster_preferences?: ClusterPreferencesInput;
  org_preferences?: OrgPreferencesInput[];
}

/** Whose state of trusted authentication to show; without `scope` all that the caller may see. */
export interface SearchAuthRequest {
  auth_type: "TRUSTED_AUTH";
  scope?: AuthScope;
}
