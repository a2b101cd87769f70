// Help in a dialog: the parts of the page of help. Fetched when it is asked for, so that no page carries it.

import { element, letSingleKeysWork, showDialog, singleKeysWork, text, toast } from "kontora/tools";

/** Shows the sheet of keys ("keys") or the words about this page ("page"). */
export async function open(part) {
  const address = document.querySelector("[data-help]").href.split("#")[0];
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) {
    toast(text("failed"));
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = [...page.querySelectorAll(`[data-help-part="${part}"]`)];
  showDialog(dialogOf(parts.map((section) => document.importNode(section, true))));
}

function dialogOf(parts) {
  const close = element("button", { type: "button", class: "btn btn-quiet btn-icon", "data-close": true, "aria-label": text("close") }, "✕");
  const heading = element("h2", { id: "help-title" }, text("help"));
  const body = element("div", { class: "dialog-body stack", tabindex: "0", role: "group", "aria-labelledby": "help-title" }, ...parts);
  for (const section of parts) section.classList.remove("panel");
  const dialog = element("dialog", { class: "dialog is-wide", "aria-labelledby": "help-title" }, element("div", { class: "dialog-head" }, heading, close), body);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  watchSingleKeys(dialog);
  return dialog;
}

/** The switch of single keys, in the dialog and on the page of help alike. */
export function watchSingleKeys(place) {
  for (const box of place.querySelectorAll("[data-single-keys]")) {
    box.closest("[data-scripted]").hidden = false;
    box.checked = singleKeysWork();
    box.addEventListener("change", () => letSingleKeysWork(box.checked));
  }
}

watchSingleKeys(document);
