// A host page as its author would write it: the SDK as it comes, and a log of what it says.
import * as sdk from "/sdk/tsembed.es.js";

const NAMES = Object.fromEntries(Object.entries(sdk.EmbedEvent).map(([name, type]) => [type, name]));
const seen = [];
let embed = null;

function note(kind, name, data) {
  seen.push({ kind, name, data });
}

function authConfig({ authType, token, ...more }) {
  const config = { authType: sdk.AuthType[authType], disableSDKTracking: true, ...more };
  if (token === "endpoint") config.authEndpoint = `${location.origin}/token`;
  if (token === "callback") {
    config.getAuthToken = async () => {
      note("app", "getAuthToken");
      const reply = await fetch("/token");
      if (!reply.ok) throw new Error("the backend gave no token");
      return reply.text();
    };
  }
  return config;
}

window.host = {
  seen,

  /** Sign in and show one class of the SDK; every status and event is noted. */
  async start({ show = "LiveboardEmbed", view = {}, ...config }) {
    const status = sdk.init(authConfig(config));
    for (const [name, type] of Object.entries(sdk.AuthStatus)) {
      status.on(type, (data) => note("status", name, data));
    }
    host.status = status;
    embed = new sdk[show]("#embed", view);
    for (const [type, name] of Object.entries(NAMES)) {
      if (name === "ALL") continue;
      embed.on(type, (payload) => note("event", name, payload?.data));
    }
    await embed.render();
    // Asked before the frame listens: the SDK holds it back until the frame says that it does.
    embed.getCurrentContext().then((context) => note("app", "context", context));
  },

  trigger: (name, data) => embed.trigger(sdk.HostEvent[name], data),
  logout: () => sdk.logout(),
  openPopup: () => host.status.emit(sdk.AuthEvent.TRIGGER_SSO_POPUP),
};
window.isReady = true;
