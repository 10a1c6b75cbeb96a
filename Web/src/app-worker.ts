// SPDX-License-Identifier: EUPL-1.2

// The service worker of the citizens' app: the form opens without a network, and so does what was seen before of the city's services,
// with a word of when it was seen. Pages of requests and bookings hold a secret in their address and are never kept here.

import { flush, keep as put, SYNC } from "./app/queue.ts";

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends WorkerEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface SyncEvent extends WorkerEvent {
  tag: string;
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
const SEEN_SHELF = "vigie-seen-1";
const SEEN = /^\/app\/(services|dechets|alertes|transports|around|accessibilite)(\/[^/]+)?$/;
const MOST_SEEN = 60;

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

/** Keeps a page that was seen, with the time; the oldest go. */
async function keepSeen(address: string, answer: Response): Promise<void> {
  if (!answer.headers.get("content-type")?.startsWith("text/html")) return;
  const shelf = await caches.open(SEEN_SHELF);
  const headers = new Headers(answer.headers);
  headers.delete("content-encoding");
  headers.set("x-kept", new Date().toISOString());
  await shelf.delete(address);
  await shelf.put(address, new Response(await answer.blob(), { headers }));
  const kept = await shelf.keys();
  for (const old of kept.slice(0, Math.max(0, kept.length - MOST_SEEN))) await shelf.delete(old);
}

/** A page as it was seen, marked so that it says of when it is. */
async function seen(address: string): Promise<Response | undefined> {
  const kept = await (await caches.open(SEEN_SHELF)).match(address);
  if (!kept) return undefined;
  const text = await kept.text();
  return new Response(text.replace("<html ", `<html data-kept="${kept.headers.get("x-kept") ?? ""}" `), { headers: kept.headers });
}

async function page(event: FetchEvent, path: string): Promise<Response> {
  const address = event.request.url;
  try {
    const answer = await fetch(event.request);
    if (answer.ok && PAGES.includes(path) && new URL(address).search === "") {
      event.waitUntil(keep(path, answer.clone()).catch(() => undefined));
    } else if (answer.ok && SEEN.test(path)) {
      event.waitUntil(keepSeen(address, answer.clone()).catch(() => undefined));
    }
    return answer;
  } catch (error) {
    const kept = SEEN.test(path) ? await seen(address) : undefined;
    if (kept) return kept;
    const form = await caches.match(PAGES.includes(path) ? path : "/app");
    if (form) return form;
    throw error;
  }
}

async function file(request: Request): Promise<Response> {
  return await caches.match(request) ?? await fetch(request);
}

worker.addEventListener("install", (event: WorkerEvent) => event.waitUntil(fill().then(() => worker.skipWaiting())));
worker.addEventListener("activate", (event: WorkerEvent) => {
  const old = caches.keys().then((names) =>
    Promise.all(names.filter((name) => /^vigie-(app|seen)-/.test(name) && name !== SHELF && name !== SEEN_SHELF).map((name) => caches.delete(name)))
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

/** Sends what waits with no page open; the next page tells of it. Rejects where something still waits, so that the browser tries again. */
async function sendWaiting(): Promise<void> {
  let isLeft = false;
  await flush(async (one, sent) => {
    if (sent.is === "waiting") isLeft = true;
    if (sent.is === "kept" && !one.sent) {
      await put({ ...one, fields: [], photos: [], sent: { reference: sent.reference, link: sent.link } });
    }
  });
  if (isLeft) throw new Error("no network yet");
}
worker.addEventListener("sync", (event: SyncEvent) => {
  if (event.tag === SYNC) event.waitUntil(sendWaiting());
});
