// What the host page asked for: flags stand in the query, where to go in the fragment.

/** The flags of a query, which may come packed as base64 without padding. */
export function readFlags(search) {
  let query = new URLSearchParams(search);
  const packed = query.get("base64UrlEncodedFlags");
  if (packed !== null) query = new URLSearchParams(unpacked(packed));
  const isOn = (name) => query.get(name) === "true";
  const authType = query.get("authType") ?? "None";
  const cookieless = isOn("cookieless") || authType === "AuthServerCookieless";
  return {
    embedded: isOn("embedApp"),
    authType,
    cookieless,
    // Left out, it is on for tokens and off for cookies: so the SDK reads it too.
    autoLogin: query.has("autoLogin") ? isOn("autoLogin") : cookieless,
    mayAskToSignIn: !isOn("disableLoginRedirect"),
    orgId: number(query.get("orgId")),
    fullHeight: isOn("isFullHeightPinboard"),
    kind: kind(isOn),
    sdkVersion: query.get("sdkVersion"),
  };
}

/** Where a fragment leads: its path without the query behind it, and the objects named there. */
export function readRoute(hash) {
  const path = hash.replace(/^#/, "").split("?", 1)[0].replace(/\/+$/, "") || "/";
  const parts = path.split("/").filter(Boolean);
  const at = parts[0] === "embed" ? 1 : 0;
  const isObject = ["viz", "pinboard", "saved-answer"].includes(parts[at]);
  const objects = isObject ? parts.slice(at + 1).filter((one) => GUID.test(one)) : [];
  return { path, objects: objects.map((one) => one.toLowerCase()) };
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function unpacked(text) {
  try {
    const bytes = Uint8Array.from(
      atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    return "";
  }
}

function number(text) {
  return text !== null && /^-?\d{1,10}$/.test(text) ? Number(text) : null;
}

function kind(isOn) {
  if (isOn("isLiveboardEmbed")) return "Liveboard";
  if (isOn("isVizEmbed")) return "Visualization";
  if (isOn("isFullAppEmbed")) return "App";
  if (isOn("isSearchEmbed")) return "Search";
  if (isOn("isSpotterExperienceEnabled")) return "Spotter";
  return "Embed";
}
