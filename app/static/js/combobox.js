// Picking a record by typing: stands in front of <select data-lookup="url">, which still carries the value.
// The address answers ?q=… with [{id, text, hint}]. <select data-filter> is searched among its own options.
// Pattern: ARIA combobox with a list, whose last options show everything and make a new record.

import { element, later, text } from "kontora/tools";
import { fit, readings } from "kontora/words";

const PAGE = 20; // records of one answer of the server
let made = 0;
const ARROW =
  '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="m6 9 6 6 6-6" fill="none" stroke="currentColor" stroke-width="2"/></svg>';

/** Puts a combobox in front of every unenhanced select with an address to look up. */
export function enhanceLookups(place) {
  for (const select of place.querySelectorAll("select:is([data-lookup], [data-filter]):not([data-combo])")) {
    if (!select.closest("template")) new Combobox(select);
  }
}

/** The records that texts name, one for each text or null: asked in one question. */
export async function match(select, texts) {
  const token = select.form.elements.csrf_token.value;
  const answer = await fetch(`${select.dataset.lookup}/match`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify(texts),
  });
  if (!answer.ok) throw new Error(`match answered ${answer.status}`);
  return answer.json();
}

class Combobox {
  constructor(select) {
    this.select = select;
    this.found = [];
    this.at = -1;
    select.dataset.combo = "";
    const id = `${select.id || `combo-${(made += 1)}`}-text`;
    this.list = element("ul", { class: "combo-list", role: "listbox", id: `${id}-list`, popover: "manual" });
    this.input = element("input", {
      class: "input",
      id,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      "aria-required": String(select.required),
    });
    for (const name of ["aria-describedby", "aria-invalid", "aria-label"]) {
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    }
    const label = select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    if (label) label.htmlFor = id;
    this.list.setAttribute("aria-label", select.getAttribute("aria-label") ?? label?.textContent.trim() ?? text("choices"));
    this.button = element("button", { type: "button", class: "combo-open", tabindex: "-1", "aria-label": text("show_all") });
    this.button.innerHTML = ARROW;
    this.status = element("span", { class: "visually-hidden", role: "status" });
    const box = element("span", { class: "combo" }, this.input, this.button, this.list, this.status);
    select.before(box);
    select.hidden = true;
    select.required = false;
    this.create = document.querySelector(`[data-create-for="${CSS.escape(select.id)}"]`);
    this.create?.setAttribute("tabindex", "-1"); // by keyboard it is an option of the list
    this.showChosen();
    this.listen();
  }

  listen() {
    const search = later(() => this.search(this.input.value.trim()), 250);
    this.input.addEventListener("input", search);
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("blur", () => this.settle());
    this.select.addEventListener("lookup:show", () => this.showChosen());
    this.select.addEventListener("lookup:set", ({ detail }) => this.set(detail));
    this.select.addEventListener("lookup:unmatched", ({ detail }) => this.showUnmatched(detail));
    this.select.addEventListener("lookup:all", () => this.showAll());
    this.create?.addEventListener("click", (event) => {
      event.preventDefault();
      this.make("");
    });
    this.button.addEventListener("mousedown", (event) => event.preventDefault());
    this.button.addEventListener("click", () => {
      this.input.focus();
      if (this.isOpen) this.close();
      else this.search("");
    });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option && !option.hasAttribute("aria-disabled")) this.choose(Number(option.dataset.index));
    });
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  showChosen() {
    const chosen = this.select.selectedOptions[0];
    this.chosenText = chosen?.value ? chosen.textContent.trim() : "";
    this.input.value = this.chosenText;
    const any = [...this.select.options].find((option) => !option.value);
    if (any?.textContent.trim()) this.input.placeholder = any.textContent.trim();
  }

  /** The client chosen in the same form: its contacts, contracts and deals are meant. */
  get client() {
    const field = this.select.form?.elements.client;
    return field && field !== this.select ? field.value : "";
  }

  among(words) {
    const meant = readings(words);
    return [...this.select.options]
      .filter((option) => option.value && (!meant.length || fit(option.textContent, meant) >= 0))
      .map((option) => ({ id: option.value, text: option.textContent.trim(), hint: "" }));
  }

  async ask(words, after = "") {
    if (!this.select.dataset.lookup) return this.among(words);
    this.request?.abort();
    this.request = new AbortController();
    const address = new URL(this.select.dataset.lookup, location.href);
    address.searchParams.set("q", words);
    if (after) address.searchParams.set("after", after);
    if (this.client) address.searchParams.set("client", this.client);
    const answer = await fetch(address, { signal: this.request.signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`lookup answered ${answer.status}`);
    return answer.json();
  }

  async search(words) {
    this.input.setAttribute("aria-busy", "true");
    try {
      this.found = await this.ask(words);
      this.show(this.found.length ? "" : text("nothing_found"));
    } catch (error) {
      if (error.name === "AbortError") return;
      this.found = [];
      this.show(text("lookup_failed"));
    } finally {
      this.input.removeAttribute("aria-busy");
    }
  }

  show(instead) {
    const options = this.found.map(({ text: name, hint }, index) => {
      const option = element("li", { role: "option", id: `${this.list.id}-${index}`, "data-index": index, "aria-selected": "false" }, name);
      if (hint) option.append(element("small", {}, hint));
      return option;
    });
    for (const act of this.acts(instead)) {
      this.found.push({ act });
      const index = this.found.length - 1;
      options.push(element("li", { role: "option", class: "combo-act", id: `${this.list.id}-${index}`, "data-index": index, "aria-selected": "false" }, text(act)));
    }
    if (instead) options.unshift(element("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, instead));
    this.list.replaceChildren(...options);
    this.status.textContent = instead || text("choices", { n: this.found.length });
    this.open();
    this.mark(instead ? -1 : 0);
  }

  /** What stands below the records: the whole catalogue, a new record. */
  acts(instead) {
    return [this.select.dataset.lookup && !instead && "all_records", this.select.dataset.create && "new_record"].filter(Boolean);
  }

  /** The catalogue in a dialog of its own, with a line to search in. */
  async showAll() {
    if (!this.select.dataset.lookup) {
      this.input.focus();
      this.search("");
      return;
    }
    const { Chooser } = await import("kontora/chooser");
    let found = [];
    const groups = (words) => {
      const items = found.map((record) => ({ text: record.text, hint: record.hint, record }));
      const isFull = found.length && found.length % PAGE === 0;
      if (isFull) items.push({ text: text("more"), stay: (chooser) => more(words, chooser) });
      if (this.select.dataset.create) items.push({ text: text("new_record"), words });
      return [{ title: "", items }];
    };
    const more = async (words, chooser) => {
      const place = found.length;
      found = [...found, ...(await this.ask(words, found.at(-1).id))];
      chooser.show(groups(words));
      chooser.mark(place);
    };
    const far = async (words) => {
      found = await this.ask(words);
      return groups(words);
    };
    const take = ({ record, words }) => (record ? this.set(record) : this.make(words));
    await new Chooser({ title: this.list.getAttribute("aria-label"), hint: text("chooser_hint"), far, take }).open();
  }

  /** A new record in a dialog; it comes back chosen. */
  async make(words) {
    const { make } = await import("kontora/making");
    this.input.focus();
    const made = await make(this.select.dataset.create, { typed: words, client: this.client });
    if (made) this.set(made);
    this.input.focus();
  }

  open() {
    if (document.activeElement !== this.input) return;
    if (!this.isOpen) this.list.showPopover();
    this.input.setAttribute("aria-expanded", "true");
    const field = this.input.getBoundingClientRect();
    const height = this.list.offsetHeight;
    const below = field.bottom + height < innerHeight || field.top < height;
    this.list.style.left = `${Math.max(8, Math.min(field.left, innerWidth - this.list.offsetWidth - 8))}px`;
    this.list.style.top = `${below ? field.bottom : field.top - height - 4}px`;
    this.list.style.minWidth = `${field.width}px`;
    this.stop = () => this.close();
    addEventListener("scroll", this.stop, { once: true, passive: true });
  }

  close() {
    removeEventListener("scroll", this.stop);
    if (this.isOpen) this.list.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.at = -1;
  }

  mark(index) {
    this.at = index;
    const options = [...this.list.querySelectorAll("[data-index]")];
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    const current = options[index];
    if (current) {
      this.input.setAttribute("aria-activedescendant", current.id);
      current.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  choose(index) {
    const record = this.found[index];
    if (!record) return;
    const words = this.input.value === this.chosenText ? "" : this.input.value.trim();
    this.close();
    if (record.act === "all_records") this.showAll();
    else if (record.act === "new_record") this.make(words);
    else this.set(record);
  }

  set(record) {
    let option = [...this.select.options].find(({ value }) => value === String(record.id));
    if (!option) {
      option = element("option", { value: record.id }, record.text);
      this.select.append(option);
    }
    this.select.value = String(record.id);
    this.chosenText = record.text;
    this.unmatched = false;
    this.input.value = record.text;
    this.input.removeAttribute("aria-invalid");
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Leaving the field: an emptied one means nothing is chosen, half a word goes back to what was chosen. */
  settle() {
    this.close();
    if (!this.input.value.trim() && this.select.value) {
      this.select.value = "";
      this.chosenText = "";
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (!this.unmatched) {
      this.input.value = this.chosenText;
    }
  }

  /** A text that names no record, or several: it stays to be corrected. */
  showUnmatched(words) {
    this.unmatched = true;
    this.input.value = words;
    this.input.setAttribute("aria-invalid", "true");
    this.input.title = text("not_found_here");
  }

  /** A code or a whole name and Enter, as a barcode reader types it; else the list of what it may be. */
  async pick(words) {
    const [record] = this.select.dataset.lookup ? await match(this.select, [words]).catch(() => []) : this.among(words);
    if (record) this.set(record);
    else this.search(words);
  }

  pressed(event) {
    const last = this.found.length - 1;
    const moves = { ArrowDown: Math.min(this.at + 1, last), ArrowUp: Math.max(this.at - 1, 0), PageDown: last, PageUp: 0 };
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const typed = this.input.value.trim();
    if (event.code === "F4") {
      this.close();
      this.showAll();
    } else if (event.code === "ArrowDown" && !this.isOpen) {
      this.search(this.input.value === this.chosenText ? "" : this.input.value.trim());
    } else if (this.isOpen && event.code in moves) {
      this.mark(moves[event.code]);
    } else if (this.isOpen && (event.code === "Enter" || event.code === "NumpadEnter") && this.at >= 0) {
      this.choose(this.at);
      this.unmatched = false;
    } else if (event.code === "Enter" && typed && typed !== this.chosenText) {
      if (!this.isOpen) this.pick(typed);
    } else if (this.isOpen && event.code === "Escape") {
      this.close();
      this.input.value = this.chosenText;
    } else if (this.isOpen && event.code === "Tab" && this.at >= 0 && this.input.value !== this.chosenText && this.input.value.trim()) {
      this.choose(this.at);
      return;
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
