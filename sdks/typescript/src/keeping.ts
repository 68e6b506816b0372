/** The token that a client looks after: kept until shortly before it runs out. */

import type { Timed } from "./answers.js";
import type { Credentials } from "./requests.js";

/** Renewed when a tenth of its life is left, but no more than 30 seconds before its end. */
const SHARE = 0.1;
const MOST = 30_000;

/**
 * Holds the token of one client, or the fixed one that it was given.
 *
 * How long a token lives is counted from before it was asked for, on a clock that never jumps: the
 * two machines need not agree on the time. Times are milliseconds.
 */
export class TokenKeeper {
  readonly #wanted: Credentials | undefined;
  readonly #fixed: string | undefined;
  #kept: { readonly text: string; readonly until: number } | undefined;

  constructor(
    wanted: Credentials | undefined,
    fixed: string,
    readonly clock: () => number = () => performance.now(),
  ) {
    this.#wanted = wanted;
    this.#fixed = fixed || undefined;
  }

  /** What a token is asked for with, if there is anything. */
  get wanted(): Credentials | undefined {
    return this.#wanted;
  }

  /** Return the token to show now, if there is one. */
  usable(): string | undefined {
    if (this.#kept !== undefined && this.clock() < this.#kept.until) return this.#kept.text;
    return this.#wanted === undefined ? this.#fixed : undefined;
  }

  /** Keep a token that was asked for at a time of the clock; return its text. */
  keep(token: Timed & { token: string }, askedAt: number): string {
    const life = token.expiration_time_in_millis - token.creation_time_in_millis;
    this.#kept = { text: token.token, until: askedAt + life - Math.min(life * SHARE, MOST) };
    return token.token;
  }

  /** Forget a token, unless another one has taken its place. */
  discard(token: string): void {
    if (this.#kept?.text === token) this.#kept = undefined;
  }
}
