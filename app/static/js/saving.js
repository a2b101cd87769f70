// Sending a form without leaving it: whatever goes wrong on the way, what was typed stays where it is.
// The server says where to go next; a sign-in that has run out is renewed in a dialog and the form is sent again.

import { element, person, showDialog, text } from "kontora/tools";

const BY_SCRIPT = { "X-Sent-By-Script": "1", Accept: "text/html, application/json" };
const MOST_TRIES = 3;

/**
 * Sends a form. Resolves to {location} when it is saved, {page} when the server shows the form again or an error,
 * {isOffline} when no answer came, {isLeft} when the person would not sign in again.
 */
export async function send(form, submitter) {
  for (let each = 0; each < MOST_TRIES; each += 1) {
    const answer = await ask(form.getAttribute("action") || location.href, { method: "POST", body: new FormData(form, submitter) });
    if (!answer.isExpired) return answer;
    const renewed = await renewToken();
    if (renewed !== true) return renewed;
  }
  return { isLeft: true };
}

async function ask(address, content = {}) {
  const answer = await fetch(address, { ...content, headers: BY_SCRIPT }).catch(() => null);
  if (!answer) return { isOffline: true };
  if (answer.headers.has("X-Token-Is-Old")) return { isExpired: true };
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  const said = await (isJson ? answer.json() : answer.text()).catch(() => null);
  if (said === null) return { isOffline: true };
  if (!isJson) return { page: new DOMParser().parseFromString(said, "text/html") };
  const next = new URL(said.location, location.href);
  return next.pathname.startsWith("/login/") ? { isExpired: true } : { location: next.href };
}

/** Fetches a token for the forms of this page, after signing in where that is needed. */
async function renewToken() {
  let fresh = await ask(location.href);
  if (fresh.isExpired) {
    if (!(await signIn())) return { isLeft: true };
    fresh = await ask(location.href);
  }
  const token = fresh.page?.querySelector("input[name=csrf_token]")?.value;
  if (!token) return fresh.page || fresh.isOffline ? fresh : { isLeft: true };
  document.querySelectorAll("input[name=csrf_token]").forEach((field) => (field.value = token));
  return true;
}

function field(name, label, attributes) {
  const input = element("input", { class: "input", id: `again-${name}`, name, required: true, ...attributes });
  return element("div", { class: "field" }, element("label", { for: input.id }, label), input);
}

function signInDialog() {
  const refused = element("p", { class: "error", role: "alert" });
  const yes = element("button", { class: "btn btn-primary" }, text("sign_in"));
  const no = element("button", { type: "button", class: "btn", "data-close": true }, text("cancel"));
  const body = element(
    "div",
    { class: "dialog-body stack" },
    element("p", { class: "text" }, text("signed_out")),
    field("username", text("login"), { value: person, autocomplete: "username" }),
    field("password", text("password"), { type: "password", autocomplete: "current-password" }),
    refused,
  );
  const form = element("form", { method: "post" }, body, element("div", { class: "dialog-foot" }, yes, no));
  const head = element("div", { class: "dialog-head" }, element("h2", { id: "again-title" }, text("sign_in_again")));
  return { dialog: element("dialog", { class: "dialog", "aria-labelledby": "again-title" }, head, form), form, refused };
}

/** Asks for login and password; resolves to whether the person is signed in again. */
function signIn() {
  const { dialog, form, refused } = signInDialog();
  document.body.append(dialog);
  let isDone = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    refused.textContent = "";
    isDone = await trySignIn(new FormData(form));
    if (isDone) dialog.close();
    else refused.textContent = text("sign_in_refused");
  });
  showDialog(dialog);
  dialog.querySelector("[type=password]").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(isDone);
    });
  });
}

async function trySignIn(data) {
  const page = await fetch("/login/").catch(() => null);
  if (!page?.ok) return false;
  const blank = new DOMParser().parseFromString(await page.text(), "text/html");
  data.set("csrf_token", blank.querySelector("form[name=login] [name=csrf_token]")?.value ?? "");
  return Boolean((await ask("/login/", { method: "POST", body: data })).location);
}

/** What an error page says, in one line. */
export function wordsOf(page) {
  const parts = ["h1", "h1 + p", "code"].map((part) => page.querySelector(`main ${part}`)?.textContent.trim());
  return [...new Set(parts)].filter(Boolean).join(". ").replaceAll("..", ".");
}
