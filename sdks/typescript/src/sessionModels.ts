/** The session face: what the betas ask and answer, by the names of the vendor's client. */

import { type Kind, list, number, object, optional, text, truth } from "./kinds.js";

/** Who signs in. */
export interface ApiRestV2SessionLoginRequest {
  userName: string;
  password: string;
  /** Whether the session outlives the browser. */
  rememberMe?: boolean;
}

/** Whom a token is for. */
export interface ApiRestV2SessionGettokenRequest {
  userName: string;
  password: string;
  /** Seconds, as digits. */
  tokenExpiryDuration?: string;
  /** Milliseconds, as digits; counts only where `tokenExpiryDuration` is not set. */
  expiryTimeMs?: string;
}

/** A session (`tokenType` Cookie, `token` empty) or a token (Bearer). */
export interface SessionLoginResponse {
  userName?: string;
  token?: string;
  /** Milliseconds since 1970, as digits. */
  tokenCreatedTime?: string;
  /** Seconds, as digits. */
  tokenExpiryDuration?: string;
  tokenType?: string;
}

export interface SessionDateTimeFormat {
  formatPattern?: string;
}

export interface SessionUserProperties {
  persona?: string;
  mail?: string;
}

/** Who the caller is. Fields that a server adds to these are kept. */
export interface SessionInfoResponse {
  userName?: string;
  userDisplayName?: string;
  userEmail?: string;
  userGUID?: string;
  /** Milliseconds since 1970, as is `firstLoginDate`. */
  userCreatedTime?: number;
  canChangePassword?: boolean;
  isSystemUser?: boolean;
  userGroupMask?: number;
  privileges?: string[];
  expirationTime?: number;
  authToken?: string;
  locale?: string;
  timezone?: string;
  dateFormat?: SessionDateTimeFormat;
  timeFormat?: SessionDateTimeFormat;
  dateTimeFormat?: SessionDateTimeFormat;
  partialJSessionGUID?: string;
  isFirstLogin?: boolean;
  firstLoginDate?: number;
  userProperties?: SessionUserProperties;
  state?: string;
}

export const apiRestV2SessionLoginRequestSchema: Kind<ApiRestV2SessionLoginRequest> =
  object<ApiRestV2SessionLoginRequest>(
    { userName: text, password: text, rememberMe: optional(truth) },
    { secrets: ["password"] },
  );

export const apiRestV2SessionGettokenRequestSchema: Kind<ApiRestV2SessionGettokenRequest> =
  object<ApiRestV2SessionGettokenRequest>(
    {
      userName: text,
      password: text,
      tokenExpiryDuration: optional(text),
      expiryTimeMs: optional(text),
    },
    { secrets: ["password"] },
  );

export const sessionLoginResponseSchema: Kind<SessionLoginResponse> = object<SessionLoginResponse>(
  {
    userName: optional(text),
    token: optional(text),
    tokenCreatedTime: optional(text),
    tokenExpiryDuration: optional(text),
    tokenType: optional(text),
  },
  { secrets: ["token"] },
);

export const sessionDateTimeFormatSchema: Kind<SessionDateTimeFormat> =
  object<SessionDateTimeFormat>({ formatPattern: optional(text) }, { isOpen: true });

export const sessionUserPropertiesSchema: Kind<SessionUserProperties> =
  object<SessionUserProperties>(
    { persona: optional(text), mail: optional(text) },
    { isOpen: true },
  );

export const sessionInfoResponseSchema: Kind<SessionInfoResponse> = object<SessionInfoResponse>(
  {
    userName: optional(text),
    userDisplayName: optional(text),
    userEmail: optional(text),
    userGUID: optional(text),
    userCreatedTime: optional(number),
    canChangePassword: optional(truth),
    isSystemUser: optional(truth),
    userGroupMask: optional(number),
    privileges: optional(list(text)),
    expirationTime: optional(number),
    authToken: optional(text),
    locale: optional(text),
    timezone: optional(text),
    dateFormat: optional(sessionDateTimeFormatSchema),
    timeFormat: optional(sessionDateTimeFormatSchema),
    dateTimeFormat: optional(sessionDateTimeFormatSchema),
    partialJSessionGUID: optional(text),
    isFirstLogin: optional(truth),
    firstLoginDate: optional(number),
    userProperties: optional(sessionUserPropertiesSchema),
    state: optional(text),
  },
  { isOpen: true, secrets: ["authToken"] },
);
