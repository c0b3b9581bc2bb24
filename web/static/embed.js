// Upgrades the embedded page: its links play in place, the passage being heard is marked, #p=… opens at its passage.
// Smaller than a post's page: no menus, no following; the way to those is the link to the whole text.

import { readAddress } from "./address.js";
import { passageAt, piecesOf, placed, todaysId } from "./passages.js";
import { LEAD_MS, canPlay, giveConsent, needsConsent, openPlayer } from "./player.js";

const box = document.querySelector(".stage");
const stages = new Map();
for (const screen of document.querySelectorAll(".screen")) {
  stages.set(screen.dataset.number, { screen, player: null, failed: false, target: null });
}
let shown = stages.values().next().value;
let current = null; // the passage being heard

function markMoment(number, ms) {
  // The mark may be as early as the jump was: else a click would first mark the passage before.
  const heard = passageAt(number, ms + LEAD_MS);
  if (heard === current) return;
  for (const piece of current?.pieces ?? []) {
    piece.classList.remove("current");
    piece.removeAttribute("aria-current");
  }
  for (const piece of heard?.pieces ?? []) {
    piece.classList.add("current");
    piece.setAttribute("aria-current", "true");
  }
  current = heard;
}

function playerOf(stage) {
  if (stage.player || stage.failed) return stage.player;
  stage.player = openPlayer(stage.screen, {
    time: (seconds) => stage === shown && markMoment(stage.screen.dataset.number, seconds * 1000),
    playing: () => {},
    failed: () => {
      stage.failed = true;
      stage.player = null;
      for (const part of stage.screen.children) part.hidden = !part.classList.contains("failure");
    },
  });
  tellCovered();
  return stage.player;
}

function show(stage) {
  if (stage !== shown) shown.player?.pause();
  shown = stage;
  for (const other of stages.values()) other.screen.classList.toggle("shown", other === stage);
  tellCovered();
}

// Goes to a moment; `how` is "seek" to play it and "load" to wait there. Before consent it is remembered.
function go(number, startMs, how) {
  const stage = stages.get(number);
  show(stage);
  if (needsConsent(stage.screen)) {
    stage.target = startMs;
    const line = stage.screen.querySelector(".remembered");
    line.textContent = line.dataset.words;
    if (how === "seek") stage.screen.querySelector(".load").focus();
    return;
  }
  playerOf(stage)?.[how](Math.max(0, startMs - LEAD_MS) / 1000);
}

function tellCovered() {
  const covered = getComputedStyle(box).position === "sticky" ? box.getBoundingClientRect().height : 0;
  document.documentElement.style.setProperty("--covered", `${Math.ceil(covered)}px`);
}

function openAddress() {
  const id = todaysId(readAddress().id);
  if (id === null) return;
  const passage = placed(id);
  if (passage && canPlay(stages.get(passage.recording).screen)) go(passage.recording, passage.start, "load");
  piecesOf(id)[0].scrollIntoView({ block: "center", behavior: "instant" });
}

for (const stage of stages.values()) {
  const load = stage.screen.querySelector(".load");
  if (load) load.hidden = false;
  load?.addEventListener("click", () => {
    giveConsent(stage.screen);
    if (stage.target === null) playerOf(stage);
    else go(stage.screen.dataset.number, stage.target, "seek");
    box.focus({ preventScroll: true });
  });
  stage.screen.addEventListener("retry", () => {
    stage.failed = false;
    for (const part of stage.screen.children) part.hidden = part.classList.contains("failure");
    playerOf(stage);
  });
}

document.addEventListener("click", (event) => {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const toggle = event.target.closest(".toggle");
  if (toggle) toggle.setAttribute("aria-expanded", String(toggle.getAttribute("aria-expanded") !== "true"));
  const link = event.target.closest("a[data-recording]");
  if (!link || !plain || !canPlay(stages.get(link.dataset.recording).screen)) return;
  event.preventDefault();
  go(link.dataset.recording, Number(link.dataset.start), "seek");
});

// The page around us may give the frame the height of what it holds (size.js).
function tellHeight() {
  const { height } = document.body.getBoundingClientRect();
  const whole = !new URLSearchParams(location.search).has("p");
  if (parent !== window) parent.postMessage({ aligner: { height, whole } }, "*");
}

new ResizeObserver(tellHeight).observe(document.body);
window.addEventListener("message", ({ source, data }) => {
  if (source === parent && data?.aligner === "height") tellHeight();
});
new ResizeObserver(tellCovered).observe(box);
window.addEventListener("hashchange", openAddress);
show(shown);
if (canPlay(shown.screen) && !needsConsent(shown.screen)) playerOf(shown);
openAddress();
