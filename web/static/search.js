// Upgrades the search page: results come as one types, and play in place. Without this script the form is a form and
// every link an ordinary, right link.

import { attachDock } from "./dock.js";
import { openIndex } from "./search/frozen.js";
import { showFailure, showResults } from "./search/results.js";

const PATIENCE_MS = 150; // between the last key and the question

const form = document.querySelector(".seek");
const field = form.elements.q;
const found = document.getElementById("found");
const told = document.getElementById("told");
const other = document.querySelector("a.language");
const site = document.title.split(" · ").at(-1);
const dock = attachDock(document.getElementById("dock"), found);
const index = form.dataset.index ? openIndex(form.dataset.index) : null; // in a published folder, which has no server

let waiting;
let asking = null; // the question on its way: a newer one calls it off, so an old answer never covers a new one
let answered = field.value.trim();
const tips = [...found.childNodes];

function addressOf(place, page = 1) {
  const wanted = new URLSearchParams(new FormData(form));
  wanted.set("q", field.value.trim());
  if (!wanted.get("q")) wanted.delete("q");
  if (page > 1) wanted.set("page", page);
  const asked = String(wanted);
  return asked ? `${place}?${asked}` : place;
}

// The link to the other language asks what this page now shows, and not what it was opened with.
function tellOtherLanguage() {
  const address = new URL(other.href);
  const language = address.searchParams.get("lang");
  address.search = new URL(addressOf(form.getAttribute("action")), location.href).search;
  if (language) address.searchParams.set("lang", language);
  other.href = address.href;
}

// What the server answers, or what is found in the index; elements to show.
async function answer(query, page, signal) {
  if (index) {
    const root = new URL(form.dataset.root, location.href);
    const addressOfPage = (number) => addressOf(form.getAttribute("action"), number);
    return showResults(index, query, { page, root, shelves: form.dataset.shelves, addressOf: addressOfPage });
  }
  const said = await fetch(addressOf(form.dataset.results), { signal });
  const text = await said.text();
  if (!said.ok) throw new Error(`answered ${said.status}`);
  return [...new DOMParser().parseFromString(text, "text/html").body.childNodes];
}

async function ask({ page = 1 } = {}) {
  clearTimeout(waiting);
  const query = field.value.trim();
  if (query === answered && !asking) return;
  asking?.abort();
  const question = new AbortController();
  asking = question;
  try {
    const elements = index && !query ? tips : await answer(query, page, question.signal);
    if (asking === question) put(elements, query, page);
  } catch {
    // Called off, or the server cannot be reached: the button still sends the form in the ordinary way.
    if (asking === question && !index) form.dataset.plain = "";
    else if (asking === question) put(showFailure(), query, page);
  } finally {
    if (asking === question) asking = null;
  }
}

function put(elements, query, page) {
  answered = query;
  delete form.dataset.plain;
  found.replaceChildren(...elements);
  told.textContent = found.querySelector(".results")?.dataset.told ?? "";
  document.title = [query, dock.title, site].filter(Boolean).join(" · ");
  history.replaceState(null, "", addressOf(form.getAttribute("action"), page));
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

// A published page is the same for every question: it is answered here, as the live viewer's server answers it.
if (index) {
  const asked = new URLSearchParams(location.search);
  field.value ||= asked.get("q") ?? "";
  if (field.value.trim()) ask({ page: Number(asked.get("page")) || 1 });
}

// what was typed before this script ran, and what a browser puts back into the field
if (field.value.trim() !== new URLSearchParams(location.search).get("q")?.trim() && field.value.trim()) {
  answered = null;
  ask();
}
