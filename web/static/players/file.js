// A file of ours in the page's own <video> or <audio>. See player.js for the face that all players have.

const CUT_OFF = 2; // MediaError: the file stopped coming; 3 and 4 are files that cannot be played

export class FilePlayer {
  tells = true;
  rates = true;

  constructor(element, listener) {
    this.element = element;
    this.listener = listener;
    this.hearing = new AbortController();
    const hear = (kind, answer) => element.addEventListener(kind, answer, { signal: this.hearing.signal });
    hear("timeupdate", () => listener.time(element.currentTime));
    hear("playing", () => listener.playing(true));
    for (const stop of ["pause", "ended"]) hear(stop, () => listener.playing(false));
    hear("ratechange", () => listener.changed());
    hear("error", () => this.#fail());
    // it may have failed before this script ran, or when it was tried before
    if (element.error) element.load();
  }

  // A file that is gone and one that the browser cannot play give the same error: the server tells them apart.
  async #fail() {
    const { code } = this.element.error;
    let found = null;
    try {
      found = (await fetch(this.element.currentSrc || this.element.src, { method: "HEAD" })).status;
    } catch {
      // no answer: the connection is down
    }
    this.hearing.abort();
    if (found === null || found >= 500) this.listener.failed("unreachable");
    else if (found === 404) this.listener.failed("missing");
    else this.listener.failed(code === CUT_OFF ? "unreachable" : "undecodable");
  }

  get playing() {
    return !this.element.paused && !this.element.ended;
  }

  get speed() {
    return this.element.playbackRate;
  }

  load(seconds) {
    // before its metadata are there, an element takes this as the place to start from
    this.element.currentTime = seconds;
  }

  seek(seconds) {
    this.load(seconds);
    this.play();
  }

  now() {
    return this.element.currentTime;
  }

  play() {
    // A browser may refuse to start by itself; its own play button then does it.
    this.element.play().catch(() => {});
  }

  pause() {
    this.element.pause();
  }

  rate(number) {
    // the default, too: a file that is loaded anew would fall back to it
    this.element.defaultPlaybackRate = number;
    this.element.playbackRate = number;
  }
}
