// Small things that every script of the pages needs: texts, settings kept in the browser, questions, notes.

import texts from "kontora/texts";

/** A translated text with {names} filled in. */
export function text(name, values = {}) {
  return (texts[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export const locale = texts.locale;

/** Reads what this browser keeps; a private window keeps nothing, which is no error. */
export function recall(name) {
  try {
    return localStorage.getItem(`kontora_${name}`);
  } catch {
    return null;
  }
}

/** Keeps a value in this browser; null forgets it. */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(`kontora_${name}`);
    else localStorage.setItem(`kontora_${name}`, value);
  } catch {
    // full, or forbidden by the person's settings
  }
}

/** Keeps a setting of the look: the server reads the cookie, so that the next page comes right at once. */
export function setLook(name, value) {
  document.documentElement.dataset[name] = value;
  setCookie(name, value);
  send("/my/look", { name, value });
}

/** A small value that the next page is made with. */
export function setCookie(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `kontora_${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

/** Posts something of the person's own that no page waits for; resolves to nothing when it did not arrive. */
export async function send(address, values) {
  const token = document.querySelector("#act [name=csrf_token]")?.value;
  if (!token) return null;
  try {
    return await fetch(address, {
      method: "POST",
      keepalive: true,
      headers: { Accept: "application/json" },
      body: new URLSearchParams({ csrf_token: token, ...values }),
    });
  } catch {
    return null;
  }
}

/** Makes an element: element("p", {class: "muted"}, "text", child). */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** Shows a dialog and gives the focus back to where it was. */
export function showDialog(dialog) {
  const opener = document.activeElement;
  dialog.addEventListener("close", () => opener?.isConnected && opener.focus(), { once: true });
  dialog.showModal();
}

/** Asks a question in a dialog; resolves to true when the person agrees. */
export function ask(question, { agree = text("proceed"), danger = false } = {}) {
  const yes = element("button", { class: `btn ${danger ? "btn-danger" : "btn-primary"}`, value: "yes" }, agree);
  const no = element("button", { class: "btn", value: "" }, text("cancel"));
  if (danger) no.autofocus = true;
  const form = element("form", { method: "dialog" });
  const words = element("p", { class: "text", id: "question-text" }, question);
  form.append(element("div", { class: "dialog-body" }, words), element("div", { class: "dialog-foot" }, yes, no));
  const heading = element("div", { class: "dialog-head" }, element("h2", { id: "question-title" }, text("confirm")));
  const dialog = element(
    "dialog",
    { class: "dialog is-question", "aria-labelledby": "question-title", "aria-describedby": "question-text" },
    heading,
    form,
  );
  document.body.append(dialog);
  showDialog(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

/** Says that something was done, with a way back where there is one. Errors do not belong here. */
export function toast(message, { undo = null, seconds = 8 } = {}) {
  const place = document.querySelector(".toasts");
  if (!place) return;
  const note = element("div", { class: "toast" }, element("span", {}, message));
  if (undo) {
    const back = element("button", { type: "button", class: "btn btn-small" }, text("undo"));
    back.addEventListener("click", () => {
      undo();
      note.remove();
    });
    note.append(back);
  }
  place.append(note);
  let timer = setTimeout(() => note.remove(), seconds * 1000);
  const hold = () => clearTimeout(timer);
  const go = () => {
    clearTimeout(timer);
    timer = setTimeout(() => note.remove(), seconds * 1000);
  };
  note.addEventListener("pointerenter", hold);
  note.addEventListener("focusin", hold);
  note.addEventListener("pointerleave", go);
  note.addEventListener("focusout", go);
}

/** Tells whether a key goes into a text that is being typed. */
export function isTyping(event) {
  const at = event.target;
  return at instanceof HTMLElement && (at.isContentEditable || at.matches("textarea, select, input:not([type=checkbox], [type=radio])"));
}

/** Who is signed in: what this browser keeps for one person is not shown to the next. */
export const person = document.body.dataset.person ?? "";

/** Keys without Ctrl or Alt can be switched off by the person (WCAG 2.1.4). */
export const singleKeysWork = () => recall(`single_keys_${person}`) !== "off";
export const letSingleKeysWork = (work) => remember(`single_keys_${person}`, work ? null : "off");

/** What is pressed, by place on the keyboard, so that it is the same in every layout: "Control+Shift+ArrowUp". */
export function pressOf({ code, ctrlKey, metaKey, altKey, shiftKey }) {
  return [(ctrlKey || metaKey) && "Control", altKey && "Alt", shiftKey && "Shift", code].filter(Boolean).join("+");
}

/** The act that a key stands for in a place of the table of keys; "" for none. A letter being typed is no key. */
export function pressedAct(event, place) {
  const press = pressOf(event);
  const act = texts.keys[place]?.[press] ?? "";
  const isCharacter = /^(Shift\+)?(Key|Digit|Numpad\d|Slash|Space)/.test(press);
  return isCharacter && (isTyping(event) || !singleKeysWork()) ? "" : act;
}

/** Waits until typing stops. */
export function later(run, milliseconds) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...given), milliseconds);
  };
}
