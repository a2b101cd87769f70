// Keys that work on every page, and the neighbours of a record in the list one came from.
// Which key does what stands in one table of the server (views/help/keys.py); here stands what is done.

import { element, isTyping, person, pressedAct, recall, remember, text } from "kontora/tools";

const MOST_RECENT = 10;

function focusOn(selector) {
  const field = document.querySelector(selector);
  field?.focus();
  field?.select?.();
  return Boolean(field);
}

function click(selector) {
  const button = document.querySelector(selector);
  button?.click();
  return Boolean(button);
}

const press = (name) => click(`.commands [data-command="${name}"], .commands [data-key="${name}"]`);

function nextTab() {
  const tabs = [...document.querySelectorAll("main .tabs a")];
  const at = tabs.findIndex((tab) => tab.hasAttribute("aria-current"));
  tabs[(at + 1) % tabs.length]?.click();
  return tabs.length > 0;
}

async function show(module, ...given) {
  const { open } = await import(`kontora/${module}`);
  open(...given);
}

const everywhere = {
  palette: () => show("palette") && true,
  search: () => focusOn("[data-quick-search]") || focusOn("#global-search"),
  sheet: () => show("help", "keys") && true,
  help: () => show("help", "page") && true,
};

const card = {
  edit: (event) => !isTyping(event) && press("edit"),
  previous: () => click('main a[rel="prev"]'),
  next: () => click('main a[rel="next"]'),
  print: () => click('main .commands [data-command="print"], main .commands a[href^="/print/"]'),
  tab: nextTab,
};

/** Does what the pressed key stands for; tells whether it did anything. */
export function pressedKey(event, openSection) {
  if (document.querySelector("dialog[open]")) return false;
  const act = pressedAct(event, "everywhere");
  if (act === "section") return openSection(Number(event.code.at(-1)));
  return everywhere[act]?.() || card[pressedAct(event, "card")]?.(event) || false;
}

// --- The way from the list: which records stand before and after this one -----------------------------------------

const rowsOf = (place) => [...place.querySelectorAll("[data-list] tr[data-url]")].map((row) => row.dataset.url);

function keepList(rows, place) {
  const list = place.querySelector("[data-list]");
  sessionStorage.setItem("kontora_list", JSON.stringify({ rows, next: list.dataset.next ?? "", previous: list.dataset.previous ?? "" }));
}

addEventListener("pagehide", () => {
  const rows = rowsOf(document);
  if (rows.length) keepList(rows, document);
});

/** Goes to the first or last record of another page of the list. */
async function turnPage(address, isNext) {
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const rows = rowsOf(page);
  if (!rows.length) return;
  keepList(rows, page);
  location.assign(isNext ? rows[0] : rows.at(-1));
}

function neighbourLink(side, address, page) {
  const words = text(side === "prev" ? "previous_record" : "next_record");
  const link = element("a", { class: "btn btn-icon btn-quiet", rel: side, href: address || page, "aria-label": words, title: words }, side === "prev" ? "‹" : "›");
  if (address) return link;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    turnPage(page, side === "next");
  });
  return link;
}

function showNeighbours() {
  const { rows = [], next = "", previous = "" } = JSON.parse(sessionStorage.getItem("kontora_list") ?? "{}");
  const at = rows.indexOf(location.pathname);
  const head = document.querySelector("main .page-top");
  if (at < 0 || !head || rows.length < 2) return;
  const nav = element("nav", { class: "neighbours", "aria-label": text("neighbours") });
  if (at > 0 || previous) nav.append(neighbourLink("prev", rows[at - 1], previous));
  nav.append(element("span", { class: "muted" }, text("place_in_list", { n: at + 1, all: rows.length })));
  if (at < rows.length - 1 || next) nav.append(neighbourLink("next", rows[at + 1], next));
  head.append(nav);
}

// --- Recent records ------------------------------------------------------------------------------------------------

const RECENT = `recent_${person}`;

/** The last opened records, the newest first: [{text, url}]. */
export const recent = () => JSON.parse(recall(RECENT) ?? "[]");

function noteOpened(title) {
  const others = recent().filter(({ url }) => url !== location.pathname);
  remember(RECENT, JSON.stringify([{ text: title, url: location.pathname }, ...others].slice(0, MOST_RECENT)));
}

const opened = document.querySelector("main[data-record]");
if (opened) {
  showNeighbours();
  noteOpened(opened.dataset.record);
}
