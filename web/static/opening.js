// Opens the page where its address says: at a passage, at words of it, at a moment.

import { readAddress } from "./address.js";
import { stretch } from "./extract.js";
import { scrollIsOurs } from "./follow.js";
import { markPassage } from "./mark.js";
import { passageAt, passageNear, piecesOf, placed, todaysId } from "./passages.js";
import { firstRecording, openAt, playsHere } from "./stage.js";
import { paint, startOf } from "./words.js";

const changed = document.querySelector(".changed");

function bringToMiddle(element) {
  scrollIsOurs(300);
  element.scrollIntoView({ block: "center", behavior: "instant" });
}

function openPassage({ id, first, last, lastId }) {
  const today = todaysId(id);
  const same = today === id && todaysId(lastId) === lastId;
  for (const sentence of changed.children) sentence.hidden = (sentence.dataset.lost === "yes") !== (today === null);
  changed.hidden = same;
  if (today === null) return;
  const range = same && first !== null ? stretch({ id, first, last, lastId }) : null;
  // a browser that cannot mark them selects them
  if (range && !paint("extract", range)) getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  const entry = placed(today);
  if (entry && playsHere(entry.recording)) openAt(entry.recording, range ? startOf(id, first) : entry.start);
  if (entry && !range) markPassage(entry);
  bringToMiddle(range ? range.startContainer.parentElement : piecesOf(today)[0]);
}

function openMoment({ seconds, recording }) {
  const source = [...document.querySelectorAll(".sources [data-media]")].find(({ dataset }) => dataset.media === recording);
  const number = source?.dataset.number ?? firstRecording;
  const ms = seconds * 1000;
  if (playsHere(number)) openAt(number, ms);
  markPassage(passageAt(number, ms));
  const near = passageNear(number, ms);
  if (near) bringToMiddle(near.pieces[0]);
}

export function openAddress() {
  const wanted = readAddress();
  paint("extract", null);
  changed.hidden = true;
  if (wanted.id !== null) openPassage(wanted);
  else if (wanted.seconds !== null) openMoment(wanted);
}
