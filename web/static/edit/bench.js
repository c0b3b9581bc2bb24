// The bench: a passage is listened to, its start is moved, the answer is sent; the new verdict comes in the place of the
// old one. What the server answers is the whole page, as without script; the parts that changed are taken out of it, and
// the player stays. Times are whole milliseconds.

import { attachControls } from "../controls.js";
import { attachKeys, toggleHelp } from "./keys.js";
import { goTo, isPlaying, listenTo, nowMs, playFrom, playsHere, show, shownPlayer, stop } from "./listen.js";
import { Wave } from "./wave.js";

const AROUND_MS = 2000; // played before and behind the passage
const UNKNOWN_MS = 4000; // played of a passage whose end is not known
const TASTE_MS = 1500; // played after a nudge
const PARTS = ["seat", "passages", "read"]; // what changes from passage to passage

const told = document.getElementById("told");
const recordings = new Map();
for (const { dataset } of document.querySelectorAll(".sources li")) {
  const length = dataset.length ? Number(dataset.length) : null;
  recordings.set(dataset.number, { number: dataset.number, media: dataset.media, length });
}

let seat;
let wave;
let number; // of the recording listened to
let start;
let end; // null where it is not known
let busy = false;

// --- times as people write them --------------------------------------------------------------------

function write(ms) {
  const [whole, rest] = [Math.floor(ms / 1000), ms % 1000];
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  const fraction = rest ? `.${String(rest).padStart(3, "0").replace(/0+$/, "")}` : "";
  return (h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`) + fraction;
}

// Null where it is no time.
function read(text) {
  const found = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d{1,5})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  if (!found) return null;
  const [, h, m, s, fraction] = found;
  return ((Number(h ?? 0) * 60 + Number(m ?? 0)) * 60 + Number(s)) * 1000 + Number((fraction ?? "0").padEnd(3, "0"));
}

// --- the passage on the seat -------------------------------------------------------------------------

function sit() {
  seat = document.getElementById("seat");
  const { dataset } = seat;
  number = dataset.recording;
  start = Number(dataset.start);
  end = dataset.end === "" ? null : Number(dataset.end);
  wave?.close();
  wave = new Wave(document.getElementById("wave"), (ms) => playFrom(number, ms));
  for (const button of seat.querySelectorAll(".listen-there")) button.hidden = false;
  seat.querySelector(".around").hidden = !playsHere(number);
  wave.show(recordings.get(number), { start, end });
  goTo(number, start);
}

function field() {
  return seat.querySelector("#start");
}

// The end stays where it is; a start that passes it leaves it unknown.
function setStart(ms) {
  const { length } = recordings.get(number);
  start = Math.max(0, length === null ? ms : Math.min(ms, length - 1));
  if (end !== null && end <= start) end = null;
  field().value = write(start);
  wave.setStart(start, end);
}

function nudge(ms) {
  setStart(start + ms);
  if (playsHere(number)) playFrom(number, start, start + TASTE_MS);
}

function beginHere() {
  const now = nowMs();
  if (now !== null) setStart(now);
}

function playAround() {
  if (isPlaying()) stop();
  else playFrom(number, start - AROUND_MS, (end ?? start + UNKNOWN_MS) + AROUND_MS);
}

// Takes another place for the passage, in whatever recording; it is written only when it is accepted.
function take(place) {
  number = place.number;
  const select = seat.querySelector("#recording");
  if (select) select.value = recordings.get(number).media;
  [start, end] = [place.start, place.end];
  field().value = write(start);
  for (const spot of seat.querySelectorAll(".spot")) {
    if (spot.dataset.key === place.key) spot.setAttribute("aria-current", "true");
    else spot.removeAttribute("aria-current");
  }
  wave.show(recordings.get(number), { start, end });
  if (playsHere(number)) playFrom(number, start, end ?? start + UNKNOWN_MS);
}

function takeSpot(key) {
  const spot = seat.querySelector(`.spot[data-key="${key}"]`);
  if (!spot) return;
  const { recording, start: from, end: to } = spot.dataset;
  take({ key, number: recording, start: Number(from), end: Number(to) > Number(from) ? Number(to) : null });
}

// --- the server's answers -----------------------------------------------------------------------------

function addressOf(url) {
  const address = new URL(url);
  for (const passing of ["fait", "suite"]) address.searchParams.delete(passing);
  return address.href;
}

// Puts the parts of an answered page in the place of ours. False where it is no page of the bench.
function takeIn(page) {
  if (!page.getElementById("wave")) return false;
  for (const id of PARTS) document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id)));
  document.title = page.title;
  stop();
  sit();
  seat.focus({ preventScroll: true });
  if (seat.getBoundingClientRect().top < 0) seat.scrollIntoView({ block: "start", behavior: "instant" });
  return true;
}

async function ask(address, options, remember) {
  if (busy) return;
  busy = true;
  seat.setAttribute("aria-busy", "true");
  if (options.method) told.textContent = told.dataset.saving;
  try {
    const answer = await fetch(address, options);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!takeIn(page)) complain(page.querySelector("main p")?.textContent ?? told.dataset.failed);
    else if (answer.ok) remember(addressOf(answer.url));
    const outcome = document.querySelector("#seat .outcome").textContent.trim().replace(/\s+/g, " ");
    told.textContent = outcome || document.getElementById("seat-name").textContent;
  } catch {
    complain(told.dataset.failed);
  } finally {
    busy = false;
    seat.removeAttribute("aria-busy");
  }
}

function complain(words) {
  const sentence = document.createElement("p");
  sentence.className = "trouble";
  sentence.textContent = words;
  seat.querySelector(".outcome").replaceChildren(sentence);
  told.textContent = words;
}

function go(address) {
  return ask(address, {}, (url) => history.pushState(null, "", url));
}

function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  // not form.action: the form has buttons of that name
  const address = new URL(form.getAttribute("action"), location.href);
  return ask(address, { method: "POST", body }, (url) => history.replaceState(null, "", url));
}

// --- what calls it ----------------------------------------------------------------------------------------

function press(selector) {
  const button = seat.querySelector(selector);
  if (button) button.form.requestSubmit(button);
}

function step(direction) {
  const link = seat.querySelector(`.step[rel=${direction}]`);
  if (link) go(link.href);
}

document.addEventListener("submit", (event) => {
  if (!event.target.closest("#seat")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

document.addEventListener("click", (event) => {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const at = (selector) => event.target.closest(selector);
  if (at(".nudge")) nudge(Number(at(".nudge").dataset.nudge));
  else if (at(".here")) beginHere();
  else if (at(".around")) playAround();
  else if (at(".listen-there")) {
    const { media, start: from } = at(".listen-there").dataset;
    const there = [...recordings.values()].find((recording) => recording.media === media);
    playFrom(there?.number ?? number, Number(from) - AROUND_MS / 2);
  } else if (at(".spot") && plain) {
    event.preventDefault();
    takeSpot(at(".spot").dataset.key);
  } else if (at("#passages a, .step") && plain) {
    event.preventDefault();
    go(at("a").href);
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.id === "start" && read(target.value) !== null) setStart(read(target.value));
  if (target.id === "recording") {
    const there = [...recordings.values()].find(({ media }) => media === target.value);
    number = there.number;
    show(number);
    wave.show(there, { start, end });
  }
});

window.addEventListener("popstate", () => ask(location.href, {}, () => {}));

const bar = document.querySelector(".controls");
if (bar) attachControls(bar, shownPlayer);
listenTo((ms, playing) => {
  wave.setHead(ms);
  const button = seat.querySelector(".around");
  const words = playing ? button.dataset.stop : button.dataset.play;
  if (button.textContent !== words) button.textContent = words;
});

attachKeys({
  " ": playAround,
  ArrowLeft: () => nudge(-100),
  ArrowRight: () => nudge(100),
  ShiftArrowLeft: () => nudge(-1000),
  ShiftArrowRight: () => nudge(1000),
  Enter: () => press("[value=start].main-deed"),
  d: beginHere,
  n: () => press("#deed [value=unsaid]"),
  x: () => press("#deed [value=never]"),
  u: () => press("#deed [value=undo]"),
  j: () => step("next"),
  k: () => step("prev"),
  "?": toggleHelp,
  ...Object.fromEntries([..."123456789"].map((key) => [key, () => takeSpot(key)])),
});
sit();
