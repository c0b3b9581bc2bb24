// A recording's page: its rows, the strokes along its length and the search in it all play the one recording.
// Without this script every row is a link to the page at that moment, and every stroke one to its post.

import { startFinding } from "./session/find.js";
import { canPlay, listen, openAt, play } from "./session/recording.js";
import { follow, markMoment, readerPlays, rowStarts } from "./session/rows.js";
import { showNow, startStrokes } from "./session/strokes.js";

// Whether a click is the reader's plain one: with a modifier it is the browser's.
function plain(event) {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

// Plays from a moment at the reader's wish; the address then says this moment.
function playFrom(ms, link) {
  history.replaceState(null, "", `#t=${ms / 1000}`);
  follow(true);
  markMoment(ms, { exact: true });
  showNow(ms);
  play(ms, link);
}

document.addEventListener("click", (event) => {
  if (!plain(event) || !canPlay()) return;
  const ms = momentOf(event.target);
  if (ms === null) return;
  event.preventDefault();
  playFrom(ms, event.target.closest("a"));
});

// The moment that a click on this element asks for, null when it asks for none.
function momentOf(element) {
  const stroke = element.closest(".stroke");
  if (stroke) return Number(stroke.dataset.start);
  const time = element.closest(".speeches .at");
  if (time) return secondsOf(new URL(time.href)) * 1000;
  return readerPlays(element);
}

function secondsOf(address) {
  const inside = address.hash.startsWith("#t=") ? address.hash.slice(3) : address.searchParams.get("t");
  const seconds = Number.parseFloat(inside);
  return seconds >= 0 && Number.isFinite(seconds) ? seconds : null;
}

function openAddress() {
  const seconds = secondsOf(new URL(location.href));
  if (seconds === null) return;
  const ms = Math.round(seconds * 1000);
  markMoment(ms, { exact: true, open: true });
  showNow(ms);
  openAt(ms);
}

listen((ms) => {
  markMoment(ms);
  showNow(ms);
});
startStrokes();
if (rowStarts.length) startFinding();
window.addEventListener("hashchange", openAddress);
openAddress();
