// Who is signed in, from the first question to the last: the part of the page that decides.
//
// The order of messages is what hosts rely on, and each of them costs something at the host: a
// failure message removes this very frame, an expiry message makes the host mint a token. So
// expiry is told after a 401 only, once for each, and never again for a token that is no news.

import { cookiesWork } from "./cookies.js";
import { Renewal } from "./renewal.js";
import { problemOf } from "./limits.js";

const POLL_EVERY = 1_000; // milliseconds
const POLLS = 30;
const UNAUTHORIZED = 401;
const TRUSTED = "AuthServer";

export class Session {
  #flags;
  #host;
  #server;
  #view;
  #page;
  #renewal;
  #user = null;
  #checking = null;

  constructor({ flags, host, server, view, page }) {
    this.#flags = flags;
    this.#host = host;
    this.#server = server;
    this.#view = view;
    this.#page = page;
    this.#renewal = new Renewal({
      renew: () => this.#renew(),
      end: () => this.check(),
    });
  }

  /** The first messages, and what comes of them. */
  async start() {
    this.#view.waiting("Asking the host page for its settings");
    this.#host.tell("EmbedListenerReady");
    const given = await this.#host.ask("appInit");
    if (given === null) {
      this.#view.stopped("The host page did not answer", "It was asked for its settings (appInit).");
      return;
    }
    this.#renewal.wanted = given.embedExpiryInAuthToken !== false;
    this.#server.adopt(given.authToken);
    await this.check();
  }

  /** Ask the server who is signed in; of questions asked at once, one is sent. */
  check() {
    this.#checking ??= this.#check().finally(() => { this.#checking = null; });
    return this.#checking;
  }

  /** Take over a token that the host brought by itself. */
  async adopt(token) {
    if (!this.#server.adopt(token)) return;
    await this.#checking; // which may have gone out with the old one
    await this.check();
  }

  /** Sign in by the page's own form; the answer is the status of the server's, if it is no. */
  async signIn(username, password) {
    const reply = await this.#server.logIn(username, password);
    if (!reply.ok) return reply.status;
    await this.check();
    return null;
  }

  /** The server first: once the host was told, this frame may be gone. */
  async signOut() {
    this.#renewal.stop();
    await this.#server.logOut();
    this.leave();
    this.#host.tell("ThoughtspotAuthLogout");
    this.#view.stopped("Signed out", "The session has ended on the server.");
  }

  /** Let go of the token and of every timer. */
  leave() {
    this.#renewal.stop();
    this.#server.forget();
  }

  async #check() {
    await this.#renewal.settled;
    const reply = await this.#server.info();
    if (reply.ok) await this.#arrived(reply);
    else if (reply.status === UNAUTHORIZED) await this.#refused(reply.ended);
    else this.#broken(reply.status);
  }

  async #arrived(reply, { again = false } = {}) {
    const info = reply.body;
    const isFirst = this.#user === null;
    if (!isFirst && this.#user !== info.userGUID) {
      // What the host keeps is about somebody else.
      this.#host.tell("clearInfoCache");
    }
    const isNews = isFirst || again || this.#user !== info.userGUID;
    this.#user = info.userGUID;
    this.#page.arrived();
    if (isNews) this.#host.tell("authInit", { userGUID: info.userGUID });
    await this.#show(isNews);
  }

  async #show(isNews) {
    const reply = await this.#server.caller();
    if (!reply.ok) {
      if (reply.status !== UNAUTHORIZED) this.#broken(reply.status);
      return;
    }
    this.#renewal.plan(reply.body.credential.expires_in * 1000, this.#flags.cookieless);
    const problem = problemOf(reply.body, this.#page.route, this.#flags);
    this.#view.signedIn(reply.body, problem);
    if (problem !== null) {
      this.#host.tell("Error", { errorType: "API", ...problem });
    } else if (isNews) {
      this.#page.rendered();
    }
  }

  #broken(status) {
    const message = status === 0 ? "The server cannot be reached." : `The server answered ${status}.`;
    this.#view.stopped("Cannot tell who is signed in", message);
    this.#host.tell("Error", { errorType: "NETWORK", code: "SERVER_NOT_USABLE", message });
  }

  async #refused(ended) {
    this.#renewal.stop();
    if (this.#flags.cookieless) await this.#tokenExpired();
    else if (this.#user === null) this.#nobody();
    else await this.#sessionEnded(ended);
  }

  /** A 401 before anybody was signed in, with the cookie or for want of one. */
  #nobody() {
    const { authType, mayAskToSignIn } = this.#flags;
    if (!cookiesWork(this.#page.probe)) {
      this.#view.stopped("Cookies are blocked", "This browser keeps no session cookie in a frame.");
      this.#host.tell("noCookieAccess");
    } else if (authType === "EmbeddedSSO" && mayAskToSignIn && this.#page.maySignInElsewhere) {
      this.#host.tell("ThoughtspotAuthFailure", { type: "UNAUTHENTICATED_FAILURE" });
      this.#page.signInElsewhere((back) => this.#server.signInAddress(back));
    } else {
      this.#host.tell("ThoughtspotAuthFailure", { type: "OTHER" });
      this.#offerSignIn("Nobody is signed in");
    }
  }

  #offerSignIn(title) {
    if (this.#flags.authType === "None" && this.#flags.mayAskToSignIn) this.#view.signIn(title);
    else this.#view.stopped(title, "The host page signs people in.");
  }

  /** Cookieless: ask for another token, once; what the host gives is good, or this is the end. */
  async #tokenExpired() {
    // Without autoLogin the SDK keeps silent: the host is told, and may yet decide otherwise.
    if (this.#flags.autoLogin) this.#view.waiting("The token has ended: asking the host page");
    else this.#view.stopped("The token has ended", "The host page renews none by itself.");
    const answer = await this.#host.ask("ThoughtspotAuthExpired");
    if (answer === null) {
      this.#view.stopped("The token has ended", "The host page gave no other.");
      return;
    }
    const reply = this.#server.adopt(answer.authToken) ? await this.#server.info() : null;
    if (reply?.ok) await this.#arrived(reply);
    else this.#failed();
  }

  /** With a cookie: how the host is told depends on who can sign in again, and why it is needed. */
  async #sessionEnded(ended) {
    const { authType, autoLogin } = this.#flags;
    if (ended === "revoked" && !autoLogin && authType !== "None") {
      this.#host.tell("ThoughtspotAuthLogout");
      this.#view.stopped("Signed out", "Somebody ended the session.");
    } else if (authType === TRUSTED) {
      await this.#signInByToken();
    } else {
      this.#host.tell("ThoughtspotAuthExpired");
      if (autoLogin && authType === "Basic") await this.#awaitSession();
      else this.#offerSignIn("The session has ended");
    }
  }

  /** The host logs in again, but with a good token in hand it sets no cookie: that is for us. */
  async #signInByToken() {
    this.#view.waiting("The session has ended: the host page signs in again");
    const answer = await this.#host.ask("IdleSessionTimeout");
    if (answer === null) {
      this.#view.stopped("The session has ended", "The host page did not sign in again.");
      return;
    }
    const login = await this.#server.logInWithToken(answer.authToken ?? "");
    const reply = login.ok ? await this.#server.info() : null;
    if (reply?.ok) await this.#arrived(reply, { again: true });
    else this.#failed();
  }

  /** The host logs in again and says nothing: look until the cookie is there. */
  async #awaitSession() {
    this.#view.waiting("The session has ended: the host page signs in again");
    for (let left = POLLS; left > 0; left -= 1) {
      await new Promise((resolve) => { setTimeout(resolve, POLL_EVERY); });
      if ((await this.#server.isActive()).ok) {
        const reply = await this.#server.info();
        if (reply.ok) {
          await this.#arrived(reply, { again: true });
          return;
        }
      }
    }
    this.#view.stopped("The session has ended", "The host page did not sign in again.");
  }

  #failed() {
    this.leave();
    this.#view.stopped("Nobody is signed in", "What the host page offered is not good.");
    this.#host.tell("ThoughtspotAuthFailure", { type: "OTHER" });
  }

  /** Before a token ends: ask for the next one, and say whether there is one. */
  async #renew() {
    const answer = await this.#host.ask("RefreshAuthToken");
    return this.#server.adopt(answer?.authToken ?? "");
  }
}
