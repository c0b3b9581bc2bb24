// Everything heard, as rows: which is said at a moment, marking it, and keeping it in view in the box until the reader
// scrolls. There may be nine thousand: events are heard by the box, one class moves, and nothing is made anew. The
// browser lays out what is in sight (`content-visibility`), so a far row's place is a guess until it has come near.

const EARLY_MS = 1000; // a player that was sent to a moment starts this much before it at the most
const SETTLING = 3; // looks at a far row's place until it is right
const SCROLL_KEYS = new Set(["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End", " "]);

const box = document.querySelector(".rows");
const button = document.querySelector(".follow");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const links = box ? [...box.querySelectorAll("p > a:first-child")] : [];

export const rows = links.map((link) => link.parentElement);
// in seconds with one decimal in the addresses
export const rowStarts = links.map((link) => Math.round(Number(/t=([\d.]+)$/.exec(link.getAttribute("href"))[1]) * 1000));

let current = rows.findIndex((row) => row.classList.contains("current"));
let reached = Math.max(current, 0); // the one row that the tab key reaches
let aim = null;
let following = true;
let playing = false;

// --- which row --------------------------------------------------------------------------------------

// The last row that has begun, -1 before the first.
function rowAt(ms) {
  let low = 0;
  let high = rowStarts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rowStarts[middle] <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function mark(index) {
  if (index === current) return;
  rows[current]?.classList.remove("current");
  rows[current]?.removeAttribute("aria-current");
  rows[index]?.classList.add("current");
  rows[index]?.setAttribute("aria-current", "true");
  current = index;
}

// The recording is at this moment, or (`exact`) was just sent to it; `open` brings the row into sight in any case.
export function markMoment(ms, { exact = false, open = false } = {}) {
  if (exact) aim = ms;
  const early = aim === null ? 0 : aim - ms;
  const said = early > 0 && early <= EARLY_MS ? aim : ms;
  if (early < 0) aim = null; // reached
  const before = current;
  mark(rowAt(said));
  if (open) box?.scrollIntoView({ block: "nearest", behavior: "instant" });
  // with the next frame, which has to lay out anyway: the mark does not wait for it
  if (open || (following && current !== before)) requestAnimationFrame(() => bring(current));
}

// The moment that a click on this element asks for: that of its row, null when it is none of the rows' business.
export function readerPlays(element) {
  const row = box?.contains(element) && element.closest("p");
  // a link to a post is its own; who drags over words wants to select them
  if (!row || element.closest("a:not(:first-child)") || !document.getSelection().isCollapsed) return null;
  const index = rows.indexOf(row);
  reach(index);
  return rowStarts[index];
}

// --- keeping it in view -----------------------------------------------------------------------------

// Scrolls the box, not the page, until this row can be seen in it.
export function bring(index, looks = SETTLING) {
  const row = rows[index];
  if (!row) return;
  const place = row.getBoundingClientRect();
  const frame = box.getBoundingClientRect();
  if (place.top >= frame.top + 8 && place.bottom <= frame.bottom - 24) return;
  const wanted = box.scrollTop + place.top - frame.top - box.clientHeight / 3;
  const far = Math.abs(wanted - box.scrollTop) > 2 * box.clientHeight;
  box.scrollTo({ top: wanted, behavior: far || calm.matches ? "instant" : "smooth" });
  if (far && looks > 0) requestAnimationFrame(() => requestAnimationFrame(() => bring(index, looks - 1)));
}

export function follow(yes) {
  following = yes;
  button.textContent = yes ? button.dataset.pause : button.dataset.resume;
  if (yes) bring(current);
}

export function setPlaying(yes) {
  playing = yes;
  if (yes && rows.length) button.hidden = false;
}

// Only the reader's own scrolling stops the following. A scroll event tells nothing here: the box also scrolls by
// itself when rows above turn out longer than they were guessed.
function readerScrolls() {
  if (playing && following) follow(false);
}

button.addEventListener("click", () => follow(!following));
box?.addEventListener("wheel", readerScrolls, { passive: true });
box?.addEventListener("touchmove", readerScrolls, { passive: true });
box?.addEventListener("pointerdown", ({ target, offsetX }) => {
  if (target === box && offsetX >= box.clientWidth) readerScrolls(); // on the scroll bar
});

// --- keys -------------------------------------------------------------------------------------------

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function reach(index) {
  links[reached]?.setAttribute("tabindex", "-1");
  reached = index;
  links[index].removeAttribute("tabindex");
}

// One row is reached by the tab key, the others from it by the arrows: nobody tabs through nine thousand.
links.forEach((link, index) => {
  if (index !== reached) link.setAttribute("tabindex", "-1");
});

box?.addEventListener("focus", () => {
  if (current >= 0) reach(current);
});

box?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const onRow = event.target.matches("p > a:first-child");
  if (SCROLL_KEYS.has(event.key)) readerScrolls();
  const next = onRow && STEPS[event.key] ? links.indexOf(event.target) + STEPS[event.key] : -1;
  if (!links[next]) return;
  event.preventDefault();
  reach(next);
  links[next].focus();
});
