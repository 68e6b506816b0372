// When a credential is renewed: once in its life, before its end; and when that end is noticed.

const LEAST_LEAD = 30_000; // milliseconds
const LEAD = 0.2; // of the life that is left when it is first seen
const MOST_LEAD = 0.5; // of it: a short token is not renewed the moment it came
const JUST_AFTER = 1_000;
const LONGEST = 2 ** 31 - 1; // what a timer takes

/** How long before its end a token with so much life left is renewed, in milliseconds. */
export function lead(left) {
  return Math.min(Math.max(LEAD * left, LEAST_LEAD), MOST_LEAD * left);
}

export class Renewal {
  /** Whether the host takes part: it says so when the page starts. */
  wanted = true;
  /** Resolved while nothing is being renewed: calls wait for it. */
  settled = Promise.resolve();
  #renew;
  #end;
  #timers = [];

  /** `renew()` says whether it got another token, `end()` is called once the old one is over. */
  constructor({ renew, end }) {
    this.#renew = renew;
    this.#end = end;
  }

  /** Plan for a credential that has so many milliseconds left. */
  plan(left, isToken) {
    this.stop();
    if (!(left > 0)) return;
    if (isToken && this.wanted) this.#at(left - lead(left), () => this.#turn());
    this.#at(left + JUST_AFTER, this.#end);
  }

  stop() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  async #turn() {
    const asked = this.#renew();
    this.settled = asked;
    const isNew = await asked;
    this.settled = Promise.resolve();
    // The server knows how long the next one lives. Without one, the old one's end is waited for.
    if (isNew) this.#end();
  }

  #at(delay, act) {
    if (delay <= LONGEST) this.#timers.push(setTimeout(act, delay));
  }
}
