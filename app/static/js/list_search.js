// Quick search of a list: the rows follow what is typed, the address keeps it, the words found are marked.
// How the person leaves the list is remembered.

import { later } from "kontora/tools";

const list = document.querySelector("[data-list]");
const quick = document.querySelector("[data-quick-search]");
let asking = null;

/** Asks for the list at an address without its frame, and takes its parts over. */
async function refresh(address) {
  asking?.abort();
  asking = new AbortController();
  list.setAttribute("aria-busy", "true");
  figuresOf = "";
  try {
    const answer = await fetch(address, { headers: { "X-Part": "list" }, signal: asking.signal });
    if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
    takeOver(await answer.text());
    history.replaceState(null, "", address);
    rememberLater();
    list.removeAttribute("aria-busy");
  } catch (error) {
    if (error.name === "AbortError") return; // a later question is on its way
    location.assign(address); // whatever is wrong, the page itself says it best
  }
}

function takeOver(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const part of document.querySelectorAll("[data-part]")) {
    const then = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!then) continue;
    part.replaceChildren(...then.childNodes);
    if (part === list) Object.assign(part.dataset, then.dataset);
  }
  document.dispatchEvent(new Event("list:refreshed"));
}

// --- How many rows there are and their totals, where counting them would have kept the page waiting -------------------

let figuresOf = "";

async function askFigures() {
  const address = list?.dataset.figures;
  if (!address) return;
  figuresOf = address;
  list.dataset.figures = "";
  const answer = await fetch(address, { headers: { "X-Part": "figures" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return; // «more than 1,000» stays: it is true
  const text = await answer.text();
  if (figuresOf === address) takeOver(text); // not those of a search that another one has followed
}
document.addEventListener("list:refreshed", askFigures);
askFigures();

const follow = later(async () => {
  const address = new URL(quick.form.action);
  address.search = new URLSearchParams([...new FormData(quick.form)].filter(([, value]) => value)).toString();
  await refresh(address);
  highlight(quick.value);
}, 300);
if (list) quick?.addEventListener("input", follow);

// --- The words that were looked for are marked in the rows, with ё and е alike; phones by their digits ----------------

function highlight(words) {
  const place = list.querySelector("tbody");
  const plain = words.trim().toLowerCase().replaceAll("ё", "е");
  if (!place || plain.length < 2) return;
  const sought = [...plain.split(/\s+/), ...(/^[\d\s()+-]+$/.test(plain) ? [plain] : [])];
  const patterns = sought.filter((word) => word.length > 1).map(patternOf);
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("[data-more], .visually-hidden")) nodes.push(walker.currentNode);
  nodes.forEach((node) => mark(node, patterns));
}

/** A word as it stands in a text: digits may be set apart by the signs of a telephone number, 8 is +7. */
function patternOf(word) {
  const digits = word.replace(/[\s()+-]/g, "").replace(/^[78](?=\d{10}$)/, "");
  if (/^\d{3,}$/.test(digits)) return new RegExp([...digits].join("[\\s()-]*"));
  return new RegExp(word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
}

function mark(node, patterns) {
  const text = node.data.toLowerCase().replaceAll("ё", "е");
  const hits = patterns.map((pattern) => pattern.exec(text)).filter((hit) => hit?.[0]);
  if (!hits.length) return;
  const hit = hits.sort((one, other) => one.index - other.index)[0];
  const found = node.splitText(hit.index);
  const rest = found.splitText(hit[0].length);
  const marked = document.createElement("mark");
  found.replaceWith(marked);
  marked.append(found);
  if (rest.data.trim()) mark(rest, patterns);
}

if (quick?.value && list) highlight(quick.value);

// --- How the list was left ---------------------------------------------------------------------------------------------

const form = document.getElementById("view-form");

/** Remembers what the person chose here; where a link from another page led is no choice of theirs. */
function rememberNow() {
  if (!form) return;
  const data = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, screen: form.elements.screen.value });
  data.set("state", location.search.slice(1));
  fetch(form.dataset.remember, { method: "POST", body: data, keepalive: true }).catch(() => {}); // next time, then
}
const rememberLater = later(rememberNow, 1000);

const came = document.referrer ? new URL(document.referrer) : null;
if (form && location.search && came?.origin === location.origin && came.pathname === location.pathname && came.search !== location.search) {
  rememberNow();
}
