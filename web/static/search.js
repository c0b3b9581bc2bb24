// Upgrades the search page: results come as one types, and play in place. Without this script the form is a form and
// every link an ordinary, right link.

import { attachDock } from "./dock.js";

const PATIENCE_MS = 150; // between the last key and the question

const form = document.querySelector(".seek");
const field = form.elements.q;
const found = document.getElementById("found");
const told = document.getElementById("told");
const other = document.querySelector("a.language");
const site = document.title.split(" · ").at(-1);
const dock = attachDock(document.getElementById("dock"), found);

let waiting;
let asking = null; // the question on its way: a newer one calls it off, so an old answer never covers a new one
let answered = field.value.trim();

function addressOf(page) {
  const wanted = new URLSearchParams(new FormData(form));
  wanted.set("q", field.value.trim());
  if (!wanted.get("q")) wanted.delete("q");
  const asked = String(wanted);
  return asked ? `${page}?${asked}` : page;
}

// The link to the other language asks what this page now shows, and not what it was opened with.
function tellOtherLanguage() {
  const address = new URL(other.href);
  const language = address.searchParams.get("lang");
  address.search = new URL(addressOf(form.getAttribute("action")), location.href).search;
  address.searchParams.set("lang", language);
  other.href = address.href;
}

async function ask() {
  clearTimeout(waiting);
  const query = field.value.trim();
  if (query === answered && !asking) return;
  asking?.abort();
  const question = new AbortController();
  asking = question;
  try {
    const answer = await fetch(addressOf(form.dataset.results), { signal: question.signal });
    const text = await answer.text();
    if (asking !== question) return;
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    put(text, query);
  } catch {
    // Called off, or the server cannot be reached: the button still sends the form in the ordinary way.
    if (asking === question) form.dataset.plain = "";
  } finally {
    if (asking === question) asking = null;
  }
}

function put(text, query) {
  answered = query;
  delete form.dataset.plain;
  const fresh = new DOMParser().parseFromString(text, "text/html");
  found.replaceChildren(...fresh.body.childNodes);
  told.textContent = found.querySelector(".results")?.dataset.told ?? "";
  document.title = [query, dock.title, site].filter(Boolean).join(" · ");
  history.replaceState(null, "", addressOf(form.getAttribute("action")));
  tellOtherLanguage();
  dock.refresh();
}

field.addEventListener("input", (event) => {
  clearTimeout(waiting);
  // a letter still being composed (´ before e) is no word yet
  if (!event.isComposing) waiting = setTimeout(ask, PATIENCE_MS);
});
field.addEventListener("compositionend", () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, PATIENCE_MS);
});
form.addEventListener("submit", (event) => {
  if ("plain" in form.dataset) return;
  event.preventDefault();
  ask();
});

// what was typed before this script ran, and what a browser puts back into the field
if (field.value.trim() !== new URLSearchParams(location.search).get("q")?.trim() && field.value.trim()) {
  answered = null;
  ask();
}
