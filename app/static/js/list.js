// Lists: choosing rows, opening them, walking by keys.

import { isTyping, later, singleKeysWork, text } from "kontora/tools";

const list = document.querySelector("[data-list]");
const boxes = () => [...document.querySelectorAll('input[name="rowid"]')];
const all = document.querySelector("[data-choose-all]");
const none = document.querySelector("[data-choose-none]");
const chosenNote = document.querySelector("[data-chosen]");

function showChosen() {
  const chosen = boxes().filter((box) => box.checked).length;
  if (chosenNote) chosenNote.textContent = text("chosen", { n: chosen });
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
document.addEventListener("change", (event) => event.target.matches('input[name="rowid"]') && showChosen());
all?.addEventListener("change", () => chooseAll(all.checked));
if (none) {
  none.hidden = false;
  none.addEventListener("click", () => chooseAll(false));
}
if (boxes().length) showChosen();

// A row opens by double click, and gets the focus by a single one; links and texts stay what they are.
const linkOf = (row) => row?.querySelector(".k-name a");
document.addEventListener("dblclick", (event) => {
  const row = event.target.closest("tr[data-url]");
  if (!row || event.target.closest("a, button, input, label, .menu")) return;
  getSelection().removeAllRanges();
  linkOf(row)?.click();
});
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-url]");
  if (row && !event.target.closest("a, button, input, label, .menu") && getSelection().isCollapsed) linkOf(row)?.focus();
});

// --- Keys -------------------------------------------------------------------------------------------------------

const rows = () => [...document.querySelectorAll("tbody > tr[data-url]")];
const rowAt = () => document.activeElement?.closest?.("tr[data-url]") ?? null;

function goTo(index) {
  const row = rows()[index];
  linkOf(row)?.focus();
  return Boolean(row);
}

function pressCommand(name, row) {
  const place = row ? row.querySelector(`[data-command="${name}"]`) : document.querySelector(`main .commands [data-command="${name}"]`);
  place?.click();
  return Boolean(place);
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
  F2: () => rowAt() && pressCommand("edit", rowAt()),
  F9: () => rowAt() && pressCommand("copy", rowAt()),
  Delete: () => rowAt() && pressCommand("delete", rowAt()),
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
  if (shiftKey && code === "F10" && rowAt()) {
    const menu = rowAt().querySelector("[popovertarget]");
    menu?.click();
    done = Boolean(menu);
  } else if ((ctrlKey || metaKey) && code === "KeyA" && rowAt() && boxes().length) {
    chooseAll(true);
    done = true;
  } else if (fromSearch || (!ctrlKey && !metaKey && !altKey && !shiftKey && !isTyping(event) && plain[code] && singleKeysWork())) {
    done = plain[code]();
  }
  if (done) event.preventDefault();
});

// --- Quick search: the list follows what is typed; the address keeps it --------------------------------------------

const quick = document.querySelector("[data-quick-search]");
const follow = later(async () => {
  const address = new URL(quick.form.action);
  address.search = new URLSearchParams([...new FormData(quick.form)].filter(([, value]) => value)).toString();
  const asked = quick.value;
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok || quick.value !== asked) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of ["[data-list]", ".page-head .heading", ".tabs"]) {
    const [now, then] = [document.querySelector(part), fresh.querySelector(part)];
    if (now && then) now.replaceChildren(...then.childNodes);
  }
  Object.assign(list.dataset, fresh.querySelector("[data-list]").dataset);
  history.replaceState(null, "", address);
  highlight(asked);
  showChosen();
}, 300);
quick?.addEventListener("input", follow);

// The words that were looked for are marked in the rows, with ё and е alike.
function highlight(words) {
  const sought = words.trim().toLowerCase().replaceAll("ё", "е");
  if (sought.length < 2) return;
  const walker = document.createTreeWalker(list.querySelector("tbody") ?? list, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(".menu, button")) nodes.push(walker.currentNode);
  for (const node of nodes) {
    const at = node.data.toLowerCase().replaceAll("ё", "е").indexOf(sought);
    if (at < 0) continue;
    const hit = node.splitText(at);
    hit.splitText(sought.length);
    const mark = document.createElement("mark");
    hit.replaceWith(mark);
    mark.append(hit);
  }
}
if (quick?.value && list) highlight(quick.value);
