// SPDX-License-Identifier: EUPL-1.2

// The service worker of the citizens' app: the form opens without a network. Only the form's own page and files are kept; pages of
// requests hold a secret in their address and are never kept here.

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends WorkerEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface PushEvent extends WorkerEvent {
  data: { json(): unknown } | null;
}
interface ClickEvent extends WorkerEvent {
  notification: { close(): void; data: unknown };
}

const worker = self as unknown as {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void>; openWindow(address: string): Promise<unknown> };
  registration: { showNotification(title: string, options: object): Promise<void> };
  addEventListener(name: string, hear: (event: never) => void): void;
};
const SHELF = "vigie-app-1";
const PAGES = ["/app", "/app/mine"];

/** Keeps a page and whatever files of ours it names: the files first, so that a kept page always has them. */
async function keep(path: string, answer: Response): Promise<void> {
  const shelf = await caches.open(SHELF);
  const text = await answer.clone().text();
  const files = new Set([...text.matchAll(/(?:src|href)="(\/assets\/[^"#]+)/g)].map((found) => found[1] ?? ""));
  for (const file of files) if (file && !await shelf.match(file)) await shelf.add(file);
  await shelf.put(path, answer);
}

async function fill(): Promise<void> {
  for (const path of PAGES) {
    const answer = await fetch(path, { headers: { accept: "text/html" } });
    if (answer.ok) await keep(path, answer);
  }
}

async function page(event: FetchEvent, path: string): Promise<Response> {
  try {
    const answer = await fetch(event.request);
    if (answer.ok && PAGES.includes(path) && new URL(event.request.url).search === "") {
      event.waitUntil(keep(path, answer.clone()).catch(() => undefined));
    }
    return answer;
  } catch (error) {
    const kept = await caches.match(PAGES.includes(path) ? path : "/app");
    if (kept) return kept;
    throw error;
  }
}

async function file(request: Request): Promise<Response> {
  return await caches.match(request) ?? await fetch(request);
}

worker.addEventListener("install", (event: WorkerEvent) => event.waitUntil(fill().then(() => worker.skipWaiting())));
worker.addEventListener("activate", (event: WorkerEvent) => {
  const old = caches.keys().then((names) =>
    Promise.all(names.filter((name) => name.startsWith("vigie-app-") && name !== SHELF).map((name) => caches.delete(name)))
  );
  event.waitUntil(old.then(() => worker.clients.claim()));
});
worker.addEventListener("fetch", (event: FetchEvent) => {
  const { request } = event;
  const { pathname: path, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, path));
  else if (path.startsWith("/assets/")) event.respondWith(file(request));
});

/** What the city sends: a title, a line, and the page to open; nothing of it is trusted further than that. */
worker.addEventListener("push", (event: PushEvent) => {
  let told: { title?: unknown; body?: unknown; link?: unknown } = {};
  try {
    told = event.data?.json() as typeof told ?? {};
  } catch { /* a browser must show something all the same */ }
  const link = typeof told.link === "string" && told.link.startsWith("/app") ? told.link : "/app/mine";
  event.waitUntil(worker.registration.showNotification(String(told.title ?? "Vigie"), {
    body: String(told.body ?? ""),
    tag: link,
    data: link,
    icon: "/assets/app-icon.svg",
  }));
});
worker.addEventListener("notificationclick", (event: ClickEvent) => {
  event.notification.close();
  event.waitUntil(worker.clients.openWindow(String(event.notification.data ?? "/app/mine")));
});
