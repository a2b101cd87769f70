// The timeline: the form over it shows only what belongs to the chosen kind, proposes the next step by the office's
// rules, completes the names of people after «@»; older entries are added below without leaving the page.

import { element, later, text } from "kontora/tools";

const form = document.querySelector("form[data-composer]");
const NEXT = ["next", "next_on", "next_at", "next_topic", "next_responsible"];

// --- The form ------------------------------------------------------------------------------------------------------

class Composer {
  constructor(place) {
    this.form = place;
    this.proposals = [];
    this.isOwn = "dirty" in place.dataset; // the person decides on the next step themselves
    this.note = place.querySelector("[data-proposal]");
    place.addEventListener("change", ({ target }) => this.changed(target));
    place.addEventListener("input", ({ target }) => target.name === "topic" && this.propose());
    this.show();
    const box = place.closest("details");
    if (box.open) this.learn();
    else box.addEventListener("toggle", () => this.learn(), { once: true });
  }

  /** Asks what the office's rules propose. */
  async learn() {
    const answer = await fetch(this.form.dataset.proposals, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    this.proposals = await answer.json();
    const { next } = this.form.elements;
    if (next?.value === "rule") this.isOwn = false;
    next?.querySelector("[value=rule]")?.remove(); // what the rule says stands in the fields, to be changed there
    this.propose();
    this.show();
  }

  get kind() {
    return this.form.elements.kind.value;
  }

  changed(target) {
    if (this.isProposing) return; // what the script fills in is no decision of the person's
    if (NEXT.includes(target.name)) this.isOwn = true;
    this.propose();
    this.show();
  }

  /** The fields that belong to the kind of the talk and of the next step. */
  show() {
    const next = this.form.elements.next?.value ?? "";
    const shown = new Set(["all", this.kind]);
    if (this.kind !== "comment") shown.add("talk");
    if (next && next !== "rule") shown.add("next");
    if (next === "meeting") shown.add("next-meeting");
    for (const part of this.form.querySelectorAll("[data-for]")) {
      part.hidden = !part.dataset.for.split(" ").some((each) => shown.has(each));
    }
  }

  /** The rule that is meant for the talk; the most particular one stands first. */
  get proposal() {
    const outcome = this.form.elements.outcome?.value ?? "reached";
    const fits = (each) => (!each.after || each.after === this.kind) && (each.outcome === "any" || each.outcome === outcome);
    return this.kind === "comment" ? null : (this.proposals.find(fits) ?? null);
  }

  /** Fills the fields of the next step by the rule, until the person has changed them. */
  propose() {
    const { proposal, note } = this;
    if (!note || !this.form.elements.next) return;
    note.hidden = !proposal;
    if (proposal) note.textContent = text("next_by_rule", { rule: proposal.rule, what: proposal.words });
    if (this.isOwn) return;
    this.isProposing = true;
    const { next, next_on: day, next_at: time, next_topic: topic } = this.form.elements;
    next.value = proposal?.kind ?? "";
    day.value = proposal?.on ?? "";
    time.value = proposal?.at ?? "10:00";
    topic.value = proposal ? worded(proposal.topic, this.form.elements.topic.value) : "";
    if (proposal) this.form.elements.next_responsible.dispatchEvent(new CustomEvent("lookup:set", { detail: proposal.responsible }));
    this.isProposing = false;
  }
}

const worded = (template, topic) => template.replaceAll("{topic}", topic).replaceAll("{тема}", topic).trim();

// --- Mentions ------------------------------------------------------------------------------------------------------

/** The login that is being typed before the cursor: «@an»; null elsewhere. */
function begun(field) {
  const found = field.value.slice(0, field.selectionStart).match(/(^|[^\w@.])@([\p{L}\w.-]*)$/u);
  return found ? found[2] : null;
}

let lists = 0;

class Mentions {
  constructor(field) {
    this.field = field;
    this.people = [];
    this.at = -1;
    lists += 1;
    this.list = element("ul", { class: "combo-list mention-list", role: "listbox", id: `mention-list-${lists}`, popover: "manual", "aria-label": text("mention_people") });
    field.after(this.list);
    field.setAttribute("aria-controls", this.list.id);
    field.setAttribute("aria-autocomplete", "list");
    const search = later(() => this.search(), 200);
    field.addEventListener("input", () => (begun(field) === null ? this.close() : search()));
    field.addEventListener("keydown", (event) => this.pressed(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.index));
    });
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  async search() {
    const words = begun(this.field);
    if (words === null) return;
    const address = new URL(this.field.dataset.mentions, location.href);
    address.searchParams.set("q", words);
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || begun(this.field) !== words) return;
    this.people = await answer.json();
    if (!this.people.length) {
      this.close();
      return;
    }
    this.list.replaceChildren(
      ...this.people.map(({ login, name, hint }, index) =>
        element("li", { role: "option", id: `${this.list.id}-${index}`, "data-index": index, "aria-selected": "false" }, `${name} `, element("small", {}, [`@${login}`, hint].filter(Boolean).join(", "))),
      ),
    );
    this.open();
    this.mark(0);
  }

  open() {
    if (document.activeElement !== this.field) return;
    if (!this.isOpen) this.list.showPopover();
    const place = this.field.getBoundingClientRect();
    const isBelow = place.bottom + this.list.offsetHeight < innerHeight;
    this.list.style.left = `${place.left}px`;
    this.list.style.top = `${isBelow ? place.bottom : place.top - this.list.offsetHeight - 4}px`;
  }

  close() {
    if (this.isOpen) this.list.hidePopover();
    this.field.removeAttribute("aria-activedescendant");
    this.at = -1;
  }

  mark(index) {
    this.at = index;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    this.field.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
  }

  choose(index) {
    const { field } = this;
    const end = field.selectionStart;
    const start = end - begun(field).length;
    const { login } = this.people[index];
    field.setRangeText(`${login} `, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  pressed(event) {
    if (!this.isOpen || event.ctrlKey || event.altKey || event.metaKey) return;
    const moves = { ArrowDown: Math.min(this.at + 1, this.people.length - 1), ArrowUp: Math.max(this.at - 1, 0) };
    if (event.code in moves) this.mark(moves[event.code]);
    else if (["Enter", "NumpadEnter", "Tab"].includes(event.code)) this.choose(this.at);
    else if (event.code === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

// --- Older entries ---------------------------------------------------------------------------------------------------

/** Adds the next page below; the link leads there without a script, and when the page does not come. */
async function more(link) {
  link.setAttribute("aria-busy", "true");
  const answer = await fetch(link.href).catch(() => null);
  if (!answer?.ok) {
    location.assign(link.href);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const older = [...page.querySelectorAll("#timeline .feed > li")].map((entry) => document.adoptNode(entry));
  const following = page.querySelector("#timeline [data-more-entries]");
  const list = [...document.querySelectorAll("#timeline .feed")].at(-1);
  list.append(...older);
  const first = older[0]?.querySelector("a, button");
  if (following) link.href = following.href;
  else link.parentElement.remove();
  link.removeAttribute("aria-busy");
  first?.focus();
}

if (form) new Composer(form);
document.querySelectorAll("textarea[data-mentions]").forEach((field) => new Mentions(field));
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-more-entries]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  more(link);
});
const isAsked = new URLSearchParams(location.search).has("done") || location.hash === "#composer";
if (isAsked && form) {
  form.closest("details").open = true;
  form.elements.result?.focus();
}
