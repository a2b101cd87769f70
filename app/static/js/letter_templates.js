// A template of a letter fills subject and text; what was typed is replaced only after a question.

import { ask } from "kontora/tools";

const chooser = document.querySelector("[data-letter-templates]");
const form = document.getElementById("letter-form");
const fields = ["subject", "text"].map((name) => form.elements.namedItem(name));
let filled = form.hasAttribute("data-dirty") ? null : fields.map((field) => field.value);

function isTyped() {
  return fields.some((field, place) => field.value.trim() && field.value !== filled?.[place]);
}

function put(option) {
  filled = [option.dataset.subject, option.dataset.text];
  fields.forEach((field, place) => {
    field.value = filled[place];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  filled = fields.map((field) => field.value);
  const note = chooser.querySelector("[data-missing-note]");
  note.hidden = !option.dataset.missing;
  note.querySelector("[data-missing]").textContent = option.dataset.missing;
  fields[1].focus();
}

// Without this script the button sends the form to be filled; here Enter in a field must not press it.
const button = chooser.querySelector("button");
button.type = "button";
button.addEventListener("click", async () => {
  const select = chooser.querySelector("select");
  const option = select.selectedOptions[0];
  if (!option?.value) select.focus();
  else if (!isTyped() || (await ask(chooser.dataset.question))) put(option);
});
