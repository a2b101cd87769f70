// The calendar: events are dragged between days, keys turn its pages. Without this script each event has its «Move».

import { element, isTyping, pressedAct, toast } from "kontora/tools";

const table = document.querySelector("[data-calendar]");
const settings = table ? JSON.parse(table.dataset.calendar) : null;
const refusals = element("div", { class: "messages" });

/** A refusal stays until the next move: it must not be missed. */
function refuse(message) {
  refusals.replaceChildren(element("div", { class: "message is-danger", role: "alert" }, element("span", {}, message)));
  table.closest(".table-scroll").before(refusals);
}

async function send(item, day) {
  const answer = await fetch(settings.move, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": document.querySelector("#act [name=csrf_token]").value,
    },
    body: JSON.stringify({ event: item.dataset.event, version: item.dataset.version, day }),
  });
  const said = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : {};
  if (!answer.ok) throw new Error(said.refused ?? settings.texts.failed);
  return said;
}

const empty = (list) => list.closest("td").classList.toggle("is-empty", !list.children.length);

/** Moves an event that already stands in its new day; a refused one goes back. */
async function move(item, from, to, next, isReturn = false) {
  try {
    const said = await send(item, to.dataset.day);
    item.dataset.version = said.version;
    refusals.remove();
    const undo = () => {
      from.insertBefore(item, next?.parentElement === from ? next : null);
      move(item, to, from, null, true);
    };
    toast(isReturn ? settings.texts.returned : said.said, { undo: isReturn ? null : undo });
  } catch (error) {
    from.insertBefore(item, next?.parentElement === from ? next : null);
    refuse(error instanceof TypeError ? settings.texts.failed : error.message);
  }
  [from, to].forEach(empty);
}

for (const list of table?.querySelectorAll("[data-day]") ?? []) {
  let next = null;
  Sortable.create(list, {
    group: "days",
    sort: false,
    draggable: "[data-event]",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    delay: 180,
    delayOnTouchOnly: true,
    ghostClass: "is-lifted",
    onStart: ({ item }) => (next = item.nextElementSibling),
    onEnd: ({ item, from, to }) => from !== to && move(item, from, to, next),
  });
}

// --- A click into the free space of a day plans an event there --------------------------------------------------------

table?.addEventListener("click", ({ target }) => {
  if (!target.matches("td, .cal-events")) return;
  target.closest("td").querySelector(".cal-add")?.click();
});

// --- All overdue events at once -------------------------------------------------------------------------------------

const all = document.querySelector("[data-all-events]");
if (all) {
  Object.assign(all, { hidden: false, disabled: false });
  all.addEventListener("change", () => {
    document.querySelectorAll('input[name="event"]').forEach((box) => (box.checked = all.checked));
  });
}

// --- Keys -----------------------------------------------------------------------------------------------------------

const places = { back: "[data-key=back]", on: "[data-key=on]", today: "[data-key=today]", create: ".commands .btn-primary" };
document.addEventListener("keydown", (event) => {
  const act = pressedAct(event, "calendar");
  if (event.defaultPrevented || !act || isTyping(event) || document.querySelector("dialog[open], .menu:popover-open")) return;
  const views = document.querySelectorAll("main .tabs a");
  const link = act === "view" ? views[Number(event.code.at(-1)) - 1] : document.querySelector(`main ${places[act]}`);
  if (!link || event.target.closest?.(".table-scroll:focus")) return;
  event.preventDefault();
  link.click();
});
