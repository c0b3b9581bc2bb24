// Search in the rows: at once, without accents and case, also across two rows. The hits are marked without touching
// the rows (CSS Custom Highlight API), and only those in sight: to mark fifteen thousand the browser would have to lay
// out all rows. A browser that cannot mark still counts them and goes from one to the next.

import { bring, follow, rows } from "./rows.js";

const LEAST = 2; // letters

const form = document.querySelector(".find");
const field = form?.querySelector("input");
const said = form?.querySelector(".hits");
const steps = document.querySelectorAll(".find .step");
const box = document.querySelector(".rows");
const indexes = new Map(rows.map((row, index) => [row, index]));
const canMark = "highlights" in CSS;

let known = null;
let hits = [];
let length = 0;
let place = -1;

// --- the text ---------------------------------------------------------------------------------------

const SPACES = /[\s\u00a0\u202f]/;
const LIGATURES = { œ: "oe", æ: "ae" };

function foldOne(character) {
  const plain = character.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  if (SPACES.test(plain)) return " ";
  return plain === "’" ? "'" : (LIGATURES[plain] ?? plain);
}

// Folded once for each letter there is; a whole session has some eighty.
const folds = new Map();

function fold(text) {
  let folded = "";
  for (const character of text) {
    let one = folds.get(character);
    if (one === undefined) folds.set(character, (one = foldOne(character)));
    folded += one;
  }
  return folded;
}

// All rows as one folded text with a space between two, and where each begins in it.
function read() {
  const starts = new Uint32Array(rows.length);
  const texts = [];
  let end = 0;
  rows.forEach((row, index) => {
    const text = fold(wordsOf(row));
    starts[index] = end;
    texts.push(text);
    end += text.length + 1;
  });
  return { all: texts.join(" "), starts };
}

// What was said in a row: its text without the time and the space after it.
function wordsOf(row) {
  return row.textContent.slice(row.firstChild.textContent.length + 1);
}

function rowOf(offset) {
  let low = 0;
  let high = known.starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (known.starts[middle] <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// --- marking ----------------------------------------------------------------------------------------

// A place in a row's folded words as a place in its text nodes.
function nodeAt(row, folded) {
  let left = folded + 1; // the space after the time
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  walker.nextNode(); // the time
  let last = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    let at = 0;
    for (const character of node.data) {
      if (left <= 0) return [node, at];
      left -= folds.get(character).length;
      at += character.length;
    }
    last = [node, at];
  }
  return last;
}

function rangesOf(hit) {
  const ranges = [];
  const end = hit + length;
  for (let index = rowOf(hit); index < rows.length && known.starts[index] < end; index += 1) {
    const start = known.starts[index];
    const from = nodeAt(rows[index], Math.max(hit - start, 0));
    const until = nodeAt(rows[index], end - start);
    if (!from || !until) continue;
    ranges.push(
      new StaticRange({ startContainer: from[0], startOffset: from[1], endContainer: until[0], endOffset: until[1] }),
    );
  }
  return ranges;
}

const inSight = new Set(); // the parts of the box (its children) that are near enough to be seen

// The first hit at this place in the text or after it.
function hitFrom(offset) {
  let low = 0;
  let high = hits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hits[middle] < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function paint() {
  if (!canMark) return;
  const seen = [];
  for (const part of length ? inSight : []) {
    const first = indexes.get(part.firstElementChild);
    const next = known.starts[first + part.childElementCount] ?? Infinity;
    // one that began in the row before goes on here
    const from = Math.max(0, hitFrom(known.starts[first]) - 1);
    seen.push(...hits.slice(from, hitFrom(next)));
  }
  CSS.highlights.set("found", new Highlight(...seen.flatMap(rangesOf)));
}

function watchSight() {
  const observer = new IntersectionObserver(
    (changes) => {
      for (const { target, isIntersecting } of changes) {
        if (isIntersecting) inSight.add(target);
        else inSight.delete(target);
      }
      if (hits.length) paint();
    },
    { root: box, rootMargin: "200px" },
  );
  for (const part of box.children) observer.observe(part);
}

function showPlace() {
  const { place: words, none } = form.dataset;
  const total = hits.length;
  if (!length) said.textContent = "";
  else if (!total) said.textContent = none;
  else said.textContent = words.replace("{place}", String(place + 1)).replace("{total}", String(total));
  for (const step of steps) step.disabled = total === 0;
  if (canMark) CSS.highlights.set("found-here", new Highlight(...(place < 0 ? [] : rangesOf(hits[place]))));
}

// --- finding ----------------------------------------------------------------------------------------

function find() {
  known ??= read();
  const wanted = fold(field.value).trim().replace(/ +/g, " ");
  length = wanted.length < LEAST ? 0 : wanted.length;
  hits = [];
  for (let at = length ? known.all.indexOf(wanted) : -1; at >= 0; at = known.all.indexOf(wanted, at + length)) {
    hits.push(at);
  }
  place = hits.length ? 0 : -1;
  paint();
  if (place >= 0) goTo();
  else showPlace();
}

function goTo() {
  follow(false); // the reader is looking elsewhere now
  showPlace();
  bring(rowOf(hits[place]));
}

function step(by) {
  if (!hits.length) return;
  place = (place + by + hits.length) % hits.length;
  goTo();
}

export function startFinding() {
  form.hidden = false;
  watchSight();
  // some tens of milliseconds for nine thousand rows, which no key should wait for
  (window.requestIdleCallback ?? setTimeout)(() => { known ??= read(); });
  field.addEventListener("input", find);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    step(1);
  });
  form.addEventListener("click", ({ target }) => {
    if (target.closest(".step[type=button]")) step(-1);
  });
}
