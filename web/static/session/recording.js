// The page's one recording: its player, the consent it may need, and going to a moment of it. Moments are milliseconds.

import { attachControls } from "../controls.js";
import { LEAD_MS, canPlay as playable, giveConsent, needsConsent, openPlayer } from "../player.js";
import { setPlaying } from "./rows.js";

const stage = document.querySelector(".stage");
const screen = stage.querySelector(".screen");
const bar = stage.querySelector(".controls");
const load = screen.querySelector(".load");

let player = null;
let failed = false;
let target = null; // where to go once the reader has consented
let tell = () => {};

const listener = {
  time: (seconds) => tell(seconds * 1000),
  playing: setPlaying,
  failed() {
    player = null;
    failed = true;
    setPlaying(false);
    for (const part of screen.children) part.hidden = !part.classList.contains("failure");
    showState();
  },
};

// How much of the window's top the stage covers when it stays in sight above the rest.
function tellCovered() {
  const covers = getComputedStyle(stage).position === "sticky" && stage.classList.contains("pinned");
  document.documentElement.style.setProperty("--covered", covers ? `${Math.ceil(stage.offsetHeight)}px` : "0px");
}

function showState() {
  stage.classList.toggle("pinned", Boolean(player));
  tellCovered();
}

function open() {
  if (player || failed) return;
  player = openPlayer(screen, listener);
  if (failed) player = null; // it had failed already
  showState();
}

function again() {
  for (const part of screen.children) part.hidden = part.classList.contains("failure");
  failed = false;
  open();
}

function remember(ms, link) {
  target = { ms, link };
  const line = screen.querySelector(".remembered");
  if (line) line.textContent = line.dataset.words;
}

function consent() {
  giveConsent(screen);
  open();
  if (target) player?.seek(Math.max(0, target.ms - LEAD_MS) / 1000);
  // the button that had the focus is gone
  (target?.link ?? stage).focus({ preventScroll: true });
  target = null;
}

// Whether the recording plays on this page (or would, after the reader's consent).
export function canPlay() {
  return playable(screen) && !failed;
}

// Goes to a moment and plays it, or, before consent, remembers it and brings the reader to the façade.
export function play(ms, link) {
  open();
  if (player) {
    player.seek(Math.max(0, ms - LEAD_MS) / 1000);
  } else if (canPlay()) {
    remember(ms, link);
    load.focus();
  }
}

// Goes to a moment and waits there: how an address with a moment in it opens.
export function openAt(ms) {
  open();
  if (player) player.load(Math.max(0, ms - LEAD_MS) / 1000);
  else if (canPlay()) remember(ms, null);
}

// `hear` is told where the recording is while it plays.
export function listen(hear) {
  tell = hear;
  if (load) {
    load.hidden = false;
    load.addEventListener("click", consent);
  }
  screen.addEventListener("retry", again);
  open();
  if (bar) attachControls(bar, () => player);
}

new ResizeObserver(tellCovered).observe(stage);
window.addEventListener("resize", tellCovered);
