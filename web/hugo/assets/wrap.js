// Puts the marks into the page: every found passage becomes a link that plays, or words that are not claimed to be said.
// The words themselves, and whatever stands around them, stay as Hugo rendered them.

import { address, facts, say } from "./facts.js";
import { lettersOf } from "./fold.js";

const LINKED = new Set(["spoken", "reworded"]);
const WORD = /[^\s\x1c-\x1f\x85]+/gu; // as words.js
const OPENING = "[«“”‘\"'(\\[…–—-][^\\S\\n]?"; // a sign before words, with its space
const CLOSING = "[^\\S\\n]?(?:\\.{3}|[^\\p{L}\\p{N}\\s])"; // one behind them
const several = facts.recordings.length > 1;

// The runs of letters that belong to one passage, stand in one block, and inside or outside one link of the author's.
function cutRuns(found, { places }) {
  const owners = new Array(places.length).fill(-1);
  const bySize = found.map((span, index) => ({ span, index })).filter(({ span }) => span);
  bySize.sort((a, b) => b.span[1] - b.span[0] - (a.span[1] - a.span[0])); // a quote inside a longer passage wins
  for (const { span, index } of bySize) owners.fill(index, ...span);
  const runs = [];
  let run = null;
  owners.forEach((owner, at) => {
    const { block, node } = places[at];
    const link = owner < 0 ? null : node.parentElement.closest("a");
    if (run && run.owner === owner && run.block === block && run.link === link) {
      run.to = at;
    } else {
      run = { owner, block, link, from: at, to: at };
      runs.push(run);
    }
  });
  return runs.filter(({ owner }) => owner >= 0);
}

// How many signs a passage has before its first letter, or behind its last one.
function count(signs) {
  return signs.replace(/\s/g, "").replaceAll("...", "…").length;
}

// The range of a run. Where it is the beginning or the end of its passage, the signs come along that belong to it.
function rangeOf({ from, to }, passage, [begin, end], { places }) {
  const [first, last] = [places[from], places[to]];
  const free = places[from - 1]?.node === first.node ? places[from - 1].to : 0;
  const limit = places[to + 1]?.node === last.node ? places[to + 1].from : last.node.length;
  const before = from === begin ? count(/^[^\p{L}\p{N}]*/u.exec(passage.text)[0]) : 0;
  const after = to === end - 1 ? count(/[^\p{L}\p{N}]*$/u.exec(passage.text)[0]) : 0;
  const opening = new RegExp(`(?:${OPENING}){0,${before}}$`, "u").exec(first.node.data.slice(free, first.from))[0];
  const closing = new RegExp(`^(?:${CLOSING}){0,${after}}`, "u").exec(last.node.data.slice(last.to, limit))[0];
  const range = new Range();
  range.setStart(first.node, first.from - opening.length);
  range.setEnd(last.node, last.to + closing.length);
  return range;
}

function mark(passage, run, first) {
  const plays = LINKED.has(passage.status) && passage.href;
  const piece = document.createElement(plays && !run.link ? "a" : "span");
  piece.className = `passage ${passage.status}`;
  if (first) piece.id = `p=${passage.id}`;
  piece.dataset.passage = passage.id;
  if (passage.speaker) piece.dataset.speaker = passage.speaker;
  if (plays) tellMoment(piece, passage, passage.id);
  return piece;
}

function tellMoment(piece, moment, id) {
  piece.dataset.recording = moment.recording;
  piece.dataset.start = moment.start_ms;
  piece.dataset.end = moment.end_ms;
  piece.dataset.passage = id;
  if (piece.nodeName !== "A") return;
  piece.href = address(moment.href);
  piece.title = say(several ? "go_to_recording" : "go_to", { time: moment.time, n: moment.recording });
}

function wrap(range, piece) {
  piece.append(range.extractContents());
  range.insertNode(piece);
  // an element that was cut at its very edge leaves an empty one behind
  for (const side of [piece.previousSibling, piece.nextSibling]) {
    if (side?.nodeType === Node.ELEMENT_NODE && !side.textContent && !side.querySelector("*") && !side.id && isMere(side)) side.remove();
    else if (side?.nodeType === Node.TEXT_NODE && !side.data) side.remove();
  }
}

function isMere({ nodeName }) {
  return ["EM", "STRONG", "B", "I", "U", "SPAN", "A"].includes(nodeName);
}

// Marks all that was found; `former` ids get their anchors, so that addresses that were given away still lead there.
export function wrapAll(passages, found, text) {
  const runs = cutRuns(found, text);
  const begun = new Set();
  const jobs = runs.map((run) => {
    const first = !begun.has(run.owner);
    begun.add(run.owner);
    return { run, first, range: null };
  });
  const pieces = new Map();
  // from the end: what is done to later words leaves the places of earlier ones
  for (const { run, first } of jobs.reverse()) {
    const passage = passages[run.owner];
    const piece = mark(passage, run, first);
    wrap(rangeOf(run, passage, found[run.owner], text), piece);
    pieces.set(run.owner, [piece, ...(pieces.get(run.owner) ?? [])]);
  }
  for (const [owner, own] of pieces) {
    const passage = passages[owner];
    addAnchors(passage.former ?? [], own[0]);
    const times = fitTimes(passage, own);
    if (times) own[0].dataset.words = times;
    const last = own.at(-1).closest("a") ?? own.at(-1);
    const aside = makeAside(passage);
    if (aside) last.after(" ", aside);
    const playable = own.some((piece) => piece.matches("a"));
    if (passage.href && LINKED.has(passage.status) && !playable) last.after(" ", makeTime(passage));
  }
  return pieces.size;
}

function addAnchors(ids, piece) {
  for (const id of ids) {
    const anchor = document.createElement("span");
    anchor.className = "former";
    anchor.id = `p=${id}`;
    piece.before(anchor);
  }
}

// Words that the author made a link of lead where they always led: their moment is a link of its own behind them.
function makeTime(passage) {
  const link = document.createElement("a");
  link.className = "time";
  link.textContent = passage.time;
  tellMoment(link, passage, passage.id);
  return link;
}

// The text from one piece to another, a space for each line end.
function shownBetween(first, last) {
  const range = new Range();
  range.setStartBefore(first);
  range.setEndAfter(last);
  const part = range.cloneContents();
  for (const end of part.querySelectorAll("br")) end.replaceWith("\n");
  return part.textContent;
}

// The times of a passage's words, told for the words as they stand in the page: there a quotation mark may be a word of
// its own, or none. "" where the words are not the same.
function fitTimes({ text, words }, pieces) {
  if (!words) return "";
  const steps = words.split(",");
  const told = [...text.matchAll(WORD)].map(([word], index) => ({ letters: lettersOf(word), step: steps[index] }));
  const shown = [...shownBetween(pieces[0], pieces.at(-1)).matchAll(WORD)].map(([word]) => lettersOf(word));
  const spoken = told.filter(({ letters }) => letters);
  const same = spoken.map(({ letters }) => letters).join(" ") === shown.filter(Boolean).join(" ");
  if (!same || told.length !== steps.length) return "";
  let late = 0; // each step counts from the one before: what a sign has, the next word gets
  const kept = [];
  for (const { letters, step } of told) {
    if (!letters) late += Number(step);
    else kept.push(step && String(Number(step) + late));
    if (letters && step) late = 0;
  }
  return shown.map((letters) => (letters ? kept.shift() : "")).join(",");
}

// --- what is told of a passage besides ------------------------------------------------------------

function element(name, className, words = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = words;
  return made;
}

function kindOf({ status, href, said, again, reason }) {
  if (status === "uncertain") return reason ? "doubtful" : null;
  if (!LINKED.has(status) || !href) return null;
  if (said) return status === "reworded" ? "reworded" : "more";
  return again ? "again" : null;
}

function makeAside(passage) {
  const kind = kindOf(passage);
  if (!kind) return null;
  const aside = element("span", `aside ${kind}`);
  aside.lang = facts.language;
  const toggle = element("button", "toggle", say(`${kind}_toggle`));
  toggle.type = "button";
  toggle.setAttribute("aria-expanded", "false");
  toggle.setAttribute("aria-controls", `about-${passage.id}`);
  const told = element("span", "told");
  told.id = `about-${passage.id}`;
  told.append(...(kind === "doubtful" ? tellDoubt(passage) : tellSaid(passage)));
  aside.append(toggle, told);
  return aside;
}

function tellSaid({ id, said, again }) {
  const parts = [];
  if (said) {
    const words = element("span");
    words.lang = "fr";
    words.append("«\u00a0", ...said.flatMap(([fate, run], index) => [index ? " " : "", tellRun(fate, run)]), "\u00a0»");
    parts.push(`${say("said")} `, words, again ? " " : "");
  }
  if (again) parts.push(`${say("again")} `, ...tellPlaces(again, id), ".");
  return parts;
}

function tellRun(fate, run) {
  if (fate !== "unsaid" && fate !== "unpublished") return run;
  const made = element(fate === "unsaid" ? "del" : "ins");
  made.append(element("span", "unseen", `(${say(fate)} `), run, element("span", "unseen", ")"));
  return made;
}

function tellDoubt(passage) {
  const reason = element("span", "", passage.reason);
  reason.lang = "fr";
  if (!passage.href) return [reason];
  const parts = [reason, " ", tellPlace(passage, passage.id, `${say("listen_possible")} (≈\u00a0${passage.time})`)];
  if (passage.again) parts.push(` ${say("or_at")} `, ...tellPlaces(passage.again, passage.id));
  return parts;
}

function tellPlaces(places, id) {
  const name = ({ time, recording }) => (several ? say("again_in", { time, n: recording }) : time);
  return places.flatMap((place, index) => [index ? ", " : "", tellPlace(place, id, name(place))]);
}

function tellPlace(place, id, words) {
  const link = element("a", "possible", words);
  tellMoment(link, place, id);
  return link;
}
