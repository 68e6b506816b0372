// What the page of the browser's test does with the client, as it is served: the build for import.

import { Client, SessionController, Unauthorized } from "/sdk/index.js";

const { server, nobody, name, password } = await (await fetch("/facts")).json();
const here = location.origin;

/** What became of a call, in short. */
const told = (call) =>
  call.then(
    (value) => value?.name ?? value?.result?.userName ?? value?.result ?? null,
    (error) => `${error.name} ${error.status ?? error.statusCode ?? ""}`.trim(),
  );
const user = (more) => told(new Client({ baseUrl: server, ...more }).auth.getCurrentUserInfo());
const outcomes = {};

const client = new Client({ baseUrl: server });
outcomes.strangerIsRefused = await told(client.auth.getCurrentUserInfo());
outcomes.wrongPassword = await told(client.auth.login({ username: name, password: "Not-It-1" }));
outcomes.login = await told(client.auth.login({ username: name, password }));
outcomes.byCookie = await told(client.auth.getCurrentUserInfo());
outcomes.betaByCookie = await told(new SessionController(client).sessionInfo());
outcomes.cookieIsTheBrowsersAlone = document.cookie;
outcomes.logout = await told(client.auth.logout());
outcomes.afterLogout = await told(client.auth.getCurrentUserInfo());

const credentials = { username: name, password };
const holder = new Client({ baseUrl: server, credentials });
const many = Array.from({ length: 8 }, () => told(holder.auth.getCurrentUserInfo()));
outcomes.byToken = await Promise.all(many);
outcomes.refusal = await new Client({ baseUrl: server, accessToken: "no-token-of-this-server" }).auth
  .getCurrentUserInfo()
  .catch((error) => [error instanceof Unauthorized, error.code]);

outcomes.nobody = await user({ baseUrl: nobody, authRetries: { firstPause: 1 } });
outcomes.redirect = await user({ baseUrl: `${here}/redirect` });
outcomes.half = await user({ baseUrl: `${here}/half`, authRetries: { times: 0 } });
outcomes.silence = await user({ baseUrl: `${here}/silence`, timeout: 200 });
outcomes.aborted = await told(
  new Client({ baseUrl: `${here}/silence` }).auth.getCurrentUserInfo({
    abortSignal: AbortSignal.timeout(100),
  }),
);
outcomes.beta = await told(
  new SessionController(new Client({ baseUrl: server })).login({ userName: name, password }),
);

await fetch("/outcomes", { method: "POST", body: JSON.stringify(outcomes) });
