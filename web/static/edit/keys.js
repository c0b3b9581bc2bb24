// The keys of the bench. They can be turned off (WCAG 2.1.4), and none is ours while something is being written or a
// button, link or player has the focus that has its own use for it.

const OFF = "aligner.bench.keys";
const WRITING = "input:not([type=checkbox]), select, textarea";
const ACTING = "a, button, summary, input";

const box = document.getElementById("keys");
const choice = box.querySelector("input");

function remembered() {
  try {
    return localStorage.getItem(OFF) !== "off";
  } catch {
    return true; // a browser that keeps nothing
  }
}

function remember(yes) {
  try {
    localStorage.setItem(OFF, yes ? "on" : "off");
  } catch {
    // then for this page alone
  }
}

function nameOf({ key, shiftKey }) {
  if (key === "ArrowLeft" || key === "ArrowRight") return `${shiftKey ? "Shift" : ""}${key}`;
  return key.length === 1 ? key.toLowerCase() : key;
}

// `deeds` has a function for each key's name: "j", " ", "Enter", "ArrowLeft", "ShiftArrowLeft", "1" to "9", "?".
export function attachKeys(deeds) {
  choice.checked = remembered();
  choice.closest("p").hidden = false;
  choice.addEventListener("change", () => remember(choice.checked));
  document.addEventListener("keydown", (event) => {
    const { key, target, altKey, ctrlKey, metaKey } = event;
    if (event.defaultPrevented || !choice.checked || altKey || ctrlKey || metaKey) return;
    if (target.closest(WRITING)) {
      if (key === "Escape") document.getElementById("seat").focus();
      return;
    }
    const acts = (key === " " || key === "Enter") && target.closest(ACTING);
    const plays = target.closest("video, audio") && (key === " " || key.startsWith("Arrow"));
    const deed = deeds[nameOf(event)];
    if (!deed || acts || plays) return;
    event.preventDefault();
    deed();
  });
}

export function toggleHelp() {
  box.open = !box.open;
  if (box.open) box.querySelector("summary").focus();
}
