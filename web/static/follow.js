// Keeps the passage being heard in view until the reader scrolls away, and goes on when the reader asks for it.

import { text } from "./passages.js";

const SCROLL_KEYS = new Set(["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End", " "]);
const stage = document.querySelector(".stage");
const button = document.querySelector(".follow");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

let following = true;
let playing = false;
let target = null;
let oursUntil = 0;

// How much of the window's top the stage covers where the text stands: nothing while it stands beside it.
function covered() {
  const box = stage.getBoundingClientRect();
  const beside = box.right <= text.getBoundingClientRect().left || box.left >= text.getBoundingClientRect().right;
  return beside || getComputedStyle(stage).position !== "sticky" ? 0 : box.height;
}

// How much of the window's foot is covered there: nothing but where the stage stands at the foot (web/hugo), with the
// recording above it if that stands in the text's way.
function coveredBelow() {
  if (getComputedStyle(stage).position !== "fixed") return 0;
  const { right } = text.getBoundingClientRect();
  const screen = document.querySelector(".stage > .screen.shown, .screen.floating")?.getBoundingClientRect();
  const top = stage.getBoundingClientRect().top;
  return window.innerHeight - (screen && screen.left < right ? Math.min(top, screen.top) : top);
}

export function tellCovered() {
  document.documentElement.style.setProperty("--covered", `${Math.ceil(covered())}px`);
}

function keepInView(element) {
  const box = element.getBoundingClientRect();
  const top = covered() + 16;
  const bottom = window.innerHeight - 48 - coveredBelow();
  if (box.top >= top && box.bottom <= bottom) return;
  const smooth = !calm.matches;
  scrollIsOurs(smooth ? 1000 : 200);
  const wanted = window.scrollY + box.top - top - Math.max(0, (bottom - top - box.height) / 4);
  window.scrollTo({ top: wanted, behavior: smooth ? "smooth" : "instant" });
}

// What is heard now stands in this element; null when nothing published is heard.
export function lead(element) {
  target = element;
  if (target && following) keepInView(target);
}

export function follow(yes) {
  following = yes;
  button.textContent = yes ? button.dataset.pause : button.dataset.resume;
  if (yes && target) keepInView(target);
}

export function setPlaying(yes) {
  playing = yes;
  if (yes) button.hidden = false;
}

// For so long the page may scroll without the reader having done it.
export function scrollIsOurs(ms) {
  oursUntil = Math.max(oursUntil, performance.now() + ms);
}

// Only the reader's own scrolling stops the following; what we or the links did does not.
function readerScrolls() {
  if (playing && following) follow(false);
}

window.addEventListener("wheel", readerScrolls, { passive: true });
window.addEventListener("touchmove", readerScrolls, { passive: true });
window.addEventListener("keydown", (event) => {
  // in a player, on a button or where a key is ours these keys do something else
  const scrolls = SCROLL_KEYS.has(event.key) && !event.defaultPrevented && !event.altKey;
  if (scrolls && !event.target.closest("video, audio, button, select, textarea")) readerScrolls();
});
// The scroll bar and the like tell nothing but that the page has scrolled.
window.addEventListener(
  "scroll",
  () => {
    if (performance.now() > oursUntil) readerScrolls();
    else scrollIsOurs(150); // ours, and still going on
  },
  { passive: true },
);
button.addEventListener("click", () => follow(!following));
new ResizeObserver(tellCovered).observe(stage);
window.addEventListener("resize", tellCovered);
