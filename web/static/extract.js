// Stretches of published words: which words a selection holds, what a stretch says, and whose passages it touches.

import { text } from "./passages.js";
import { nodesIn, rangeOf, wordAtPlace, wordsOf } from "./words.js";

const HOME = "p, li, h2, h3, h4, h5, h6";

function passageOf(node) {
  return node.parentElement.closest(".passage[data-passage]")?.dataset.passage ?? null;
}

// The selected words, whole: { id, first, lastId, last }; null where the selection holds none of the published ones.
export function selectedWords() {
  const selection = getSelection();
  if (selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(text)) return null;
  const ends = [];
  for (const node of nodesIn(range)) {
    if (node.nodeType !== Node.TEXT_NODE || !text.contains(node) || passageOf(node) === null) continue;
    const from = node === range.startContainer ? range.startOffset : 0;
    const to = node === range.endContainer ? range.endOffset : node.length;
    const picked = node.data.slice(from, to);
    if (!picked.trim()) continue;
    const id = passageOf(node);
    ends.push({ id, word: wordAtPlace(id, node, from + picked.length - picked.trimStart().length) });
    ends.push({ id, word: wordAtPlace(id, node, from + picked.trimEnd().length - 1) });
  }
  if (!ends.length) return null;
  return { id: ends[0].id, first: ends[0].word, lastId: ends.at(-1).id, last: ends.at(-1).word };
}

// A stretch as a range of the page. Without `first` it is a whole passage. Null where there are no such words.
export function stretch({ id, first, lastId, last }) {
  if (first === null) return rangeOf(id, 0, wordsOf(id).spans.length - 1);
  if (!(first in wordsOf(id).spans) || !(last in wordsOf(lastId).spans)) return null;
  const range = rangeOf(id, first, last, lastId);
  return range.collapsed ? null : range;
}

// The words of a stretch as they are shown; where it begins or ends inside a passage, "[…]" says so.
export function wordsIn(subject) {
  const range = stretch(subject);
  let words = "";
  let home = null;
  for (const node of nodesIn(range)) {
    if (node.nodeType !== Node.TEXT_NODE) {
      words += " ";
      continue;
    }
    const place = node.parentElement.closest(HOME);
    if (home && place !== home) words += " ";
    home = place;
    const from = node === range.startContainer ? range.startOffset : 0;
    const to = node === range.endContainer ? range.endOffset : node.length;
    words += node.data.slice(from, to);
  }
  words = words.replace(/[ \n\t]+/g, " ").trim();
  const { first, last, lastId } = subject;
  if (first > 0) words = `[…] ${words}`;
  if (first !== null && last < wordsOf(lastId).spans.length - 1) words = `${words} […]`;
  return words;
}

// The first pieces of all passages that a stretch touches.
export function passagesIn(subject) {
  const range = stretch(subject);
  const touched = new Map();
  for (const node of nodesIn(range)) {
    const piece = node.parentElement.closest(".passage[data-passage]");
    if (piece && !touched.has(piece.dataset.passage)) {
      touched.set(piece.dataset.passage, text.querySelector(`.passage[data-passage="${CSS.escape(piece.dataset.passage)}"]`));
    }
  }
  return [...touched.values()];
}
