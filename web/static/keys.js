// The keyboard: Space plays the focused passage as Enter does, Alt with an arrow goes to the passage before or after.
// No key is ours unless a passage has the focus or Alt is held (WCAG 2.1.4).

import { currentPassage } from "./mark.js";
import { placedInOrder } from "./passages.js";

// From the focused passage; else from the one being heard; else to the first.
function step(from, by) {
  const entries = placedInOrder();
  const id = from?.dataset.passage ?? currentPassage()?.passage;
  const here = entries.findIndex(({ passage }) => passage === id);
  entries[here < 0 ? 0 : here + by]?.link.focus();
}

document.addEventListener("keydown", (event) => {
  const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (ctrlKey || metaKey || shiftKey || target.closest("input, select, textarea, video, audio")) return;
  const link = target.closest("a.passage");
  if (key === " " && link && !altKey) {
    event.preventDefault();
    link.click();
  } else if (altKey && (key === "ArrowDown" || key === "ArrowUp")) {
    event.preventDefault();
    step(link, key === "ArrowDown" ? 1 : -1);
  }
});
