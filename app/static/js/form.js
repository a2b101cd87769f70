// Forms: nothing typed is lost. Leave guard, draft in this browser, rows of phones and e-mails, keys.

import { ask, element, pressedAct, recall, remember, text, toast } from "kontora/tools";
import { enhanceLookups } from "kontora/combobox";
import { LinesEditor } from "kontora/lines";

const form = document.querySelector("form[data-guard]");
document.querySelectorAll("[data-lines]").forEach((section) => new LinesEditor(section));
if (form) guard(form);

function guard(form) {
  const draftName = form.dataset.draft ? `draft_${form.dataset.draft}` : null;
  const note = document.querySelector("[data-draft-note]");
  let untouched = snapshot(form);
  let kept = "";
  let leaving = false;
  const isDirty = () => "dirty" in form.dataset || snapshot(form) !== untouched;

  // A preview fetched right after opening must not count as a change.
  setTimeout(() => {
    if (!("touched" in form.dataset)) untouched = snapshot(form);
  }, 1000);
  form.addEventListener("input", () => (form.dataset.touched = ""), { once: true });
  form.addEventListener("change", () => (form.dataset.touched = ""), { once: true });

  addEventListener("beforeunload", (event) => {
    if (!leaving && isDirty()) event.preventDefault();
  });
  form.addEventListener("submit", () => {
    leaving = true;
    if (draftName) sessionStorage.setItem("kontora_sent", draftName);
  });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-leave]");
    if (!link) return;
    if (isDirty()) {
      event.preventDefault();
      if (!(await ask(text("leave"), { danger: true }))) return;
    }
    leaving = true;
    if (draftName) remember(draftName, null);
    location.assign(link.href);
  });

  if (draftName) offerDraft(form, draftName); // a form without a name keeps nothing in the browser

  setInterval(() => {
    if (leaving || !draftName || !("touched" in form.dataset) || !isDirty()) return;
    const values = snapshot(form);
    if (values === kept) return;
    kept = values;
    remember(draftName, JSON.stringify({ at: Date.now(), version: form.dataset.version ?? "", values: JSON.parse(values) }));
    if (note) note.textContent = text("draft_kept", { when: moment(Date.now(), { timeStyle: "short" }) });
  }, 5000);

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const goal = { save: '[value="stay"]', close: ".btn-primary" }[pressedAct(event, "card")];
    const button = goal && form.querySelector(`.save-bar ${goal}`);
    if (!button) return;
    event.preventDefault();
    document.activeElement?.blur(); // a field that formats or picks on leaving does it now
    form.requestSubmit(button);
  });

  const summary = document.getElementById("error-summary");
  summary?.focus();
  summary?.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    const id = decodeURIComponent(link.hash.slice(1));
    const field = document.getElementById(`${id}-text`) ?? document.getElementById(id);
    if (field) {
      event.preventDefault();
      field.focus();
      field.scrollIntoView({ block: "center" });
    }
  });
  if (!summary) firstEmpty(form)?.focus({ preventScroll: true });
}

/** The first field to fill in: the first empty one that must be filled. */
function firstEmpty(form) {
  return [...form.querySelectorAll(".form-body [required], .form-body [aria-required=true]")].find((field) => !field.value && !field.hidden);
}

/** What stands in the form, without files, passwords and what marks this form alone. */
function snapshot(form) {
  const values = [];
  for (const field of form.elements) {
    if (!field.name || ["csrf_token", "version", "_once"].includes(field.name)) continue;
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

function moment(at, style) {
  return new Intl.DateTimeFormat(document.documentElement.lang, style).format(at);
}

function offerDraft(form, name) {
  const draft = JSON.parse(recall(name) ?? "null");
  if (!draft) return;
  const isOld = Date.now() - draft.at > 7 * 24 * 3600 * 1000 || draft.version !== (form.dataset.version ?? "");
  if (isOld || "dirty" in form.dataset || JSON.stringify(draft.values) === snapshot(form)) {
    remember(name, null);
    return;
  }
  const when = moment(draft.at, { dateStyle: "short", timeStyle: "short" });
  const restore = element("button", { type: "button", class: "btn btn-small" }, text("draft_restore"));
  const drop = element("button", { type: "button", class: "btn btn-small btn-quiet" }, text("draft_drop"));
  const offer = element("div", { class: "message draft-offer", role: "status" }, element("span", {}, text("draft_found", { when })), restore, drop);
  form.before(offer);
  drop.addEventListener("click", () => {
    remember(name, null);
    offer.remove();
  });
  restore.addEventListener("click", () => {
    fill(form, draft.values);
    form.dataset.touched = "";
    offer.remove();
  });
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

// --- Rows of sub-forms: phones, e-mails ---------------------------------------------------------------------------

for (const place of document.querySelectorAll("[data-rows]")) {
  const blank = place.querySelector("template");
  let next = place.querySelectorAll("[data-row]").length;
  place.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-row]")) {
      const made = document.createElement("template");
      made.innerHTML = blank.innerHTML.replaceAll("__n__", next);
      next += 1;
      const row = made.content.firstElementChild;
      blank.before(row);
      enhanceLookups(row);
      row.querySelector("input, select")?.focus();
    }
    const remove = event.target.closest("[data-remove-row]");
    if (!remove) return;
    const row = remove.closest("[data-row]");
    const after = row.nextElementSibling;
    row.remove();
    place.querySelector("[data-add-row]").focus();
    toast(text("row_removed"), { undo: () => after.before(row) });
  });
}

// --- Checking on leaving a field: what must be filled -----------------------------------------------------------------

form?.addEventListener("focusout", ({ target }) => {
  if (!target.matches("[required]:not([type=radio])") || !target.id) return;
  if (target.value && target.getAttribute("aria-invalid") === "true") {
    target.removeAttribute("aria-invalid");
    document.getElementById(`${target.id}-error`)?.remove();
  }
});
