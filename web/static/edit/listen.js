// The recordings of the bench: one is shown, any stretch of it can be played. Times are whole milliseconds here. Unlike
// the reader's page it starts exactly where it is told: who sits at the bench listens for the beginning of a word.

import { canPlay, giveConsent, needsConsent, openPlayer } from "../player.js";

const BEAT_MS = 40; // how often the place is looked up while it plays

const stage = document.querySelector(".stage");
const screens = new Map();
for (const element of stage.querySelectorAll(".screen")) {
  screens.set(element.dataset.number, { element, player: null, failed: false, wanted: null });
}
let shown = screens.values().next().value;
let until = null; // where to stop by itself
let beat = 0;
let hear = () => {};

// `tell(ms, playing)` is called while it plays, when it stops, and when it goes elsewhere.
export function listenTo(tell) {
  hear = tell;
}

export function shownPlayer() {
  return shown.player;
}

export function isPlaying() {
  return Boolean(shown.player?.playing);
}

// Where the player stands; null where there is none that tells.
export function nowMs() {
  return shown.player?.tells ? Math.round(shown.player.now() * 1000) : null;
}

// Whether this recording plays on this page, if need be after the reader's consent.
export function playsHere(number) {
  const screen = screens.get(number);
  return Boolean(screen) && !screen.failed && canPlay(screen.element);
}

function tellState() {
  stage.dispatchEvent(new CustomEvent("player"));
  hear(nowMs(), isPlaying());
}

function follow(screen, yes) {
  clearInterval(beat);
  if (screen !== shown) return;
  if (yes) {
    beat = setInterval(() => {
      const now = nowMs();
      if (until !== null && now >= until) stop();
      else hear(now, isPlaying());
    }, BEAT_MS);
  }
  tellState();
}

function open(screen) {
  if (screen.player || screen.failed) return screen.player;
  screen.player = openPlayer(screen.element, {
    time() {},
    playing: (yes) => follow(screen, yes),
    failed() {
      screen.failed = true;
      screen.player = null;
      for (const part of screen.element.children) part.hidden = !part.classList.contains("failure");
      follow(screen, false);
    },
  });
  return screen.player;
}

export function show(number) {
  const screen = screens.get(number) ?? shown;
  if (screen !== shown) stop();
  shown = screen;
  for (const other of screens.values()) other.element.classList.toggle("shown", other === screen);
  stage.querySelector(".no-player").hidden = canPlay(screen.element);
  open(screen);
  tellState();
}

// Plays from a moment, until another one if it is given. Before consent it brings the reader to the façade.
export function playFrom(number, fromMs, untilMs = null) {
  show(number);
  const player = open(shown);
  until = untilMs;
  shown.wanted = { fromMs, untilMs };
  if (player) player.seek(Math.max(0, fromMs) / 1000);
  else shown.element.querySelector(".load")?.focus();
}

// Goes to a moment; goes on playing if it plays.
export function goTo(number, ms) {
  if (isPlaying()) playFrom(number, ms);
  else {
    show(number);
    open(shown)?.load(Math.max(0, ms) / 1000);
    hear(ms, false);
  }
}

export function stop() {
  until = null;
  shown.player?.pause();
}

for (const [number, screen] of screens) {
  const button = screen.element.querySelector(".load");
  const begin = () => {
    giveConsent(screen.element);
    const { fromMs, untilMs } = screen.wanted ?? {};
    if (fromMs === undefined) show(number);
    else playFrom(number, fromMs, untilMs);
    stage.focus({ preventScroll: true }); // the button that had the focus is gone
  };
  if (button && needsConsent(screen.element)) {
    button.hidden = false;
    button.addEventListener("click", begin);
  }
  screen.element.addEventListener("retry", () => {
    screen.failed = false;
    for (const part of screen.element.children) part.hidden = part.classList.contains("failure");
    begin();
  });
}
