/** The session face: the betas' session operations, as the vendor's manual has them. */

import type { Client } from "./client.js";
import type { RequestOptions } from "./configuration.js";
import { connectionOf } from "./connection.js";
import { TransportError } from "./errors.js";
import { ApiResponse } from "./exchange.js";
import type {
  ApiRestV2SessionGettokenRequest,
  ApiRestV2SessionLoginRequest,
  SessionInfoResponse,
  SessionLoginResponse,
} from "./sessionModels.js";
import * as wire from "./wire.js";

/**
 * Each call is made once: nothing is tried again. It rejects with `ErrorResponseError` where the
 * server refuses, with `ApiError` for any other status that is no success.
 */
export class SessionController {
  readonly #client: Client;

  constructor(client: Client) {
    connectionOf(client);
    this.#client = client;
  }

  /** Say who the caller is. */
  async sessionInfo(requestOptions?: RequestOptions): Promise<ApiResponse<SessionInfoResponse>> {
    return await this.#make(wire.sessionInfo(this.#config), requestOptions);
  }

  /** Open a session; its cookie is kept. */
  async login(
    body: ApiRestV2SessionLoginRequest,
    requestOptions?: RequestOptions,
  ): Promise<ApiResponse<SessionLoginResponse>> {
    return await this.#make(wire.sessionLogin(this.#config, body), requestOptions);
  }

  /** Get a token by password. */
  async gettoken(
    body: ApiRestV2SessionGettokenRequest,
    requestOptions?: RequestOptions,
  ): Promise<ApiResponse<SessionLoginResponse>> {
    return await this.#make(wire.sessionToken(this.#config, body), requestOptions);
  }

  /** End the session of the cookie. */
  async logout(requestOptions?: RequestOptions): Promise<ApiResponse<boolean>> {
    return await this.#make(wire.sessionLogout(this.#config), requestOptions);
  }

  /** Revoke the client's access token. */
  async revoketoken(requestOptions?: RequestOptions): Promise<ApiResponse<boolean>> {
    return await this.#make(wire.sessionRevoke(this.#config), requestOptions);
  }

  get #config() {
    return connectionOf(this.#client).config;
  }

  async #make<T>(call: wire.Call<T>, options?: RequestOptions): Promise<ApiResponse<T>> {
    const { config, http } = connectionOf(this.#client);
    const token = call.bearer === "never" ? undefined : config.accessToken || undefined;
    const request = wire.requestOf(call, config.baseUrl, token);
    const outcome = await http.exchange(request, config.timeout, options?.abortSignal);
    if (outcome instanceof TransportError) throw outcome;
    return new ApiResponse(outcome, call.read(outcome));
  }
}
