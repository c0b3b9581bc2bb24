// One small menu for the whole page. It comes to the passage under the pointer, in focus or just played, and to the
// words the reader has selected: it copies them as a quote, copies their address, plays them in context.

import { passageAddress, previewAddress } from "./address.js";
import { attribute, copy, quote } from "./copy.js";
import { selectedWords, stretch } from "./extract.js";
import { scrollIsOurs } from "./follow.js";
import { piecesOf, placed, text } from "./passages.js";
import { play, playsHere } from "./stage.js";
import { startOf } from "./words.js";

const CONTEXT_MS = 10_000;
const REST_MS = 150; // a pointer that only crosses a passage, maybe on its way to the button, calls nothing
const AWAY_MS = 900;

const box = document.querySelector(".share");
const opener = box.querySelector(".share-open");
const menu = box.querySelector(".share-menu");

let subject = null; // { id, first, lastId, last, extract }; without `first` it is the whole passage
let waiting = 0;
let selecting = 0;

function whole(id) {
  return { id, first: null, lastId: id, last: null, extract: false };
}

function inUse() {
  return !menu.hidden || box.contains(document.activeElement);
}

// --- where it stands -----------------------------------------------------------------------------

// It stands behind the passage, so that Tab goes there next. It is drawn in the margin beside the passage's last line,
// where it hides no words, or under the words that are selected.
function attach(wanted) {
  clearTimeout(waiting);
  let before = piecesOf(wanted.lastId).at(-1);
  if (before.nextElementSibling?.matches(".aside")) before = before.nextElementSibling;
  if (before.nextElementSibling !== box) before.after(box);
  subject = wanted;
  menu.querySelector(".proof-link").hash = `p=${wanted.id}`;
  box.classList.toggle("extract", wanted.extract);
  box.hidden = false;
  const line = [...(wanted.extract ? stretch(wanted) : piecesOf(wanted.lastId).at(-1)).getClientRects()].at(-1);
  const home = box.offsetParent.getBoundingClientRect();
  const room = document.documentElement.clientWidth - home.left - opener.offsetWidth - 4;
  box.style.left = `${Math.min(wanted.extract ? line.left - home.left : home.width + 10, room)}px`;
  box.style.top = `${(wanted.extract ? line.bottom + 6 : line.top + line.height / 2) - home.top}px`;
}

function leave() {
  clearTimeout(waiting);
  if (!box.contains(document.activeElement)) box.hidden = true;
}

function open(yes) {
  menu.hidden = !yes;
  opener.setAttribute("aria-expanded", String(yes));
  if (!yes) return;
  menu.querySelector(".told-copy").textContent = "";
  menu.querySelector(".copy-field").hidden = true;
  const entry = placed(subject.id);
  menu.querySelector("[data-do=context]").hidden = !entry || !playsHere(entry.recording);
  menu.querySelector("[data-do=sheet]").hidden = !navigator.share;
  menu.classList.remove("leftward");
  menu.classList.toggle("leftward", menu.getBoundingClientRect().right > text.getBoundingClientRect().right);
  scrollIsOurs(300);
  menu.scrollIntoView({ block: "nearest", behavior: "instant" });
}

// --- what calls it -------------------------------------------------------------------------------

function passageUnder(target) {
  return target.closest?.("a.passage[data-recording]")?.dataset.passage ?? null;
}

text.addEventListener("pointermove", ({ target, pointerType }) => {
  const id = passageUnder(target);
  if (pointerType !== "mouse" || inUse() || subject?.extract) return;
  clearTimeout(waiting);
  if (id && (id !== subject?.id || box.hidden)) waiting = setTimeout(() => attach(whole(id)), REST_MS);
});
text.addEventListener("pointerleave", ({ pointerType }) => {
  clearTimeout(waiting);
  if (pointerType === "mouse" && !inUse() && !subject?.extract) waiting = setTimeout(leave, AWAY_MS);
});
for (const kind of ["focusin", "click"]) {
  text.addEventListener(kind, ({ target }) => {
    const id = passageUnder(target);
    if (id && getSelection().isCollapsed) attach(whole(id));
  });
}

document.addEventListener("selectionchange", () => {
  if (!menu.hidden) return;
  clearTimeout(selecting);
  selecting = setTimeout(() => {
    const words = selectedWords();
    if (words) attach({ ...words, extract: true });
    else if (subject?.extract) {
      subject = null;
      leave();
    }
  }, REST_MS);
});

// What moves the words away from under the button makes it go.
window.addEventListener("resize", leave);
text.addEventListener("click", ({ target }) => {
  if (target.closest(".toggle")) leave();
});

// --- what it does --------------------------------------------------------------------------------

const DEEDS = {
  quote: () => copy(quote(subject), menu),
  link: () => copy({ plain: passageAddress(subject) }, menu),
  context() {
    const { recording, link } = placed(subject.id);
    open(false);
    play(recording, Math.max(0, startOf(subject.id, subject.first ?? -1) - CONTEXT_MS), link);
  },
  sheet() {
    const shared = { title: document.title, text: attribute(subject), url: previewAddress(subject) };
    navigator.share(shared).catch(() => {}); // the reader thought better of it
  },
};

opener.addEventListener("click", () => open(menu.hidden));
menu.addEventListener("click", ({ target }) => DEEDS[target.closest("button")?.dataset.do]?.());
// the words stay selected
box.addEventListener("pointerdown", (event) => {
  if (!event.target.closest(".copy-field")) event.preventDefault();
});
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || menu.hidden) return;
  if (box.contains(document.activeElement)) opener.focus();
  open(false);
});
document.addEventListener("pointerdown", ({ target }) => {
  if (!menu.hidden && !box.contains(target)) open(false);
});
box.addEventListener("focusout", ({ relatedTarget }) => {
  if (relatedTarget && !box.contains(relatedTarget)) open(false);
});
