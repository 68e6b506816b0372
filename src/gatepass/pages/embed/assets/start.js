// The start page has nothing to do, unless it is the last stop of single sign-on in a popup.

import { complete, isLastStop } from "./popup.js";

if (isLastStop()) complete(document.documentElement.dataset.hosts.split(" ").filter(Boolean));
