// The schedule for those who plan: visits are dragged between engineers and hours. Without this script, on phones
// and for everybody else the tables of the page serve; each visit there has its «Move» form.

import { element, locale, toast } from "kontora/tools";

const place = document.querySelector("[data-schedule]");
const table = document.querySelector("[data-schedule-table]");
const wide = matchMedia("(min-width: 901px)");
const settings = place ? JSON.parse(place.dataset.schedule) : null;
const texts = settings?.texts ?? {};
let calendar = null;

const two = (number) => String(number).padStart(2, "0");
const written = (day) => `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
const moment = (at) => `${written(at)}T${two(at.getHours())}:${two(at.getMinutes())}`;

/** The days of the page: times come and go as the company's clock shows them, wherever the browser is. */
async function load() {
  const from = new Date(`${settings.start}T00:00`);
  const to = new Date(from);
  to.setDate(to.getDate() + settings.days);
  const query = new URLSearchParams(location.search);
  query.set("from", written(from));
  query.set("to", written(to));
  const answer = await fetch(`${settings.events}?${query}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

const signs = { danger: "⚠ ", ok: "✓ " };

function eventOf(item, number) {
  return {
    id: item.visit ? `visit-${item.visit}` : `other-${number}`,
    resourceIds: [String(item.engineer)],
    start: new Date(item.start),
    end: new Date(item.end),
    title: [item.words && `${signs[item.tone] ?? ""}${item.words}`, item.title, item.about].filter(Boolean).join(" · "),
    startEditable: item.can_move,
    durationEditable: item.can_move,
    classNames: item.css ? [item.css] : [],
    extendedProps: item,
  };
}

const freeOf = (item) => ({
  display: "background",
  resourceIds: [String(item.engineer)],
  start: new Date(item.start),
  end: new Date(item.end),
  title: settings.view === "week" ? "" : texts.free,
});

async function send(visit, version, engineer, start, end, anyHour = false) {
  const answer = await fetch(settings.move, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": document.querySelector("#act [name=csrf_token]").value,
    },
    body: JSON.stringify({ visit, version, engineer, start: moment(start), end: moment(end), outside_hours: anyHour }),
  });
  const said = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : {};
  if (!answer.ok) throw new Error(said.refused ?? texts.failed);
  return said;
}

const refusals = element("div", { class: "messages" });

/** A refusal stays on the page until a visit is moved: it must not be missed. */
function refuse(message) {
  if (!refusals.isConnected) place.before(refusals);
  refusals.replaceChildren(element("div", { class: "message is-danger", role: "alert" }, element("span", {}, message)));
}

async function moved(info) {
  const { event, oldEvent } = info;
  const { visit, version } = event.extendedProps;
  const engineer = event.resourceIds[0];
  const before = { engineer: oldEvent.resourceIds[0], start: oldEvent.start, end: oldEvent.end };
  try {
    const said = await send(visit, version, engineer, event.start, event.end);
    refusals.replaceChildren();
    await refresh();
    toast(said.said, {
      undo: () =>
        send(visit, said.version, before.engineer, before.start, before.end, true).then(refresh, (error) => refuse(error.message)),
    });
  } catch (error) {
    info.revert();
    refuse(error instanceof TypeError ? texts.failed : error.message);
  }
}

async function refresh() {
  const found = await load();
  calendar.setOption("events", [...found.events.map(eventOf), ...found.free.map(freeOf)]);
}

/** What the calendar leaves out for screen readers and the keyboard. */
function makeAccessible() {
  const half = "[role=table],[role=row],[role=rowgroup],[role=rowheader],[role=columnheader],[role=cell]";
  const fix = () => {
    for (const part of place.querySelectorAll(half)) {
      part.removeAttribute("role");
      [...part.attributes].filter(({ name }) => name.startsWith("aria-")).forEach(({ name }) => part.removeAttribute(name));
    }
    const grid = place.querySelector(".ec-main");
    if (grid && !grid.hasAttribute("tabindex")) {
      grid.tabIndex = 0;
      grid.setAttribute("role", "region");
      grid.setAttribute("aria-label", texts.grid);
    }
    // A click opens a page: to a screen reader that is a link.
    for (const event of place.querySelectorAll(".ec-event[role=button]")) event.setAttribute("role", "link");
  };
  let timer;
  new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(fix, 30);
  }).observe(place, { childList: true, subtree: true });
  fix();
  place.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.classList.contains("ec-event")) {
      event.preventDefault();
      event.target.click();
    }
  });
}

function open({ event }) {
  const { move_url: move, url } = event.extendedProps ?? {};
  if (move || url) location.assign(move || url);
}

function book(info) {
  const query = new URLSearchParams(location.search);
  const asked = new URLSearchParams({ engineer: info.resource?.id ?? "", start: moment(info.date) });
  for (const name of ["request", "client"]) if (query.has(name)) asked.set(name, query.get(name));
  location.assign(`${settings.book}?${asked}`);
}

async function start() {
  if (calendar || !wide.matches) return;
  let found;
  try {
    found = await load();
  } catch {
    return; // the tables stay
  }
  place.hidden = false;
  calendar = EventCalendar.create(place, {
    view: settings.view === "week" ? "resourceTimelineWeek" : "resourceTimelineDay",
    date: new Date(`${settings.start}T00:00`),
    locale,
    firstDay: 1,
    slotMinTime: "08:00",
    slotMaxTime: "20:00",
    slotWidth: settings.view === "week" ? 32 : 44,
    slotDuration: settings.view === "week" ? "01:00" : "00:30",
    nowIndicator: true,
    editable: false,
    headerToolbar: { start: "", center: "", end: "" },
    resources: found.engineers.map(({ id, name, load }) => ({ id: String(id), title: `${name} · ${load}` })),
    events: [...found.events.map(eventOf), ...found.free.map(freeOf)],
    slotLabelFormat: { hour: "2-digit", minute: settings.view === "week" ? undefined : "2-digit", hourCycle: "h23" },
    eventContent: ({ event }) => event.title,
    eventDidMount: ({ el, event }) => {
      const { time } = event.extendedProps;
      if (!time) return;
      el.title = `${time} · ${event.title}`;
      el.setAttribute("aria-label", el.title);
    },
    eventClick: open,
    dateClick: book,
    eventDrop: moved,
    eventResize: moved,
  });
  table.hidden = true;
  makeAccessible();
}

if (place) {
  start();
  wide.addEventListener("change", () => {
    if (calendar) {
      table.hidden = wide.matches;
      place.hidden = !wide.matches;
    } else start();
  });
}
