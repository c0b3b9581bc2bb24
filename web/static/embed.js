// Upgrades the embedded page: its links play in place, the passage being heard is marked, #p=… opens at its passage.
// Smaller than a post's page: no menus, no following; the way to those is the link to the whole text.

import { canPlay, giveConsent, needsConsent, openPlayer } from "./player.js";

const LEAD_MS = 300; // as recordings.py: start a little early rather than late
const TAIL_MS = 1000; // a passage stays marked this long after its last word

const text = document.getElementById("text");
const box = document.querySelector(".stage");
const links = [...text.querySelectorAll("a.passage[data-recording]")];
const stages = new Map();
for (const screen of document.querySelectorAll(".screen")) {
  stages.set(screen.dataset.number, { screen, player: null, failed: false, target: null });
}
let shown = stages.values().next().value;

function markMoment(number, ms) {
  // The mark may be as early as the jump was: else a click would first mark the passage before.
  const heard = links.findLast(({ dataset: { recording, start, end } }) => recording === number && Number(start) <= ms + LEAD_MS && ms <= Number(end) + TAIL_MS);
  for (const link of links) {
    const yes = Boolean(heard) && link.dataset.passage === heard.dataset.passage;
    if (yes === link.classList.contains("current")) continue;
    link.classList.toggle("current", yes);
    if (yes) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
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
  const inside = new URLSearchParams(location.hash.startsWith("#p=") ? location.hash.slice(1).replaceAll("+", "%2B") : location.search);
  const id = inside.get("p");
  const anchor = id === null ? null : document.getElementById(`p=${id}`);
  if (!anchor) return;
  // an id from before an edit is an empty anchor in front of the passage that has its words now
  const link = links.find(({ dataset }) => dataset.passage === id) ?? anchor.parentElement.querySelector("a.passage[data-recording]");
  if (link && canPlay(stages.get(link.dataset.recording).screen)) go(link.dataset.recording, Number(link.dataset.start), "load");
  (link ?? anchor).scrollIntoView({ block: "center", behavior: "instant" });
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

new ResizeObserver(tellCovered).observe(box);
window.addEventListener("hashchange", openAddress);
show(shown);
if (canPlay(shown.screen) && !needsConsent(shown.screen)) playerOf(shown);
openAddress();
