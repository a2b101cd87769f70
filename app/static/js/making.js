// Making a record without leaving the form: its own form stands in a dialog and gives the new record back.

import { element, showDialog, text } from "kontora/tools";

/** Opens a form in a dialog; resolves to {id, text} of the record made there, or to null. */
export function make(address, given = {}) {
  const url = new URL(address, location.href);
  for (const [name, value] of Object.entries({ ...given, dialog: "1" })) if (value) url.searchParams.set(name, value);
  const frame = element("iframe", { class: "making-frame", title: text("create"), src: url.href });
  const dialog = element("dialog", { class: "dialog making", "aria-label": text("create") }, frame);
  let made = null;
  const listen = ({ origin, source, data }) => {
    if (origin !== location.origin || source !== frame.contentWindow) return;
    made = data.made ?? null;
    dialog.close();
  };
  addEventListener("message", listen);
  document.body.append(dialog);
  showDialog(dialog);
  frame.addEventListener("load", () => frame.focus());
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      removeEventListener("message", listen);
      dialog.remove();
      resolve(made);
    });
  });
}
