// The pencil at the head of a group: its fields become a form where they stand, the card stays.
// Without this script the pencil leads to a page with that form.

import { ask, showDialog, text, toast } from "kontora/tools";
import { enhanceLookups } from "kontora/combobox";
import { Guard } from "kontora/form";

async function pageAt(address) {
  const answer = await fetch(address).catch(() => null);
  return answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

class GroupGuard extends Guard {
  constructor(form, group) {
    super(form, group.stop.signal);
    this.group = group;
  }

  async leave(event) {
    const link = event.target.closest("[data-leave]");
    if (!link || !this.form.contains(link)) return;
    event.preventDefault();
    if (this.isDirty() && !(await ask(text("leave"), { danger: true }))) return;
    this.draft.drop();
    this.group.close();
  }

  /** Saved: the card is shown anew around the person, who stays at the same pencil. */
  async goOn() {
    this.isLeaving = true;
    this.draft.drop();
    const page = await pageAt(location.href);
    if (!page) {
      location.reload();
      return;
    }
    this.group.stop.abort();
    const place = pencils().indexOf(this.group.pencil);
    document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
    document.querySelectorAll("main [data-scripted], main [data-dismiss]").forEach((part) => (part.hidden = false));
    enhanceLookups(document.querySelector("main"));
    pencils()[place]?.focus();
  }

  showAgain(page) {
    this.isLeaving = true;
    this.group.show(page.querySelector("form[data-guard]"));
  }

  showFirst() {
    const conflicts = this.form.querySelector("dialog[data-conflicts]");
    this.form.querySelectorAll("[data-scripted]").forEach((part) => (part.hidden = false));
    if (!conflicts && !this.form.querySelector("#error-summary")) this.form.querySelector("input:not([type=hidden]), select:not([hidden]), textarea")?.focus();
    else if (!conflicts) super.showFirst();
    else {
      conflicts.close();
      showDialog(conflicts);
    }
  }
}

const pencils = () => [...document.querySelectorAll("[data-edit-group]")];

/** One group of the card while it is a form. */
export class Group {
  constructor(pencil) {
    this.pencil = pencil;
    this.panel = pencil.closest(".panel");
    this.form = null;
  }

  async open() {
    this.pencil.ariaBusy = "true";
    const page = await pageAt(this.pencil.href);
    this.pencil.ariaBusy = null;
    const form = page?.querySelector("form[data-guard]");
    if (form) this.show(form);
    else toast(text("failed"));
  }

  show(form) {
    this.stop?.abort();
    this.stop = new AbortController();
    const own = document.adoptNode(form);
    if (this.form) this.form.replaceWith(own);
    else this.panel.append(own);
    this.form = own;
    this.panel.classList.add("is-edited");
    enhanceLookups(own);
    new GroupGuard(own, this);
  }

  close() {
    this.stop.abort();
    this.form.remove();
    this.panel.querySelectorAll(".draft-offer").forEach((offer) => offer.remove());
    this.form = null;
    this.panel.classList.remove("is-edited");
    this.pencil.focus();
  }
}
