// The addresses of this page: of a passage, of a stretch of words, of a moment. Words are counted from 1 inside their
// passage, whose id is made from its own words: an edit elsewhere in the text changes no address, and an address
// never comes to mean other words.

// A page that was published without knowing where tells none: then it is where it is read.
function pageAddress() {
  return document.querySelector("link[rel=canonical]")?.href ?? location.origin + location.pathname;
}

// #p=<passage>, #p=<passage>&w=<from>-<to>, or #p=<passage>&w=<from>-<to>&to=<the passage in which the last word is>
export function passageAddress({ id, first = null, last = null, lastId = id }) {
  let address = `${pageAddress()}#p=${encodeURIComponent(id)}`;
  if (first !== null) address += `&w=${first + 1}-${last + 1}`;
  if (lastId !== id) address += `&to=${encodeURIComponent(lastId)}`;
  return address;
}

// The same with the passage where the server sees it, too: other sites then show its words beside the link.
export function previewAddress(words) {
  const address = new URL(passageAddress(words));
  address.searchParams.set("p", words.id);
  return address.href;
}

// ?t=<seconds>, and in=<recording> where there are several
export function momentAddress(seconds, recording) {
  const address = new URL(pageAddress());
  address.searchParams.set("t", seconds);
  if (recording) address.searchParams.set("in", recording);
  return address.href;
}

// What the page's address asks for: { id, first, last, lastId, seconds, recording }, null where it says nothing.
export function readAddress({ hash, search } = location) {
  const wanted = new URLSearchParams(search);
  const inside = hash.startsWith("#p=") ? new URLSearchParams(hash.slice(1).replaceAll("+", "%2B")) : wanted;
  const words = /^(\d{1,6})-(\d{1,6})$/.exec(inside.get("w") ?? "");
  const id = inside.get("p") || null;
  const seconds = Number.parseFloat(wanted.get("t"));
  return {
    id,
    first: words ? Number(words[1]) - 1 : null,
    last: words ? Number(words[2]) - 1 : null,
    lastId: inside.get("to") || id,
    seconds: id === null && seconds >= 0 && Number.isFinite(seconds) ? seconds : null,
    recording: wanted.get("in"),
  };
}
