// « Ce n’est pas le bon moment »: a small form beside the text, for the passage that the menu is about. The reader may let
// the player run to the right moment meanwhile, and send that. Without this script the form is a page of its own.

import { piecesOf, placed } from "./passages.js";
import { passageOfMenu } from "./share.js";
import { shownPlayer, shownRecording } from "./stage.js";

const LOOK_MS = 250; // how often the player's time is shown

const panel = document.getElementById("report");
const form = panel.querySelector("form");
const here = panel.querySelector(".here");
const choice = here.querySelector("input");
const told = panel.querySelector(".report-told");

let back = null; // what had the focus before
let recording = null;
let looking = 0;

function clock(seconds) {
  const whole = Math.floor(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return h ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}

// Where the player stands, in seconds; null where that says nothing about this passage.
function now() {
  const player = shownPlayer();
  return player?.tells && shownRecording() === recording ? player.now() : null;
}

function look() {
  const seconds = now();
  here.hidden = seconds === null;
  if (seconds !== null) here.querySelector("output").textContent = clock(seconds);
}

function wordsOf(id) {
  return piecesOf(id).map((piece) => piece.textContent).join(" ").replace(/\s+/g, " ").trim();
}

function open(id, from, number) {
  back = from;
  recording = number;
  form.reset();
  form.hidden = false;
  form.elements.p.value = id;
  form.querySelector("blockquote").textContent = wordsOf(id);
  told.textContent = "";
  panel.hidden = false;
  document.documentElement.classList.add("reporting");
  look();
  clearInterval(looking);
  looking = setInterval(look, LOOK_MS);
  panel.querySelector("h2").focus();
}

function close() {
  clearInterval(looking);
  const inside = panel.contains(document.activeElement);
  panel.hidden = true;
  document.documentElement.classList.remove("reporting");
  if (inside) back?.focus({ preventScroll: true });
}

function tell(words) {
  told.textContent = words;
}

async function send() {
  const body = new URLSearchParams({ p: form.elements.p.value, note: form.elements.note.value });
  const seconds = now();
  if (choice.checked && seconds !== null) body.set("moment", seconds.toFixed(1));
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok) {
      form.hidden = true;
      clearInterval(looking);
      tell(told.dataset.thanks);
      panel.querySelector("h2").focus(); // the button that had the focus is hidden
    } else tell(page.querySelector("main .lead")?.textContent ?? told.dataset.failed);
  } catch {
    tell(told.dataset.failed);
  } finally {
    button.disabled = false;
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest(".report-open");
  if (event.target.closest(".report-close")) close();
  if (!opener || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (opener.dataset.passage) open(opener.dataset.passage, opener, opener.dataset.in);
  else {
    const id = passageOfMenu();
    open(id, placed(id).link, placed(id).recording);
  }
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && !panel.hidden && panel.contains(document.activeElement)) close();
});
