{# The service worker of the pages of visits; context: `files`, addresses that carry the versions of their contents. #}
// Keeps the pages of visits and the files that they need, so that they open without a connection.
// Scope: /my-day/ only. What is typed is kept by visit_queue.js; nothing of it passes here.

const FILES = {{ files | tojson }};
const VERSION = FILES.join(" ").split("").reduce((sum, sign) => (Math.imul(sum, 31) + sign.charCodeAt(0)) | 0, 7).toString(36);
const STATIC = `kontora-static-${VERSION}`;
const PAGES = `kontora-pages-${VERSION}`;
const isPage = (path) => path === "/my-day/" || /^\/my-day\/visits\/\d+$/.test(path);

addEventListener("install", (event) => {
  event.waitUntil(caches.open(STATIC).then((cache) => cache.addAll(FILES)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const foreign = (name) => name.startsWith("kontora-") && name !== STATIC && name !== PAGES;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(foreign).map((name) => caches.delete(name))))
      .then(() => clients.claim()),
  );
});

// The page of the day asks to keep the visits of today and tomorrow.
addEventListener("message", (event) => {
  const wanted = (event.data?.keep ?? []).filter((url) => isPage(new URL(url, location.href).pathname));
  event.waitUntil(Promise.all(wanted.map((url) => load(new Request(url, { credentials: "same-origin" })).catch(() => {}))));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (/^\/(static|texts)\//.test(url.pathname)) event.respondWith(fromCache(request));
  else if (request.mode === "navigate" && isPage(url.pathname)) event.respondWith(page(request));
});

async function fromCache(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && /[?&]v=|@/.test(request.url)) await (await caches.open(STATIC)).put(request, answer.clone());
  return answer;
}

async function load(request) {
  const answer = await fetch(request);
  // A way to another address leads to the sign-in: whoever was signed in here is no more.
  if (answer.type === "opaqueredirect" || answer.redirected) await caches.delete(PAGES);
  else if (answer.ok) await (await caches.open(PAGES)).put(new URL(request.url).pathname, answer.clone());
  return answer;
}

async function page(request) {
  try {
    return await load(request);
  } catch (error) {
    const cache = await caches.open(PAGES);
    const kept = await cache.match(new URL(request.url).pathname, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}
