/** The auth face: the Authentication operations of REST v2.0, and the token that they show. */

import type * as answers from "./answers.js";
import type { RequestOptions } from "./configuration.js";
import type { Connection } from "./connection.js";
import { converse, Patience, type Steps, type Told } from "./conversation.js";
import { AbortError } from "./errors.js";
import { TokenKeeper } from "./keeping.js";
import type * as requests from "./requests.js";
import * as wire from "./wire.js";

/** Milliseconds for an exchange where the configuration names none. */
const MINUTE = 60_000;

/**
 * Looks after the token that it shows: fetched once, renewed in time, replaced after one 401.
 *
 * Each call rejects with a `GatepassError`: `Refused` where the server refuses, see `errors`.
 */
export class AuthController {
  readonly #connection: Connection;
  readonly #keeper: TokenKeeper;
  readonly #patience: Patience;
  #renewal: Promise<string> | undefined;

  /** @internal A client makes its own. */
  constructor(connection: Connection) {
    const { credentials, accessToken, authRetries } = connection.config;
    this.#connection = connection;
    this.#keeper = new TokenKeeper(credentials, accessToken);
    this.#patience = new Patience(authRetries);
  }

  /** Open a session; its cookie is kept. */
  async login(request: requests.LoginRequest, options?: RequestOptions): Promise<void> {
    await this.#make(wire.login(request), options);
  }

  /** End the cookie's session and the token that is kept. */
  async logout(options?: RequestOptions): Promise<void> {
    await this.#make(wire.logout(), options);
  }

  /** Get a token for all that a user may do. The client does not keep it. */
  async getFullAccessToken(
    request: requests.FullTokenRequest,
    options?: RequestOptions,
  ): Promise<answers.Token> {
    return await this.#make(wire.getFullAccessToken(request), options);
  }

  /** Get a token for one object. The client does not keep it. */
  async getObjectAccessToken(
    request: requests.ObjectTokenRequest,
    options?: RequestOptions,
  ): Promise<answers.Token> {
    return await this.#make(wire.getObjectAccessToken(request), options);
  }

  /** Get a token that carries attributes. The client does not keep it. */
  async getCustomAccessToken(
    request: requests.CustomTokenRequest,
    options?: RequestOptions,
  ): Promise<answers.AccessToken> {
    return await this.#make(wire.getCustomAccessToken(request), options);
  }

  /** End a token, a user's tokens, or with neither named the caller's own. */
  async revokeToken(
    request: requests.RevokeTokenRequest = {},
    options?: RequestOptions,
  ): Promise<void> {
    await this.#make(wire.revokeToken(request), options);
  }

  /** Say what a token is; rejects with `InvalidRequest` if it is not good any more. */
  async validateToken(
    request: requests.ValidateTokenRequest,
    options?: RequestOptions,
  ): Promise<answers.TokenValidation> {
    return await this.#make(wire.validateToken(request), options);
  }

  /** Say who the caller is. */
  async getCurrentUserInfo(options?: RequestOptions): Promise<answers.User> {
    return await this.#make(wire.getCurrentUserInfo(), options);
  }

  /** Get a token of the caller's session. The client does not keep it. */
  async getCurrentUserToken(options?: RequestOptions): Promise<answers.SessionToken> {
    return await this.#make(wire.getCurrentUserToken(), options);
  }

  /** Switch trusted authentication. */
  async configureAuthSettings(
    request: requests.ConfigureAuthRequest,
    options?: RequestOptions,
  ): Promise<void> {
    await this.#make(wire.configureAuthSettings(request), options);
  }

  /** Show the state of trusted authentication. */
  async searchAuthSettings(
    request: requests.SearchAuthRequest = { auth_type: "TRUSTED_AUTH" },
    options?: RequestOptions,
  ): Promise<answers.AuthSettings> {
    return await this.#make(wire.searchAuthSettings(request), options);
  }

  /**
   * Return the token to show; of many callers that need a new one, all wait for the same.
   *
   * Rejects with a `GatepassError` if none was to be had; all that waited for it are told so.
   */
  async token(options?: RequestOptions): Promise<string | undefined> {
    const { wanted } = this.#keeper;
    const token = this.#keeper.usable();
    if (token !== undefined || wanted === undefined) return token;
    if (options?.abortSignal?.aborted) throw new AbortError();
    this.#renewal ??= this.#renew(wanted);
    // Who gives up waiting does not stop it for the others.
    return await unlessAborted(this.#renewal, options?.abortSignal);
  }

  #renew(wanted: requests.Credentials): Promise<string> {
    const askedAt = this.#keeper.clock();
    return this.#take(this.#steps(wire.tokenFor(wanted)))
      .then((token) => this.#keeper.keep(token, askedAt))
      .finally(() => {
        this.#renewal = undefined;
      });
  }

  async #make<T>(call: wire.Call<T>, options?: RequestOptions): Promise<T> {
    return await this.#take(this.#steps(call), options);
  }

  #steps<T>(call: wire.Call<T>): Steps<T> {
    return converse(call, this.#connection.config.baseUrl, this.#keeper, this.#patience);
  }

  /** Take the steps of a conversation to its end. */
  async #take<T>(steps: Steps<T>, options?: RequestOptions): Promise<T> {
    const { config, http } = this.#connection;
    const signal = options?.abortSignal;
    let told: Told;
    for (;;) {
      const next = steps.next(told);
      if (next.done) return next.value;
      const step = next.value;
      if ("send" in step) told = await http.exchange(step.send, config.timeout || MINUTE, signal);
      else if ("pause" in step) told = await pause(step.pause, signal);
      else told = await this.token(options);
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await unlessAborted(over, signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Wait for something, but no longer than the signal lets us; it goes on all the same. */
async function unlessAborted<T>(what: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await what;
  if (signal.aborted) throw new AbortError();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new AbortError());
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([what, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}
