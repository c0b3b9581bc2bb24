// Players of other sites in a frame. Nothing here may be called before the reader's consent: the frame is the first
// request that leaves the site. Vimeo and PeerTube tell where they are and obey, in messages between the windows;
// Dailymotion's frame tells nothing without its own script, so it is put there anew for every moment.

const SILENCE_MS = 15000; // after the frame has loaded: blocked, offline, or an error page that speaks no protocol

// `box` is emptied and takes the frame. Each call makes a new one: to change the address of a frame that is there
// would put every moment into the browser's history. With no referrer at all YouTube stops with error 153, and
// Vimeo cannot tell that a video may be shown on this site.
export function putFrame(box, address, title) {
  const frame = document.createElement("iframe");
  frame.title = title;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  frame.src = address;
  box.replaceChildren(frame);
  return frame;
}

// Calls `tell` when the frame has loaded and its player still has not spoken; returns how to call that off.
export function whenSilent(frame, tell) {
  let heard = false;
  let waiting;
  frame.addEventListener("load", () => { if (!heard) waiting = setTimeout(tell, SILENCE_MS); }, { once: true });
  return () => {
    heard = true;
    clearTimeout(waiting);
  };
}

// What the two that speak have in common. A subclass hears messages in `hear(data)` and sends them in `jump`,
// `start`, `stop` and `hasten`; it calls `begun`, `at`, `runs` and `fail` with what it has heard.
class SpeakingFrame {
  tells = true;
  rates = true;
  playing = false;
  speed = 1;

  constructor(box, { address, title }, listener) {
    this.listener = listener;
    this.origin = new URL(address).origin;
    this.seconds = 0; // where it was when it last spoke
    this.spokeAt = 0;
    this.ready = false;
    this.started = false; // whether it has ever played
    this.wanted = null; // where to go once it is ready
    this.waiting = null; // where to go once it plays
    this.hearing = new AbortController();
    window.addEventListener("message", (event) => this.#receive(event), { signal: this.hearing.signal });
    this.element = putFrame(box, address, title);
    this.hush = whenSilent(this.element, () => this.fail("silent"));
  }

  #receive({ source, origin, data }) {
    if (source !== this.element.contentWindow || origin !== this.origin) return;
    let message = data;
    if (typeof data === "string") {
      try {
        message = JSON.parse(data);
      } catch {
        return; // some other talk
      }
    }
    if (message && typeof message === "object") this.hear(message);
  }

  send(message) {
    this.element.contentWindow?.postMessage(message, this.origin);
  }

  begun() {
    if (this.ready) return;
    this.ready = true;
    this.hush();
    if (this.speed !== 1) this.hasten(this.speed);
    if (this.wanted) this.#go(this.wanted);
  }

  at(seconds) {
    this.seconds = seconds;
    this.spokeAt = performance.now();
    if (this.playing) this.listener.time(seconds);
  }

  runs(yes) {
    if (yes && this.waiting !== null) this.jump(this.waiting);
    if (yes) {
      this.started = true;
      this.waiting = null;
    }
    if (yes === this.playing) return;
    this.playing = yes;
    this.spokeAt = 0;
    this.listener.playing(yes);
  }

  fail(code) {
    this.hush();
    this.hearing.abort();
    this.element.remove(); // else it could still begin, unseen
    this.listener.failed(code);
  }

  #go({ seconds, play }) {
    this.seconds = seconds;
    this.spokeAt = 0;
    this.waiting = null;
    // Vimeo starts a video that has not begun yet when it is told a moment: then the moment waits for the reader.
    if (!play && !this.started) {
      this.waiting = seconds;
      return;
    }
    this.jump(seconds);
    if (play) this.start();
  }

  #want(wanted) {
    this.wanted = wanted;
    if (this.ready) this.#go(wanted);
  }

  load(seconds) {
    this.#want({ seconds, play: false });
  }

  seek(seconds) {
    this.#want({ seconds, play: true });
  }

  // They speak two to four times a second; in between, a player that plays goes on.
  now() {
    const since = this.playing && this.spokeAt ? (performance.now() - this.spokeAt) / 1000 : 0;
    return this.seconds + Math.min(since, 0.5) * this.speed;
  }

  play() {
    if (this.ready) this.start();
    else this.wanted = { seconds: this.wanted?.seconds ?? 0, play: true };
  }

  pause() {
    if (this.ready) this.stop();
    else this.wanted = null;
  }

  rate(number) {
    this.speed = number;
    if (this.ready) this.hasten(number);
    this.listener.changed();
  }
}

// Vimeo's messages, as its own script (github.com/vimeo/player.js) sends and takes them: {method, value} there,
// {event, data} back.
export class VimeoPlayer extends SpeakingFrame {
  hear({ event, data }) {
    if (event === "ready") {
      for (const kind of ["play", "pause", "ended", "timeupdate", "playbackratechange"]) {
        this.send({ method: "addEventListener", value: kind });
      }
      this.begun();
    } else if (event === "timeupdate") this.at(data.seconds);
    else if (event === "play") this.runs(true);
    else if (event === "pause" || event === "ended") this.runs(false);
    else if (event === "playbackratechange") this.#speed(data.playbackRate);
    else if (event === "error" && data?.method === "setPlaybackRate") this.#speed(1); // not every account allows it
    else if (event === "error" && (data?.method === "ready" || data?.name === "PrivacyError")) this.fail("refused");
  }

  #speed(number) {
    this.speed = number;
    this.listener.changed();
  }

  jump(seconds) {
    this.send({ method: "setCurrentTime", value: seconds });
  }

  start() {
    this.send({ method: "play" });
  }

  stop() {
    this.send({ method: "pause" });
  }

  hasten(number) {
    this.send({ method: "setPlaybackRate", value: number });
  }
}

// PeerTube's embed API (docs.joinpeertube.org, api-embed-player): JSON in jschannel's form under the scope
// "peertube". Both sides say "ping" when they are there and answer "pong"; what the embed has to say waits for that.
export class PeerTubePlayer extends SpeakingFrame {
  hear({ method, params }) {
    if (method === "peertube::__ready" && params === "ping") this.#tell("__ready", "pong");
    else if (method === "peertube::ready") this.begun();
    else if (method === "peertube::playbackStatusUpdate") this.at(params.position);
    else if (method === "peertube::playbackStatusChange") this.runs(params === "playing");
  }

  // a notification: jschannel runs it as it would a request, and sends no answer back
  #tell(method, params) {
    this.send(JSON.stringify({ method: `peertube::${method}`, params }));
  }

  jump(seconds) {
    this.#tell("seek", seconds);
  }

  start() {
    this.#tell("play");
  }

  stop() {
    this.#tell("pause");
  }

  hasten(number) {
    this.#tell("setPlaybackRate", number);
  }
}

// A frame that can only be told where to start, in whole seconds, by its address.
export class DailymotionPlayer {
  tells = false;
  rates = false;
  playing = false;

  constructor(box, { address, title }, listener) {
    Object.assign(this, { box, address, title, listener, seconds: 0, element: null });
    // whoever opens it mostly sends it somewhere at once
    queueMicrotask(() => this.element ?? this.#put(false));
  }

  #put(autoplay) {
    const address = new URL(this.address);
    const start = Math.floor(this.seconds);
    address.searchParams.set("startTime", start);
    address.searchParams.set("autoplay", autoplay);
    this.listener.sent(start);
    this.element = putFrame(this.box, address.href, this.title);
  }

  load(seconds) {
    this.seconds = seconds;
    this.#put(false);
  }

  seek(seconds) {
    this.seconds = seconds;
    this.#put(true);
  }

  // where it was last sent to; where it is now, nobody knows
  now() {
    return this.seconds;
  }

  play() {
    this.#put(true);
  }

  pause() {
    this.#put(false);
  }
}
