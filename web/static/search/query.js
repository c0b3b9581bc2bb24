// What a reader typed, as terms; the same as aligner/library/query.py and words.py, but for stems, which the index has.

const MOST_TERMS = 16;
const LONGEST_QUOTE = 32;
const SHORTEST_BEGINNING = 2; // letters from which on the last word may be the beginning of a longer one
const STOP_WORDS = new Set(
  `a ai au aux avec c ce ces cette d dans de des du elle elles en est et etait eu il ils j je l la le les leur leurs
   lui m ma mais me mes mon n ne nos notre nous on ont ou par pas pour qu que qui s sa sans se ses son sont sur t ta
   te tes ton tu un une vos votre vous y`.split(/\s+/),
);
const QUOTED = /[«“”„"]([^«»“”„"]*)([»“”„"]|$)/g;

function fold(word) {
  const plain = word.normalize("NFKD").toLowerCase().replaceAll("œ", "oe").replaceAll("æ", "ae");
  return plain.replace(/[^\p{L}\p{N}]/gu, "");
}

// The words of a text: { folded, start, end }; an apostrophe, a hyphen or a middle dot parts two words.
export function tokens(text) {
  const found = [];
  for (const match of text.matchAll(/(?:[\p{L}\p{N}][\u0300-\u036f]*)+/gu)) {
    const folded = fold(match[0]);
    if (folded) found.push({ folded, start: match.index, end: match.index + match[0].length });
  }
  return found;
}

function term(words, begun, quoted, typed) {
  return { words, begun, quoted, typed, common: !quoted && STOP_WORDS.has(words[0]) };
}

function wordsBetween(query, start, end, last) {
  return tokens(query.slice(start, end)).map((token) => {
    const begun = start + token.end === last && token.folded.length >= SHORTEST_BEGINNING;
    return term([token.folded], begun, false, query.slice(start + token.start, start + token.end));
  });
}

// { words, begun, quoted, typed, common, telling }: a word, or quoted words; `telling` are the words of a quote to look up.
export function readQuery(query) {
  const terms = [];
  const last = query.trimEnd().length;
  let place = 0;
  for (const match of query.matchAll(QUOTED)) {
    terms.push(...wordsBetween(query, place, match.index, last));
    const words = tokens(match[1]).map((token) => token.folded).slice(0, LONGEST_QUOTE);
    // an open quote is one that is still being typed
    const begun = !match[2] && !match[1].endsWith(" ") && (words.at(-1)?.length ?? 0) >= SHORTEST_BEGINNING;
    if (words.length) {
      const quote = term(words, begun, true);
      const whole = begun ? words.slice(0, -1) : words;
      quote.telling = whole.filter((word) => !STOP_WORDS.has(word)).map((word) => term([word], false, false));
      if (begun && (!quote.telling.length || !STOP_WORDS.has(words.at(-1)))) quote.telling.push(term([words.at(-1)], true, false));
      terms.push(quote);
    }
    place = match.index + match[0].length;
  }
  if (place < last) terms.push(...wordsBetween(query, place, last, last));
  const telling = terms.slice(0, MOST_TERMS).filter((one) => one.quoted || !one.common);
  return telling.length ? telling : terms.slice(0, MOST_TERMS);
}
