/**
 * What a call says and when it says it again: steps for a client to take. Nothing here does I/O.
 *
 * A conversation yields steps. Of `send` it is told the answer, or the transport's error, of `token`
 * the token, of `pause` nothing.
 */

import type { AuthRetries } from "./configuration.js";
import { TransportError } from "./errors.js";
import { type HttpRequest, HttpResponse } from "./exchange.js";
import type { TokenKeeper } from "./keeping.js";
import { type Call, requestOf } from "./wire.js";

export type Step =
  | { readonly send: HttpRequest }
  /** Milliseconds. */
  | { readonly pause: number }
  | { readonly token: true };
export type Outcome = HttpResponse | TransportError;
export type Told = Outcome | string | undefined;
export type Steps<T> = Generator<Step, T, Told>;

const AWAY = [502, 503, 504];
const DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * When the auth face sends again: what may pass by itself, and can have done nothing.
 *
 * A request that changes something goes out again only if it never arrived (no connection), or was
 * turned away unread (429). One that only reads goes out again after a lost connection, 502, 503
 * and 504 too. A 429 has to say when to come back. A call that ran out of time does not start
 * again. Pauses double, each shortened at random by up to a half.
 */
export class Patience {
  constructor(
    readonly retries: AuthRetries,
    readonly random: () => number = Math.random,
    readonly now: () => number = Date.now,
  ) {}

  /** Return how many milliseconds to wait after so many tries; undefined: take what came. */
  pause(outcome: Outcome, tries: number, isSafe: boolean): number | undefined {
    const { times, firstPause, longestPause } = this.retries;
    if (tries > times || !passes(outcome, isSafe)) return undefined;
    let pause = firstPause * 2 ** (tries - 1) * (1 - this.random() / 2);
    if (outcome instanceof HttpResponse) {
      const asked = this.#asked(outcome.headers["retry-after"]);
      if (asked === undefined && outcome.statusCode === 429) return undefined;
      pause = Math.max(pause, asked ?? 0);
    }
    return pause <= longestPause ? pause : undefined;
  }

  /** Return the milliseconds that `Retry-After` names, as seconds or as a time. */
  #asked(header: string | undefined): number | undefined {
    const said = header?.trim() ?? "";
    if (/^\d+$/.test(said)) return Number(said) * 1000;
    return DATE.test(said) ? Math.max(0, Date.parse(said) - this.now()) : undefined;
  }
}

function passes(outcome: Outcome, isSafe: boolean): boolean {
  if (outcome instanceof HttpResponse) {
    return outcome.statusCode === 429 || (isSafe && AWAY.includes(outcome.statusCode));
  }
  return outcome.isPassing && (isSafe || !outcome.mayHaveArrived);
}

/** Send until there is an answer to take; @throws TransportError */
export function* patiently(
  request: HttpRequest,
  patience: Patience,
  isSafe: boolean,
): Steps<HttpResponse> {
  for (let tries = 1; ; tries += 1) {
    const outcome = (yield { send: request }) as Outcome;
    const pause = patience.pause(outcome, tries, isSafe);
    if (pause !== undefined) yield { pause };
    else if (outcome instanceof TransportError) throw outcome;
    else return outcome;
  }
}

/** Make a call of the auth face; a token that is refused is replaced once. @throws GatepassError */
export function* converse<T>(
  call: Call<T>,
  base: string,
  keeper: TokenKeeper,
  patience: Patience,
): Steps<T> {
  const token = yield* shown(call, keeper);
  let response = yield* patiently(requestOf(call, base, token), patience, call.isSafe);
  if (response.statusCode === 401 && token !== undefined && call.bearer === "needed") {
    keeper.discard(token);
    const renewed = yield* shown(call, keeper);
    if (renewed !== token) {
      response = yield* patiently(requestOf(call, base, renewed), patience, call.isSafe);
    }
  }
  const answer = call.read(response);
  const dead = call.ends === "" ? token : call.ends;
  if (dead !== undefined) keeper.discard(dead);
  return answer;
}

function* shown(call: Call<unknown>, keeper: TokenKeeper): Steps<string | undefined> {
  if (call.bearer === "never") return undefined;
  const kept = keeper.usable();
  if (kept !== undefined || call.bearer === "kept") return kept;
  return (yield { token: true }) as string | undefined;
}
