/** The cookies of one server, where `fetch` keeps none (RFC 6265 §5; no browser is near). */

interface Cookie {
  readonly value: string;
  readonly path: string;
  readonly isSecure: boolean;
  readonly expiresAt: number;
}

const DATES = /^[A-Za-z]{3,9}, \d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/;

/**
 * Holds what one host sets, for that host alone: a client speaks with no other, so whatever
 * `Domain` says is of no use here and is ignored.
 */
export class CookieJar {
  #cookies = new Map<string, Cookie & { readonly name: string }>();
  #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Keep what an answer sets; forget what it ends. */
  keep(lines: readonly string[], url: URL): void {
    for (const line of lines) {
      const [pair = "", ...rest] = line.split(";");
      const cut = pair.indexOf("=");
      const name = pair.slice(0, cut).trim();
      if (cut < 1 || name === "") continue;
      const attributes = new Map(rest.map(attribute));
      const isSecure = attributes.has("secure");
      if (isSecure && url.protocol !== "https:") continue;
      const given = attributes.get("path") ?? "";
      const path = given.startsWith("/") ? given : folder(url.pathname);
      const expiresAt = this.#end(attributes);
      const key = `${name};${path}`;
      // What ends is deleted even if it is written again: the order of sending is that of keeping.
      this.#cookies.delete(key);
      if (expiresAt > this.#now()) {
        this.#cookies.set(key, {
          name,
          value: pair.slice(cut + 1).trim(),
          path,
          isSecure,
          expiresAt,
        });
      }
    }
  }

  /** Return the header for a request, if there is one to send. */
  header(url: URL): string | undefined {
    const fitting = [...this.#cookies.values()].filter(
      (one) =>
        one.expiresAt > this.#now() &&
        (!one.isSecure || url.protocol === "https:") &&
        covers(one.path, url.pathname),
    );
    fitting.sort((one, other) => other.path.length - one.path.length);
    return fitting.map((one) => `${one.name}=${one.value}`).join("; ") || undefined;
  }

  #end(attributes: ReadonlyMap<string, string>): number {
    const age = attributes.get("max-age") ?? "";
    if (/^-?\d+$/.test(age)) return this.#now() + Number(age) * 1000;
    const date = attributes.get("expires") ?? "";
    return DATES.test(date) ? Date.parse(date) : Number.POSITIVE_INFINITY;
  }
}

function attribute(part: string): [string, string] {
  const cut = part.indexOf("=");
  if (cut < 0) return [part.trim().toLowerCase(), ""];
  return [part.slice(0, cut).trim().toLowerCase(), part.slice(cut + 1).trim()];
}

function folder(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

function covers(path: string, asked: string): boolean {
  return asked === path || asked.startsWith(path.endsWith("/") ? path : `${path}/`);
}
