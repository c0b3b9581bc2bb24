// The player at the foot of the search page: one hit, or all hits of the page one after the other, each from its
// first word to its last. Recordings stand inert beside the results until one of them is wanted.

import { LEAD_MS, canPlay, giveConsent, needsConsent, openPlayer } from "./player.js";

const TAIL_MS = 400; // a hit goes on a little after its last word

export function attachDock(dock, found) {
  const [box, place, title, next, stop] = ["screen", "place", "title", "next", "stop"].map((part) =>
    dock.querySelector(`.dock-${part}`),
  );
  const stages = new Map(); // by recording: what was put here stays, for its place and the reader's consent
  let shown = null;
  let playing = null; // { items, index, alone }: what is played, and whether only the one that was clicked

  // --- the recordings ----------------------------------------------------------------------------

  function stageOf(shelf) {
    const { media } = shelf.dataset;
    if (!stages.has(media)) stages.set(media, putHere(shelf, stages.size + 1));
    return stages.get(media);
  }

  function putHere(shelf, count) {
    const screen = shelf.content.cloneNode(true).querySelector(".screen");
    // another page of results numbers its recordings from 1 again
    for (const part of [screen, ...screen.querySelectorAll("[id]")]) part.id = `dock-${count}-${part.id}`;
    for (const part of screen.querySelectorAll("[aria-describedby]")) {
      part.setAttribute("aria-describedby", `dock-${count}-${part.getAttribute("aria-describedby")}`);
    }
    box.append(screen);
    const stage = { screen, player: null, failed: false };
    const load = screen.querySelector(".load");
    if (load) load.hidden = false;
    load?.addEventListener("click", () => {
      giveConsent(screen);
      if (playing && stage === shown) start();
      dock.focus({ preventScroll: true });
    });
    screen.addEventListener("retry", () => {
      stage.player = null;
      stage.failed = false;
      for (const part of screen.children) part.hidden = part.classList.contains("failure");
      if (playing && stage === shown) start();
    });
    return stage;
  }

  function playerOf(stage) {
    if (stage.player || stage.failed) return stage.player;
    stage.player = openPlayer(stage.screen, {
      time: (seconds) => stage === shown && heard(seconds * 1000),
      playing: (yes) => stage === shown && dock.classList.toggle("playing", yes),
      failed: () => {
        stage.failed = true;
        stage.player = null;
        for (const part of stage.screen.children) part.hidden = !part.classList.contains("failure");
        // the others are not kept waiting for one that is gone
        if (stage === shown && playing && !playing.alone && playing.index + 1 < playing.items.length) go(playing.index + 1);
      },
    });
    return stage.player;
  }

  // --- one hit, or all -----------------------------------------------------------------------------

  // One hit as it is played. It keeps what it needs: other results may have come in its place meanwhile.
  function itemOf(link) {
    const shelf = found.querySelector(`template.shelf[data-number="${link.dataset.recording}"]`);
    const screen = shelf?.content.querySelector(".screen");
    if (!screen || !canPlay(screen)) return null;
    const hit = link.closest(".hit");
    const { start, end } = link.dataset;
    return { link, hit, shelf, start: Number(start), end: Number(end), words: hit.querySelector(".hit-text").textContent };
  }

  // What can be played in a row: places that are sure, in players that tell when they have come to the end of it.
  function items() {
    const links = [...found.querySelectorAll(".hit:not(.hit-unsure) a.listen[data-recording]")];
    return links.map(itemOf).filter((item) => item && "steerable" in item.shelf.dataset);
  }

  function go(index) {
    playing.index = index;
    const item = playing.items[index];
    const stage = stageOf(item.shelf);
    if (stage !== shown) shown?.player?.pause();
    shown = stage;
    for (const other of stages.values()) other.screen.hidden = other !== stage;
    dock.hidden = false;
    document.body.classList.add("docked");
    mark(item);
    tell(item);
    start();
  }

  function start() {
    playing.begun = false;
    if (needsConsent(shown.screen)) {
      const line = shown.screen.querySelector(".remembered");
      line.textContent = line.dataset.words;
      shown.screen.querySelector(".load").focus();
      return;
    }
    playerOf(shown)?.seek(Math.max(0, playing.items[playing.index].start - LEAD_MS) / 1000);
  }

  function heard(ms) {
    if (!playing || playing.alone) return;
    const { start: from, end } = playing.items[playing.index];
    // a time of the hit before may still come in after the jump
    if (ms <= end + TAIL_MS) playing.begun ||= ms >= from - 2 * LEAD_MS;
    else if (playing.begun) over();
  }

  function over() {
    if (playing.index + 1 < playing.items.length) {
      go(playing.index + 1);
    } else {
      playing.begun = false;
      shown.player?.pause();
    }
  }

  function mark(item) {
    for (const hit of found.querySelectorAll(".hit.current")) {
      hit.classList.remove("current");
      hit.querySelector("[aria-current]")?.removeAttribute("aria-current");
    }
    if (!item?.link.isConnected) return;
    item.hit.classList.add("current");
    item.link.setAttribute("aria-current", "true");
    if (!playing.alone) item.hit.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  function tell(item) {
    const { index, alone, items: all } = playing;
    next.hidden = alone || index + 1 >= all.length;
    place.textContent = alone ? "" : place.dataset.words.replace("##", all.length).replace("#", index + 1);
    title.textContent = item.words;
  }

  function close() {
    shown?.player?.pause();
    const { link } = playing.items[playing.index];
    playing = null;
    mark(null);
    dock.hidden = true;
    document.body.classList.remove("docked");
    if (link.isConnected) link.focus({ preventScroll: true });
    else document.getElementById("q").focus();
  }

  // --- what the reader does ------------------------------------------------------------------------

  function refresh() {
    const button = found.querySelector(".play-all");
    if (button) button.hidden = items().length < 2;
  }

  found.addEventListener("click", (event) => {
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const link = event.target.closest("a[data-recording]");
    const item = link && plain ? itemOf(link) : null;
    if (!item && !event.target.closest(".play-all")) return;
    event.preventDefault();
    playing = item ? { items: [item], index: 0, alone: true } : { items: items(), index: 0, alone: false };
    go(0);
  });
  next.addEventListener("click", () => go(playing.index + 1));
  stop.addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && playing && !event.target.closest("input")) close();
  });
  refresh();
  return { refresh, title: dock.dataset.title };
}
