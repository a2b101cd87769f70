// Who calls just now: asked again and again while the page is looked at, shown over it, taken away when it rings no more.

import { element, text } from "kontora/tools";

const EVERY = 4000;
const place = document.querySelector("[data-rings]");
let shown = "";

async function ask() {
  if (document.visibilityState === "visible") {
    const answer = await fetch(document.body.dataset.ringing).catch(() => null);
    if (answer && (!answer.ok || answer.redirected)) return; // signed out: the next page asks again
    show(answer?.status === 200 ? await answer.json() : null);
  }
  setTimeout(ask, EVERY);
}

function show(call) {
  const key = call && sessionStorage.getItem("kontora_hung_up") !== String(call.id) ? String(call.id) : "";
  if (key === shown) return;
  shown = key;
  place.replaceChildren();
  if (!key) return;
  const hide = element("button", { type: "button", class: "btn btn-small" }, text("hide"));
  hide.addEventListener("click", () => {
    sessionStorage.setItem("kontora_hung_up", key);
    show(null);
  });
  place.append(
    element("p", { class: "muted" }, text("rings")),
    element("p", { class: "ringing-who" }, call.title),
    element("p", {}, call.about),
    element("p", { class: "inline" }, element("a", { class: "btn btn-primary btn-small", href: call.url }, text("open_card")), hide),
  );
}

ask();
