// Upgrades a post's page: its links play in place, the passage being heard is marked and kept in view, addresses
// with #p=… or ?t=… open at their passage. Without this script every link is still an ordinary, right link.

import { FilePlayer, YouTubePlayer } from "./player.js";

const LEAD_MS = 300; // as recordings.py: start a little early rather than late
const TAIL_MS = 1000; // a passage stays marked this long after its last word
const text = document.getElementById("text");
const stage = document.querySelector(".stage");
const followButton = document.querySelector(".follow");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

// --- the passages --------------------------------------------------------------------------------

// One entry a passage, ordered by start, for each recording. A passage can stand in several pieces.
function collectPassages() {
  const found = new Map();
  for (const link of text.querySelectorAll("a.passage[data-recording]")) {
    const { recording, passage } = link.dataset;
    const key = `${recording} ${passage}`;
    if (!found.has(key)) {
      found.set(key, { recording, passage, links: [], start: Number(link.dataset.start), end: Number(link.dataset.end) });
    }
    found.get(key).links.push(link);
  }
  const byRecording = new Map();
  for (const entry of [...found.values()].sort((a, b) => a.start - b.start)) {
    if (!byRecording.has(entry.recording)) byRecording.set(entry.recording, []);
    const list = byRecording.get(entry.recording);
    // how far back one must look for a passage that still goes on
    entry.reach = Math.max(entry.end, list.at(-1)?.reach ?? 0);
    list.push(entry);
  }
  return byRecording;
}

const passages = collectPassages();

function passageAt(recording, ms) {
  const list = passages.get(recording) ?? [];
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].start <= ms) low = middle + 1;
    else high = middle;
  }
  for (let index = low - 1; index >= 0 && list[index].reach + TAIL_MS >= ms; index -= 1) {
    if (list[index].end + TAIL_MS >= ms) return list[index];
  }
  return null;
}

let current = null;

function mark(entry) {
  if (entry === current) return;
  for (const link of current?.links ?? []) {
    link.classList.remove("current");
    link.removeAttribute("aria-current");
  }
  for (const link of entry?.links ?? []) {
    link.classList.add("current");
    link.setAttribute("aria-current", "true");
  }
  current = entry;
  if (entry && following) keepInView(entry.links[0]);
}

// --- following -----------------------------------------------------------------------------------

let following = true;
let playing = false;
let ourScrollUntil = 0;

// How much of the window's top the stage covers where the text stands: nothing while it stands beside it.
function covered() {
  const box = stage.getBoundingClientRect();
  const beside = box.right <= text.getBoundingClientRect().left || box.left >= text.getBoundingClientRect().right;
  return beside || getComputedStyle(stage).position !== "sticky" ? 0 : box.height;
}

function tellCovered() {
  document.documentElement.style.setProperty("--covered", `${Math.ceil(covered())}px`);
}

function keepInView(element) {
  const box = element.getBoundingClientRect();
  const top = covered() + 16;
  const bottom = window.innerHeight - 48;
  if (box.top >= top && box.bottom <= bottom) return;
  const smooth = !calm.matches;
  ourScrollUntil = performance.now() + (smooth ? 1000 : 200);
  const wanted = window.scrollY + box.top - top - Math.max(0, (bottom - top - box.height) / 4);
  window.scrollTo({ top: wanted, behavior: smooth ? "smooth" : "instant" });
}

function follow(yes) {
  following = yes;
  followButton.textContent = yes ? followButton.dataset.pause : followButton.dataset.resume;
  if (yes && current) keepInView(current.links[0]);
}

// Only the reader's own scrolling stops the following; what we or the links did does not.
const SCROLL_KEYS = new Set(["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End", " "]);

function readerScrolls() {
  if (playing && following) follow(false);
}

window.addEventListener("wheel", readerScrolls, { passive: true });
window.addEventListener("touchmove", readerScrolls, { passive: true });
window.addEventListener("keydown", (event) => {
  // in a player or on a button these keys do something else
  if (SCROLL_KEYS.has(event.key) && !event.target.closest("video, audio, button")) readerScrolls();
});
// The scroll bar and the like tell nothing but that the page has scrolled.
window.addEventListener(
  "scroll",
  () => {
    const now = performance.now();
    if (now > ourScrollUntil) readerScrolls();
    else ourScrollUntil = Math.max(ourScrollUntil, now + 150); // ours, and still going on
  },
  { passive: true },
);
followButton.addEventListener("click", () => follow(!following));

// --- the recordings ------------------------------------------------------------------------------

const screens = new Map();
for (const element of document.querySelectorAll(".screen")) {
  screens.set(element.dataset.number, { number: element.dataset.number, element, player: null, failed: false, target: null });
}
let shown = screens.values().next().value;
let consent = false; // to YouTube, for as long as this page is open

function listenTo(screen) {
  return {
    time(seconds) {
      // The mark may be as early as the jump was: else a click would first mark the passage before.
      if (screen === shown) mark(passageAt(screen.number, seconds * 1000 + LEAD_MS));
    },
    playing(yes) {
      if (screen !== shown) return;
      playing = yes;
      if (yes) followButton.hidden = false;
    },
    failed() {
      screen.failed = true;
      screen.player = null;
      playing = false;
      for (const part of screen.element.children) part.hidden = !part.classList.contains("failure");
      show(shown);
    },
  };
}

function startPlayer(screen) {
  if (screen.player || screen.failed) return screen.player;
  const kind = screen.element.dataset.player;
  const listener = listenTo(screen);
  if (kind === "youtube" && consent) {
    const box = screen.element.querySelector(".facade");
    box.classList.add("loaded");
    screen.player = new YouTubePlayer(box, box.dataset, listener);
  } else if (kind === "video" || kind === "audio") {
    screen.player = new FilePlayer(screen.element.querySelector(kind), listener);
  }
  if (screen.failed) screen.player = null; // it had failed already
  stage.classList.toggle("pinned", Boolean(screen.player));
  return screen.player;
}

function show(screen) {
  if (screen !== shown) {
    shown.player?.pause();
    playing = false;
    mark(null);
  }
  shown = screen;
  for (const other of screens.values()) other.element.classList.toggle("shown", other === screen);
  for (const choice of document.querySelectorAll(".choose")) {
    const chosen = choice.closest("[data-number]").dataset.number === screen.number;
    if (chosen) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
  stage.classList.toggle("pinned", Boolean(screen.player));
  tellCovered();
}

function canPlay(screen) {
  return !screen.failed && screen.element.dataset.player !== "link";
}

// Goes to a moment and plays it, or, before consent, remembers it and brings the reader to the façade.
function play(screen, startMs, link) {
  show(screen);
  const player = startPlayer(screen);
  if (player) {
    follow(true);
    player.seek(Math.max(0, startMs - LEAD_MS) / 1000);
  } else {
    remember(screen, { startMs, play: true, link });
    screen.element.querySelector(".load").focus();
  }
}

// Goes to a moment without playing: how an address with a moment in it opens.
function openAt(screen, startMs) {
  show(screen);
  const player = startPlayer(screen);
  if (player) player.load(Math.max(0, startMs - LEAD_MS) / 1000);
  else if (canPlay(screen)) remember(screen, { startMs, play: true, link: null });
}

function remember(screen, target) {
  screen.target = target;
  const line = screen.element.querySelector(".remembered");
  line.textContent = line.dataset.words;
}

function loadYouTube(screen) {
  consent = true;
  const target = screen.target;
  const player = startPlayer(screen);
  tellCovered();
  if (target) {
    follow(true);
    player.seek(Math.max(0, target.startMs - LEAD_MS) / 1000);
  }
  // the button that had the focus is gone
  if (target?.link) target.link.focus({ preventScroll: true });
  else stage.focus({ preventScroll: true });
}

for (const screen of screens.values()) {
  const button = screen.element.querySelector(".load");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => loadYouTube(screen));
  }
}

// --- the reader's clicks -------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const toggle = event.target.closest?.(".toggle");
  const choice = event.target.closest?.(".choose");
  const link = event.target.closest?.("a[data-recording]");
  if (toggle) {
    ourScrollUntil = performance.now() + 300; // the browser may scroll to keep the text where it is
    toggle.setAttribute("aria-expanded", String(toggle.getAttribute("aria-expanded") !== "true"));
  } else if (choice && plain) {
    event.preventDefault();
    show(screens.get(choice.closest("[data-number]").dataset.number));
    startPlayer(shown);
  } else if (link && plain && canPlay(screens.get(link.dataset.recording))) {
    event.preventDefault();
    ourScrollUntil = performance.now() + 300; // a focused link may move a little into view
    if (link.matches(".passage, .time")) history.replaceState(null, "", `#p=${link.dataset.passage}`);
    play(screens.get(link.dataset.recording), Number(link.dataset.start), link);
  }
});

// --- addresses that say where to start ------------------------------------------------------------

function openAddress() {
  const seconds = Number(new URLSearchParams(location.search).get("t") ?? NaN);
  let entry = null;
  if (location.hash.startsWith("#p=")) {
    const wanted = location.hash.slice(3);
    entry = [...passages.values()].flat().find((one) => one.passage === wanted || encodeURIComponent(one.passage) === wanted);
    if (entry) openAt(screens.get(entry.recording), entry.start);
  } else if (seconds >= 0) {
    const first = screens.values().next().value;
    entry = passageAt(first.number, seconds * 1000 + LEAD_MS);
    openAt(first, seconds * 1000 + LEAD_MS);
  }
  if (entry) {
    mark(entry);
    entry.links[0].scrollIntoView({ block: "center", behavior: "instant" });
  }
}

new ResizeObserver(tellCovered).observe(stage);
window.addEventListener("resize", tellCovered);
window.addEventListener("hashchange", openAddress);
show(shown);
startPlayer(shown);
openAddress();
