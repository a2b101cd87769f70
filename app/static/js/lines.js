// Lines of a document: adding, copying, moving, pasting from a spreadsheet, amounts while one types.
// The amounts shown here are a preview: the server counts again and decides.

import { element, later, locale, pressedAct, text, toast } from "kontora/tools";
import { enhanceLookups, match } from "kontora/combobox";

const FIELDS = "input:not([type=hidden]), select:not([data-combo]), textarea";

/** Reads a number as people type it: 1 234,50 or 1234.5; NaN when it is none. */
export const parseNumber = (typed) => (typed.trim() ? Number(typed.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".")) : NaN);

const money = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Sets a value; a field that somebody stands in is chosen whole again, so that typing replaces it. */
function offer(field, value) {
  field.value = value;
  if (field === document.activeElement) field.select?.();
}

export class LinesEditor {
  constructor(section) {
    this.section = section;
    this.field = section.dataset.lines;
    this.body = section.querySelector("tbody");
    this.blank = section.querySelector("template");
    this.form = section.closest("form");
    this.next = this.rows.length;
    this.count = later(() => this.askTotals(), 400);
    this.listen();
    if (!this.rows.length) this.add({ quietly: true });
    this.changed();
  }

  get rows() {
    return [...this.body.children];
  }

  listen() {
    this.section.addEventListener("click", (event) => {
      if (event.target.closest("[data-add-row]")) this.add();
      const remove = event.target.closest("[data-remove-row]");
      if (remove) this.remove(remove.closest("tr"));
    });
    const quick = this.section.querySelector("[data-quick-add] select");
    quick?.addEventListener("change", () => this.quickly(quick));
    this.body.addEventListener("keydown", (event) => this.pressed(event));
    this.body.addEventListener("paste", (event) => this.pasted(event));
    this.body.addEventListener("input", () => this.changed());
    this.body.addEventListener("change", (event) => {
      if (event.target.matches("select[data-lookup]") && event.target.value) this.fill(event.target);
      this.changed();
    });
  }

  // --- Rows ---

  add({ after = null, quietly = false } = {}) {
    const row = this.make();
    if (after) after.after(row);
    else this.body.append(row);
    enhanceLookups(row);
    this.changed();
    if (quietly) return row;
    this.fields(row)[0]?.focus();
    this.say(text("line_added", { n: this.rows.indexOf(row) + 1 }));
    return row;
  }

  make() {
    const place = document.createElement("template");
    place.innerHTML = this.blank.innerHTML.replaceAll("__n__", this.next);
    this.next += 1;
    return place.content.firstElementChild;
  }

  copy(row) {
    const made = this.add({ after: row, quietly: true });
    for (const cell of made.querySelectorAll("[data-column]")) {
      const from = row.querySelector(`[data-column="${CSS.escape(cell.dataset.column)}"]`);
      const [given, own] = [from, cell].map((side) => side.querySelector("select, [name]"));
      if (own.matches("select")) own.replaceChildren(...[...given.options].map((option) => option.cloneNode(true)));
      if (own.type === "checkbox") own.checked = given.checked;
      else own.value = given.value;
      own.dispatchEvent(new Event("lookup:show"));
    }
    this.fields(made)[0]?.focus();
    this.changed();
  }

  remove(row) {
    const after = row.nextElementSibling;
    const goal = after ?? row.previousElementSibling;
    row.remove();
    if (!this.rows.length) this.add();
    else this.fields(goal)[0]?.focus();
    this.changed();
    toast(text("line_removed"), {
      undo: () => {
        this.body.insertBefore(row, after?.isConnected ? after : null);
        this.fields(row)[0]?.focus();
        this.changed();
      },
    });
  }

  move(row, step) {
    const goal = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!goal) return;
    const at = document.activeElement;
    if (step < 0) goal.before(row);
    else goal.after(row);
    at.focus();
    this.changed();
  }

  /** The server keeps the order of the numbers, so they follow what is seen. */
  renumber() {
    const own = new RegExp(`^${this.field}-\\d+-`);
    this.rows.forEach((row, index) => {
      for (const field of row.querySelectorAll("[name]")) field.name = field.name.replace(own, `${this.field}-${index}-`);
    });
  }

  fields(row) {
    return [...row.querySelectorAll(FIELDS)].filter((field) => !field.disabled && field.type !== "hidden" && !field.hidden);
  }

  // --- Keys ---

  pressed(event) {
    const row = event.target.closest("tr");
    const act = row && !event.defaultPrevented ? pressedAct(event, "lines") : "";
    const { target } = event;
    const isField = !target.matches("button, textarea");
    const acts = {
      add: () => this.add({ after: row }),
      copy: () => this.copy(row),
      remove: () => (event.ctrlKey || !target.value) && this.remove(row),
      cell: () => isField && this.goOn(target, row, 1),
      back: () => isField && this.goOn(target, row, -1),
      pick: () => row.querySelector("select[data-combo]")?.dispatchEvent(new Event("lookup:all")),
      up: () => this.move(row, -1),
      down: () => this.move(row, 1),
    };
    if (!acts[act] || acts[act]() === false) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Enter goes to the next cell; after the last one of the last line comes a new line. */
  goOn(field, row, step) {
    const all = this.rows.flatMap((each) => this.fields(each));
    const goal = all[all.indexOf(field) + step];
    if (goal) goal.focus();
    else if (step > 0) this.add();
    if (goal?.select) goal.select();
  }

  // --- Pasting: a table from a spreadsheet goes into the cells from the current one on ---

  async pasted(event) {
    const copied = event.clipboardData?.getData("text/plain") ?? "";
    const table = copied.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t").map((cell) => cell.trim()));
    if (table.length === 1 && table[0].length === 1) return;
    event.preventDefault();
    let row = event.target.closest("tr");
    const places = this.placesOf(table, row, this.fields(row).indexOf(event.target));
    const sought = [];
    for (const [index, cells] of table.entries()) {
      if (index > 0) row = row.nextElementSibling ?? this.add({ quietly: true });
      const fields = this.fields(row);
      row.dataset.pasted = places.map((place) => this.columnOf(fields[place])).join(" ");
      places.forEach((place, at) => fields[place] && cells[at] && this.put(fields[place], cells[at], sought));
    }
    this.say(text("lines_pasted", { n: table.length }));
    await this.pickAll(sought);
    this.changed();
  }

  /** Which field each pasted column goes to: by a heading row, else from the current cell on. */
  placesOf(table, row, start) {
    const labels = this.fields(row).map((field) => field.closest("td").dataset.label.toLowerCase());
    const named = table[0].map((cell) => labels.indexOf(cell.toLowerCase()));
    if (named.filter((place) => place >= 0).length > 1) {
      table.shift();
      return named;
    }
    const places = table[0].map((_cell, at) => start + at);
    // A code and a quantity: the name between them is the product's, a number is none.
    const hasName = this.columnOf(this.fields(row)[start]) === "product" && this.columnOf(this.fields(row)[start + 1]) === "name";
    const isNumber = table.every(([, second = ""]) => !Number.isNaN(parseNumber(second)));
    return hasName && isNumber ? places.map((place, at) => (at ? place + 1 : place)) : places;
  }

  columnOf(field) {
    return field?.closest("td").dataset.column ?? "";
  }

  put(field, value, sought) {
    const select = field.closest("td")?.querySelector("select[data-combo]");
    if (select) {
      sought.push({ select, value });
    } else if (field.matches("select")) {
      const option = [...field.options].find((one) => one.textContent.trim() === value || one.value === value);
      if (option) field.value = option.value;
    } else {
      field.value = value;
    }
  }

  /** Finds the pasted products by code, barcode or name: one question for all of them. */
  async pickAll(sought) {
    if (!sought.length) return;
    const found = await match(sought[0].select, sought.map(({ value }) => value)).catch(() => []);
    sought.forEach(({ select, value }, at) => {
      const [kind, detail] = found[at] ? ["lookup:set", found[at]] : ["lookup:unmatched", value];
      select.dispatchEvent(new CustomEvent(kind, { detail }));
    });
    const missing = sought.filter((_each, at) => !found[at]).length;
    if (missing) toast(text("lines_unmatched", { n: missing }));
  }

  // --- One field for code, name or barcode: a known product counts up, a new one becomes a line ---

  quickly(select) {
    if (!select.value) return;
    const record = { id: select.value, text: select.selectedOptions[0].textContent };
    select.value = "";
    select.dispatchEvent(new Event("lookup:show"));
    const productOf = (row) => row.querySelector("[data-column] select[data-combo]");
    const same = this.rows.find((row) => productOf(row)?.value === record.id);
    const quantity = same?.querySelector('[data-column="quantity"] [name]');
    if (quantity) {
      const counted = quantity.value ? parseNumber(quantity.value) || 0 : 1; // empty: its first piece waits for the price
      quantity.value = String(counted + 1).replace(".", ",");
      this.say(text("line_counted", { name: record.text, n: quantity.value }));
      this.changed();
      return;
    }
    const row = this.rows.find((each) => !productOf(each)?.value) ?? this.add({ quietly: true });
    productOf(row).dispatchEvent(new CustomEvent("lookup:set", { detail: record }));
    this.say(text("line_added", { n: this.rows.indexOf(row) + 1 }));
  }

  // --- Price of what was picked ---

  /** One after the other: a hundred pasted lines must not ask at once. */
  fill(select) {
    if (!this.section.dataset.priceUrl) return;
    const before = new Map(this.fields(select.closest("tr")).map((field) => [field, field.value]));
    this.filling = (this.filling ?? Promise.resolve()).then(() => this.askPrice(select, before));
  }

  /** Fills in what goes with the product; what was typed since `before` stays. */
  async askPrice(select, before) {
    const row = select.closest("tr");
    const address = new URL(this.section.dataset.priceUrl, location.href);
    address.searchParams.set(select.closest("td").dataset.column, select.value);
    for (const name of ["client", "agreement", "price_type", "organisation", "day"]) {
      const value = this.form.elements[name]?.value;
      if (value) address.searchParams.set(name, value);
    }
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const pasted = (row.dataset.pasted ?? "").split(" ");
    delete row.dataset.pasted;
    for (const [column, value] of Object.entries(await answer.json())) {
      if (pasted.includes(column)) continue;
      const field = row.querySelector(`[data-column="${CSS.escape(column)}"] [name]`);
      if (field && field !== select && field.value === (before.get(field) ?? field.value)) offer(field, value);
    }
    const quantity = row.querySelector('[data-column="quantity"] [name]');
    if (quantity && !quantity.value) offer(quantity, "1");
    this.changed();
  }

  // --- Amounts ---

  changed() {
    this.rows.forEach((row, index) => {
      row.querySelector("[data-number]").textContent = index + 1;
    });
    this.renumber();
    const filled = this.filled();
    const count = this.section.querySelector("[data-lines-count]");
    if (count) count.textContent = filled.length ? `${this.section.querySelector("h2").textContent.trim()}: ${filled.length}` : "";
    this.preview(filled);
    if (this.section.dataset.totalsUrl) this.count();
  }

  filled() {
    return this.rows.filter((row) => {
      const first = row.querySelector("[data-column] [name]");
      return first?.value;
    });
  }

  value(row, column) {
    return parseNumber(row.querySelector(`[data-column="${column}"] [name]`)?.value ?? "");
  }

  preview(filled) {
    let sum = 0;
    for (const row of filled) {
      const discount = this.value(row, "discount_percent") || 0;
      const amount = this.value(row, "quantity") * this.value(row, "price") * (1 - discount / 100);
      const shown = row.querySelector('[data-out="amount"]');
      if (shown) shown.value = Number.isFinite(amount) ? money.format(amount) : "";
      if (Number.isFinite(amount)) sum += amount;
    }
    this.show("total", money.format(sum));
  }

  async askTotals() {
    this.asked?.abort();
    this.asked = new AbortController();
    const filled = this.filled().filter((row) => !Number.isNaN(this.value(row, "quantity") + this.value(row, "price")));
    const content = { method: "POST", body: new FormData(this.form), signal: this.asked.signal };
    const asked = fetch(this.section.dataset.totalsUrl, content).then((answer) => (answer.ok ? answer.json() : null));
    const said = await asked.catch(() => null); // stopped by the next question, perhaps while it was read
    if (!said) return;
    const { lines = [], totals = {} } = said;
    if (lines.length === filled.length) {
      lines.forEach((line, index) => {
        for (const [column, value] of Object.entries(line)) {
          const out = filled[index].querySelector(`[data-out="${CSS.escape(column)}"]`);
          if (out) out.value = value;
        }
      });
    }
    for (const [name, value] of Object.entries(totals)) this.show(name, value);
  }

  show(name, value) {
    const place = this.section.querySelector(`[data-total="${CSS.escape(name)}"]`);
    if (!place) return;
    place.textContent = value;
    place.parentElement.hidden = false;
  }

  say(words) {
    let place = this.section.querySelector("[data-say]");
    if (!place) {
      place = element("span", { class: "visually-hidden", role: "status", "data-say": "" });
      this.section.append(place);
    }
    place.textContent = words;
  }
}
