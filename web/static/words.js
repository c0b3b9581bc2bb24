// The single words of passages: where they stand in the page, when they were heard, which one is under the pointer,
// and the marks on them (CSS Custom Highlight API; a page of a thousand passages has no element a word).

import { piecesOf, placed } from "./passages.js";

const OURS = ".aside, .note, .time, .share, .fix"; // between published words, but none of them

// As words.py: what stands between the spaces that Python or JavaScript knows.
const WORD = /[^\s\x1c-\x1f\x85]+/gu;
const LONGEST_MS = 1000; // the mark stays no longer on a word, whatever is said after it that is not published

const known = new Map();

// The published text nodes and line breaks that a range touches.
export function nodesIn(range) {
  const walker = document.createTreeWalker(range.commonAncestorContainer, NodeFilter.SHOW_ALL, (node) =>
    node.nodeType === Node.ELEMENT_NODE && node.matches(OURS) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  const nodes = [];
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    const counts = node.nodeType === Node.TEXT_NODE || node.nodeName === "BR";
    if (counts && range.intersectsNode(node)) nodes.push(node);
  }
  return nodes;
}

// A passage's text nodes, those of a quote inside it included, with where each begins in its text.
function textNodes(pieces) {
  const range = new Range();
  range.setStartBefore(pieces[0]);
  range.setEndAfter(pieces.at(-1));
  const nodes = [];
  let words = "";
  for (const node of nodesIn(range)) {
    if (node.nodeType === Node.TEXT_NODE) nodes.push({ node, from: words.length });
    words += node.data ?? "\n";
  }
  return { nodes, words };
}

// { nodes, words: its text, spans: [from, to] of each word, starts: ms when it was heard, or null }
export function wordsOf(id) {
  if (!known.has(id)) {
    const pieces = piecesOf(id);
    const { nodes, words } = textNodes(pieces);
    const spans = [...words.matchAll(WORD)].map((match) => [match.index, match.index + match[0].length]);
    known.set(id, { nodes, words, spans, starts: readTimes(pieces[0].dataset.words, placed(id)?.start, spans.length) });
  }
  return known.get(id);
}

function readTimes(told, start, count) {
  const steps = told?.split(",") ?? [];
  // a word more or less, and every later time would stand on the wrong word
  if (steps.length !== count) return new Array(count).fill(null);
  let ms = start;
  return steps.map((step) => (step === "" ? null : (ms += 10 * Number(step))));
}

// When a word is heard; of a word that was not heard, the heard one before it; else the passage's start.
export function startOf(id, word) {
  const { starts } = wordsOf(id);
  for (let index = word; index >= 0; index -= 1) {
    if (starts[index] !== null && starts[index] !== undefined) return starts[index];
  }
  return placed(id)?.start ?? null;
}

// The word that is being said: its number, or -1 between words and where no single words are known.
export function wordAt(id, ms) {
  const { starts } = wordsOf(id);
  let said = -1;
  for (let index = 0; index < starts.length; index += 1) {
    if (starts[index] !== null && starts[index] <= ms) said = index;
  }
  return said >= 0 && ms - starts[said] <= LONGEST_MS ? said : -1;
}

// The words said together with one word (a number and its unit): its first and last.
export function saidTogether(id, word) {
  const { starts } = wordsOf(id);
  let [first, last] = [word, word];
  while (first > 0 && starts[first - 1] === starts[word]) first -= 1;
  while (last + 1 < starts.length && starts[last + 1] === starts[word]) last += 1;
  return [first, last];
}

// The number of the word at a place in the page (a text node and an offset in it); -1 where there is none.
export function wordAtPlace(id, node, offset) {
  const { nodes, spans } = wordsOf(id);
  const home = nodes.find((one) => one.node === node);
  if (!home) return -1;
  const position = home.from + offset;
  return Math.max(0, spans.findLastIndex(([from]) => from <= position));
}

// The place under the pointer: [node, offset], null where there is no text.
export function placeAt({ clientX, clientY }) {
  const place = document.caretPositionFromPoint?.(clientX, clientY);
  if (place) return [place.offsetNode, place.offset];
  const range = document.caretRangeFromPoint?.(clientX, clientY); // Safari
  return range ? [range.startContainer, range.startOffset] : null;
}

export function wordAtPoint(id, point) {
  const place = placeAt(point);
  return place ? wordAtPlace(id, ...place) : -1;
}

// From one word of a passage to another, of the same one or of a later one.
export function rangeOf(id, first, last, lastId = id) {
  const range = new Range();
  range.setStart(...placeOf(id, first, 0));
  range.setEnd(...placeOf(lastId, last, 1));
  return range;
}

function placeOf(id, word, edge) {
  const { nodes, spans } = wordsOf(id);
  const position = spans[word][edge];
  const home = nodes.findLast(({ from }) => (edge ? from < position : from <= position));
  return [home.node, position - home.from];
}

// Marks a range of words, and unmarks what had this mark before. False where the browser cannot.
export function paint(name, range) {
  if (!globalThis.CSS?.highlights || !globalThis.Highlight) return false;
  if (range) CSS.highlights.set(name, new Highlight(range));
  else CSS.highlights.delete(name);
  return true;
}
