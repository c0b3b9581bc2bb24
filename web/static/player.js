// Opens the player of one recording. All players have one face: load(seconds) goes there without starting,
// seek(seconds) goes there and plays, now(), play(), pause(), rate(number); `tells` says whether it can tell its time,
// `rates` whether its speed can be set; `playing` and `speed` are what they say, `element` is what shows it.
// They tell their listener `time(seconds)` while playing, `playing(yes)` and `failed(code)`. Times are seconds here, as
// all players want them; everywhere else they are whole milliseconds. The recording's element (`.screen`) gets an
// event "player" whenever its player has changed in a way one might show, and "retry" when the reader asks for it.

import { FilePlayer } from "./players/file.js";
import { DailymotionPlayer, PeerTubePlayer, VimeoPlayer } from "./players/frame.js";
import { YouTubePlayer } from "./players/youtube.js";

const ELSEWHERE = {
  youtube: YouTubePlayer,
  vimeo: VimeoPlayer,
  dailymotion: DailymotionPlayer,
  peertube: PeerTubePlayer,
};
export const LEAD_MS = 300; // as recordings.py: start a little early rather than late
const PASSING = new Set(["silent", "unreachable"]); // failures that may be over when it is tried again

const consented = new Set(); // the services the reader has let in, for as long as this page is open

export function canPlay(screen) {
  return screen.dataset.player !== "link";
}

// Whether this recording's service still waits for the reader's consent.
export function needsConsent(screen) {
  return screen.dataset.player in ELSEWHERE && !consented.has(screen.dataset.service);
}

export function giveConsent(screen) {
  consented.add(screen.dataset.service);
}

// The player of a recording; null for one that cannot be played here, or not yet because it needs consent.
export function openPlayer(screen, listener) {
  if (!canPlay(screen) || needsConsent(screen)) return null;
  const kind = screen.dataset.player;
  const changed = () => queueMicrotask(() => screen.dispatchEvent(new CustomEvent("player", { bubbles: true })));
  const wired = {
    time: listener.time,
    playing(yes) {
      listener.playing(yes);
      changed();
    },
    failed(code) {
      explain(screen, code);
      listener.failed(code);
      changed();
    },
    changed,
    // the way out of a frame that tells nothing leads to the same moment
    sent(seconds) {
      const link = screen.querySelector(".silent .outside");
      const address = new URL(link.href);
      address.searchParams.set("start", seconds);
      link.href = address.href;
    },
  };
  changed();
  if (!(kind in ELSEWHERE)) return new FilePlayer(screen.querySelector(kind), wired);
  const box = screen.querySelector(".facade");
  box.classList.add("loaded");
  return new ELSEWHERE[kind](box, box.dataset, wired);
}

// Shows the sentence that belongs to a failure, and the button for another try where one makes sense.
function explain(screen, code) {
  for (const sentence of screen.querySelectorAll(".why")) sentence.hidden = sentence.dataset.code !== code;
  const retry = screen.querySelector(".retry");
  retry.hidden = !PASSING.has(code);
  retry.onclick = () => screen.dispatchEvent(new CustomEvent("retry", { bubbles: true }));
}
