// What the embedded page does as a page: where it is, how high, what it says it has drawn.

import { readRoute } from "./flags.js";

const TRIED = "signInTried";

export class Page {
  #flags;
  #host;
  #body;
  #height = 0;
  #ruler = new ResizeObserver(() => this.#measured());

  constructor({ flags, host, body, probe }) {
    this.#flags = flags;
    this.#host = host;
    this.#body = body;
    this.probe = probe;
  }

  get route() {
    return readRoute(window.location.hash);
  }

  /** Say what hosts wait for once there is something to see. */
  rendered() {
    this.#told();
    this.#host.tell("data", { columns: [], data: [] });
    if (this.#flags.kind === "Liveboard" || this.#flags.kind === "Visualization") {
      this.#host.tell("PinboardRendered", { liveboardId: this.route.objects[0] ?? null });
    }
    if (this.#flags.fullHeight) this.#ruler.observe(this.#body);
  }

  /** Go where the host says: a path, or so many steps in the history. */
  navigate(where) {
    if (typeof where === "number") {
      window.history.go(where);
      return;
    }
    const { path, replace } = typeof where === "string" ? { path: where } : (where ?? {});
    if (typeof path !== "string") return;
    const address = `#/${path.replace(/^[#/]+/, "")}`;
    if (replace) window.history.replaceState(null, "", address);
    else window.history.pushState(null, "", address);
    this.#told();
  }

  /** Once: whoever comes back without a session is not sent away again. */
  get maySignInElsewhere() {
    return !new URLSearchParams(window.location.search).has(TRIED);
  }

  /** Somebody is signed in: the next time, it may be tried again. */
  arrived() {
    const here = new URL(window.location.href);
    if (!here.searchParams.has(TRIED)) return;
    here.searchParams.delete(TRIED);
    window.history.replaceState(null, "", here);
  }

  /** Leave for single sign-on, in this frame, and come back to this address. */
  signInElsewhere(address) {
    const back = new URL(window.location.href);
    back.searchParams.set(TRIED, "true");
    window.location.replace(address(back.href));
  }

  #told() {
    this.#host.tell("ROUTE_CHANGE", { currentPath: this.route.path });
  }

  #measured() {
    const height = Math.ceil(this.#body.getBoundingClientRect().height);
    if (height === this.#height) return;
    this.#height = height;
    this.#host.tell("EMBED_HEIGHT", height);
  }
}
