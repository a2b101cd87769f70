// My day: keeps the visits of today and tomorrow for a lost connection, and says which reports wait to be sent.

import { element, text, toast } from "kontora/tools";
import { kept, sendWaiting } from "kontora/visits";

const page = document.querySelector("[data-my-day]");
const user = Number(page.dataset.user);
const urls = [location.pathname, ...[...page.querySelectorAll("[data-keep]")].map((link) => link.getAttribute("href"))];

navigator.serviceWorker
  ?.register("/my-day/sw.js", { scope: "/my-day/" })
  .then(() => navigator.serviceWorker.ready)
  .then((registration) => navigator.onLine && registration.active.postMessage({ keep: urls }))
  .catch(() => {});

async function showWaiting() {
  const place = page.querySelector("[data-waiting]");
  const reports = await kept(user);
  place.hidden = reports.length === 0;
  place.querySelector("ul").replaceChildren(
    ...reports.map(({ url, title, state }) => {
      const tone = { waiting: "warn", draft: "info" }[state] ?? "danger";
      const chip = element("span", { class: `chip chip-${tone}` }, text(`visit_state_${state}`));
      return element("li", {}, element("a", { href: url }, title), chip);
    }),
  );
}

async function send() {
  const sent = (await sendWaiting()).filter((report) => report.state === "done");
  if (sent.length) toast(text("visits_sent", { n: sent.length }));
  await showWaiting();
}

showWaiting().then(send);
addEventListener("online", send);
