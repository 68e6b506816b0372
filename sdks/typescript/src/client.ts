/** One server, one caller: `auth` speaks REST v2.0, `new SessionController(client)` the betas. */

import { AuthController } from "./authController.js";
import { configured, DEFAULT_CONFIGURATION, type Settings } from "./configuration.js";
import { connect, connectionOf } from "./connection.js";
import { showing } from "./hiding.js";

export class Client {
  /** The eleven Authentication operations of REST v2.0. */
  readonly auth: AuthController;

  /**
   * `credentials` say which token the auth face shows; without them that is `accessToken`, and
   * without that the cookie of a login.
   */
  constructor(settings: Settings = {}) {
    connect(this, configured(settings, DEFAULT_CONFIGURATION));
    this.auth = new AuthController(connectionOf(this));
    showing(this, (one) => `Client ${one.baseUrl}`);
  }

  /** Where the server is. */
  get baseUrl(): string {
    return connectionOf(this).config.baseUrl;
  }

  /** Return a client in which this is different; it shares neither cookies nor tokens. */
  withConfiguration(settings: Settings): Client {
    return new Client(configured(settings, connectionOf(this).config));
  }

  toJSON(): object {
    return { baseUrl: this.baseUrl };
  }
}
