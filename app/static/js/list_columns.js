// The drawer of a list's columns: which of them, in what order, how wide (list_widths.js listens to those buttons).
// The buttons work by script alone, so they are made by it; list.js asks for this when the drawer is opened.

import { element, text } from "kontora/tools";

const drawer = document.querySelector("[data-drawer=columns]");
const button = (name, column, attributes, ...shown) =>
  element("button", { type: "button", class: "btn btn-quiet btn-icon", "aria-label": text(name, { column }), ...attributes }, ...shown);

/** Another drawing of the sprite that the drawer's own comes from. */
function drawing(name) {
  const made = drawer.querySelector("summary svg").cloneNode(true);
  const use = made.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
  return made;
}

function makeButtons() {
  for (const [place, column] of [...drawer.querySelectorAll("[data-column]")].entries()) {
    const name = column.textContent.trim();
    const value = column.dataset.column;
    if (column.querySelector("input").defaultChecked) {
      column.append(button("narrower", name, { value, "data-widen": "-1" }, "−"), button("wider", name, { value, "data-widen": "1" }, "+"));
    }
    if (!place) continue; // the name stays the first
    const movers = element("span", { class: "movers" });
    movers.append(
      button("earlier", name, { "data-move": "-1" }, drawing("chevron-up")),
      button("later", name, { "data-move": "1" }, drawing("chevron-down")),
    );
    column.append(movers);
  }
}

makeButtons();

drawer.addEventListener("click", (event) => {
  const mover = event.target.closest?.("[data-move]");
  if (!mover) return;
  const column = mover.closest("[data-column]");
  const isUp = mover.dataset.move === "-1";
  const other = isUp ? column.previousElementSibling : column.nextElementSibling;
  if (!other?.querySelector("[data-move]")) return; // the name stays the first
  if (isUp) other.before(column);
  else other.after(column);
  mover.focus();
});

// Boxes of one name go into the address as one list: columns=name,town
document.getElementById("columns-form").addEventListener("formdata", ({ formData }) => {
  const chosen = formData.getAll("columns");
  if (chosen.length) formData.set("columns", chosen.join(","));
});
