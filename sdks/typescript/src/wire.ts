/** Every operation of both faces: builds its request, reads its answer. Nothing here does I/O. */

import * as answers from "./answers.js";
import type { Configuration } from "./configuration.js";
import {
  ApiError,
  ArgumentsValidationError,
  ErrorResponseError,
  Forbidden,
  InvalidRequest,
  NotFound,
  Refused,
  ResponseValidationError,
  ServerFault,
  TooManyRequests,
  Unauthorized,
  UnreadableAnswer,
} from "./errors.js";
import { type Headers, HttpRequest, type HttpResponse } from "./exchange.js";
import { HIDDEN } from "./hiding.js";
import { type Kind, Misfit, truth } from "./kinds.js";
import type * as requests from "./requests.js";
import * as models from "./sessionModels.js";

const V2_0 = "/api/rest/2.0";
const BETA = "/api/rest/v2";
const JSON_TYPE = "application/json";
const USER_AGENT = "gatepass-sdk-typescript/0.1.0";
const SHORTEST_SECRET = 4;
const REFUSALS: Partial<Record<number, typeof Refused>> = {
  400: InvalidRequest,
  401: Unauthorized,
  403: Forbidden,
  404: NotFound,
  429: TooManyRequests,
};
const SECRETS = ["password", "secret_key", "token"] as const;

/** Whether an operation shows the client's token: kept means if there is one, none is fetched. */
export type Bearer = "never" | "kept" | "needed";

/** One operation, ready to be sent: the same for each attempt, but for the token shown. */
export interface Call<T> {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly bearer: Bearer;
  readonly headers: Headers;
  readonly body?: string;
  /** Whether it does no harm to send it again when the first may have done its work. */
  readonly isSafe: boolean;
  /** The token that is dead after it; empty: the one that was shown. */
  readonly ends?: string;
  /** Return what an answer says; @throws GatepassError */
  read(response: HttpResponse): T;
}

/**
 * Return the request of a call that shows this token.
 *
 * @throws ArgumentsValidationError - the token cannot stand in a header
 */
export function requestOf(call: Call<unknown>, base: string, token?: string): HttpRequest {
  const headers = { ...call.headers };
  if (token !== undefined) {
    if (!/^[\x21-\x7e]+$/.test(token)) {
      throw new ArgumentsValidationError("an access token is of visible ASCII characters only");
    }
    headers.authorization = `Bearer ${token}`;
  }
  return new HttpRequest(call.method, base + call.path, headers, call.body);
}

// The auth face

export function login(request: requests.LoginRequest): Call<void> {
  const bearer = request.username || request.password ? "never" : "needed";
  return auth("POST", "session/login", nothing, { request, bearer });
}

export function logout(): Call<void> {
  return auth("POST", "session/logout", nothing, { bearer: "kept", ends: "" });
}

export function getFullAccessToken(request: requests.FullTokenRequest): Call<answers.Token> {
  return auth("POST", "token/full", as(answers.token), { request });
}

export function getObjectAccessToken(request: requests.ObjectTokenRequest): Call<answers.Token> {
  return auth("POST", "token/object", as(answers.token), { request });
}

export function getCustomAccessToken(
  request: requests.CustomTokenRequest,
): Call<answers.AccessToken> {
  return auth("POST", "token/custom", as(answers.accessToken), { request });
}

export function revokeToken(request: requests.RevokeTokenRequest): Call<void> {
  // An empty text is something named, and sent.
  const isOwn = (request.user_identifier ?? request.token ?? null) === null;
  const bearer = isOwn ? "kept" : "needed";
  const ends = isOwn ? "" : request.token || undefined;
  return auth("POST", "token/revoke", nothing, { request, bearer, ends });
}

export function validateToken(
  request: requests.ValidateTokenRequest,
): Call<answers.TokenValidation> {
  const more = { request, bearer: "needed", isSafe: true } as const;
  return auth("POST", "token/validate", as(answers.tokenValidation), more);
}

export function getCurrentUserInfo(): Call<answers.User> {
  return auth("GET", "session/user", as(answers.user), { bearer: "needed", isSafe: true });
}

export function getCurrentUserToken(): Call<answers.SessionToken> {
  // A GET that makes a token each time: not one to send twice.
  return auth("GET", "session/token", as(answers.sessionToken), { bearer: "needed" });
}

export function configureAuthSettings(request: requests.ConfigureAuthRequest): Call<void> {
  return auth("POST", "configure", nothing, { request, bearer: "needed" });
}

export function searchAuthSettings(
  request: requests.SearchAuthRequest,
): Call<answers.AuthSettings> {
  const more = { request, bearer: "needed", isSafe: true } as const;
  return auth("POST", "search", as(answers.authSettings), more);
}

/** Return the call that issues what credentials ask for. */
export function tokenFor(wanted: requests.Credentials): Call<answers.Token | answers.AccessToken> {
  switch (wanted.kind) {
    case "custom": {
      const { kind, ...request } = wanted;
      return getCustomAccessToken(request);
    }
    case "object": {
      const { kind, ...request } = wanted;
      return getObjectAccessToken(request);
    }
    default: {
      const { kind, ...request } = wanted;
      return getFullAccessToken(request);
    }
  }
}

interface More {
  readonly request?: object;
  readonly bearer?: Bearer;
  readonly isSafe?: boolean;
  readonly ends?: string;
}

function auth<T>(
  method: "GET" | "POST",
  path: string,
  read: (response: HttpResponse) => T,
  { request, bearer = "never", isSafe = false, ends }: More,
): Call<T> {
  const headers: Headers = { accept: JSON_TYPE, "user-agent": USER_AGENT };
  if (request !== undefined) headers["content-type"] = JSON_TYPE;
  const body = request === undefined ? undefined : encoded(request);
  const secrets = secretsOf(request);
  return {
    method,
    path: `${V2_0}/auth/${path}`,
    bearer,
    headers,
    body,
    isSafe,
    ends,
    read(response) {
      if (response.statusCode !== 200 && response.statusCode !== 204) {
        const shown = response.request.headers.authorization?.slice("Bearer ".length);
        throw refusal(response, shown === undefined ? secrets : [...secrets, shown]);
      }
      return read(response);
    },
  };
}

function secretsOf(request: object | undefined): string[] {
  const fields = (request ?? {}) as Partial<Record<string, unknown>>;
  return SECRETS.map((name) => fields[name]).filter((one) => typeof one === "string");
}

/** Accept 204, and 200 with `{}` as servers of old answered. */
function nothing(response: HttpResponse): void {
  if (response.statusCode === 200) decoded(response);
}

/** Return the error of a refusal; whatever the server wrote, it repeats no secret. */
function refusal(response: HttpResponse, secrets: readonly string[]): Refused {
  let said: unknown = fieldOf(jsonOrNone(response.body), "error");
  said = fieldOf(said, "message") ?? said;
  if (typeof fieldOf(said, "debug") === "object") said = fieldOf(said, "debug") ?? said;
  const text = typeof said === "string" ? said : fieldOf(said, "debug");
  const code = fieldOf(said, "code");
  const incident = fieldOf(said, "incident_id_guid");
  let message = typeof text === "string" && text !== "" ? text : response.reasonPhrase;
  for (const secret of secrets) {
    if (secret.length >= SHORTEST_SECRET) message = message.replaceAll(secret, HIDDEN);
  }
  const status = response.statusCode;
  const kind = REFUSALS[status] ?? (status >= 500 ? ServerFault : Refused);
  return new kind(
    `${named(response)}: ${message}`,
    response,
    typeof code === "number" ? code : undefined,
    typeof incident === "string" ? incident : undefined,
  );
}

// The session face

export function sessionInfo(config: Configuration): Call<models.SessionInfoResponse> {
  return beta("GET", "session", as(models.sessionInfoResponseSchema), config, { bearer: "needed" });
}

export function sessionLogin(
  config: Configuration,
  body: models.ApiRestV2SessionLoginRequest,
): Call<models.SessionLoginResponse> {
  const request = argument(models.apiRestV2SessionLoginRequestSchema, body);
  return beta("POST", "session/login", as(models.sessionLoginResponseSchema), config, { request });
}

export function sessionToken(
  config: Configuration,
  body: models.ApiRestV2SessionGettokenRequest,
): Call<models.SessionLoginResponse> {
  const request = argument(models.apiRestV2SessionGettokenRequestSchema, body);
  const read = as(models.sessionLoginResponseSchema);
  return beta("POST", "session/gettoken", read, config, { request, bearer: "needed" });
}

export function sessionLogout(config: Configuration): Call<boolean> {
  return beta("POST", "session/logout", as(truth), config, {});
}

export function sessionRevoke(config: Configuration): Call<boolean> {
  return beta("POST", "session/revoketoken", as(truth), config, { bearer: "needed" });
}

function beta<T>(
  method: "GET" | "POST",
  path: string,
  read: (response: HttpResponse) => T,
  config: Configuration,
  { request, bearer = "never" }: More,
): Call<T> {
  return {
    method,
    path: `${BETA}/${path}`,
    bearer,
    headers: {
      "user-agent": USER_AGENT,
      accept: JSON_TYPE,
      "accept-language": config.acceptLanguage,
      "content-type": request === undefined ? config.contentType : JSON_TYPE,
    },
    body: request === undefined ? undefined : encoded(request),
    isSafe: false,
    read(response) {
      const said = jsonOrNone(response.body);
      if (response.statusCode === 500) {
        const isObject = typeof said === "object" && said !== null && !Array.isArray(said);
        throw new ErrorResponseError(response, isObject ? said : undefined);
      }
      if (response.statusCode < 200 || response.statusCode > 299) {
        throw new ApiError<unknown>(response, said);
      }
      return read(response);
    },
  };
}

/**
 * Return an argument that fits.
 *
 * @throws ArgumentsValidationError - it does not; the text names the field, never the value
 */
function argument<T>(kind: Kind<T>, value: unknown): T {
  try {
    return kind.read(value, "body");
  } catch (misfit) {
    if (misfit instanceof Misfit) throw new ArgumentsValidationError(misfit.message);
    throw misfit;
  }
}

// Both

function as<T>(kind: Kind<T>): (response: HttpResponse) => T {
  return (response) => {
    const value = decoded(response);
    try {
      return kind.read(value, "");
    } catch (misfit) {
      if (!(misfit instanceof Misfit)) throw misfit;
      throw new ResponseValidationError(`${named(response)}: ${misfit.message}`, response);
    }
  };
}

function encoded(body: object): string {
  // Of a list nothing may be left out: what comes after would move.
  return JSON.stringify(body, function (this: unknown, _name, value: unknown) {
    return value === null && !Array.isArray(this) ? undefined : value;
  });
}

function jsonOrNone(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Return an answer's JSON; the body is not in the error, nor in what it came from. */
function decoded(response: HttpResponse): unknown {
  const found = jsonOrNone(response.body);
  if (found !== undefined) return found;
  const kind = response.headers["content-type"] ?? "no content type";
  const size = response.body.length;
  const message = `${named(response)}: ${size} characters of ${kind}, not JSON`;
  throw new UnreadableAnswer(message, response);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function named(response: HttpResponse): string {
  return `${response.request.method} ${new URL(response.request.url).pathname}`;
}
