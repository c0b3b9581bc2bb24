// The page of a post's evidence: its places play in the recordings beside them, and the sentence being heard is marked.
// Without this script every place is still an ordinary, right link.

import { attachControls } from "./controls.js";
import { scrollIsOurs } from "./follow.js";
import "./keys.js";
import { choose, play, playsHere, shownPlayer } from "./stage.js";

document.addEventListener("click", (event) => {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const choice = event.target.closest?.(".choose");
  const link = event.target.closest?.("a[data-recording]");
  if (choice && plain) {
    event.preventDefault();
    choose(choice.closest("[data-number]").dataset.number);
  } else if (link && plain && playsHere(link.dataset.recording)) {
    event.preventDefault();
    scrollIsOurs(300);
    history.replaceState(null, "", `#p=${link.dataset.passage}`);
    play(link.dataset.recording, Number(link.dataset.start), link);
  }
});

const controls = document.querySelector(".stage .controls");
if (controls) attachControls(controls, shownPlayer);
