// The frame: theme, panel of sections, menus, questions before acts, keys, copying, connection.
// Every page works without it; it only makes the way shorter.

import { ask, element, recall, remember, send, setCookie, setLook, showDialog, text, toast } from "kontora/tools";
import { pressedKey } from "kontora/keys";

const root = document.documentElement;
root.dataset.js = "";
document.querySelectorAll("[data-scripted], [data-dismiss]").forEach((part) => (part.hidden = false));
if (document.querySelector("select:is([data-lookup], [data-filter])")) {
  import("kontora/combobox").then(({ enhanceLookups }) => enhanceLookups(document));
}

// A page that was opened by a key is read from its content on: the next Tab goes there, Shift+Tab to the frame.
if (document.querySelector(".frame") && document.activeElement === document.body && !document.querySelector("[autofocus]")) {
  document.getElementById("main").focus({ preventScroll: true });
}

// --- Look -------------------------------------------------------------------------------------------------------

function showLook() {
  for (const button of document.querySelectorAll("[data-set]")) {
    button.setAttribute("aria-pressed", String(root.dataset[button.dataset.set] === button.dataset.value));
  }
}
showLook();

// --- Panel of sections ------------------------------------------------------------------------------------------

const sections = [...document.querySelectorAll(".sections details")];
const isFolded = () => root.dataset.panel === "folded" && matchMedia("(min-width: 901px)").matches;

for (const section of sections) {
  section.querySelector("summary").addEventListener("click", (event) => {
    if (!isFolded()) return;
    event.preventDefault();
    const flies = "fly" in section.dataset;
    closeFlying();
    if (!flies) {
      section.open = true;
      section.dataset.fly = "";
    }
  });
  section.addEventListener("toggle", () => {
    if (section.open) fill(section);
    if (!isFolded()) setCookie("sections", sections.filter((each) => each.open).map((each) => each.dataset.section).join("."));
  });
}

/** What a section shows is fetched when it is opened. */
async function fill(section) {
  const address = section.dataset.part;
  if (!address) return;
  delete section.dataset.part;
  const answer = await fetch(address).catch(() => null);
  if (answer?.ok) section.querySelector("ul").innerHTML = await answer.text();
}

// The server notes which records were opened; coming back to the same one says nothing new.
const record = document.body.dataset.record;
if (record && sessionStorage.getItem("kontora_record") !== record) {
  sessionStorage.setItem("kontora_record", record);
  send("/my/opened", { record });
}

// --- What slips -------------------------------------------------------------------------------------------------

// The radar asks about everything, so no page waits for it: it is asked afterwards, and what it said holds for a while.
const RADAR_HOLDS = 5 * 60 * 1000;
const radar = document.querySelector('.sections a[href$="/radar/"]');
const RADAR_WAITS = radar?.hasAttribute("aria-current") || document.querySelector("[data-slips]") ? 0 : 3000;
if (radar) setTimeout(showSlipping, RADAR_WAITS);

async function showSlipping() {
  let known = JSON.parse(sessionStorage.getItem("kontora_radar") ?? "null");
  if (!known || Date.now() - known.at > RADAR_HOLDS || radar.hasAttribute("aria-current")) {
    const answer = await fetch(`${radar.getAttribute("href")}waiting`).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    known = { ...(await answer.json()), at: Date.now() };
    sessionStorage.setItem("kontora_radar", JSON.stringify(known));
  }
  for (const place of [radar, ...document.querySelectorAll("[data-slips]")]) {
    place.querySelector(".badge")?.remove();
    if (!known.badge) continue;
    const badge = element("span", { class: "badge is-late", title: known.words }, known.badge);
    badge.prepend(element("span", { class: "visually-hidden" }, `${known.words.replace(/:.*$/, "")}: `));
    place.append(badge);
  }
}

if (document.body.dataset.ringing) import("kontora/ringing");

function closeFlying() {
  sections.forEach((section) => delete section.dataset.fly);
}

function fold(button) {
  setLook("panel", root.dataset.panel === "folded" ? "open" : "folded");
  button.setAttribute("aria-pressed", String(root.dataset.panel === "folded"));
  closeFlying();
}

/** Makes the page a favourite or no longer; the panel shows it from the next page on. */
async function star(button, event) {
  event.preventDefault();
  const answer = await send(button.formAction, {});
  const said = await answer?.json().catch(() => null);
  if (!answer?.ok || !said) {
    toast(said?.message ?? text("not_kept"));
    return;
  }
  button.setAttribute("aria-pressed", String(said.is_favourite));
  toast(text(said.is_favourite ? "starred" : "unstarred"), { seconds: 4 });
}

// --- Menus: browsers without anchors need the place counted -----------------------------------------------------

if (!CSS.supports("position-area: bottom")) {
  document.addEventListener(
    "toggle",
    ({ target, newState }) => {
      if (newState !== "open" || !target.classList?.contains("menu")) return;
      const opener = document.querySelector(`[popovertarget="${CSS.escape(target.id)}"]`).getBoundingClientRect();
      const size = target.getBoundingClientRect();
      const below = opener.bottom + size.height < innerHeight;
      target.style.top = `${below ? opener.bottom : Math.max(8, opener.top - size.height)}px`;
      target.style.left = `${Math.max(8, Math.min(opener.right - size.width, innerWidth - size.width - 8))}px`;
    },
    true,
  );
}

document.addEventListener("toggle", moveIntoMenu, true);
function moveIntoMenu({ target, newState }) {
  if (newState === "open" && target.classList?.contains("menu")) target.querySelector(".menu-item")?.focus();
}

function walkMenu(event) {
  const menu = event.target.closest?.(".menu:popover-open");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.code)) return false;
  const items = [...menu.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  items.at(goals[event.code] % items.length)?.focus();
  event.preventDefault();
  return true;
}

// --- Clicks -----------------------------------------------------------------------------------------------------

const clicks = {
  "[data-set]": (button, event) => {
    event.preventDefault();
    setLook(button.dataset.set, button.dataset.value);
    showLook();
  },
  "[data-fold]": fold,
  "[data-star]": star,
  "[data-dismiss]": (button) => button.closest(".message").remove(),
  "[data-help]": (link) => showHelp(link.dataset.help),
  "[data-close]": (button) => button.closest("dialog").close(),
  "[data-opens]": (button) => showDialog(document.getElementById(button.dataset.opens)),
  "[data-print]": () => print(),
  "[data-copy]": async (button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(text("copied"), { seconds: 3 });
  },
  "[data-reveal]": (button) => {
    const input = document.getElementById(button.dataset.reveal);
    input.type = input.type === "password" ? "text" : "password";
    button.setAttribute("aria-pressed", String(input.type === "text"));
  },
};

async function showHelp(part) {
  const help = await import("kontora/help");
  help.open(part);
}

document.addEventListener("click", (event) => {
  for (const [selector, act] of Object.entries(clicks)) {
    const found = event.target.closest(selector);
    if (!found || event.ctrlKey || event.metaKey) continue;
    if (found.matches("a")) event.preventDefault();
    act(found, event);
  }
  if (!event.target.closest(".sections")) closeFlying();
});

// A question before an act that has one; the same button then sends its form.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-confirm]");
  if (!button || "agreed" in button.dataset) return;
  event.preventDefault();
  button.closest(".menu:popover-open")?.hidePopover();
  const agree = button.textContent.trim();
  if (!(await ask(button.dataset.confirm, { agree, danger: "danger" in button.dataset }))) return;
  button.dataset.agreed = "";
  button.form.requestSubmit(button);
  delete button.dataset.agreed;
});

// A form is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if ("sent" in form.dataset && !event.submitter?.formTarget) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  if (event.submitter?.closest(".save-bar")) {
    event.submitter.setAttribute("aria-disabled", "true");
    event.submitter.replaceChildren(text("saving"));
  }
  setTimeout(() => delete form.dataset.sent, 10000);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
});

// A thin bar when the next page keeps one waiting.
addEventListener("beforeunload", () => {
  setTimeout(() => document.body.append(element("div", { class: "progress", "aria-hidden": "true" })), 200);
});

// --- Keys of the frame ------------------------------------------------------------------------------------------

function openSection(number) {
  const section = sections.filter(({ dataset }) => !["favourites", "recent"].includes(dataset.section))[number - 1];
  if (!section) return false;
  if (matchMedia("(max-width: 900px)").matches) document.getElementById("sections").showPopover();
  if (isFolded()) {
    closeFlying();
    section.dataset.fly = "";
  }
  section.open = true;
  section.querySelector("li > a")?.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || walkMenu(event)) return;
  if (event.code === "Escape" && document.querySelector("[data-fly]")) {
    const section = document.querySelector("[data-fly]");
    closeFlying();
    section.querySelector("summary").focus();
  } else if (pressedKey(event, openSection)) {
    event.preventDefault();
  }
});

// --- Connection -------------------------------------------------------------------------------------------------

const offline = element("div", { class: "message is-warn offline", role: "alert", hidden: true });
document.querySelector(".top")?.after(offline);
function showConnection() {
  offline.hidden = navigator.onLine;
  offline.textContent = navigator.onLine ? "" : text("offline");
}
addEventListener("online", showConnection);
addEventListener("offline", showConnection);
showConnection();

// --- Visits written up without a connection -----------------------------------------------------------------------

function sendVisits() {
  if (recall("visits_waiting") && document.querySelector(".frame") && !document.querySelector("[data-my-day], [data-visit-form]")) {
    import("kontora/visits").then((visits) => visits.sendWaiting()).catch(() => {});
  }
}
addEventListener("online", sendVisits);
sendVisits();

// Pages kept for a lost connection are of whoever is signed in: nobody else on this device may read them.
async function forgetPages() {
  if (!("caches" in window)) return;
  const names = (await caches.keys()).filter((name) => name.startsWith("kontora-pages"));
  await Promise.all(names.map((name) => caches.delete(name)));
}
if (document.querySelector("form[name=login]")) forgetPages();
document.addEventListener("click", (event) => {
  if (event.target.closest('[formaction$="/logout/"]')) forgetPages();
});
