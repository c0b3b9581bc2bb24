// Finds each passage in the page as Hugo rendered it. The same words may stand there more than once: a passage has a
// place only when there is no doubt about it, for a link on other words than those that were said would be a wrong one.

import { findAll, lettersOf, readLetters } from "./fold.js";

const ROOMS = new Set(["DIV", "SECTION", "ARTICLE", "MAIN"]);

// The smallest element that holds as many of these texts as the whole page does; null when it holds none.
export function findHome(texts) {
  const wanted = [...new Set(texts.map(lettersOf))].filter(Boolean);
  const count = (element) => {
    const { letters } = readLetters(element);
    return wanted.filter((one) => letters.includes(one)).length;
  };
  const most = count(document.body);
  if (!most) return null;
  let home = document.querySelector("[data-aligner-text]") ?? document.body;
  for (;;) {
    const inside = [...home.children].find((child) => ROOMS.has(child.nodeName) && count(child) === most);
    if (!inside || home.hasAttribute("data-aligner-text")) return home;
    home = inside;
  }
}

// For each passage [first letter, letter after the last], or null; in the order of the passages.
export function placeAll(passages, text) {
  const wanted = passages.map(({ text: words }) => lettersOf(words));
  const same = new Map(); // the passages of the same words
  wanted.forEach((words, index) => same.set(words, [...(same.get(words) ?? []), index]));
  const found = new Array(passages.length).fill(null);
  const open = [];
  for (const [words, indexes] of same) {
    const places = findAll(text, words);
    if (places.length === indexes.length) indexes.forEach((index, rank) => (found[index] = places[rank]));
    else if (places.length) open.push(...indexes.map((index) => ({ index, places })));
  }
  // what stands there more often than it was published (a teaser, a caption) is where its neighbours are
  const sure = [...found];
  for (const { index, places } of open) {
    const before = sure.slice(0, index).findLast(Boolean)?.[0] ?? 0;
    const after = sure.slice(index + 1).find(Boolean)?.[1] ?? text.letters.length;
    const between = places.filter(([from, to]) => from >= before && to <= after && !sure.some((one) => one?.[0] === from));
    if (between.length === 1) [found[index]] = between;
  }
  return found;
}
