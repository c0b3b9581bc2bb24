// Two players with one face: load(seconds) goes there and waits, seek(seconds) goes there and plays, now() tells
// where it is, pause() stops. Both tell their listener `time(seconds)` about four times a second while playing,
// `playing(yes)` when they start and stop, and `failed(code)` when the recording cannot be played here.
// Times are seconds here, as both players want them; everywhere else they are whole milliseconds.

export class FilePlayer {
  constructor(element, listener) {
    this.element = element;
    element.addEventListener("timeupdate", () => listener.time(element.currentTime));
    element.addEventListener("playing", () => listener.playing(true));
    for (const stop of ["pause", "ended"]) {
      element.addEventListener(stop, () => listener.playing(false));
    }
    element.addEventListener("error", () => listener.failed(element.error?.code));
    // it may have failed before this script ran
    if (element.error) listener.failed(element.error.code);
  }

  load(seconds) {
    // before its metadata are there, an element takes this as the place to start from
    this.element.currentTime = seconds;
  }

  seek(seconds) {
    this.load(seconds);
    // A browser may refuse to start by itself; its own play button then does it.
    this.element.play().catch(() => {});
  }

  now() {
    return this.element.currentTime;
  }

  pause() {
    this.element.pause();
  }
}

const HOST = "https://www.youtube-nocookie.com";
const PLAYING = 1;
const POLL_MS = 250; // the API has no event for the passing of time
const FAILURES = new Set([2, 5, 100, 101, 150, 153]);

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
      api = undefined;
      reject(new Error("YouTube's script did not come"));
    });
    document.head.append(script);
  });
  return api;
}

export class YouTubePlayer {
  // `box` is emptied and takes the frame. The frame is ours and not the API's, because without its referrer policy
  // the player stops with error 153.
  constructor(box, { video, title, language }, listener) {
    this.listener = listener;
    this.video = video;
    this.ready = false;
    this.wanted = null;
    const frame = document.createElement("iframe");
    const options = new URLSearchParams({
      enablejsapi: 1,
      origin: location.origin,
      playsinline: 1,
      rel: 0,
      hl: language,
      cc_lang_pref: "fr",
    });
    frame.title = title;
    frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.src = `${HOST}/embed/${encodeURIComponent(video)}?${options}`;
    box.replaceChildren(frame);
    this.frame = frame;
    loadApi().then((YT) => this.#attach(YT), () => listener.failed("script"));
  }

  #attach(YT) {
    this.player = new YT.Player(this.frame, {
      host: HOST,
      events: {
        onReady: () => {
          this.ready = true;
          if (this.wanted) this.#go(this.wanted);
        },
        onStateChange: ({ data }) => this.#changed(data === PLAYING),
        onError: ({ data }) => {
          this.#changed(false);
          if (FAILURES.has(data)) this.listener.failed(data);
        },
      },
    });
  }

  #changed(playing) {
    clearInterval(this.poll);
    if (playing) {
      this.poll = setInterval(() => this.listener.time(this.now()), POLL_MS);
    }
    this.listener.playing(playing);
  }

  #go({ seconds, play }) {
    if (play) {
      this.player.seekTo(seconds, true);
      this.player.playVideo();
    } else {
      // seekTo would start a video that has not begun yet
      this.player.cueVideoById({ videoId: this.video, startSeconds: seconds });
    }
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

  now() {
    return this.ready ? this.player.getCurrentTime() : 0;
  }

  pause() {
    if (this.ready) this.player.pauseVideo();
    else this.wanted = null;
  }
}
