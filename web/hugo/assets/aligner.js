// Playable sentences in a post of a Hugo site. The viewer's own modules do the playing, following and marking, on the
// page as dress.js has prepared it; here is what only this page has: a player at the foot that comes and goes.

import "./dress.js";
import { facts } from "./facts.js";
import { readAddress } from "../../static/address.js";
import { attachControls } from "../../static/controls.js";
import { scrollIsOurs } from "../../static/follow.js";
import "../../static/keys.js";
import { openAddress } from "../../static/opening.js";
import { placed, todaysId } from "../../static/passages.js";
import { choose, play, playsHere, shownPlayer, shownRecording } from "../../static/stage.js";
import { startOf, wordAtPoint } from "../../static/words.js";

const foot = document.querySelector(".aligner-foot");
const title = foot.querySelector(".aligner-title");
let caller = null; // the link that opened the player

// --- the player at the foot ------------------------------------------------------------------------

// A recording that stands in the text goes along at the foot while its place is out of sight.
function settle() {
  for (const holder of document.querySelectorAll(".aligner-embed:has(> .screen)")) {
    const screen = holder.firstElementChild;
    const box = holder.getBoundingClientRect();
    const away = box.bottom < 80 || box.top > window.innerHeight - foot.offsetHeight - 80;
    const floats = away && !foot.hidden && screen.classList.contains("shown");
    if (floats === screen.classList.contains("floating")) continue;
    holder.style.minHeight = floats ? `${box.height}px` : "";
    screen.classList.toggle("floating", floats);
  }
}

function open() {
  foot.hidden = false;
  document.body.classList.add("aligner-open");
  title.textContent = facts.recordings.find(({ number }) => String(number) === shownRecording()).title || facts.title;
  const { style } = document.documentElement;
  style.setProperty("--aligner-foot", `${foot.offsetHeight}px`);
  settle();
}

function close() {
  shownPlayer()?.pause();
  foot.hidden = true;
  document.body.classList.remove("aligner-open");
  settle();
  caller?.focus({ preventScroll: true });
}

foot.querySelector(".aligner-close").addEventListener("click", close);
document.addEventListener("keydown", ({ key, target }) => {
  if (key === "Escape" && !foot.hidden && !target.closest("input, textarea, select")) close();
});
for (const kind of ["scroll", "resize"]) window.addEventListener(kind, settle, { passive: true });

// --- going to a moment -----------------------------------------------------------------------------

function listen(number, startMs, link) {
  caller = link;
  choose(number);
  open();
  play(number, startMs, link);
}

// From the word under the pointer; from its start when the keyboard asks.
function startFor(link, click) {
  const { passage, start } = link.dataset;
  if (!link.matches(".passage") || click.detail === 0) return Number(start);
  return startOf(passage, wordAtPoint(passage, click));
}

document.addEventListener("click", (event) => {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const toggle = event.target.closest?.(".aside .toggle");
  const link = event.target.closest?.("a[data-recording]");
  if (toggle) {
    scrollIsOurs(300);
    toggle.setAttribute("aria-expanded", String(toggle.getAttribute("aria-expanded") !== "true"));
  } else if (link && plain && event.detail > 0 && !getSelection().isCollapsed) {
    event.preventDefault(); // the end of a selection
  } else if (link && plain && playsHere(link.dataset.recording)) {
    event.preventDefault();
    scrollIsOurs(300);
    if (link.matches(".passage, .time")) history.replaceState(null, "", `#p=${link.dataset.passage}`);
    listen(link.dataset.recording, startFor(link, event), link);
  }
});

// A player that the reader starts in the text begins where the post's words begin.
document.addEventListener(
  "click",
  ({ target }) => {
    const screen = target.closest?.(".aligner-embed .load")?.closest(".screen");
    if (!screen || screen.dataset.begun) return;
    screen.dataset.begun = "yes";
    const { number } = screen.dataset;
    const start = startIn(Number(number));
    if (caller === null && start) play(number, start, null);
  },
  { capture: true },
);

function startIn(number) {
  const starts = facts.passages
    .filter(({ recording, status }) => recording === number && (status === "spoken" || status === "reworded"))
    .map(({ start_ms: start }) => start);
  return starts.length ? Math.min(...starts) : (facts.embeds.find(({ recording }) => recording === number)?.start_ms ?? 0);
}

// --- the page as it opens ----------------------------------------------------------------------------

const controls = foot.querySelector(".controls");
if (controls) attachControls(controls, shownPlayer);
// those that stand in the text tell the bar, too
document.addEventListener("player", ({ target }) => {
  if (target.matches(".aligner-embed .screen")) foot.dispatchEvent(new CustomEvent("player"));
  if (target.matches(".screen") && shownPlayer()?.playing && foot.hidden) open();
});

// `?t=` is the site's own business: only `#p=` is read.
function openThere() {
  if (!location.hash.startsWith("#p=")) return;
  const entry = placed(todaysId(readAddress().id));
  if (entry && playsHere(entry.recording)) {
    choose(entry.recording);
    open();
  }
  openAddress();
}

window.addEventListener("hashchange", openThere);
openThere();
