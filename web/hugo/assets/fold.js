// Text without what a site's own program changes in it: spaces, quotation marks, dashes, accents written in two ways.
// What is left are letters and digits, each with its place in the page.

const LETTER = /[\p{L}\p{N}]/u;
const OUTSIDE = "script, style, noscript, template, textarea, select, button, iframe, svg, .aligner-embed, .aligner-note, .aside, .stage";
const INLINE = new Set(
  "A ABBR B BDI BDO CITE CODE DEL DFN EM FONT I INS KBD MARK Q S SAMP SMALL SPAN STRONG SUB SUP TIME U VAR WBR".split(" "),
);

function eachLetter(text, tell) {
  let index = 0;
  for (const sign of text) {
    for (const part of sign.normalize("NFKD").toLowerCase()) if (LETTER.test(part)) tell(part, index, index + sign.length);
    index += sign.length;
  }
}

// The letters of a text alone.
export function lettersOf(text) {
  let letters = "";
  eachLetter(text, (letter) => (letters += letter));
  return letters;
}

function blockOf(node) {
  let home = node.parentElement;
  while (INLINE.has(home.nodeName)) home = home.parentElement;
  return home;
}

// { letters, places }: places[i] is { node, from, to, block, gap } of letters[i]; `gap` says that a word may begin there.
export function readLetters(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node.nodeType === Node.ELEMENT_NODE && node.matches(OUTSIDE) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  const places = [];
  let letters = "";
  let before = null; // the place of the last letter
  let gap = true;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.ELEMENT_NODE) {
      gap ||= node.nodeName === "BR";
      continue;
    }
    const block = blockOf(node);
    if (before?.block !== block) gap = true;
    let end = 0;
    eachLetter(node.data, (letter, from, to) => {
      const place = { node, from, to, block, gap: gap || from > end };
      for (let unit = 0; unit < letter.length; unit += 1) places.push(place);
      letters += letter;
      [before, gap, end] = [place, false, to];
    });
    if (end < node.length) gap = true;
  }
  return { letters, places };
}

// Where words stand, as [first letter, letter after the last]; only whole words count.
export function findAll({ letters, places }, wanted) {
  const found = [];
  for (let from = letters.indexOf(wanted); wanted && from >= 0; from = letters.indexOf(wanted, from + 1)) {
    const to = from + wanted.length;
    const whole = places[from].gap && (to === places.length || places[to].gap);
    // a letter that stands for several (½) is not cut either
    if (whole && places[from] !== places[from - 1]) found.push([from, to]);
  }
  return found;
}
