/** What `fetch` of Node.js, Deno and Bun says went wrong; browsers say nothing. */

export interface Why {
  readonly kind: "unconnected" | "late-connecting" | "late" | "unknown";
  /** The platform's short name for it; no text, for texts may quote headers. */
  readonly code: string;
}

const UNCONNECTED =
  /^(ECONNREFUSED|ConnectionRefused|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES|EPERM|EPROTO)$/;
const UNTRUSTED =
  /^(ERR_TLS_\w+|ERR_SSL_WRONG_VERSION_NUMBER|CERT_\w+|CRL_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED)$/;
const LATE = ["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"];

/** Return why a `fetch` failed, as far as can be told. */
export function explained(failure: unknown): Why {
  const found: Why[] = [];
  let cause: unknown = failure;
  for (let depth = 0; depth < 4 && typeof cause === "object" && cause !== null; depth += 1) {
    found.push(ofOne(cause));
    cause = (cause as { cause?: unknown }).cause;
  }
  return found.find((one) => one.kind !== "unknown") ?? { kind: "unknown", code: "" };
}

function ofOne(error: { code?: unknown; syscall?: unknown; message?: unknown }): Why {
  // One of the ports that no fetch ever speaks to.
  if (error.message === "bad port") return { kind: "unconnected", code: "bad port" };
  const code = typeof error.code === "string" ? error.code : "";
  const isConnecting = error.syscall === "connect" || error.syscall === "getaddrinfo";
  if (code === "UND_ERR_CONNECT_TIMEOUT" || (code === "ETIMEDOUT" && isConnecting)) {
    return { kind: "late-connecting", code };
  }
  if (isConnecting || UNCONNECTED.test(code) || UNTRUSTED.test(code)) {
    return { kind: "unconnected", code };
  }
  return { kind: LATE.includes(code) ? "late" : "unknown", code };
}
