// Marks what is being heard: the passage (one class moved, of ten passages or of a thousand) and in it the word.

import { lead } from "./follow.js";
import { passageAt } from "./passages.js";
import { paint, rangeOf, saidTogether, wordAt, wordsOf } from "./words.js";

const EARLY_MS = 1000; // a player that was sent to a moment starts this much before it at the most

let current = null;
let word = -1;
let aim = null;

export function currentPassage() {
  return current;
}

// Whether single words can be marked in the passage being heard.
export function wordsAreKnown() {
  return current !== null && wordsOf(current.passage).starts.some((start) => start !== null);
}

export function markPassage(entry) {
  if (entry === current) return;
  markWord(-1);
  for (const piece of current?.pieces ?? []) {
    piece.classList.remove("current");
    piece.removeAttribute("aria-current");
  }
  for (const piece of entry?.pieces ?? []) {
    piece.classList.add("current");
    piece.setAttribute("aria-current", "true");
  }
  current = entry;
  lead(entry?.pieces[0] ?? null);
}

function markWord(number) {
  if (number === word) return;
  word = number;
  paint("word", number < 0 ? null : rangeOf(current.passage, ...saidTogether(current.passage, number)));
}

// The player is sent to this moment: what is said there is marked at once, and not what is said just before it.
export function aimAt(recording, ms) {
  aim = { recording, ms };
  markMoment(recording, ms);
}

// The recording is at this moment.
export function markMoment(recording, ms) {
  const early = aim?.recording === recording ? aim.ms - ms : 0;
  const said = early > 0 && early <= EARLY_MS ? aim.ms : ms;
  if (early < 0 && early >= -EARLY_MS) aim = null; // reached
  markPassage(passageAt(recording, said));
  markWord(current ? wordAt(current.passage, said) : -1);
}
