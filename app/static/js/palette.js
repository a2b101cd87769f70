// Ctrl+K: one line to go to a screen, create a record, find a record. What is offered is what the person may.

import { text } from "kontora/tools";
import { Chooser } from "kontora/chooser";
import { fit, readings } from "kontora/words";

const MOST_NEAR = 8;
let creatable = [];
let opened = null;

function screens() {
  return [...document.querySelectorAll('.sections details:not([data-section="recent"])')].flatMap((section) => {
    const name = section.querySelector("summary .word").textContent.trim();
    return [...section.querySelectorAll("li > a")].map((link) => ({
      text: [...link.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent).join("").trim(),
      hint: name,
      url: link.getAttribute("href"),
    }));
  });
}

function fitting(items, words) {
  if (!words) return items;
  const meant = readings(words);
  return items
    .map((item) => ({ item, place: fit(`${item.text} ${item.about ?? item.hint ?? ""}`, meant) }))
    .filter(({ place }) => place >= 0)
    .sort((one, other) => one.place - other.place)
    .slice(0, MOST_NEAR)
    .map(({ item }) => item);
}

/** The records that the person opened last, wherever that was; asked once on a page. */
async function learnOpened() {
  if (opened) return;
  const answer = await fetch("/my/recent", { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const records = await answer.json();
  opened = records.filter(({ url }) => url !== location.pathname).map((record) => ({ ...record, about: "" })); // found by their names
}

function near(words) {
  return [
    { title: text("recent"), items: fitting(opened ?? [], words) },
    { title: text("go"), items: fitting(screens(), words) },
    { title: text("create"), items: fitting(creatable, words) },
  ];
}

async function far(words) {
  const [answer] = await Promise.all([
    fetch(`/search/?${new URLSearchParams({ q: words })}`, { headers: { Accept: "application/json" } }),
    learnOpened(),
  ]);
  if (!answer.ok) throw new Error(`search answered ${answer.status}`);
  const { create, found } = await answer.json();
  creatable = create;
  const groups = found.map(({ title, records, more_url: more }) => ({
    title,
    items: [...records.map((record) => ({ text: record.text, hint: record.about, url: record.url })), ...(more ? [{ text: text("more"), url: more }] : [])],
  }));
  if (words) groups.push({ title: "", items: [{ text: text("search_all", { words }), url: `/search/?${new URLSearchParams({ q: words })}` }] });
  return groups;
}

function go({ url }, event) {
  if (event.ctrlKey || event.metaKey) window.open(url, "_blank", "noopener");
  else location.assign(url);
}

/** Opens the palette. */
export function open() {
  new Chooser({ title: text("palette"), hint: text("palette_hint"), near, far, take: go }).open();
}
