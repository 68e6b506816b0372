/** What the two faces of one client share: its configuration, its cookies, and who is asked. */

import type { Configuration } from "./configuration.js";
import { ArgumentsValidationError } from "./errors.js";
import { Transport } from "./transport.js";

export interface Connection {
  readonly config: Configuration;
  readonly http: Transport;
}

// Beside the clients, not in them: a log of a client shows nothing of it.
const connections = new WeakMap<object, Connection>();

export function connect(client: object, config: Configuration): void {
  const http = new Transport(config.fetch, config.unstable_httpClientOptions ?? {});
  connections.set(client, { config, http });
}

/** Return what a client holds; @throws ArgumentsValidationError - it is no client of this package */
export function connectionOf(client: object): Connection {
  const found = connections.get(client);
  if (found === undefined)
    throw new ArgumentsValidationError("this is not a client of gatepass-sdk");
  return found;
}
