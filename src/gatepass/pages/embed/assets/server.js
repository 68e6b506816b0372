// Calls to the server that this page came from: with the cookie, or with a token and no cookie.
//
// The token stands in one private field and nowhere else. It leaves with the frame.

// The files of the page lie one folder below the server's root, wherever a proxy put that.
const ROOT = new URL("..", import.meta.url);

export class Server {
  #cookieless;
  #token = "";

  constructor({ cookieless }) {
    this.#cookieless = cookieless;
  }

  /** Take a token over, and say whether it is news. */
  adopt(token) {
    if (!this.#cookieless || typeof token !== "string") return false;
    if (token === "" || token === this.#token) return false;
    this.#token = token;
    return true;
  }

  forget() {
    this.#token = "";
  }

  info() {
    return this.#call("GET", "callosum/v1/session/info");
  }

  isActive() {
    return this.#call("GET", "callosum/v1/session/isactive");
  }

  caller() {
    return this.#call("GET", "api/gatepass/1/caller");
  }

  logIn(username, password) {
    return this.#call("POST", "callosum/v1/session/login", { username, password });
  }

  logInWithToken(token) {
    const form = { auth_token: token, no_url_redirection: "true" };
    return this.#call("POST", "callosum/v1/session/login/token", form);
  }

  logOut() {
    return this.#call("POST", "callosum/v1/session/logout");
  }

  /** Where single sign-on begins that comes back to this address. */
  signInAddress(back) {
    const address = new URL("callosum/v1/saml/login", ROOT);
    address.searchParams.set("targetURLPath", back);
    return address.href;
  }

  async #call(method, path, form = null) {
    const headers = method === "GET" ? {} : { "X-Requested-By": "gatepass" };
    if (this.#token !== "") headers.Authorization = `Bearer ${this.#token}`;
    const body = form === null ? undefined : new URLSearchParams(form);
    const credentials = this.#cookieless ? "omit" : "same-origin";
    try {
      const reply = await fetch(new URL(path, ROOT), { method, headers, body, credentials });
      return await read(reply);
    } catch {
      return { status: 0, ok: false, ended: null, body: null };
    }
  }
}

async function read(reply) {
  const isJson = reply.headers.get("content-type")?.startsWith("application/json");
  return {
    status: reply.status,
    ok: reply.ok,
    // Of a 401: how a credential ended that once was good.
    ended: reply.headers.get("x-gatepass-ended"),
    body: isJson ? await reply.json() : null,
  };
}
