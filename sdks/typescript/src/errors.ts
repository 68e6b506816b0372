/**
 * Everything that can go wrong, as one tree.
 *
 *     GatepassError
 *     ├── TransportError            no whole answer came
 *     │   ├── CannotConnect         nothing was sent: refused, no such host, certificate not trusted
 *     │   ├── TimedOut              it took longer than the timeout
 *     │   ├── ConnectionLost        closed before an answer began; in browsers all that they do not tell
 *     │   └── TruncatedAnswer       closed in the middle of an answer
 *     ├── UnreadableAnswer          a whole answer that is not JSON
 *     │   └── ResponseValidationError   JSON, but not what the API promises
 *     ├── Refused                   the auth face: any status that is not a success
 *     │   ├── InvalidRequest        400
 *     │   ├── Unauthorized          401
 *     │   ├── Forbidden             403
 *     │   ├── NotFound              404
 *     │   ├── TooManyRequests       429
 *     │   └── ServerFault           500 and up
 *     ├── ApiError                  the session face: any status that is not a success
 *     │   └── ErrorResponseError    500, which is how the betas word every refusal
 *     ├── ArgumentsValidationError  an argument is missing or of the wrong type; nothing was sent
 *     └── AbortError                the caller's abort signal
 *
 * None shows a secret: in its message, its stack, a log, or as JSON.
 */

import type { Headers, HttpRequest, HttpResponse } from "./exchange.js";
import { showing } from "./hiding.js";

/** Any failure of a call. */
export class GatepassError extends Error {
  constructor(message: string) {
    super(message);
    // A spread copy has no stack; what it has of the answer does not print itself by chance.
    showing(this, (one) => one.stack ?? Object.keys(one), { travels: true });
  }

  toJSON(): object {
    return { name: this.name, message: this.message };
  }
}

/** No whole answer came. */
export class TransportError extends GatepassError {
  constructor(
    message: string,
    /** Whether the server may have got the request, and done what it asks. */
    readonly mayHaveArrived: boolean = true,
    /** Whether the same may go well a moment later. */
    readonly isPassing: boolean = true,
  ) {
    super(message);
  }
}

/** There was no connection to send the request on. */
export class CannotConnect extends TransportError {
  constructor(message: string) {
    super(message, false);
  }
}

/** The call took longer than the timeout. */
export class TimedOut extends TransportError {
  constructor(message: string, mayHaveArrived = true) {
    // Another try would take that long again, unless nobody has answered yet.
    super(message, mayHaveArrived, !mayHaveArrived);
  }
}

/** The connection ended before an answer began. */
export class ConnectionLost extends TransportError {}

/** The connection ended in the middle of an answer. */
export class TruncatedAnswer extends TransportError {}

/** A whole answer that is not JSON. */
export class UnreadableAnswer extends GatepassError {
  declare readonly response: HttpResponse;

  constructor(message: string, response: HttpResponse) {
    super(message);
    aside(this, response);
  }
}

/** JSON that lacks a promised field, or has it in another type. */
export class ResponseValidationError extends UnreadableAnswer {}

/** The server refused: its status, its own code, its words, and the incident that its log has. */
export class Refused extends GatepassError {
  readonly status: number;
  declare readonly response: HttpResponse;

  constructor(
    message: string,
    response: HttpResponse,
    /** The server's own number of the reason. */
    readonly code?: number,
    /** What to look for in the server's log. */
    readonly incidentId?: string,
  ) {
    super(`${response.statusCode}: ${message}`);
    this.status = response.statusCode;
    aside(this, response);
  }
}

/** 400: a value is missing, malformed or not usable. */
export class InvalidRequest extends Refused {}

/** 401: no good credential. */
export class Unauthorized extends Refused {}

/** 403: known, but not allowed. */
export class Forbidden extends Refused {}

/** 404: no such address. */
export class NotFound extends Refused {}

/** 429: come back later. */
export class TooManyRequests extends Refused {}

/** 500 and up: the server could not. */
export class ServerFault extends Refused {}

/** The betas: a status outside 200 to 299. Its fields are those of an `ApiResponse`. */
export class ApiError<T = unknown> extends GatepassError {
  readonly request: HttpRequest;
  readonly statusCode: number;
  readonly headers: Headers;
  /** The answer's JSON, if it is some. */
  readonly result: T | undefined;
  /** The answer as text. */
  readonly body: string;

  constructor(
    response: HttpResponse,
    result: T | undefined,
    message = `Response status code was not ok: ${response.statusCode}.`,
  ) {
    super(message);
    this.request = response.request;
    this.statusCode = response.statusCode;
    this.headers = response.headers;
    this.result = result;
    this.body = response.body;
  }

  override toJSON(): object {
    return { ...super.toJSON(), statusCode: this.statusCode };
  }
}

/** The betas: status 500. `result.error` is what the body says, if it is a JSON object. */
export class ErrorResponseError extends ApiError<{ error?: unknown }> {
  constructor(response: HttpResponse, result: { error?: unknown } | undefined) {
    super(response, result, "Operation failed or unauthorized request");
  }
}

/** An argument is missing or of the wrong type; nothing was sent. */
export class ArgumentsValidationError extends GatepassError {}

/** The caller's abort signal ended the call; the server may have done what was asked. */
export class AbortError extends GatepassError {
  constructor() {
    super("the call was aborted");
  }
}

const CLASSES = {
  GatepassError,
  TransportError,
  CannotConnect,
  TimedOut,
  ConnectionLost,
  TruncatedAnswer,
  UnreadableAnswer,
  ResponseValidationError,
  Refused,
  InvalidRequest,
  Unauthorized,
  Forbidden,
  NotFound,
  TooManyRequests,
  ServerFault,
  ApiError,
  ErrorResponseError,
  ArgumentsValidationError,
  AbortError,
};
// A class that a bundler has renamed still says what it is.
for (const [name, kind] of Object.entries(CLASSES)) {
  Object.defineProperty(kind.prototype, "name", {
    value: name,
    configurable: true,
    writable: true,
  });
}

/** Keep an answer where loggers that walk an error's fields do not find it. */
function aside(error: GatepassError, response: HttpResponse): void {
  Object.defineProperty(error, "response", { value: response });
}
