/** How a client is set up: names and defaults of the vendor's TypeScript client, and what is new. */

import { ArgumentsValidationError } from "./errors.js";
import type { Credentials } from "./requests.js";

/** The one there is. */
export enum Environment {
  Production = "production",
}

/** When the auth face sends again; milliseconds. */
export interface AuthRetries {
  /** How often at most. */
  times: number;
  /** The first pause; each one after it is twice as long. */
  firstPause: number;
  /** Whoever is told to come back later than this gives up. */
  longestPause: number;
}

export interface Configuration {
  baseUrl: string;
  environment: Environment;
  /** What both faces show, if `credentials` do not get another one for the auth face. */
  accessToken: string;
  acceptLanguage: string;
  contentType: string;
  /** Milliseconds for a whole exchange; 0: none for the session face, a minute for the auth face. */
  timeout: number;
  /** More options for `fetch`; a `dispatcher` of undici, for one. */
  unstable_httpClientOptions?: object;
  /** What the auth face gets its token with. */
  credentials?: Credentials;
  authRetries: AuthRetries;
  /** What sends the requests; the platform's own where nothing is set. */
  fetch?: typeof globalThis.fetch;
}

/** What may be handed to a client: `authRetries` in part, too. */
export type Settings = Partial<Omit<Configuration, "authRetries">> & {
  authRetries?: Partial<AuthRetries>;
};

export const DEFAULT_CONFIGURATION: Configuration = {
  baseUrl: "https://localhost:443",
  environment: Environment.Production,
  accessToken: "",
  acceptLanguage: "application/json",
  contentType: "application/json",
  timeout: 0,
  authRetries: { times: 2, firstPause: 200, longestPause: 30_000 },
};

/** What can be said of one call. */
export interface RequestOptions {
  abortSignal?: AbortSignal;
}

/**
 * Return a whole configuration.
 *
 * @throws ArgumentsValidationError - the address is none, or holds a name or password
 */
export function configured(settings: Settings, defaults: Configuration): Configuration {
  const config: Configuration = {
    ...defaults,
    ...set(settings),
    authRetries: { ...defaults.authRetries, ...set(settings.authRetries ?? {}) },
  };
  let url: URL;
  try {
    url = new URL(config.baseUrl);
  } catch {
    throw new ArgumentsValidationError("baseUrl is not an address");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new ArgumentsValidationError("baseUrl is not an address of http or https");
  }
  if (url.username !== "" || url.password !== "") {
    throw new ArgumentsValidationError("baseUrl holds no name or password");
  }
  return { ...config, baseUrl: config.baseUrl.replace(/\/+$/, "") };
}

/** Return what is set. */
function set<T extends object>(settings: T): Partial<T> {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<T>;
}
