/** One request and one answer, as plain data; what they carry shows in no log and no JSON. */

import { hiding, showing, without } from "./hiding.js";

/** Header names are lower case. */
export type Headers = Record<string, string>;

/** A request as it is sent. */
export class HttpRequest {
  constructor(
    readonly method: string,
    readonly url: string,
    readonly headers: Headers,
    readonly body: string | undefined,
  ) {
    hiding(headers, ["authorization"]);
    showing(this, (one) => `HttpRequest ${one.method} ${one.url}`);
  }

  toJSON(): object {
    return { method: this.method, url: this.url };
  }
}

/** An answer as it came. */
export class HttpResponse {
  constructor(
    readonly statusCode: number,
    readonly reasonPhrase: string,
    readonly headers: Headers,
    readonly body: string,
    readonly request: HttpRequest,
  ) {
    hiding(headers, ["set-cookie"]);
    showing(this, (one) => `HttpResponse ${one.statusCode}`);
  }

  toJSON(): object {
    return { statusCode: this.statusCode };
  }
}

/** What a call of the session face got: its result, and the exchange that it came from. */
export class ApiResponse<T> {
  readonly request: HttpRequest;
  readonly statusCode: number;
  readonly headers: Headers;
  readonly result: T;
  /** The answer as text. */
  readonly body: string;

  constructor(response: HttpResponse, result: T) {
    this.request = response.request;
    this.statusCode = response.statusCode;
    this.headers = response.headers;
    this.result = result;
    this.body = response.body;
    // Whoever takes it apart with `...` has the body, but does not print it by chance.
    showing(this, (one) => without(one, ["body"]), { travels: true });
  }

  toJSON(): object {
    return { statusCode: this.statusCode };
  }
}
