// The published speeches along the recording: one is reached by the tab key, the others from it by the arrows; a line
// shows where the recording is.

const bar = document.querySelector(".strokes");
const now = bar?.querySelector(".now");
const strokes = bar ? [...bar.querySelectorAll(".stroke")] : [];
strokes.sort((a, b) => a.dataset.start - b.dataset.start);

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function reach(stroke) {
  for (const other of strokes) other.setAttribute("tabindex", other === stroke ? "0" : "-1");
}

function neighbour(stroke, key) {
  if (key === "Home") return strokes[0];
  if (key === "End") return strokes.at(-1);
  return STEPS[key] ? strokes[strokes.indexOf(stroke) + STEPS[key]] : null;
}

// The recording is at this moment.
export function showNow(ms) {
  if (!now) return;
  const share = `${Math.min(100, (100 * ms) / bar.dataset.length).toFixed(2)}%`;
  now.setAttribute("x1", share);
  now.setAttribute("x2", share);
  now.classList.add("known");
}

export function startStrokes() {
  if (!strokes.length) return;
  reach(strokes[0]);
  bar.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = neighbour(event.target.closest(".stroke"), event.key);
    if (!next) return;
    event.preventDefault();
    reach(next);
    next.focus();
  });
  bar.addEventListener("focusin", ({ target }) => reach(target.closest(".stroke")));
}
