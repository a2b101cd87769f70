// Forms: nothing typed is lost. Sending without leaving, leave guard, draft, rows of phones and e-mails, keys.

import { ask, element, pressedAct, showDialog, text, toast } from "kontora/tools";
import { enhanceLookups } from "kontora/combobox";
import { Draft, snapshot } from "kontora/draft";
import { LinesEditor } from "kontora/lines";
import { send, wordsOf } from "kontora/saving";

const isInDialog = document.body.classList.contains("in-dialog") && parent !== window;
let current = new AbortController();
let shown = 0;

/** Takes care of the forms of the page; whatever cared for an earlier state of it stops. */
function begin() {
  current.abort();
  current = new AbortController();
  enhanceLookups(document); // first of all: a field that is replaced later loses the focus that it was given
  document.querySelectorAll("[data-lines]").forEach((section) => new LinesEditor(section));
  document.querySelectorAll("[data-rows]").forEach(watchRows);
  const form = document.querySelector("form[data-guard]");
  if (form) new Guard(form, current.signal);
  const made = document.querySelector("[data-made]");
  if (made && isInDialog) tell({ made: { id: made.dataset.made, text: made.textContent.trim() } });
}

/** Says something to the page in whose dialog this one stands. */
function tell(message) {
  parent.postMessage(message, location.origin);
}

export class Guard {
  constructor(form, signal) {
    this.form = form;
    this.isLeaving = false;
    form.dataset.guard = "on"; // from here on leaving it asks: Esc may leave it too
    this.untouched = snapshot(form);
    this.draft = new Draft(form, () => !this.isLeaving && this.isDirty());
    signal.addEventListener("abort", () => this.draft.stop());
    this.listen(signal);
    this.showFirst();
  }

  isDirty() {
    return "dirty" in this.form.dataset || snapshot(this.form) !== this.untouched;
  }

  listen(signal) {
    const { form } = this;
    // A preview fetched right after opening must not count as a change.
    setTimeout(() => {
      if (!("touched" in form.dataset)) this.untouched = snapshot(form);
    }, 1000);
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => (form.dataset.touched = ""));
    addEventListener("beforeunload", (event) => !this.isLeaving && this.isDirty() && event.preventDefault(), { signal });
    addEventListener("pagehide", () => this.draft.keep(), { signal });
    form.addEventListener("submit", (event) => {
      if (event.submitter?.formTarget) return;
      event.preventDefault();
      this.save(event.submitter);
    });
    form.addEventListener("focusout", ({ target }) => forgive(target));
    document.addEventListener("click", (event) => this.leave(event), { signal });
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
  }

  // --- Leaving ---

  async leave(event) {
    const link = event.target.closest("[data-leave]");
    if (!link) return;
    event.preventDefault();
    if (this.isDirty() && !(await ask(text("leave"), { danger: true }))) return;
    this.isLeaving = true;
    this.draft.drop();
    if (isInDialog) tell({ close: true });
    else location.assign(link.href);
  }

  // --- Keys ---

  pressed(event) {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const act = pressedAct(event, "card");
    const stay = act === "save" && this.form.querySelector('.save-bar [value="stay"]');
    const button = stay || (["save", "close"].includes(act) && this.form.querySelector(".save-bar .btn-primary"));
    if (!button || ("inPlace" in this.form.dataset && !this.form.contains(event.target))) return;
    event.preventDefault();
    document.activeElement?.blur(); // a field that formats or picks on leaving does it now
    this.form.requestSubmit(button);
  }

  // --- Saving ---

  async save(submitter) {
    if ("sent" in this.form.dataset) return;
    this.form.dataset.sent = "";
    this.form.querySelector("[data-failure]")?.remove();
    this.draft.keep();
    const ready = showBusy(submitter);
    const answer = await send(this.form, submitter);
    if (!answer.location) ready();
    delete this.form.dataset.sent;
    if (answer.location) this.goOn(answer.location);
    else if (answer.page?.querySelector("form[data-guard], [data-made]")) this.showAgain(answer.page);
    else if (!answer.isLeft) this.fail(answer, submitter);
  }

  goOn(address) {
    this.isLeaving = true;
    this.draft.drop();
    if (address === location.href) location.reload();
    else location.assign(address);
  }

  /** The server shows the form again: with errors, with a conflict, or as its next step. */
  showAgain(page) {
    const files = [...this.form.querySelectorAll("input[type=file]")].filter((input) => input.files.length);
    if (page.querySelector("[data-made]")) this.draft.drop();
    this.isLeaving = true;
    document.querySelectorAll(".draft-offer").forEach((offer) => offer.remove());
    const main = document.adoptNode(page.querySelector("main"));
    document.querySelector("main").replaceWith(main);
    main.querySelectorAll("[data-scripted], [data-dismiss]").forEach((part) => (part.hidden = false));
    for (const input of files) {
      const fresh = main.querySelector(`input[type=file][name="${CSS.escape(input.name)}"]`);
      if (fresh) fresh.files = input.files;
    }
    enhanceLookups(main);
    begin();
    shown += 1;
    for (const { src } of page.querySelectorAll("script[type=module][src]")) {
      if (!/\/(kontora|form)\.js/.test(src)) import(`${src}#${shown}`);
    }
  }

  /** No answer, or an error page: it is said here, and the form stays as it is. */
  fail(answer, submitter) {
    const words = answer.isOffline ? text("offline_form") : text("not_saved", { why: wordsOf(answer.page) });
    const retry = element("button", { type: "button", class: "btn btn-small" }, text("retry"));
    const failure = element("div", { class: "message is-danger", role: "alert", "data-failure": true }, element("span", {}, words), retry);
    const again = () => {
      if (!failure.isConnected) return;
      submitter?.focus();
      this.form.requestSubmit(submitter);
    };
    retry.addEventListener("click", again);
    if (answer.isOffline) addEventListener("online", again, { once: true });
    this.form.querySelector(".save-bar").before(failure);
    retry.focus();
  }

  // --- What the person sees first ---

  showFirst() {
    const conflicts = this.form.querySelector("dialog[data-conflicts]");
    const summary = document.getElementById("error-summary");
    if (conflicts) {
      conflicts.close();
      const again = this.form.querySelector("[data-opens]");
      again?.focus();
      showDialog(conflicts);
    } else if (summary) {
      summary.focus();
      summary.addEventListener("click", goToField);
    } else {
      firstEmpty(this.form)?.focus({ preventScroll: true });
    }
  }
}

function showBusy(submitter) {
  if (!submitter?.closest(".save-bar, .dialog-foot")) return () => {};
  const words = [...submitter.childNodes];
  submitter.setAttribute("aria-disabled", "true");
  submitter.replaceChildren(text("saving"));
  return () => {
    submitter.removeAttribute("aria-disabled");
    submitter.replaceChildren(...words);
  };
}

function goToField(event) {
  const link = event.target.closest("a");
  if (!link) return;
  const id = decodeURIComponent(link.hash.slice(1));
  const field = document.getElementById(`${id}-text`) ?? document.getElementById(id);
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.scrollIntoView({ block: "center" });
}

/** The first field to fill in: the first empty one that must be filled; in a dialog at least the first one. */
function firstEmpty(form) {
  const must = [...form.querySelectorAll(".form-body [required], .form-body [aria-required=true]")].find((field) => !field.value && !field.hidden);
  return must ?? (isInDialog || form.closest("[data-group]") ? form.querySelector("input:not([type=hidden]), select, textarea") : null);
}

/** A field that was refused as empty is no longer wrong once it is filled. */
function forgive(field) {
  if (!field.matches("[required]:not([type=radio])") || !field.id || !field.value) return;
  if (field.getAttribute("aria-invalid") !== "true") return;
  field.removeAttribute("aria-invalid");
  document.getElementById(`${field.id}-error`)?.remove();
}

// --- Rows of sub-forms: phones, e-mails ---------------------------------------------------------------------------

function watchRows(place) {
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

begin();
