// In a published folder a frame's page is the same for every question. What the live viewer's server leaves out for
// `?p=<passage>` is left out here: all of the text but the paragraph of that passage.

import { piecesOf, text, todaysId } from "./passages.js";

const BLOCKS = "p, li, h2, h3, h4, h5, h6";
const wanted = new URLSearchParams(location.search).get("p");
const id = todaysId(wanted);

if (id !== null) {
  const kept = piecesOf(id).map((piece) => piece.closest(BLOCKS));
  for (const part of text.querySelectorAll(`${BLOCKS}, ul, ol, blockquote`)) {
    part.hidden = !kept.some((block) => part.contains(block));
  }
  document.querySelector("a.whole").hash = `p=${id}`;
} else if (wanted) {
  document.querySelector(".missing").hidden = false;
}
