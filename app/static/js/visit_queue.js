// Reports of visits kept on this device until the server has taken them: typed text, photographs, the signature.
// One entry per visit, in IndexedDB. It leaves only when the server has answered that the visit is written up.

import { remember } from "kontora/tools";

const NAME = "kontora_visits";
const STORE = "reports";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "visit" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function work(mode, act) {
  const base = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = base.transaction(STORE, mode);
      const asked = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    base.close();
  }
}

const get = (visit) => work("readonly", (store) => store.get(visit));

/** Every report that is kept for a person; what another person left on this device stays theirs. */
export async function kept(user) {
  const all = await work("readonly", (store) => store.getAll());
  return all.filter((report) => report.user === user);
}

/** The report of a visit, if this person has one here. */
export async function find(visit, user) {
  const report = await get(visit);
  return report?.user === user ? report : undefined;
}

/** Keeps a report as it is now. */
export async function keep(report) {
  await work("readwrite", (store) => store.put(report));
  if (report.state === "waiting") remember("visits_waiting", "yes");
}

export async function forget(visit) {
  await work("readwrite", (store) => store.delete(visit));
}

/** Sends everything of this person that waits; gives what became of each. One tab sends at a time. */
export async function sendWaiting() {
  const send = async () => {
    const who = await whoAmI();
    if (!who) return [];
    const waiting = (await kept(who.user)).filter((report) => report.state === "waiting");
    const sent = [];
    for (const report of waiting) sent.push(await sendOne(report, who.csrf));
    if (!(await kept(who.user)).some((report) => report.state === "waiting")) remember("visits_waiting", null);
    return sent;
  };
  return navigator.locks ? navigator.locks.request("kontora_visits", send) : send();
}

/** Whose sign-in this is, with a fresh token; nothing when there is no connection or nobody is signed in. */
async function whoAmI() {
  try {
    const answer = await fetch("/my-day/token", { headers: { Accept: "application/json" }, redirect: "error" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function sendOne(report, csrf) {
  const body = new FormData();
  for (const [name, value] of report.fields) body.append(name, value);
  body.set("csrf_token", csrf);
  body.set("key", report.key);
  for (const photo of report.photos) body.append(photo.kind, new Blob([photo.bytes], { type: photo.type }), photo.name);
  if (report.signature) body.append("signature", new Blob([report.signature], { type: "image/png" }), "signature.png");
  let answer;
  let said;
  try {
    answer = await fetch(`/my-day/visits/${report.visit}`, { method: "POST", body, headers: { Accept: "application/json" } });
    said = await answer.json();
  } catch {
    return report; // no connection, or an answer that is none: it waits on
  }
  if (answer.ok && said.state === "done") {
    await forget(report.visit);
    return { ...report, state: "done", url: said.url };
  }
  if (answer.status >= 500 || answer.status === 429) return report;
  const state = said.state === "conflict" ? "conflict" : "refused";
  const changed = { ...report, state, rows: said.rows ?? [], mayAccept: Boolean(said.may_accept), message: said.message ?? "" };
  await keep(changed);
  return changed;
}
