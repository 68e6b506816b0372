// What the page shows. Every text of somebody else's is set as text, never as markup.

const ARROWS = { to: "→", from: "←", answer: "↩" };
const MOST_NOTES = 100;
const UNAUTHORIZED = 401;
const TOO_MANY = 429;
const AUTH_TYPES = {
  None: "no sign-in by the host",
  EmbeddedSSO: "single sign-on in the frame",
  SSO_SAML: "SAML",
  SSO_OIDC: "OpenID Connect",
  AuthServer: "trusted token, cookie",
  AuthServerCookieless: "trusted token, cookieless",
  Basic: "name and password",
};

export class View {
  #state;
  #notes;
  #signOut;
  #session = null;
  #page = null;
  #flags = null;

  constructor(doc) {
    this.#state = doc.getElementById("state");
    this.#notes = doc.getElementById("messages");
    this.#signOut = doc.getElementById("sign-out");
    this.#signOut.addEventListener("click", () => this.#session.signOut());
  }

  /** The frame of a host: what it asked for. */
  embedded({ flags, origin, page, session }) {
    this.#session = session;
    this.#page = page;
    this.#flags = flags;
    const how = AUTH_TYPES[flags.authType] ?? flags.authType;
    document.getElementById("asked").replaceChildren(
      `Here the real server would show its ${flags.kind === "Embed" ? "analytics" : flags.kind}. `,
      `Embedded by ${origin}, ${how}.`,
    );
    this.#notes.hidden = false;
  }

  /** No frame and no popup. */
  alone() {
    const link = element("a", "The start page");
    link.href = new URL("..", import.meta.url).href;
    this.#say("For embedding", "Pages with the Visual Embed SDK load this address into a frame.");
    this.#state.append(element("p", link, " is for people."));
  }

  waiting(what) {
    this.#signOut.hidden = true;
    this.#state.dataset.now = "waiting";
    this.#state.replaceChildren(element("p", { class: "lead waiting" }, `${what} …`));
  }

  stopped(title, why) {
    this.#signOut.hidden = true;
    this.#say(title, why);
  }

  signedIn(caller, problem) {
    this.#signOut.hidden = false;
    this.#state.dataset.now = problem === null ? "signed-in" : "refused";
    this.#state.replaceChildren(...card(caller, problem, this.#page.route, this.#flags.orgId));
    const again = element("button", { class: "quiet", id: "again" }, "Ask the server again");
    again.addEventListener("click", () => this.#session.check());
    this.#state.append(element("p", again));
  }

  /** The page's own form, where the host leaves signing in to it. */
  signIn(title) {
    this.#signOut.hidden = true;
    this.#state.dataset.now = "sign-in";
    const name = field("Name", { name: "username", autocomplete: "username", required: "" });
    const password = field("Password", {
      name: "password", type: "password", autocomplete: "current-password", required: "",
    });
    const wrong = element("p", { class: "wrong", role: "alert" });
    const form = element("form", name, password, element("button", "Sign in"), wrong);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const given = new FormData(form);
      wrong.textContent = "";
      const refused = await this.#session.signIn(given.get("username"), given.get("password"));
      if (refused !== null) wrong.textContent = whyNot(refused);
    });
    this.#state.replaceChildren(element("p", { class: "lead" }, title), form);
  }

  /** One line of the log: which way, what kind, when. Never what a message carries. */
  note(direction, type) {
    const list = this.#notes.querySelector("ol");
    const time = element("time", new Date().toLocaleTimeString("en-GB"));
    list.append(element("li", { class: direction }, time, ` ${ARROWS[direction]} `, type));
    if (list.childElementCount > MOST_NOTES) list.firstElementChild.remove();
  }

  #say(title, why) {
    this.#state.dataset.now = "stopped";
    this.#state.replaceChildren(element("p", { class: "lead" }, title), element("p", why));
  }
}

function card(caller, problem, route, orgId) {
  const { account, credential, attributes } = caller;
  const org = caller.orgs.find((one) => one.id === orgId) ?? caller.org;
  const isOther = org.id !== caller.org.id;
  const groups = caller.groups.map((one) => one.display_name + (one.inherited ? " (inherited)" : ""));
  const rows = [
    ["Signed in as", element("strong", account.display_name), ` (${account.name})`],
    ["E-mail", account.email ?? "none"],
    ["Org", `${org.name} (${org.id})`, isOther ? `, session in ${caller.org.name}` : ""],
    ["Object limit", caller.object_id ? code(caller.object_id) : "none"],
    ["Asked for", code(route.path)],
    ["Groups", isOther ? "not known for another Org" : list(groups)],
    ["Privileges", list(org.privileges)],
    ["Filter rules", list(attributes?.filter_rules?.map(rule) ?? [])],
    ["Parameters", list(attributes?.parameter_values?.map(named) ?? [])],
    ["Variables", list(attributes?.variable_values?.map(named) ?? [])],
    ["Attributes hold for", list(attributes?.objects?.map((one) => one.identifier) ?? [], "all")],
    [credential.kind === "token" ? "Token until" : "Session until", when(credential.expires_at)],
    ["Obtained through", credential.actor ?? ""],
  ];
  const shown = rows.filter(([title, what]) => what !== "" && (attributes || !OF_ATTRIBUTES.has(title)));
  const table = element("dl");
  for (const [title, ...what] of shown) {
    table.append(element("dt", title), element("dd", ...what));
  }
  if (problem === null) return [table];
  return [element("p", { class: "lead wrong", role: "alert" }, problem.message), table];
}

const OF_ATTRIBUTES = new Set(["Filter rules", "Parameters", "Variables", "Attributes hold for"]);

function whyNot(status) {
  if (status === UNAUTHORIZED) return "The name or the password is not right.";
  if (status === TOO_MANY) return "Too many attempts. Try again in a while.";
  return status === 0 ? "The server cannot be reached." : `The server answered ${status}.`;
}

function rule({ column_name: column, operator, values }) {
  return `${column} ${operator} ${values.join(", ")}`;
}

function named({ name, values }) {
  return `${name} = ${values.join(", ")}`;
}

function when(text) {
  const shown = new Date(text).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
  return element("time", { datetime: text }, shown);
}

function list(entries, empty = "none") {
  if (entries.length === 0) return empty;
  return element("ul", ...entries.map((one) => element("li", one)));
}

function code(text) {
  return element("code", text);
}

function field(title, attributes) {
  return element("label", title, element("input", attributes));
}

/** An element with these children; a plain object among the first two is its attributes. */
function element(name, ...children) {
  const made = document.createElement(name);
  const isPlain = (one) => typeof one === "object" && !(one instanceof Node);
  for (const child of children) {
    if (isPlain(child)) {
      for (const [key, value] of Object.entries(child)) made.setAttribute(key, value);
    } else {
      made.append(child);
    }
  }
  return made;
}
