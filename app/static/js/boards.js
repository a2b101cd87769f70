// Boards: cards are moved by dragging, by Alt with an arrow, or by their select. Without this script a button sends the
// select. A refused card goes back to where it was, and the words stay on the page.

import { element, locale, pressedAct, showDialog, toast } from "kontora/tools";

const board = document.querySelector("[data-board]");
const settings = board ? JSON.parse(board.dataset.board) : null;
const columns = board ? [...board.querySelectorAll("[data-column]")] : [];
const keyOf = (card) => card.closest("[data-column]").dataset.column;
const columnOf = (key) => columns.find((column) => column.dataset.column === key);
const listOf = (key) => columnOf(key).querySelector("[data-cards]");
const refusals = element("div", { class: "messages" });

/** A refusal stays until the next move: it must not be missed. */
function refuse(message, card) {
  const words = element("span", {}, message);
  const link = card.querySelector(".board-title");
  if (link) words.append(" ", element("a", { href: link.href }, link.textContent));
  refusals.replaceChildren(element("div", { class: "message is-danger", role: "alert" }, words));
  board.before(refusals);
}

const whole = new Intl.NumberFormat(locale);
const money = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const kopecks = (amount) => Math.round(Number(amount) * 100);

/** Counts a card out of (-1) or into (1) a column. */
function count(key, card, sign) {
  const column = columnOf(key);
  const amount = (kopecks(column.dataset.amount) + sign * kopecks(card.dataset.amount)) / 100;
  column.dataset.count = Number(column.dataset.count) + sign;
  column.dataset.amount = amount;
  column.querySelector("[data-total-count]").textContent = whole.format(column.dataset.count);
  column.querySelector("[data-total-amount]").textContent = `${money.format(amount).replace("-", "−")}\u00a0₽`;
}

/** Puts a card into a column; its select then offers what that column allows. */
function place(card, key, next = null) {
  const list = listOf(key);
  if (card.parentElement !== list) list.insertBefore(card, next?.parentElement === list ? next : null);
  const select = card.querySelector("select");
  const options = settings.targets[key].map((to) => new Option(settings.labels[to], to, to === key, to === key));
  select.replaceChildren(...options);
}

async function send(card, to, reason) {
  const data = new FormData(document.getElementById("move"));
  data.set("to", to);
  data.set("version", card.dataset.version);
  for (const name of [...data.keys()]) if (name.startsWith("to-")) data.delete(name);
  if (reason) data.set("loss_reason", reason);
  const answer = await fetch(card.dataset.move, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams(data),
  });
  const said = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : {};
  if (!answer.ok) throw new Error(said.refused ?? settings.texts.failed);
  return said;
}

/** Asks why a deal was lost; resolves to the reason, or to null when the person thinks better of it. */
function askReason() {
  const dialog = document.getElementById("board-reason");
  if (!dialog) return Promise.resolve("");
  dialog.returnValue = "";
  showDialog(dialog);
  return new Promise((resolve) => {
    const done = () => resolve(dialog.returnValue === "yes" ? dialog.querySelector("select").value : null);
    dialog.addEventListener("close", done, { once: true });
  });
}

/** Moves a card that may already stand in its new column; `from` is where it came from. */
async function move(card, from, to, { next = null, reason = null, isReturn = false } = {}) {
  if (card.ariaBusy === "true") return;
  const focused = card.contains(document.activeElement) ? document.activeElement : null;
  const hadReason = card.dataset.reason;
  place(card, to);
  let why = reason;
  if (settings.asks.includes(to) && !why) {
    why = await askReason();
    if (why === null) {
      place(card, from, next);
      focused?.focus();
      return;
    }
  }
  card.ariaBusy = "true";
  try {
    const said = await send(card, to, why);
    card.dataset.version = said.version;
    card.dataset.reason = why ?? "";
    count(from, card, -1);
    count(to, card, 1);
    refusals.remove();
    const undo = () => move(card, to, from, { reason: hadReason, isReturn: true });
    toast(isReturn ? settings.texts.returned : said.said, { undo: said.may_return && !isReturn ? undo : null });
  } catch (error) {
    place(card, from, next);
    refuse(error instanceof TypeError ? settings.texts.failed : error.message, card);
  }
  card.ariaBusy = null;
  (focused?.isConnected ? focused : null)?.focus();
}

if (board) {
  for (const list of board.querySelectorAll("[data-cards]")) {
    let next = null;
    Sortable.create(list, {
      group: "cards",
      sort: false,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      delay: 180,
      delayOnTouchOnly: true,
      filter: "select, button",
      preventOnFilter: false,
      ghostClass: "is-lifted",
      onStart: ({ item }) => (next = item.nextElementSibling),
      onEnd: ({ item, from, to }) => {
        if (from !== to) move(item, from.closest("[data-column]").dataset.column, keyOf(item), { next });
      },
    });
  }
  board.addEventListener("change", ({ target }) => {
    const card = target.closest("[data-card]");
    if (card && target.matches("select")) move(card, keyOf(card), target.value, { next: card.nextElementSibling });
  });
  board.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-card]");
    const act = card ? pressedAct(event, "board") : "";
    if (!["back", "on"].includes(act)) return;
    event.preventDefault();
    const from = keyOf(card);
    const to = columns[columns.indexOf(columnOf(from)) + (act === "back" ? -1 : 1)]?.dataset.column;
    if (to) move(card, from, to, { next: card.nextElementSibling });
  });
  // Every choice of a page that came back from the history is what the server said.
  document.getElementById("move").reset();
}
