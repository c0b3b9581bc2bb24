// Puts words on the clipboard, or where the browser does not let us, into a field that is ready to be copied from;
// and makes of a stretch of words a quote that says whose words they are, where and when they were said.

import { passageAddress } from "./address.js";
import { passagesIn, wordsIn } from "./extract.js";
import { placed } from "./passages.js";

const sources = new Map();
for (const source of document.querySelectorAll(".sources [data-number]")) sources.set(source.dataset.number, source);
const { open, close, reworded, unproven, title } = document.querySelector(".sources").dataset;

// Whose words they are: speaker, session, date; and never as if they had been said so where that is not proven.
function whose(subject) {
  const pieces = passagesIn(subject);
  const source = sources.get(pieces.map((piece) => placed(piece.dataset.passage)).find(Boolean)?.recording);
  const said = [...new Set(pieces.map((piece) => piece.dataset.speaker).filter(Boolean))];
  const facts = [...said, ...(source ? [source.dataset.title, source.dataset.date] : [title])].filter(Boolean);
  const has = (role) => pieces.some((piece) => piece.classList.contains(role));
  if (has("uncertain") || has("not_found") || has("unclaimed")) return `${facts.join(", ")} (${unproven})`;
  return has("reworded") ? `${facts.join(", ")} (${reworded})` : facts.join(", ");
}

// « words » — speaker, session, date
export function attribute(subject) {
  return `${open}${wordsIn(subject)}${close} — ${whose(subject)}`;
}

// { plain, html }: the same with the address
export function quote(subject) {
  const address = passageAddress(subject);
  const html = asHtml(`${open}${wordsIn(subject)}${close}`, whose(subject), address);
  return { plain: `${attribute(subject)}, ${address}`, html };
}

function asHtml(words, speaker, address) {
  const block = document.createElement("blockquote");
  block.cite = address;
  block.append(element("p", words));
  const line = element("p", `— ${speaker}, `);
  const link = element("a", address);
  link.href = address;
  line.append(link);
  return block.outerHTML + line.outerHTML;
}

function element(name, words) {
  const made = document.createElement(name);
  made.textContent = words;
  return made;
}

async function write({ plain, html }) {
  if (!html) return navigator.clipboard.writeText(plain);
  const parts = { "text/plain": plain, "text/html": html };
  for (const [kind, words] of Object.entries(parts)) parts[kind] = new Blob([words], { type: kind });
  return navigator.clipboard.write([new ClipboardItem(parts)]);
}

// Copies, and says in `box` (its .told-copy, its .copy-field) what became of it.
export async function copy(words, box) {
  const told = box.querySelector(".told-copy");
  const field = box.querySelector(".copy-field");
  told.textContent = "";
  field.hidden = true;
  try {
    await write(words);
    told.textContent = told.dataset.done;
  } catch {
    // no permission, or a site without encryption
    field.value = words.plain;
    field.hidden = false;
    field.focus();
    field.select();
    told.textContent = told.dataset.failed;
  }
}
