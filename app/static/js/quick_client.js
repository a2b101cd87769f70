// Quick registration: checks the INN as it is typed, offers what registers know, and looks for duplicates all the while.

import { later, toast } from "kontora/tools";

const form = document.querySelector("form[data-quick]");
if (form) enhance(form);

function enhance(form) {
  const { checkUrl, fillUrl, pause, innRight, innWrong, innLength, filled } = form.dataset;
  const alike = form.querySelector("[data-matches]");
  const offer = form.querySelector("[data-offer]");
  const note = form.querySelector("[data-inn-check]");
  const field = (name) => form.elements.namedItem(name);
  const watched = ["kind", "inn", "kpp", "ogrn", "name", "town", "phone", "email", "contact", "contact_phone", "contact_email", "head_name"];
  let asking = null;
  let known = "";
  let last = "";

  const typed = () => new URLSearchParams(watched.map((name) => [name, field(name)?.value ?? ""]).filter(([, value]) => value));

  async function check() {
    const query = typed().toString();
    if (query === last) return;
    last = query;
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${checkUrl}?${query}`, { signal: asking.signal });
      if (answer.ok) alike.innerHTML = await answer.text();
    } catch {
      last = ""; // the next pause asks again; the check of the save stands in any case
    }
  }

  async function lookUp(inn) {
    if (inn === known) return;
    known = inn;
    const query = new URLSearchParams({ inn, kpp: field("kpp").value });
    try {
      const answer = await fetch(`${fillUrl}?${query}`);
      if (!answer.ok || known !== inn) return;
      offer.innerHTML = await answer.text();
      if (!offer.querySelector("[data-ask]")) return;
      query.set("csrf_token", field("csrf_token").value);
      const asked = await fetch(fillUrl, { method: "POST", body: query });
      if (asked.ok && known === inn) offer.innerHTML = await asked.text();
    } catch {
      known = "";
    }
  }

  function checkInn() {
    const inn = field("inn").value.replace(/\D/g, "");
    const isWhole = inn.length === 10 || inn.length === 12;
    const isRight = isWhole && isInn(inn);
    note.textContent = !inn ? "" : isRight ? `✓ ${innRight}` : isWhole ? `✗ ${innWrong}` : innLength;
    note.className = `hint ${isRight ? "tone-ok" : isWhole ? "tone-danger" : ""}`;
    if (isRight) lookUp(inn);
    else {
      offer.replaceChildren();
      known = "";
    }
  }

  const checkLater = later(check, Number(pause));
  form.addEventListener("input", ({ target }) => {
    if (target.name === "inn") checkInn();
    if (watched.includes(target.name)) checkLater();
  });
  form.addEventListener("change", ({ target }) => {
    if (target.name === "inn") checkInn();
    if (watched.includes(target.name)) checkLater();
  });

  offer.addEventListener("click", (event) => {
    if (!event.target.closest("[data-apply]")) return;
    for (const box of offer.querySelectorAll("[data-field]:checked")) {
      const input = field(box.dataset.field);
      if (input) input.value = box.dataset.value;
    }
    if ([...form.querySelectorAll("[data-requisites] input")].some((input) => input.value)) form.querySelector("[data-requisites]").open = true;
    form.dataset.touched = "";
    toast(filled);
    field("phone").focus();
    checkLater();
  });

  // Enter in a field goes on to what the INN offers, then to the next field; Ctrl+Enter saves.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !event.target.matches("input:not([type=checkbox], [type=radio])")) return;
    if (event.defaultPrevented) return; // a list of choices took it
    event.preventDefault();
    const apply = event.target.name === "inn" ? offer.querySelector("[data-apply]") : null;
    const fields = [...form.querySelectorAll("input:not([type=hidden], [type=radio]), select, .save-bar button")].filter((each) => each.offsetParent);
    (apply ?? fields[fields.indexOf(event.target) + 1] ?? event.target).focus();
  });

  const first = field("inn");
  if (!form.querySelector("#error-summary") && !first.value) setTimeout(() => first.focus(), 0);
  if (first.value) checkInn();
}

/** Check digits of an INN of a company (10) or of a person (12). */
export function isInn(inn) {
  const digit = (weights) => (weights.reduce((sum, weight, place) => sum + weight * Number(inn[place]), 0) % 11) % 10;
  if (/^0+$/.test(inn)) return false;
  if (inn.length === 10) return digit([2, 4, 10, 3, 5, 9, 4, 6, 8]) === Number(inn[9]);
  const tenth = digit([7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
  return tenth === Number(inn[10]) && digit([3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) === Number(inn[11]);
}
