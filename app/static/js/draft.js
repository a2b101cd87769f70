// Drafts: what is typed into a form is kept in this browser every few seconds, and offered back after a lost page.

import { element, recall, remember, text } from "kontora/tools";

const EVERY = 5000;
const OLDEST = 7 * 24 * 3600 * 1000;
const NOT_KEPT = ["csrf_token", "version", "_once"];

/** What stands in the form, without files, passwords and what marks this form alone. */
export function snapshot(form) {
  const values = [];
  for (const field of form.elements) {
    if (!field.name || NOT_KEPT.includes(field.name) || field.name.startsWith("_keep_")) continue;
    if (["password", "file", "submit", "button"].includes(field.type)) continue;
    if (["checkbox", "radio"].includes(field.type)) {
      if (field.checked) values.push([field.name, field.value]);
    } else if (field.matches("select")) {
      values.push([field.name, field.value, field.selectedOptions[0]?.textContent.trim() ?? ""]);
    } else {
      values.push([field.name, field.value]);
    }
  }
  return JSON.stringify(values);
}

function moment(at) {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(document.documentElement.lang, isToday ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" }).format(at);
}

export class Draft {
  /** `isDirty` tells whether there is anything to keep. */
  constructor(form, isDirty) {
    this.form = form;
    this.isDirty = isDirty;
    this.name = form.dataset.draft ? `draft_${form.dataset.draft}` : null; // a form without a name keeps nothing
    this.kept = "";
    if (!this.name) return;
    this.offer();
    this.timer = setInterval(() => this.keep(), EVERY);
  }

  stop() {
    clearInterval(this.timer);
  }

  keep() {
    if (!this.name || !("touched" in this.form.dataset) || !this.isDirty()) return;
    const values = snapshot(this.form);
    if (values === this.kept) return;
    this.kept = values;
    const version = this.form.elements.version?.value ?? "";
    remember(this.name, JSON.stringify({ at: Date.now(), version, values: JSON.parse(values) }));
    const note = this.form.querySelector("[data-draft-note]");
    if (note) note.textContent = text("draft_kept", { when: moment(Date.now()) });
  }

  drop() {
    if (this.name) remember(this.name, null);
  }

  offer() {
    const draft = JSON.parse(recall(this.name) ?? "null");
    if (!draft || "dirty" in this.form.dataset) return;
    if (Date.now() - draft.at > OLDEST || JSON.stringify(draft.values) === snapshot(this.form)) {
      this.drop();
      return;
    }
    const isStale = draft.version !== (this.form.elements.version?.value ?? "");
    const restore = element("button", { type: "button", class: "btn btn-small" }, text("draft_restore", { when: moment(draft.at) }));
    const drop = element("button", { type: "button", class: "btn btn-small btn-quiet" }, text("draft_drop"));
    const words = element("span", {}, text(isStale ? "draft_stale" : "draft_found"));
    const offer = element("div", { class: "message draft-offer", role: "status" }, words, restore, drop);
    this.form.before(offer);
    drop.addEventListener("click", () => {
      this.drop();
      offer.remove();
    });
    restore.addEventListener("click", () => {
      fill(this.form, draft.values);
      // The version that the person saw: should somebody have saved since, both values will be shown.
      if (isStale && this.form.elements.version) this.form.elements.version.value = draft.version;
      this.form.dataset.touched = "";
      offer.remove();
      this.form.querySelector(".form-body input:not([type=hidden]), .form-body select")?.focus();
    });
  }
}

function fill(form, values) {
  for (const [name] of values) {
    if (form.elements[name]) continue;
    const rows = [...form.querySelectorAll("[data-rows], [data-lines]")].find((place) => name.startsWith(`${place.dataset.rows ?? place.dataset.lines}-`));
    rows?.querySelector("[data-add-row]")?.click();
  }
  for (const box of form.querySelectorAll("input[type=checkbox][name]")) box.checked = false;
  for (const [name, value, label] of values) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (["checkbox", "radio"].includes(field.type)) {
        if (field.value === value) field.checked = true;
        continue;
      }
      if (label !== undefined && ![...field.options].some((option) => option.value === value)) field.append(new Option(label, value));
      field.value = value;
      field.dispatchEvent(new Event("lookup:show"));
    }
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}
