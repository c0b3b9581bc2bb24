// The search of a published folder: what the live viewer asks its server is looked up here, in an index that was made
// when the folder was (web/freeze/index.py). Its files are fetched when a word of the query needs them, and kept.

import { readQuery, tokens } from "./query.js";
import { nearest } from "./spelling.js";

const LEAD_MS = 300; // playing starts this much early, as everywhere
const MOST_HITS = 1000; // more are not told
const FEW_HITS = 3; // with fewer, words that stand nowhere are replaced by others
const MOST_CHUNKS = 60; // files of lines looked into for quoted words
const PUBLISHED = 1.1; // how much more a published passage counts
const LEAST_FORM = 3; // letters that a guessed form of a word keeps at least

const fetched = new Map();

function fetchJson(address) {
  if (!fetched.has(address)) {
    const answer = fetch(address).then((response) => {
      if (!response.ok) throw new Error(`answered ${response.status}`);
      return response.json();
    });
    answer.catch(() => fetched.delete(address)); // to be tried again
    fetched.set(address, answer);
  }
  return fetched.get(address);
}

export function openIndex(address) {
  const base = new URL(address, location.href);
  const file = (name) => fetchJson(new URL(name, base).href);
  const root = new URL("../../", base);

  // --- words ---------------------------------------------------------------------------------------

  // The files that hold the words from `first` to `last`.
  function shards(part, first, last) {
    return part.words.filter(([start], at) => start <= last && (at + 1 === part.words.length || part.words[at + 1][0] > first));
  }

  async function entry(part, word) {
    for (const [, name] of shards(part, word, word)) {
      const words = await file(name);
      if (Object.hasOwn(words, word)) return words[word];
    }
    return null;
  }

  function* numbers(steps) {
    let number = 0;
    for (const step of steps) yield (number += step);
  }

  // A form of the word that occurs, where the word itself does not: other endings of the same word.
  async function form(part, word) {
    const stem = word.replace(/(?:es|s|x|e)$/, "");
    if (stem.length < LEAST_FORM) return null;
    for (const other of [stem, `${stem}s`, `${stem}e`, `${stem}es`, `${stem}x`]) {
      const found = other === word ? null : await entry(part, other);
      if (found) return [[], [other, ...found[1]]];
    }
    return null;
  }

  // The lines that hold a term, each with its weight: the form that was typed counts twice.
  async function linesOf(part, term) {
    const found = new Map();
    const add = (steps, weight) => {
      for (const number of numbers(steps)) found.set(number, Math.max(found.get(number) ?? 0, weight));
    };
    const word = term.words[0];
    const own = (await entry(part, word)) ?? (await form(part, word));
    term.forms ??= new Set();
    if (own) {
      for (const other of own[1]) term.forms.add(other);
      add(own[0], 2);
      for (const other of own[1]) add((await entry(part, other))?.[0] ?? [], 1);
    }
    if (term.begun) {
      for (const [, name] of shards(part, word, `${word}\uffff`)) {
        for (const [longer, [steps]] of Object.entries(await file(name))) if (longer.startsWith(word)) add(steps, 2);
      }
    }
    return { found, rarity: Math.log(1 + part.lines / (1 + found.size)) };
  }

  async function line(part, number) {
    const chunk = await file(part.chunks[Math.floor(number / part.size)]);
    const [owner, text, passage, speaker, status, media, start, end] = chunk.lines[number % part.size];
    const [page, title, day] = chunk.owners[owner];
    return { text, passage, speaker, status, media: chunk.media[media] ?? null, start, end, page, title, day };
  }

  // --- finding ---------------------------------------------------------------------------------------

  function holdsQuote(words, { words: wanted, begun }) {
    const last = wanted.length - 1;
    return words.some((_, at) =>
      wanted.every((word, place) => {
        const here = words[at + place]?.folded;
        return here === word || (begun && place === last && here?.startsWith(word));
      }),
    );
  }

  // Looks for quoted words in the lines that hold all of them; `cut` where there were too many to look into.
  async function keepQuoted(part, lines, quotes) {
    const kept = [];
    const looked = new Set();
    for (const found of lines) {
      const chunk = Math.floor(found.number / part.size);
      if (!looked.has(chunk) && looked.size === MOST_CHUNKS) return { kept, cut: true };
      looked.add(chunk);
      const words = tokens((await line(part, found.number)).text);
      if (quotes.every((quote) => holdsQuote(words, quote))) kept.push(found);
    }
    return { kept, cut: false };
  }

  async function findIn(part, number, terms, quotes) {
    const lists = await Promise.all(terms.map((term) => linesOf(part, term)));
    lists.sort((a, b) => a.found.size - b.found.size);
    const [rarest, ...others] = lists;
    const lines = [];
    for (const [at, weight] of rarest.found) {
      if (!others.every(({ found }) => found.has(at))) continue;
      const score = others.reduce((sum, { found, rarity }) => sum + rarity * found.get(at), rarest.rarity * weight);
      lines.push({ part: number, number: at, score: number === 0 ? PUBLISHED * score : score });
    }
    lines.sort((a, b) => b.score - a.score || a.number - b.number);
    return quotes.length ? keepQuoted(part, lines, quotes) : { kept: lines, cut: false };
  }

  // --- words that stand nowhere --------------------------------------------------------------------

  // All words but the shortest, each with the number of lines that it stands in.
  async function vocabulary(parts) {
    const lines = new Map();
    for (const [words, counts] of await Promise.all(parts.map((part) => file(part.vocabulary)))) {
      const found = words ? words.split(" ") : [];
      found.forEach((word, at) => lines.set(word, (lines.get(word) ?? 0) + counts[at]));
    }
    return lines;
  }

  async function isKnown(parts, { words: [word], begun }, lines) {
    if (lines.has(word) || (begun && [...lines.keys()].some((other) => other.startsWith(word)))) return true;
    const found = await Promise.all(parts.map(async (part) => (await entry(part, word)) ?? (await form(part, word))));
    return found.some(Boolean);
  }

  // The terms with the likest words in place of those that stand nowhere, and what was replaced by what. Quotes stay as
  // they are: they are to be found exactly or not at all.
  async function correct(terms) {
    const { parts } = await fetchJson(base.href);
    const lines = await vocabulary(parts);
    const [corrected, meant] = [[], []];
    for (const term of terms) {
      const known = term.quoted || term.common || (await isKnown(parts, term, lines));
      const instead = known ? null : nearest(term.words[0], lines);
      corrected.push(instead ? { ...term, words: [instead], begun: false, forms: undefined } : term);
      if (instead) meant.push([term.typed, instead]);
    }
    return { corrected, meant };
  }

  // { common, cut, lines, terms, meant }: the best first; `common` where the query has only words that every line has.
  async function find(query) {
    const terms = readQuery(query);
    const found = await findTerms(terms);
    if (found.common || found.lines.length >= FEW_HITS) return found;
    const { corrected, meant } = await correct(terms);
    const instead = meant.length ? await findTerms(corrected) : null;
    return instead?.lines.length ? { ...instead, meant } : found;
  }

  async function findTerms(terms) {
    const quotes = terms.filter((term) => term.quoted);
    const words = terms.flatMap((term) => (term.quoted ? term.telling : term.common ? [] : [term]));
    if (!words.length) return { common: terms.length > 0, cut: false, lines: [], terms, meant: [] };
    const { parts, echoes } = await fetchJson(base.href);
    const [published, heard] = await Promise.all(parts.map((part, number) => findIn(part, number, words, quotes)));
    const shown = new Set(published.kept.map(({ number }) => number));
    const echoed = new Set();
    if (shown.size && heard.kept.length) {
      const pairs = await file(echoes);
      for (let at = 0; at < pairs.length; at += 2) if (shown.has(pairs[at + 1])) echoed.add(pairs[at]);
    }
    const lines = [...published.kept, ...heard.kept.filter(({ number }) => !echoed.has(number))];
    lines.sort((a, b) => b.score - a.score || a.part - b.part || a.number - b.number);
    return { common: false, cut: published.cut || heard.cut, lines: lines.slice(0, MOST_HITS), terms, meant: [] };
  }

  // What is shown of a line that was found.
  async function tell({ part, number }) {
    const { parts, media } = await fetchJson(base.href);
    const told = await line(parts[part], number);
    const pattern = told.media && media[told.media];
    const early = Math.max(0, told.start - LEAD_MS);
    const moment = pattern?.replace("{f}", (early / 1000).toFixed(1)).replace("{s}", Math.floor(early / 1000));
    return { ...told, heard: part === 1, moment: moment ? new URL(moment, root).href : null };
  }

  return { find, tell };
}
