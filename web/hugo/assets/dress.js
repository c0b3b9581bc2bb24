// Puts into the page what the viewer's modules need, before any of them runs: the recordings' screens (in place of dead
// embeds, else at the foot of the window), the player's bar, the marks, and a note that says what they mean.

import { address, build, facts, say } from "./facts.js";
import { findAll, lettersOf, readLetters } from "./fold.js";
import { findHome, placeAll } from "./place.js";
import { wrapAll } from "./wrap.js";

const { recordings, embeds, passages } = facts;

// Dead embeds become players again. Of several of one recording, the later ones lead to the player that the first became.
function revive(home) {
  const placed = new Set();
  for (const embed of embeds) {
    const wanted = lettersOf(embed.text);
    const text = readLetters(home);
    // those before it are gone from the text already
    const [found] = findAll(text, wanted);
    if (!found) continue;
    const holder = document.createElement("div");
    holder.className = "aligner-embed";
    if (placed.has(embed.recording)) holder.append(linkTo(embed));
    else holder.append(screens.get(embed.recording));
    placed.add(embed.recording);
    putIn(holder, rangeOf(found, text));
  }
}

function rangeOf([from, to], { places }) {
  const [first, last] = [places[from], places[to - 1]];
  const range = new Range();
  const open = first.node.data.lastIndexOf("[", first.from);
  range.setStart(first.node, open >= 0 ? open : first.from);
  // the bracket may stand behind an element that Hugo made of the address
  const walker = document.createTreeWalker(first.block, NodeFilter.SHOW_TEXT);
  walker.currentNode = last.node;
  let [node, after] = [last.node, last.to];
  while (node && node.data.indexOf("]", after) < 0) [node, after] = [walker.nextNode(), 0];
  if (node) range.setEnd(node, node.data.indexOf("]", after) + 1);
  else range.setEnd(last.node, last.to);
  return range;
}

function putIn(holder, range) {
  range.deleteContents();
  range.insertNode(holder);
  for (const side of [holder.previousElementSibling, holder.nextElementSibling]) {
    if (side?.matches("a") && !side.textContent && !side.childElementCount) side.remove();
  }
  // a paragraph that held nothing else
  const paragraph = holder.parentElement;
  if (paragraph.matches("p") && !paragraph.textContent.replace(holder.textContent, "").trim() && paragraph.childElementCount === 1) {
    paragraph.replaceWith(holder);
  }
}

function linkTo({ recording, start_ms: start = 0, time }) {
  const link = document.createElement("a");
  const { href, title } = recordings[recording - 1];
  link.className = "aligner-again";
  link.textContent = say("hugo_listen", { time: time ?? "0:00" });
  link.title = title;
  link.href = href ? address(href) : "#";
  Object.assign(link.dataset, { recording, start });
  return link;
}

const screens = new Map(recordings.map(({ number, screen }) => [number, build(screen)]));
const foot = build(facts.foot);
document.body.append(foot);

const home = findHome([...passages.map(({ text }) => text), ...embeds.map(({ text }) => text)]);
let marked = 0;
if (home) {
  revive(home);
  const text = readLetters(home);
  marked = wrapAll(passages, placeAll(passages, text), text);
}
(home ?? document.querySelector("main") ?? document.body).setAttribute("data-aligner-text", "");
for (const screen of screens.values()) if (!screen.isConnected) foot.prepend(screen);

const note = build(facts.note);
// its signs explain those that are there
for (const sign of note.querySelectorAll("dt.sign")) {
  const [, status] = sign.classList;
  sign.parentElement.hidden = status !== "not_found" && !home?.querySelector(`.passage.${status}[data-passage]`);
}
note.hidden = !marked || !home.querySelector("a.passage");
if (home) home.prepend(note);
else foot.after(note);
