// Lets the mouse select words inside a passage. Browsers do not begin a selection in a link: they would drag the link,
// or keep what was selected before.

import { text } from "./passages.js";
import { placeAt } from "./words.js";

const SLACK = 6; // pixels a pointer may move in a click

let from = null; // where the button went down: { x, y, place }

text.addEventListener("pointerdown", (event) => {
  from = null;
  const link = event.target.closest("a.passage");
  if (!link || event.button !== 0 || event.shiftKey) return;
  getSelection().removeAllRanges();
  if (event.pointerType !== "mouse") return;
  from = { x: event.clientX, y: event.clientY, place: placeAt(event) };
});

document.addEventListener("pointermove", (event) => {
  if (!from?.place || !(event.buttons & 1)) return;
  const to = placeAt(event);
  const moved = Math.hypot(event.clientX - from.x, event.clientY - from.y) > SLACK;
  if (to && text.contains(to[0]) && moved) getSelection().setBaseAndExtent(...from.place, ...to);
});

text.addEventListener("dragstart", (event) => {
  if (from) event.preventDefault();
});

document.addEventListener("pointerup", () => {
  from = null;
});
