// Where the page begins: in a frame of a host, in a popup, or by itself.

import { hostEvents } from "./events.js";
import { readFlags } from "./flags.js";
import { Host, framedBy } from "./host.js";
import { Page } from "./page.js";
import { complete, isLastStop } from "./popup.js";
import { Server } from "./server.js";
import { Session } from "./session.js";
import { View } from "./view.js";

const said = document.documentElement.dataset;
const allowed = said.hosts.split(" ").filter(Boolean);
const view = new View(document);

if (isLastStop()) finish();
else if (window.parent === window) view.alone();
else embed();

function finish() {
  const told = complete(allowed);
  view.stopped("Signed in", told ? "This window closes by itself." : "Close this window.");
}

function embed() {
  const origin = framedBy(allowed);
  if (origin === null) {
    view.stopped("Not for this page", "The page around this frame is not on the server's list.");
    return;
  }
  const flags = readFlags(window.location.search);
  const host = new Host(origin, (direction, type) => view.note(direction, type));
  const server = new Server(flags);
  const page = new Page({ flags, host, body: document.body, probe: said.probe });
  const session = new Session({ flags, host, server, view, page });
  view.embedded({ flags, origin, page, session });
  // At once: the host sends its first message right after this document has loaded.
  host.listen(hostEvents({ session, page }));
  session.start();
}
