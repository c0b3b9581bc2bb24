// Upgrades a post's page: its links play in place, the passage and the word being heard are marked and kept in view,
// any stretch of words can be shared. Without this script every link is still an ordinary, right link.

import { momentAddress } from "./address.js";
import { attachControls } from "./controls.js";
import { copy } from "./copy.js";
import { scrollIsOurs } from "./follow.js";
import "./keys.js";
import { openAddress } from "./opening.js";
import "./select.js";
import "./share.js";
import { choose, play, playsHere, shownPlayer, shownRecording } from "./stage.js";
import { startOf, wordAtPoint } from "./words.js";

function openOrClose(toggle) {
  scrollIsOurs(300); // the browser may scroll to keep the text where it is
  toggle.setAttribute("aria-expanded", String(toggle.getAttribute("aria-expanded") !== "true"));
}

// From the word under the pointer; from its start when the keyboard asks.
function startFor(link, click) {
  const { passage, start } = link.dataset;
  if (!link.matches(".passage") || click.detail === 0) return Number(start);
  return startOf(passage, wordAtPoint(passage, click));
}

document.addEventListener("click", (event) => {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const toggle = event.target.closest?.(".toggle");
  const choice = event.target.closest?.(".choose");
  const link = event.target.closest?.("a[data-recording]");
  if (toggle) {
    openOrClose(toggle);
  } else if (choice && plain) {
    event.preventDefault();
    choose(choice.closest("[data-number]").dataset.number);
  } else if (link && plain && event.detail > 0 && !getSelection().isCollapsed) {
    event.preventDefault(); // the end of a selection
  } else if (link && plain && playsHere(link.dataset.recording)) {
    event.preventDefault();
    scrollIsOurs(300); // a focused link may move a little into view
    if (link.matches(".passage, .time")) history.replaceState(null, "", `#p=${link.dataset.passage}`);
    play(link.dataset.recording, startFor(link, event), link);
  }
});

const stage = document.querySelector(".stage");
const moment = stage.querySelector(".moment");
moment.querySelector(".copy-moment").addEventListener("click", () => {
  const recordings = document.querySelectorAll(".sources [data-media]");
  const { media } = [...recordings].find(({ dataset }) => dataset.number === shownRecording()).dataset;
  const seconds = Math.floor(shownPlayer().now());
  copy({ plain: momentAddress(seconds, recordings.length > 1 ? media : null) }, moment);
});

const controls = stage.querySelector(".controls");
if (controls) attachControls(controls, shownPlayer);
window.addEventListener("hashchange", openAddress);
openAddress();
