// Widths of a list's columns: the edge of a heading is dragged; keys on it and buttons beside the column do the same.
// Kept with the person on the server. On a telephone a list has no columns.

import { element, later, pressedAct, send, text } from "kontora/tools";

const NARROWEST = 48;
const WIDEST = 1000;
const STEP = 16;
const rules = document.getElementById("column-widths")?.sheet;
const screen = document.querySelector('#view-form [name="screen"]')?.value;
const widths = new Map();
const status = element("span", { class: "visually-hidden", role: "status" });

const headings = () => [...document.querySelectorAll("[data-list] th[data-col]")];
const headingOf = (name) => headings().find(({ dataset }) => dataset.col === name);
const within = (width) => Math.round(Math.min(Math.max(width, NARROWEST), WIDEST));

/** The same rule as the page is made with (crud/list.html). */
const ruleOf = (place, width) =>
  `@media screen and (min-width: 641px) { [data-list] .table tr > :nth-child(${place}) { width: ${width}px; min-width: ${width}px; max-width: ${width}px; overflow: hidden; text-overflow: ellipsis; } }`;

function show() {
  while (rules.cssRules.length) rules.deleteRule(0);
  for (const heading of headings()) {
    const width = widths.get(heading.dataset.col);
    if (width) rules.insertRule(ruleOf(heading.cellIndex + 1, width));
  }
  for (const button of document.querySelectorAll("[data-usual-widths]")) button.hidden = !widths.size;
}

// --- Keeping: what was changed lately goes in its order, also when the page is left --------------------------------

const changed = new Map();
let sending = Promise.resolve();

const put = ([column, width]) => send("/views/width", { screen, column, width });

function keepNow(isLeaving) {
  const all = [...changed];
  changed.clear();
  if (isLeaving) all.forEach(put);
  else for (const one of all) sending = sending.then(() => put(one));
}
const keepLater = later(() => keepNow(false), 400);
addEventListener("pagehide", () => keepNow(true));

/** Sets the width of a column; 0 lets it be as wide as it comes. */
function set(name, width) {
  if (width) widths.set(name, within(width));
  else widths.delete(name);
  show();
}

function keep(name) {
  const width = widths.get(name) ?? 0;
  changed.set(name, width);
  keepLater();
}

function change(name, by) {
  const heading = headingOf(name);
  if (!heading?.offsetWidth) return false;
  set(name, (widths.get(name) ?? heading.offsetWidth) + by);
  keep(name);
  status.textContent = text("column_width", { column: heading.dataset.label, n: widths.get(name) });
  return true;
}

// --- Mouse ----------------------------------------------------------------------------------------------------------

const EDGE = 10; // as wide as the style sheet draws it

/** The heading whose edge is under the mouse. */
function edgeAt({ target, clientX }) {
  const heading = target.closest?.("th[data-col]");
  return heading && heading.getBoundingClientRect().right - clientX <= EDGE ? heading : null;
}

function drag(heading, event) {
  const name = heading.dataset.col;
  const before = widths.get(name) ?? 0;
  const [from, start] = [event.clientX, heading.offsetWidth];
  const stop = new AbortController();
  const { signal } = stop;
  const end = () => {
    stop.abort();
    heading.classList.remove("is-dragged");
  };
  event.preventDefault();
  heading.setPointerCapture(event.pointerId);
  heading.classList.add("is-dragged");
  heading.addEventListener("pointermove", ({ clientX }) => clientX !== from && set(name, start + clientX - from), { signal });
  heading.addEventListener("pointercancel", () => {
    end();
    set(name, before);
  }, { signal });
  heading.addEventListener("pointerup", () => {
    end();
    if ((widths.get(name) ?? 0) !== before) keep(name);
  }, { signal });
}

function listen() {
  document.body.append(status);
  document.addEventListener("pointerdown", (event) => {
    const heading = event.button === 0 && edgeAt(event);
    if (heading) drag(heading, event);
  });
  document.addEventListener("dblclick", (event) => {
    const name = edgeAt(event)?.dataset.col;
    if (!name) return;
    set(name, 0);
    keep(name);
  });
  document.addEventListener("keydown", (event) => {
    const name = event.target.closest?.("th[data-col]")?.dataset.col;
    if (!name || pressedAct(event, "list") !== "width") return;
    if (change(name, { ArrowLeft: -STEP, ArrowRight: STEP }[event.code])) event.preventDefault();
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-widen]");
    if (button) change(button.value, Number(button.dataset.widen) * STEP);
    if (target.closest?.("[data-usual-widths]")) forgetAll();
  });
  document.addEventListener("list:refreshed", show);
}

function forgetAll() {
  changed.clear();
  widths.clear();
  changed.set("", 0);
  keepLater();
  show();
  document.querySelector("[data-drawer=columns] > summary").focus();
}

if (rules && screen) {
  for (const { dataset } of headings()) if (dataset.width) widths.set(dataset.col, Number(dataset.width));
  show();
  listen();
}
