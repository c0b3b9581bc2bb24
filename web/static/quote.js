// Upgrades a quote's page: its places play in place. Without this script every link is an ordinary, right link.

import { attachDock } from "./dock.js";

attachDock(document.getElementById("dock"), document.getElementById("found"));
