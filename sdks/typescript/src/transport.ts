/** One request out, one answer or one error back, over the platform's `fetch`. */

import { CookieJar } from "./cookies.js";
import {
  AbortError,
  ArgumentsValidationError,
  CannotConnect,
  ConnectionLost,
  TimedOut,
  type TransportError,
  TruncatedAnswer,
} from "./errors.js";
import { type Headers as Fields, type HttpRequest, HttpResponse } from "./exchange.js";
import { explained } from "./failures.js";

/** The longest time that a timer can be set to; what is longer has no end. */
const LONGEST = 2 ** 31 - 1;

/**
 * Sends with cookies: the browser's own, or where there is no browser those of a jar.
 *
 * Redirects are not followed: a token is for the server that it was set up for.
 */
export class Transport {
  readonly #fetch: typeof fetch | undefined;
  readonly #more: object;
  readonly #jar = hasCookiesOfItsOwn() ? undefined : new CookieJar();

  constructor(given: typeof fetch | undefined, more: object) {
    this.#fetch = given;
    this.#more = more;
  }

  /**
   * Send a request.
   *
   * @param limit - milliseconds for the whole exchange; 0: none
   * @throws AbortError - the caller's signal said so
   * @throws ArgumentsValidationError - a header cannot be sent as it is
   */
  async exchange(
    request: HttpRequest,
    limit: number,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponse | TransportError> {
    if (signal?.aborted) throw new AbortError();
    const url = new URL(request.url);
    const ending = new AbortController();
    const init = this.#init(request, url, ending.signal);
    const end = () => ending.abort();
    let isLate = false;
    const timer =
      limit > 0 && limit <= LONGEST
        ? setTimeout(() => {
            isLate = true;
            end();
          }, limit)
        : undefined;
    signal?.addEventListener("abort", end, { once: true });
    let hasBegun = false;
    try {
      const response = await (this.#fetch ?? fetch)(request.url, init);
      hasBegun = true;
      // A fetch of somebody's own may know less than the platform's.
      this.#jar?.keep(response.headers.getSetCookie?.() ?? [], url);
      const content = new Uint8Array(await response.arrayBuffer());
      const isWhole = this.#jar === undefined || isComplete(response, content);
      return isWhole ? answer(response, content, request) : truncated(url.origin);
    } catch (failure) {
      if (isLate) return new TimedOut(`no whole answer from ${url.origin} within ${limit} ms`);
      if (signal?.aborted) throw new AbortError();
      return hasBegun ? late(failure, url.origin) : this.#early(failure, url.origin);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
    }
  }

  #init(request: HttpRequest, url: URL, signal: AbortSignal): RequestInit {
    const headers = sendable(request.headers);
    const init = { ...this.#more, method: request.method, headers, signal };
    const body = request.body === undefined ? {} : { body: request.body };
    if (this.#jar === undefined) {
      headers.delete("user-agent"); // the browser says what it is
      const own = { cache: "no-store", credentials: "include", redirect: "manual" } as const;
      return { ...init, ...body, ...own };
    }
    const cookies = this.#jar.header(url);
    if (cookies !== undefined) headers.set("cookie", cookies);
    return { ...init, ...body, redirect: "manual" };
  }

  /** Return the error of what failed before an answer began. */
  #early(failure: unknown, server: string): TransportError {
    const why = explained(failure);
    if (why.kind === "unconnected") {
      return new CannotConnect(`cannot connect to ${server}: ${why.code}`);
    }
    if (why.kind === "late-connecting") {
      return new TimedOut(`no connection to ${server} in time`, false);
    }
    if (why.kind === "late") return new TimedOut(`no answer from ${server} in time`);
    if (this.#jar === undefined) {
      // Nobody there, a certificate, a page that may not ask: the browser tells no difference.
      return new ConnectionLost(
        `no answer from ${server}: nobody is there, or it does not list this page's origin`,
      );
    }
    return new ConnectionLost(`the connection to ${server} ended without an answer`);
  }
}

function late(failure: unknown, server: string): TransportError {
  return explained(failure).kind === "late"
    ? new TimedOut(`the answer of ${server} did not end in time`)
    : truncated(server);
}

function truncated(server: string): TruncatedAnswer {
  return new TruncatedAnswer(`the answer of ${server} ended in the middle`);
}

/** Say whether all bytes came that were announced; of an encoded answer that cannot be told. */
function isComplete(response: Response, content: Uint8Array): boolean {
  const announced = response.headers.get("content-length");
  if (announced === null || response.headers.has("content-encoding")) return true;
  return content.byteLength >= Number(announced);
}

function answer(response: Response, content: Uint8Array, request: HttpRequest): HttpResponse {
  const headers: Fields = Object.fromEntries(response.headers);
  // A browser does not show where it was sent to, nor that it was 302.
  const isRedirect = response.type === "opaqueredirect";
  const reason = isRedirect ? "a redirect, which is not followed" : response.statusText;
  const body = new TextDecoder().decode(content);
  return new HttpResponse(response.status, reason || "no reason given", headers, body, request);
}

/** Return headers for `fetch`; its own error would quote what does not fit. */
function sendable(fields: Fields): Headers {
  try {
    return new Headers(Object.entries(fields));
  } catch {
    throw new ArgumentsValidationError("a header holds what cannot be sent");
  }
}

/** Say whether this is a browser: there, no program may name cookies, nor has to. */
function hasCookiesOfItsOwn(): boolean {
  return !new Request("http://localhost", { headers: { cookie: "a=b" } }).headers.has("cookie");
}
