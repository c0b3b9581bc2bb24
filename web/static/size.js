// For other sites (docs/embedding.md): gives the frames of our embedded pages the height of what they hold. A whole text
// gets most of the window and no more, so that the player stays in sight while the text runs under it. An ordinary
// script and no module, for it is called from elsewhere; it sends nothing and keeps nothing.

(() => {
  const MOST = 0.85; // of the window's height
  const LEAST = 320; // pixels

  addEventListener("message", ({ source, data }) => {
    const { height, whole } = data?.aligner ?? {};
    if (!(height > 0)) return;
    for (const frame of document.querySelectorAll("iframe[data-aligner]")) {
      if (frame.contentWindow !== source) continue;
      const most = whole ? Math.max(LEAST, innerHeight * MOST) : Infinity;
      frame.style.height = `${Math.ceil(Math.min(height, most))}px`;
    }
  });
  // those that were there before this script have spoken already
  for (const frame of document.querySelectorAll("iframe[data-aligner]")) frame.contentWindow?.postMessage({ aligner: "height" }, "*");
})();
