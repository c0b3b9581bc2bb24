// The waveform of some seconds around a passage, with the words heard beneath it at their times, the passage's start and
// the place being played. It is as wide as its seconds are, in a box that scrolls. A click tells where it was.

const PX_A_SECOND = 96;
const HEIGHT = 112;
const AROUND_MS = 8000; // shown before and behind the passage, as seat.py
const LONGEST_MS = 60000; // as seat.py
const EDGE_MS = 1000; // what happens nearer to an end than this moves the window
const ROWS = 3; // of words
const ROW_PX = 22;
const LEAST_PEAK = 40; // silence is not blown up to speech

function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${String(m).padStart(2, "0")}:${String(s).padStart(2, "0")}` : `${m}:${String(s).padStart(2, "0")}`;
}

export class Wave {
  // `box` is the template's `.wave`; `chosen(ms)` is called with the moment of a click.
  constructor(box, chosen) {
    this.box = box;
    this.strip = box.querySelector(".wave-strip");
    this.canvas = box.querySelector(".wave-canvas");
    this.words = box.querySelector(".wave-words");
    this.told = box.querySelector(".wave-told");
    this.noSound = box.parentElement.querySelector(".wave-nosound");
    this.marks = { start: box.querySelector(".wave-start"), head: box.querySelector(".wave-head") };
    this.from = this.to = 0;
    this.sound = null;
    this.asked = new AbortController();
    this.gone = new AbortController();
    this.strip.addEventListener("click", (event) => {
      const x = event.clientX - this.strip.getBoundingClientRect().left;
      chosen(Math.round(this.from + (1000 * x) / PX_A_SECOND));
    });
    window
      .matchMedia("(prefers-color-scheme: dark)")
      .addEventListener("change", () => this.#draw(), { signal: this.gone.signal });
  }

  // Nothing more is to be drawn: its elements are leaving the page.
  close() {
    this.gone.abort();
    this.asked.abort();
  }

  // Shows a passage of a recording: { media, length } and { start, end } in ms; `end` may be null.
  show(recording, { start, end }) {
    this.recording = recording;
    this.start = start;
    this.end = end;
    const last = Math.max(start, end ?? start + AROUND_MS) + AROUND_MS;
    return this.#load(start - AROUND_MS, last, start);
  }

  // The passage begins here now.
  setStart(ms, end) {
    this.start = ms;
    this.end = end;
    if (this.#nearEdge(ms)) this.#load(ms - AROUND_MS, ms + 2 * AROUND_MS, ms);
    else {
      this.#draw();
      this.#place();
      this.#keepInView(ms);
    }
  }

  // The player stands here now; null hides its mark.
  setHead(ms) {
    this.marks.head.hidden = ms === null || ms < this.from || ms > this.to;
    if (ms === null) return;
    this.marks.head.style.left = `${this.#x(ms)}px`;
    if (ms < this.from || ms > this.to) {
      const over = ms >= (this.recording.length ?? Infinity);
      if (!this.loading && !over) this.#load(ms - AROUND_MS, ms + 2 * AROUND_MS, ms);
    } else this.#keepInView(ms);
  }

  #x(ms) {
    return ((ms - this.from) * PX_A_SECOND) / 1000;
  }

  #nearEdge(ms) {
    return (ms < this.from + EDGE_MS && this.from > 0) || ms > this.to - EDGE_MS;
  }

  #keepInView(ms) {
    const [x, room] = [this.#x(ms), this.box.clientWidth];
    const [left, right] = [this.box.scrollLeft, this.box.scrollLeft + room];
    if (x < left + 8 || x > right - 24) this.box.scrollLeft = Math.max(0, x - room / 4);
  }

  async #load(from, to, middle) {
    this.asked.abort();
    this.asked = new AbortController();
    const { media, length } = this.recording;
    const wanted = { from: Math.max(0, Math.floor(from)) };
    wanted.to = Math.min(Math.ceil(to), wanted.from + LONGEST_MS, length ?? Infinity);
    if (wanted.to <= wanted.from) return;
    const query = new URLSearchParams({ r: media, de: wanted.from, a: wanted.to });
    this.loading = true;
    this.#tell(this.told.dataset.loading);
    try {
      const answer = await fetch(`${this.box.dataset.address}?${query}`, { signal: this.asked.signal });
      if (!answer.ok) throw new Error(answer.statusText);
      this.sound = await answer.json();
    } catch (error) {
      if (error.name === "AbortError") return; // another window is asked for
      this.sound = { from_ms: wanted.from, to_ms: wanted.to, step_ms: 20, peaks: [], words: [] };
      this.#tell(this.told.dataset.failed);
    }
    this.loading = false;
    [this.from, this.to] = [this.sound.from_ms, this.sound.to_ms];
    this.strip.style.width = `${this.#x(this.to)}px`;
    this.noSound.hidden = this.sound.peaks !== null;
    this.#setWords();
    this.#draw();
    this.#place();
    this.box.scrollLeft = Math.max(0, this.#x(middle) - this.box.clientWidth / 4);
    this.box.dataset.ready = "yes";
    if (this.told.textContent === this.told.dataset.loading) {
      this.#tell(this.sound.words.length ? "" : this.told.dataset.nowords);
    }
  }

  #tell(words) {
    this.told.textContent = words;
  }

  #own(from, to) {
    return this.end !== null && to > this.start && from < this.end;
  }

  // Each word at its time, in the first row where it has room.
  #setWords() {
    this.words.replaceChildren();
    const spans = this.sound.words.map(([text, from, to]) => {
      const span = document.createElement("span");
      span.textContent = `${text} `;
      span.dataset.from = from;
      span.dataset.to = to;
      return span;
    });
    this.words.append(...spans);
    const widths = spans.map((span) => span.offsetWidth); // measured at once: one layout
    const filled = new Array(ROWS).fill(-Infinity);
    spans.forEach((span, index) => {
      const x = Math.max(0, this.#x(Number(span.dataset.from))) + 4; // beside a mark at its time
      const free = filled.findIndex((right) => right + 3 <= x);
      const row = free < 0 ? filled.indexOf(Math.min(...filled)) : free;
      filled[row] = x + widths[index];
      span.style.left = `${x}px`;
      span.style.top = `${row * ROW_PX}px`;
    });
  }

  #place() {
    this.marks.start.style.left = `${this.#x(this.start)}px`;
    for (const span of this.words.children) {
      span.classList.toggle("own", this.#own(Number(span.dataset.from), Number(span.dataset.to)));
    }
  }

  #draw() {
    if (!this.sound) return;
    const style = getComputedStyle(this.box);
    const colour = (name) => style.getPropertyValue(name).trim();
    const [width, dense] = [Math.ceil(this.#x(this.to)), Math.min(2, window.devicePixelRatio || 1)];
    this.canvas.width = width * dense;
    this.canvas.height = HEIGHT * dense;
    const paint = this.canvas.getContext("2d");
    paint.scale(dense, dense);
    if (this.end !== null) {
      paint.fillStyle = colour("--mark");
      paint.fillRect(this.#x(this.start), 0, this.#x(this.end) - this.#x(this.start), HEIGHT - 16);
    }
    this.#drawPeaks(paint, colour("--accent"), colour("--doubt"));
    this.#drawClock(paint, colour("--rule"), colour("--quiet"), style.fontFamily);
  }

  #drawPeaks(paint, own, other) {
    const { peaks, step_ms: step } = this.sound;
    if (!peaks) return;
    const highest = peaks.reduce((most, peak) => Math.max(most, peak), LEAST_PEAK);
    const [middle, room] = [(HEIGHT - 16) / 2, (HEIGHT - 24) / 2];
    const wide = (step * PX_A_SECOND) / 1000;
    peaks.forEach((peak, index) => {
      const ms = this.from + index * step;
      const high = Math.max(0.5, room * (peak / highest) ** 1.5); // a peak is a root: quiet is drawn rather too high
      paint.fillStyle = this.#own(ms, ms + step) ? own : other;
      paint.fillRect(index * wide, middle - high, Math.max(1, wide - 0.5), 2 * high);
    });
  }

  #drawClock(paint, line, ink, family) {
    paint.font = `11px ${family}`;
    for (let ms = Math.ceil(this.from / 1000) * 1000; ms <= this.to; ms += 1000) {
      const whole = ms % 5000 === 0;
      paint.fillStyle = line;
      paint.fillRect(Math.round(this.#x(ms)), HEIGHT - 16, 1, whole ? 6 : 3);
      paint.fillStyle = ink;
      if (whole) paint.fillText(clock(ms), this.#x(ms) + 3, HEIGHT - 4);
    }
  }
}
