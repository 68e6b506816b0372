// The page around ours: who it is, what we tell it, what we ask it, what it tells us.
//
// Every message goes to the one origin that frames us, and only what comes from there counts. An
// answer on a port needs no such check: only the window that was given the port can use it.

const ANSWER_WITHIN = 30_000; // milliseconds: the host's own backend may have to mint a token

/** The origin that frames this document, if it is one of those that may; else null. */
export function framedBy(allowed) {
  if (window.parent === window) return null;
  const origin = window.location.ancestorOrigins?.[0] ?? originOf(document.referrer);
  return allowed.includes(origin) ? origin : null;
}

function originOf(url) {
  return URL.canParse(url) ? new URL(url).origin : null;
}

export class Host {
  #origin;
  #note;

  /** `note(direction, type)` hears of each message, without what it carries. */
  constructor(origin, note) {
    this.#origin = origin;
    this.#note = note;
  }

  get origin() {
    return this.#origin;
  }

  tell(type, data = {}) {
    this.#note("to", type);
    window.parent.postMessage({ type, data }, this.#origin);
  }

  /** The data of the host's answer, or null if none comes in time. */
  ask(type, data = {}, within = ANSWER_WITHIN) {
    this.#note("to", type);
    const { port1, port2 } = new MessageChannel();
    return new Promise((resolve) => {
      const settle = (value) => {
        clearTimeout(late);
        port1.close();
        resolve(value);
      };
      const late = setTimeout(settle, within, null);
      port1.onmessage = (event) => {
        this.#note("answer", type);
        settle(event.data?.data ?? {});
      };
      window.parent.postMessage({ type, data }, this.#origin, [port2]);
    });
  }

  /** Answer what the host sends; `handlers` go by type, and what none knows is answered too. */
  listen(handlers) {
    window.addEventListener("message", async (event) => {
      if (event.source !== window.parent || event.origin !== this.#origin) return;
      const { type, data } = event.data ?? {};
      if (typeof type !== "string") return;
      this.#note("from", type);
      const handle = Object.hasOwn(handlers, type) ? handlers[type] : null;
      const answer = (await handle?.(data)) ?? { type, data: {} };
      event.ports[0]?.postMessage(answer);
    });
  }
}
