// A dialog with one line to type into and what was found below it: arrows walk, Enter takes, Esc closes.
// Pattern: ARIA combobox with a list that is always shown.

import { element, later, showDialog, text } from "kontora/tools";

const TYPING_PAUSE = 200;

export class Chooser {
  /**
   * `near(words)` gives groups at once, `far(words)` a promise of more of them: [{title, items: [{text, hint, …}]}].
   * `take(item, event)` gets the chosen item after the dialog is closed.
   */
  constructor({ title, hint = "", near = () => [], far = null, take }) {
    Object.assign(this, { near, far, take, groups: [], at: -1 });
    this.input = element("input", {
      class: "input", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: hint,
      "aria-label": title, "aria-autocomplete": "list", "aria-expanded": "true", "aria-controls": "chooser-list",
    });
    this.list = element("div", { class: "chooser-list", role: "listbox", id: "chooser-list", "aria-label": title });
    this.status = element("span", { class: "visually-hidden", role: "status" });
    this.dialog = element("dialog", { class: "dialog chooser", "aria-label": title }, this.input, this.list, this.status);
    this.listen();
  }

  open(words = "") {
    document.body.append(this.dialog);
    this.input.value = words;
    showDialog(this.dialog);
    this.input.select();
    return this.search();
  }

  listen() {
    const far = later(() => this.askFar(), TYPING_PAUSE);
    this.input.addEventListener("input", () => {
      this.showNear();
      if (this.far) far();
    });
    this.dialog.addEventListener("keydown", (event) => this.pressed(event));
    this.dialog.addEventListener("close", () => this.dialog.remove());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.index), event);
    });
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
  }

  search() {
    this.showNear();
    return this.far ? this.askFar() : null;
  }

  showNear() {
    this.show(this.near(this.input.value.trim()));
  }

  async askFar() {
    const words = this.input.value.trim();
    this.dialog.setAttribute("aria-busy", "true");
    const found = await this.far(words).catch(() => null);
    if (words !== this.input.value.trim() || !this.dialog.open) return;
    this.dialog.removeAttribute("aria-busy");
    this.show([...this.near(words), ...(found ?? [])], found === null ? text("failed") : text("nothing_found"));
  }

  get items() {
    return this.groups.flatMap(({ items }) => items);
  }

  show(groups, instead = "") {
    this.groups = groups.filter(({ items }) => items.length);
    let index = 0;
    const parts = this.groups.map(({ title, items }) => {
      const group = element("div", { role: "group", "aria-label": title || this.input.getAttribute("aria-label") });
      if (title) group.append(element("div", { class: "chooser-title", "aria-hidden": "true" }, title));
      for (const item of items) group.append(optionOf(item, index++));
      return group;
    });
    if (!index && instead) parts.push(element("p", { class: "muted chooser-title" }, instead));
    this.list.replaceChildren(...parts);
    this.status.textContent = index ? text("choices", { n: index }) : instead;
    this.mark(index ? 0 : -1);
  }

  mark(index) {
    this.at = index;
    const options = [...this.list.querySelectorAll("[role=option]")];
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    if (options[index]) {
      this.input.setAttribute("aria-activedescendant", options[index].id);
      options[index].scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  choose(index, event) {
    const item = this.items[index];
    if (!item) return;
    if (item.stay) {
      item.stay(this);
      return;
    }
    this.dialog.close();
    this.take(item, event);
  }

  pressed(event) {
    const last = this.items.length - 1;
    const moves = { ArrowDown: Math.min(this.at + 1, last), ArrowUp: Math.max(this.at - 1, 0), PageDown: Math.min(this.at + 8, last), PageUp: Math.max(this.at - 8, 0) };
    if (event.code in moves) this.mark(moves[event.code]);
    else if (event.code === "Enter" || event.code === "NumpadEnter") this.choose(this.at, event);
    else return;
    event.preventDefault();
  }
}

function optionOf(item, index) {
  const option = element("div", { class: "chooser-option", role: "option", id: `chooser-${index}`, "data-index": index, "aria-selected": "false" });
  option.append(element("span", {}, item.text));
  if (item.hint) option.append(element("small", { class: "muted" }, item.hint));
  return option;
}
