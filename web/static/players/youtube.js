// YouTube through its IFrame API. See player.js for the face that all players have.

import { putFrame, whenSilent } from "./frame.js";

const HOST = "https://www.youtube-nocookie.com";
const UNSTARTED = -1;
const PLAYING = 1;
const CUED = 5;
const POLL_MS = 250; // the API has no event for the passing of time
const REFUSALS = new Set([2, 5, 101, 150, 153]);
const GONE = 100; // removed, or private

let api;

// Nothing may call this before the reader's consent: it is the first request that leaves the site.
function loadApi() {
  api ??= new Promise((resolve, reject) => {
    const before = window.onYouTubeIframeAPIReady;
    window.onYouTubeIframeAPIReady = () => {
      before?.();
      resolve(window.YT);
    };
    const script = document.createElement("script");
    script.src = "https://www.youtube.com/iframe_api";
    script.addEventListener("error", () => {
      api = undefined; // so that it can be tried again
      reject(new Error("YouTube's script did not come"));
    });
    document.head.append(script);
  });
  return api;
}

export class YouTubePlayer {
  tells = true;
  rates = true;
  playing = false;

  // `box` is emptied and takes the frame. The frame is ours and not the API's, because without its referrer policy
  // the player stops with error 153.
  constructor(box, { video, title, language }, listener) {
    this.listener = listener;
    this.video = video;
    this.ready = false;
    this.state = UNSTARTED;
    this.wanted = null;
    this.wished = 1; // the speed
    const options = new URLSearchParams({
      enablejsapi: 1,
      origin: location.origin,
      playsinline: 1,
      rel: 0,
      hl: language,
      cc_lang_pref: "fr",
    });
    this.element = putFrame(box, `${HOST}/embed/${encodeURIComponent(video)}?${options}`, title);
    this.hush = whenSilent(this.element, () => this.#fail("silent"));
    loadApi().then((YT) => this.#attach(YT), () => this.#fail("silent"));
  }

  #attach(YT) {
    this.player = new YT.Player(this.element, {
      host: HOST,
      events: {
        onReady: () => {
          this.ready = true;
          this.hush();
          if (this.wished !== 1) this.player.setPlaybackRate(this.wished);
          if (this.wanted) this.#go(this.wanted);
        },
        onStateChange: ({ data }) => this.#change(data),
        onPlaybackRateChange: () => this.listener.changed(),
        onError: ({ data }) => {
          if (data === GONE) this.#fail("gone");
          else if (REFUSALS.has(data)) this.#fail("refused");
        },
      },
    });
  }

  #change(state) {
    this.state = state;
    this.playing = state === PLAYING;
    clearInterval(this.poll);
    if (this.playing) this.poll = setInterval(() => this.listener.time(this.now()), POLL_MS);
    this.listener.playing(this.playing);
  }

  #fail(code) {
    this.hush();
    clearInterval(this.poll);
    this.element.remove(); // else it could still begin, unseen
    this.listener.failed(code);
  }

  #go({ seconds, play }) {
    if (play) {
      this.player.seekTo(seconds, true);
      this.player.playVideo();
    } else if (this.state === UNSTARTED || this.state === CUED) {
      // seekTo would start a video that has not begun yet
      this.player.cueVideoById({ videoId: this.video, startSeconds: seconds });
    } else {
      this.player.seekTo(seconds, true);
    }
  }

  #want(wanted) {
    this.wanted = wanted;
    if (this.ready) this.#go(wanted);
  }

  get speed() {
    return this.ready ? this.player.getPlaybackRate() : this.wished;
  }

  load(seconds) {
    this.#want({ seconds, play: false });
  }

  seek(seconds) {
    this.#want({ seconds, play: true });
  }

  now() {
    return this.ready ? this.player.getCurrentTime() : 0;
  }

  play() {
    if (this.ready) this.player.playVideo();
    else this.wanted = { seconds: this.wanted?.seconds ?? 0, play: true };
  }

  pause() {
    if (this.ready) this.player.pauseVideo();
    else this.wanted = null;
  }

  rate(number) {
    this.wished = number;
    if (this.ready) this.player.setPlaybackRate(number);
  }
}
