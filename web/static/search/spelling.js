// Guesses which word was meant by one that stands nowhere: the rule of aligner/library/spelling.py, over the words of the
// published index, which are fetched once they are needed.

const SHORTEST = 3; // words of fewer letters are like too many others

// One change may be made to a word of three to five letters, two to one of up to nine, three to a longer one.
function mostChanges(word) {
  return word.length <= 5 ? 1 : word.length <= 9 ? 2 : 3;
}

// Letters to change, turn round, add or leave out (optimal string alignment, Damerau); `most` + 1 for any more than that.
export function distance(one, other, most) {
  let [older, before, now] = [[], Array.from({ length: other.length + 1 }, (_, at) => at), []];
  for (let row = 1; row <= one.length; row += 1) {
    now = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const same = one[row - 1] === other[at - 1];
      now[at] = Math.min(before[at] + 1, now[at - 1] + 1, before[at - 1] + (same ? 0 : 1));
      const turned = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      if (turned) now[at] = Math.min(now[at], older[at - 2] + 1);
    }
    if (Math.min(...now) > most) return most + 1;
    [older, before] = [before, now];
  }
  return Math.min(before[other.length], most + 1);
}

// The known word likest to `word`, of words as like the one that stands in more lines; null when none is like it.
// `lines` has the words, each with the number of lines that it stands in.
export function nearest(word, lines) {
  if (word.length < SHORTEST) return null;
  const most = mostChanges(word);
  let best = null;
  for (const [other, count] of lines) {
    if (Math.abs(other.length - word.length) > most || other.length < SHORTEST) continue;
    const changes = distance(word, other, best ? best.changes : most);
    if (changes > (best ? best.changes : most)) continue;
    // people rarely mistake the first letter
    const found = { other, changes, first: other[0] === word[0] ? 0 : 1, count };
    if (!best || compare(found, best) < 0) best = found;
  }
  return best?.other ?? null;
}

function compare(one, other) {
  return one.changes - other.changes || one.first - other.first || other.count - one.count || (one.other < other.other ? -1 : 1);
}
