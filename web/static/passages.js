// The passages of a post's page: which is said at a moment, and which elements hold its words.
// A passage can stand in several pieces: when a quote stands inside it, or words that its author made a link of.

// on another site's page (web/hugo) the text is an element of that site
export const text = document.querySelector("[data-aligner-text]") ?? document.getElementById("text");
const TAIL_MS = 1000; // a passage stays marked this long after its last word

// One entry a placed passage, ordered by start, for each recording. `link` is the piece that takes the focus.
function collect() {
  const found = new Map();
  for (const piece of text.querySelectorAll(".passage[data-recording]")) {
    const { recording, passage, start, end } = piece.dataset;
    if (!found.has(passage)) {
      found.set(passage, { recording, passage, pieces: [], link: null, start: Number(start), end: Number(end) });
    }
    const entry = found.get(passage);
    entry.pieces.push(piece);
    if (piece.matches("a")) entry.link ??= piece;
  }
  const byRecording = new Map();
  for (const entry of [...found.values()].sort((a, b) => a.start - b.start)) {
    if (!byRecording.has(entry.recording)) byRecording.set(entry.recording, []);
    const list = byRecording.get(entry.recording);
    // how far back one must look for a passage that still goes on
    entry.reach = Math.max(entry.end, list.at(-1)?.reach ?? 0);
    list.push(entry);
  }
  return { found, byRecording };
}

const { found, byRecording } = collect();

// How many of a recording's passages begin at this moment or before it.
function begun(list, ms) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].start <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function passageAt(recording, ms) {
  const list = byRecording.get(recording) ?? [];
  for (let index = begun(list, ms) - 1; index >= 0 && list[index].reach + TAIL_MS >= ms; index -= 1) {
    if (list[index].end + TAIL_MS >= ms) return list[index];
  }
  return null;
}

// The passage said at this moment, else the one whose beginning or end is the nearest to it.
export function passageNear(recording, ms) {
  const list = byRecording.get(recording) ?? [];
  const next = begun(list, ms);
  const [before, after] = [list[next - 1], list[next]];
  if (!before || !after) return passageAt(recording, ms) ?? before ?? after ?? null;
  return passageAt(recording, ms) ?? (ms - before.end <= after.start - ms ? before : after);
}

// The placed passages as they stand in the text.
export function placedInOrder() {
  return [...found.values()];
}

export function placed(id) {
  return found.get(id) ?? null;
}

// All pieces of a passage, placed or not.
export function piecesOf(id) {
  return [...text.querySelectorAll(`.passage[data-passage="${CSS.escape(id)}"]`)];
}

// An id as an address gives it: today's, or one the passage had before its text was edited (its anchor still stands
// before the passage). Null when it is neither.
export function todaysId(wanted) {
  if (!wanted) return null;
  if (piecesOf(wanted).length) return wanted;
  const anchor = document.getElementById(`p=${wanted}`);
  if (!anchor || !text.contains(anchor)) return null;
  const after = (piece) => anchor.compareDocumentPosition(piece) & Node.DOCUMENT_POSITION_FOLLOWING;
  return [...text.querySelectorAll(".passage[data-passage]")].find(after)?.dataset.passage ?? null;
}
