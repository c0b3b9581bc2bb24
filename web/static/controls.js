// The bar under the player: five seconds back and on, play and pause, speed, the whole screen. It shows what the
// player can do and nothing else; the speed stays for all recordings of the page, for as long as it is open.

const STEP = 5; // seconds

// `bar` is the template's `.controls`; `playerOf` gives the player that is shown, or null. The bar follows the events
// "player" of the recordings beside it; call what this returns when another recording is shown.
export function attachControls(bar, playerOf) {
  const [toggle, speed, full] = [".toggle-play", ".speed", ".fullscreen"].map((name) => bar.querySelector(name));
  let chosen = 1;
  let met = null;

  function refresh() {
    const player = playerOf();
    bar.classList.toggle("ready", Boolean(player?.tells));
    if (!player?.tells) return;
    if (player !== met && chosen !== 1 && player.rates) player.rate(chosen);
    met = player;
    toggle.classList.toggle("playing", player.playing);
    toggle.setAttribute("aria-label", player.playing ? toggle.dataset.pause : toggle.dataset.play);
    speed.hidden = !player.rates;
    speed.value = String(player.speed); // none is shown where the player's own menu knows other speeds
    full.hidden = !document.fullscreenEnabled || player.element instanceof HTMLAudioElement;
  }

  function step(seconds) {
    const player = playerOf();
    const wanted = Math.max(0, player.now() + seconds);
    if (player.playing) player.seek(wanted);
    else player.load(wanted);
  }

  bar.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    const player = playerOf();
    if (!button || !player) return;
    if (button === toggle) player.playing ? player.pause() : player.play();
    else if (button === full) player.element.requestFullscreen();
    else if (button.dataset.step) step(Math.sign(button.dataset.step) * STEP);
  });
  speed.addEventListener("change", () => {
    chosen = Number(speed.value);
    playerOf()?.rate(chosen);
  });
  bar.parentElement.addEventListener("player", refresh);
  refresh();
  return refresh;
}
