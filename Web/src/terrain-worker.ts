// SPDX-License-Identifier: EUPL-1.2

// The service worker of the crews' tablets: the day's pages open without a network. The pages themselves are put on the shelf by
// Web/src/terrain/sync.ts; here they are only taken from it, and those that are looked at are put there too.

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends WorkerEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

const worker = self as unknown as {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(name: string, hear: (event: never) => void): void;
};
const SHELF = "vigie-terrain-1";
/** A network that takes longer is none: the kept page is shown. */
const PATIENCE = 6_000;

async function keep(path: string, answer: Response): Promise<void> {
  const shelf = await caches.open(SHELF);
  const text = await answer.clone().text();
  if (!text.includes("terrain-queue")) return;
  const files = new Set([...text.matchAll(/(?:src|href)="(\/assets\/[^"#]+)/g)].map((found) => found[1] ?? ""));
  for (const file of files) if (file && !await shelf.match(file)) await shelf.add(file);
  await shelf.put(path, answer);
}

async function page(event: FetchEvent, path: string): Promise<Response> {
  const shelf = await caches.open(SHELF);
  const known = await shelf.match(path);
  const fetched = fetch(event.request).then((answer) => {
    if (answer.ok && !answer.redirected) event.waitUntil(keep(path, answer.clone()).catch(() => undefined));
    return answer;
  });
  const late = new Promise<Response | undefined>((done) => setTimeout(() => done(known), PATIENCE));
  try {
    return (known ? await Promise.race([fetched, late]) : undefined) ?? await fetched;
  } catch (error) {
    const kept = known ?? await inItsStead(path, await shelf.match("/terrain"));
    if (kept) return kept;
    throw error;
  }
}

/** The day, marked so that it says which page could not be shown: that one was never on this tablet. */
async function inItsStead(path: string, day: Response | undefined): Promise<Response | undefined> {
  if (!day) return undefined;
  const headers = new Headers(day.headers);
  headers.delete("content-encoding");
  return new Response((await day.text()).replace("<html ", `<html data-missing="${path.split("/").pop()}" `), { headers });
}

async function file(request: Request): Promise<Response> {
  return await caches.match(request) ?? await fetch(request);
}

worker.addEventListener("install", (event: WorkerEvent) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event: WorkerEvent) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event: FetchEvent) => {
  const { request } = event;
  const { pathname: path, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const isPage = path === "/terrain" || /^\/terrain\/jobs\/\d+$/.test(path);
  if (request.mode === "navigate" && isPage) event.respondWith(page(event, path));
  else if (path.startsWith("/assets/") || /^\/terrain\/jobs\/\d+\/photos\//.test(path)) event.respondWith(file(request));
});
