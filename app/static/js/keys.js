// Keys that work on every page, and the neighbours of a record in the list one came from.
// Which key does what stands in one table of the server (views/help/keys.py); here stands what is done.

import { element, isTyping, person, pressedAct, remember, text } from "kontora/tools";

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
  close: stepBack,
};

const card = {
  edit: (event) => !isTyping(event) && press("edit"),
  previous: () => click('main a[rel="prev"]'),
  next: () => click('main a[rel="next"]'),
  print: () => click('main .commands [data-command="print"], main .commands a[href^="/print/"]'),
  tab: nextTab,
};

// --- Esc: the smallest step back that there is, and nothing typed is lost by it ------------------------------------

/** What is open over the page is closed by the browser, or by whoever opened it. */
const isCovered = () => Boolean(document.querySelector("dialog[open], :popover-open:not([popover=manual])"));

function stepBack(event) {
  if (event.repeat || event.isComposing || isCovered()) return false;
  return foldAway() || leaveForm() || clearSearch(event.target) || dropFilter() || leaveField(event) || backToList();
}

/** Folds the part of the page that the focus stands in, or a drawer over a list. */
function foldAway() {
  const part = document.activeElement?.closest("main details[open]") ?? document.querySelector('main details[name="list-drawer"][open]');
  if (!part) return false;
  part.open = false;
  part.querySelector("summary").focus();
  return true;
}

/** Leaves the form, or the group of a card that is changed where it stands: it asks when something was typed. */
function leaveForm() {
  const forms = [...document.querySelectorAll('form[data-guard="on"]')].filter((form) => form.querySelector("[data-leave]"));
  const form = forms.find((each) => each.contains(document.activeElement)) ?? forms.at(-1);
  form?.querySelector("[data-leave]").click();
  return Boolean(form);
}

function clearSearch(target) {
  const field = target.matches("input[type=search]") ? target : document.querySelector("[data-quick-search]");
  if (!field?.value) return false;
  field.value = "";
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (field.defaultValue && !document.querySelector("[data-list]")) field.form.requestSubmit();
  return true;
}

/** Drops the last of the filters in force. */
function dropFilter() {
  const filter = [...document.querySelectorAll(".filter-chip, main a[data-reset]")].at(-1);
  filter?.click();
  return Boolean(filter);
}

/** Out of a field first: whoever types does not mean to leave the card. */
function leaveField(event) {
  if (!isTyping(event)) return false;
  document.getElementById("main").focus({ preventScroll: true });
  return true;
}

const BACK = "kontora_back";

/** From a card to the list that it was opened from, else to the list of its kind. */
function backToList() {
  if (!document.querySelector("main[data-record]")) return false;
  const { rows = [], address } = keptList();
  const list = document.querySelector(".breadcrumb li:last-child a")?.getAttribute("href");
  const place = rows.includes(location.pathname) ? address : list;
  if (!place) return false;
  sessionStorage.setItem(BACK, location.pathname);
  location.assign(place);
  return true;
}

/** The list is shown at the record that was left. */
function showLeft() {
  const url = sessionStorage.getItem(BACK);
  sessionStorage.removeItem(BACK);
  const link = linksOf(document).find((each) => each.getAttribute("href") === url);
  link?.focus({ preventScroll: true });
  link?.closest("tr").scrollIntoView({ block: "center" });
}

/** Does what the pressed key stands for; tells whether it did anything. */
export function pressedKey(event, openSection) {
  if (document.querySelector("dialog[open]")) return false;
  const act = pressedAct(event, "everywhere");
  if (act === "section") return openSection(Number(event.code.at(-1)));
  return everywhere[act]?.(event) || card[pressedAct(event, "card")]?.(event) || false;
}

// --- The way from the list: which records stand before and after this one -----------------------------------------

const linksOf = (place) => [...place.querySelectorAll("[data-list] tr[data-key] > .k-name > a")];
const rowsOf = (place) => linksOf(place).map((link) => link.getAttribute("href"));

const keptList = () => JSON.parse(sessionStorage.getItem("kontora_list") ?? "{}");

function keepList(rows, place, address) {
  const { next = "", previous = "" } = place.querySelector("[data-list]").dataset;
  sessionStorage.setItem("kontora_list", JSON.stringify({ rows, address, next, previous }));
}

addEventListener("pagehide", () => {
  const rows = rowsOf(document);
  if (rows.length) keepList(rows, document, location.pathname + location.search);
});

/** Goes to the first or last record of another page of the list. */
async function turnPage(address, isNext) {
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const rows = rowsOf(page);
  if (!rows.length) return;
  keepList(rows, page, address);
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
  const { rows = [], next = "", previous = "" } = keptList();
  const at = rows.indexOf(location.pathname);
  const head = document.querySelector("main .page-top");
  if (at < 0 || !head || rows.length < 2) return;
  const nav = element("nav", { class: "neighbours", "aria-label": text("neighbours") });
  if (at > 0 || previous) nav.append(neighbourLink("prev", rows[at - 1], previous));
  nav.append(element("span", { class: "muted" }, text("place_in_list", { n: at + 1, all: rows.length })));
  if (at < rows.length - 1 || next) nav.append(neighbourLink("next", rows[at + 1], next));
  head.append(nav);
}

if (document.querySelector("[data-list]")) showLeft();
if (document.querySelector("main[data-record]")) showNeighbours();
remember(`recent_${person}`, null); // browsers once kept names of opened records; the server's list holds none
