// What the partial wrote into the page: { language, words, foot, note, recordings, embeds, passages }; docs/hugo.md.

export const facts = JSON.parse(document.getElementById("aligner-facts").textContent);

// Addresses that begin so are meant from the folder of this script, which only Hugo knows beforehand.
const HERE = "@/";

export function address(told) {
  return told.startsWith(HERE) ? new URL(told.slice(HERE.length), import.meta.url).href : told;
}

// An element of the viewer's own making.
export function build(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const made = template.content.firstElementChild;
  for (const name of ["src", "href", "poster"]) {
    for (const part of [made, ...made.querySelectorAll(`[${name}]`)]) {
      if (part.hasAttribute(name)) part.setAttribute(name, address(part.getAttribute(name)));
    }
  }
  return made;
}

export function say(key, values = {}) {
  return facts.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
