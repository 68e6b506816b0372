// The last stop of single sign-on in a popup: tell the page that opened it, which closes it.

const ROUTE = "#/embed/saml-complete";

/** Whether this window is that popup. */
export function isLastStop() {
  return window.location.hash.split("?", 1)[0] === ROUTE;
}

/**
 * Tell whichever of these origins opened this window. Each is sent its own copy: who the opener is
 * cannot be read, and a copy for another origin is not delivered. It says no more than "done".
 */
export function complete(origins) {
  if (window.opener === null) return false;
  for (const origin of origins) window.opener.postMessage({ type: "samlComplete" }, origin);
  return true;
}
