// What the published search found, put together from the parts that its page brings (templates/parts.html): the same
// elements as the live viewer sends.

import { tokens } from "./query.js";

const PER_PAGE = 20;
const language = document.documentElement.lang;
const parts = new Map();
for (const part of document.querySelectorAll("template[id^=part-]")) parts.set(part.id.slice(5), part.content);

function copyOf(name) {
  return parts.get(name).cloneNode(true);
}

function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (number) => String(number).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

// "1 h 23 min 45 s", as everywhere
function spoken(ms) {
  const seconds = Math.floor(ms / 1000);
  const all = [[Math.floor(seconds / 3600), "h"], [Math.floor(seconds / 60) % 60, "min"], [seconds % 60, "s"]];
  const said = all.filter(([number, unit]) => number || unit === "s");
  return said.map(([number, unit]) => `${number}\u00a0${unit}`).join("\u00a0");
}

function dayInWords(day) {
  const date = new Date(`${day}T12:00:00Z`);
  const said = (options) => new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }).format(date);
  const number = date.getUTCDate() === 1 && language === "fr" ? "1er" : String(date.getUTCDate());
  return `${number}\u00a0${said({ month: "long" })} ${date.getUTCFullYear()}`;
}

// --- a hit -------------------------------------------------------------------------------------------

// Whether a word of a line is one that was looked for: as typed, begun, or in another form.
function matches(folded, { words: [word], begun, forms }) {
  return folded === word || (begun && folded.startsWith(word)) || Boolean(forms?.has(folded));
}

function marksOf(text, terms) {
  const words = tokens(text);
  const marked = [];
  for (const term of terms) {
    const length = term.words.length;
    for (let at = 0; at + length <= words.length; at += 1) {
      const run = words.slice(at, at + length);
      const fits = term.quoted
        ? run.every(({ folded }, place) => folded === term.words[place] || (term.begun && place === length - 1 && folded.startsWith(term.words[place])))
        : matches(run[0].folded, term);
      if (fits) marked.push([run[0].start, run.at(-1).end]);
    }
  }
  return marked.sort((a, b) => a[0] - b[0]);
}

function writeMarked(box, text, terms) {
  let done = 0;
  for (const [start, end] of marksOf(text, terms)) {
    if (end <= done) continue;
    box.append(text.slice(done, Math.max(done, start)));
    const mark = document.createElement("mark");
    mark.textContent = text.slice(Math.max(done, start), end);
    box.append(mark);
    done = end;
  }
  box.append(text.slice(done));
}

function element(name, words, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = words;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function makeHit(told, root, terms, numberOf) {
  const item = copyOf("hit").firstElementChild;
  const sure = told.heard || told.status === "spoken" || told.status === "reworded";
  const placed = told.moment && { href: told.moment, "data-start": told.start, "data-end": told.end };
  if (placed && numberOf(told.media)) placed["data-recording"] = numberOf(told.media);
  item.classList.toggle("hit-heard", told.heard);
  item.classList.toggle("hit-unsure", !sure);
  const listen = item.querySelector(".listen");
  if (placed && sure) {
    listen.setAttribute("aria-label", listen.dataset.words.replace("#", spoken(told.start)));
    listen.firstElementChild.textContent = clock(told.start);
    for (const [key, value] of Object.entries(placed)) listen.setAttribute(key, value);
    listen.removeAttribute("data-words");
  } else {
    listen.nextSibling.remove();
    listen.remove();
  }
  writeMarked(item.querySelector(".hit-text"), told.text, terms);
  item.querySelector(".hit-from").append(...between(facts(told, root, placed, sure)));
  return item;
}

function facts(told, root, placed, sure) {
  const said = copyOf("verdicts");
  const untitled = said.querySelector(told.heard ? ".untitled-session" : ".untitled-post").textContent;
  const tail = told.heard ? `?t=${Math.floor(told.start / 1000)}` : told.passage ? `#p=${told.passage}` : "";
  const found = [];
  if (told.speaker) found.push(element("span", told.speaker, { class: "who" }));
  found.push(element("a", told.title || untitled, { href: new URL(told.page + tail, root).href, lang: "fr" }));
  if (told.day) found.push(element("time", dayInWords(told.day), { datetime: told.day }));
  const verdict = said.querySelector(`[data-status="${told.heard ? "heard" : told.status}"]`);
  if (verdict) found.push(element("span", verdict.textContent, { class: "verdict" }));
  const possible = said.querySelector(".possible");
  if (placed && !sure) {
    found.push(element("a", possible.dataset.words.replace("#", clock(told.start)), { class: "possible", ...placed }));
  }
  return found;
}

function between(elements) {
  return elements.flatMap((one, at) => (at ? [" · ", one] : [one]));
}

// --- the page of results -----------------------------------------------------------------------------

function told(name, words) {
  const box = copyOf(name).firstElementChild;
  box.dataset.told = words ?? box.querySelector("p").textContent;
  return [box];
}

export function showFailure() {
  return told("failed");
}

function showNone(query) {
  const [box] = told("none", "");
  const [sentence, hint] = box.children;
  sentence.textContent = sentence.dataset.words.replace("#", () => query);
  hint.textContent = /["«“]/.test(query) ? hint.dataset.quoted : hint.dataset.plain;
  box.dataset.told = sentence.textContent;
  return [box];
}

// What was searched in place of words that stand nowhere, as a hit writes it.
function tellMeant(line, meant, hits) {
  if (!meant.length) return line.remove();
  const written = new Map();
  for (const { text } of hits) {
    for (const { folded, start, end } of tokens(text)) {
      if (!written.has(folded)) written.set(folded, text.slice(start, end).toLowerCase());
    }
  }
  const [searched, typed] = line.querySelectorAll("em");
  searched.textContent = meant.map(([, word]) => written.get(word) ?? word).join(" ");
  typed.textContent = meant.map(([word]) => word).join(" ");
}

function turnPages(nav, page, last, addressOf) {
  if (last === 1) return nav.remove();
  const [before, number, after] = nav.children;
  number.textContent = number.dataset.words.replace("##", last).replace("#", page);
  if (page > 1) before.href = addressOf(page - 1);
  else before.remove();
  if (page < last) after.href = addressOf(page + 1);
  else after.remove();
}

async function shelvesFrom(address) {
  const answer = await fetch(address);
  if (!answer.ok) return [];
  return [...new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("template.shelf")];
}

// The elements that show one page of what was found.
export async function showResults(index, query, { page, root, shelves, addressOf }) {
  const found = await index.find(query);
  if (found.common) return told("common");
  if (!found.lines.length) return showNone(query);
  const last = Math.ceil(found.lines.length / PER_PAGE);
  const shown = Math.min(Math.max(1, page), last);
  const lines = found.lines.slice((shown - 1) * PER_PAGE, shown * PER_PAGE);
  const hits = await Promise.all(lines.map((line) => index.tell(line)));
  const wanted = new Set(hits.filter(({ moment }) => moment).map(({ media }) => media));
  const players = wanted.size ? (await shelvesFrom(shelves)).filter(({ dataset }) => wanted.has(dataset.media)) : [];
  const numbers = new Map(players.map(({ dataset }) => [dataset.media, dataset.number]));
  const box = copyOf("hits").firstElementChild;
  const count = box.querySelector(".count");
  const total = found.lines.length;
  const form = total === 1 || (total === 0 && language === "fr") ? count.dataset.one : count.dataset.many;
  count.textContent = form.replace(/\d+/, String(total));
  box.dataset.told = count.textContent;
  if (!found.cut) box.querySelector(".cut").remove();
  tellMeant(box.querySelector(".meant"), found.meant, hits);
  const list = box.querySelector(".hits");
  list.start = (shown - 1) * PER_PAGE + 1;
  list.append(...hits.map((hit) => makeHit(hit, root, found.terms, (media) => numbers.get(media))));
  if (!list.querySelector(".hit:not(.hit-unsure) [data-recording]")) box.querySelector(".play-all").remove();
  turnPages(box.querySelector(".paging"), shown, last, addressOf);
  box.append(...players);
  return [box];
}
