// Lists: choosing rows, opening them, walking by keys.

import { enhanceLookups } from "kontora/combobox";
import { isTyping, singleKeysWork, text } from "kontora/tools";

const ROW = "tr:is([data-key], [data-url])"; // of a list, or of a table in a card
const list = document.querySelector("[data-list]");
const boxes = () => [...document.querySelectorAll('input[name="rowid"]')];

function showChosen() {
  const chosen = boxes().filter((box) => box.checked).length;
  const all = document.querySelector("[data-choose-all]");
  const whole = document.querySelector('#bulk input[name="all"]');
  if (whole && chosen < boxes().length) whole.checked = false; // a row taken out is not all of them
  const n = whole?.checked ? Number(whole.dataset.count) : chosen;
  const note = document.querySelector("[data-chosen]");
  if (note) note.textContent = text("chosen", { n });
  for (const button of document.querySelectorAll("#bulk [data-confirm]")) {
    button.dataset.question ??= button.dataset.confirm;
    button.dataset.confirm = button.dataset.question.replace("_n_", n);
  }
  if (all) {
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
}

function chooseAll(chosen) {
  boxes().forEach((box) => (box.checked = chosen));
  showChosen();
}

// Shift chooses everything between two boxes.
let lastBox = null;
document.addEventListener("click", (event) => {
  const box = event.target.closest?.('input[name="rowid"]');
  if (!box) return;
  if (event.shiftKey && lastBox) {
    const order = boxes();
    const [from, to] = [order.indexOf(lastBox), order.indexOf(box)].sort((a, b) => a - b);
    order.slice(from, to + 1).forEach((between) => (between.checked = box.checked));
  }
  lastBox = box;
});
document.addEventListener("change", ({ target }) => {
  if (target.matches('input[name="rowid"]')) showChosen();
  else if (target.matches("[data-choose-all]")) chooseAll(target.checked);
  else if (target.matches('#bulk input[name="all"]')) target.checked ? chooseAll(true) : showChosen();
});
document.addEventListener("click", ({ target }) => target.closest?.("[data-choose-none]") && chooseAll(false));
if (boxes().length) showChosen();

// A row opens by double click, and gets the focus by a single one; links and texts stay what they are.
const linkOf = (row) => row?.querySelector(".k-name a");
document.addEventListener("dblclick", (event) => {
  const row = event.target.closest(ROW);
  if (!row || event.target.closest("a, button, input, label, .menu")) return;
  getSelection().removeAllRanges();
  linkOf(row)?.click();
});
document.addEventListener("click", (event) => {
  const row = event.target.closest(ROW);
  if (row && !event.target.closest("a, button, input, label, .menu") && getSelection().isCollapsed) linkOf(row)?.focus();
});

// --- The menu of a row: one for all rows, set to the row that it is opened for ---------------------------------------

const menu = document.getElementById("row-menu");
const items = [...(menu?.querySelectorAll("[data-command]") ?? [])];
const patterns = new Map(
  items.map((item) => [item, { address: item.getAttribute(item.form ? "formaction" : "href"), question: item.dataset.confirm }]),
);

/** Says what the openers of the menu do; asked again for rows that came later. */
function makeOpeners() {
  for (const opener of document.querySelectorAll("[data-more]:not([aria-haspopup])")) opener.setAttribute("aria-haspopup", "true");
}
makeOpeners();

/** Points the menu at a row: its key, its name, and what its state allows. */
function setMenu(row) {
  const opener = row.querySelector("[data-more]");
  const can = opener.dataset.more.split(" ").filter(Boolean);
  const key = row.dataset.key;
  const name = linkOf(row).textContent.trim();
  for (const [item, { address, question }] of patterns) {
    item.hidden = can.length > 0 && !can.includes(item.dataset.command); // nothing said: all of it
    const place = item.dataset.command === "open" ? linkOf(row).getAttribute("href") : address.replace("_key_", key);
    item.setAttribute(item.form ? "formaction" : "href", place);
    if (question) item.dataset.confirm = question.replace("_name_", name);
  }
  document.querySelector('[popovertarget="row-menu"]')?.removeAttribute("popovertarget");
  opener.setAttribute("popovertarget", menu.id); // browsers without anchors find the menu's place by it
  return opener;
}

function openMenu(row) {
  if (!menu || !row?.querySelector("[data-more]")) return false;
  if (menu.matches(":popover-open")) menu.hidePopover();
  else menu.showPopover({ source: setMenu(row) });
  return true;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-more]");
  if (!opener || !menu || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  openMenu(opener.closest("tr"));
});
document.addEventListener("keydown", (event) => {
  if (event.code !== "Space" || !event.target.matches?.("[data-more]")) return;
  event.preventDefault();
  openMenu(event.target.closest("tr"));
});
document.addEventListener("contextmenu", (event) => {
  const row = event.target.closest(ROW);
  if (row && event.button === -1) event.preventDefault(); // Shift+F10 and the menu key are answered below
});
menu?.addEventListener("toggle", ({ newState }) => {
  if (newState === "closed" && document.activeElement === document.body) document.querySelector('[popovertarget="row-menu"]')?.focus();
});

// --- Keys -------------------------------------------------------------------------------------------------------

const rows = () => [...document.querySelectorAll(`tbody > ${ROW}`)];
const rowAt = () => document.activeElement?.closest?.(ROW) ?? null;

function goTo(index) {
  const row = rows()[index];
  linkOf(row)?.focus();
  return Boolean(row);
}

function pressCommand(name) {
  const row = rowAt();
  if (!row) return false;
  if (menu && row.querySelector("[data-more]")) setMenu(row);
  const item = menu ? items.find((each) => each.dataset.command === name && !each.hidden) : row.querySelector(`[data-command="${name}"]`);
  item?.click();
  return Boolean(item);
}

const page = (address) => {
  if (address) location.assign(address);
  return Boolean(address);
};

function create() {
  const button = document.querySelector('main .commands [data-command="create"], main .commands [data-command="add"], main .commands .btn-primary');
  button?.click();
  return Boolean(button);
}

const plain = {
  ArrowDown: () => goTo(rows().indexOf(rowAt()) + 1),
  ArrowUp: () => goTo(Math.max(rows().indexOf(rowAt()) - 1, 0)),
  Home: () => rowAt() && goTo(0),
  End: () => rowAt() && goTo(rows().length - 1),
  PageDown: () => rowAt() && page(list?.dataset.next),
  PageUp: () => rowAt() && page(list?.dataset.previous),
  Insert: create,
  F2: () => pressCommand("edit"),
  F9: () => pressCommand("copy"),
  Delete: () => pressCommand("delete"),
  Space: () => {
    const box = rowAt()?.querySelector('input[name="rowid"]');
    if (!box || document.activeElement === box) return false;
    box.click();
    return true;
  },
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open], .menu:popover-open")) return;
  const { code, ctrlKey, metaKey, altKey, shiftKey } = event;
  const fromSearch = event.target.matches?.("[data-quick-search]") && code === "ArrowDown";
  if (!list && !rowAt()) return;
  let done = false;
  if (((shiftKey && code === "F10") || code === "ContextMenu") && rowAt()) {
    done = openMenu(rowAt()) || Boolean(rowAt().querySelector("[popovertarget]")?.click() ?? true);
  } else if ((ctrlKey || metaKey) && code === "KeyA" && rowAt() && boxes().length) {
    chooseAll(true);
    done = true;
  } else if (fromSearch || (!ctrlKey && !metaKey && !altKey && !shiftKey && !isTyping(event) && plain[code] && singleKeysWork())) {
    done = plain[code]();
  }
  if (done) event.preventDefault();
});

// --- Drawers: what they show is fetched when they are opened ----------------------------------------------------------

const drawers = [...document.querySelectorAll("[data-drawer]")];
for (const drawer of drawers) drawer.addEventListener("toggle", () => drawer.open && fill(drawer));

/** Asks for what a drawer shows, as the list stands now; whatever is wrong, the page itself says it best. */
async function fill(drawer) {
  const place = drawer.querySelector("[data-fill]");
  if (!place) return;
  delete place.dataset.fill; // asked for once, however often the drawer is opened meanwhile
  const address = new URL(location.href);
  address.searchParams.set("drawer", drawer.dataset.drawer);
  const answer = await fetch(address, { headers: { "X-Part": "drawer" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    location.assign(place.href);
    return;
  }
  if (!place.isConnected) return; // the list was refreshed meanwhile, and the drawer with it
  const wasThere = place === document.activeElement;
  place.parentElement.innerHTML = await answer.text();
  complete(drawer);
  if (wasThere) drawer.querySelector("summary ~ * :is(a, button, input, select)").focus();
}

/** Fields take over from the hidden ones that stood for them, and get what only scripts give. */
function complete(drawer) {
  for (const { name, form } of drawer.querySelectorAll("[name]")) form?.querySelector(`[type=hidden][name="${CSS.escape(name)}"]`)?.remove();
  if (drawer.dataset.drawer === "columns") import("kontora/columns");
  document.dispatchEvent(new Event("list:refreshed"));
}
for (const drawer of drawers) if (drawer.open) complete(drawer);

document.addEventListener("list:refreshed", () => {
  lastBox = null;
  document.querySelectorAll("[data-part] [data-scripted]").forEach((part) => (part.hidden = false));
  enhanceLookups(document);
  makeOpeners();
  showChosen();
  for (const drawer of drawers) if (drawer.open) fill(drawer);
});
