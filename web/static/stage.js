// The recordings of the page: which one is shown, its player, the consent it may need, and going to a moment of it.

import { follow, setPlaying, tellCovered } from "./follow.js";
import { aimAt, markMoment, markPassage, wordsAreKnown } from "./mark.js";
import { LEAD_MS, canPlay, giveConsent, needsConsent, openPlayer } from "./player.js";

const WORDS_MS = 60; // how often the word being said is looked up; players tell their time four times a second only

const stage = document.querySelector(".stage");
const screens = new Map();
for (const element of document.querySelectorAll(".screen")) {
  const { number } = element.dataset;
  screens.set(number, { number, element, player: null, failed: false, target: null, beat: 0 });
}
let shown = screens.values().next().value;

export const firstRecording = shown.number;

// The player that is shown, null while there is none.
export function shownPlayer() {
  return shown.player;
}

export function shownRecording() {
  return shown.number;
}

// Whether a recording plays on this page (or would, after the reader's consent).
export function playsHere(number) {
  const screen = screens.get(number);
  return Boolean(screen) && !screen.failed && canPlay(screen.element);
}

function listenTo(screen) {
  return {
    time(seconds) {
      if (screen === shown) markMoment(screen.number, seconds * 1000);
    },
    playing(yes) {
      clearInterval(screen.beat);
      if (screen !== shown) return;
      setPlaying(yes);
      if (yes) screen.beat = setInterval(() => markWords(screen), WORDS_MS);
    },
    failed() {
      clearInterval(screen.beat);
      screen.failed = true;
      screen.player = null;
      if (screen === shown) setPlaying(false);
      showParts(screen);
      showState();
    },
  };
}

function markWords(screen) {
  if (screen === shown && !document.hidden && wordsAreKnown()) markMoment(screen.number, screen.player.now() * 1000);
}

// A recording that failed shows why, and nothing else.
function showParts(screen) {
  for (const part of screen.element.children) part.hidden = part.classList.contains("failure") !== screen.failed;
}

function startPlayer(screen) {
  if (!screen.player && !screen.failed) screen.player = openPlayer(screen.element, listenTo(screen));
  showState();
  return screen.player;
}

function showState() {
  stage.classList.toggle("pinned", Boolean(shown.player));
  for (const button of stage.querySelectorAll(".copy-moment")) button.hidden = !shown.player?.tells;
  stage.dispatchEvent(new CustomEvent("player"));
  tellCovered();
}

function show(screen) {
  if (screen !== shown) {
    shown.player?.pause();
    clearInterval(shown.beat);
    setPlaying(false);
    markPassage(null);
  }
  shown = screen;
  for (const other of screens.values()) other.element.classList.toggle("shown", other === screen);
  for (const choice of document.querySelectorAll(".choose")) {
    const chosen = choice.closest("[data-number]").dataset.number === screen.number;
    if (chosen) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
  showState();
}

// Shows a recording, and its player where no consent is needed.
export function choose(number) {
  show(screens.get(number));
  startPlayer(shown);
}

// Goes to a moment and plays it, or, before consent, remembers it and brings the reader to the façade.
export function play(number, startMs, link) {
  const screen = screens.get(number);
  show(screen);
  const player = startPlayer(screen);
  screen.target = { startMs, link };
  if (player) {
    follow(true);
    if (player.tells) aimAt(number, startMs);
    player.seek(secondsBefore(startMs));
  } else {
    announce(screen);
    screen.element.querySelector(".load").focus();
  }
}

// Goes to a moment without playing: how an address with a moment in it opens.
export function openAt(number, startMs) {
  const screen = screens.get(number);
  show(screen);
  const player = startPlayer(screen);
  screen.target = { startMs, link: null };
  if (player) {
    aimAt(number, startMs);
    player.load(secondsBefore(startMs));
  } else {
    announce(screen);
  }
}

function secondsBefore(ms) {
  return Math.max(0, ms - LEAD_MS) / 1000;
}

// Says that the chosen sentence waits for the player.
function announce(screen) {
  const line = screen.element.querySelector(".remembered");
  line.textContent = line.dataset.words;
}

function loadPlayer(screen) {
  giveConsent(screen.element);
  const { target } = screen;
  if (target) play(screen.number, target.startMs, target.link);
  else startPlayer(screen);
  // the button that had the focus is gone
  if (target?.link) target.link.focus({ preventScroll: true });
  else stage.focus({ preventScroll: true });
}

function retry(screen) {
  screen.failed = false;
  showParts(screen);
  loadPlayer(screen);
}

for (const screen of screens.values()) {
  const button = screen.element.querySelector(".load");
  if (button && needsConsent(screen.element)) {
    button.hidden = false;
    button.addEventListener("click", () => loadPlayer(screen));
  }
  screen.element.addEventListener("retry", () => retry(screen));
}
choose(shown.number);
