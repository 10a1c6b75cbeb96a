// SPDX-License-Identifier: EUPL-1.2
import { type Act, CACHE, photoOf, queueName, type RefusedAct, settle, setVersions, versions, waiting } from "./store.ts";

const PIECE = 256 * 1024;
const AT_A_TIME = 50;
/** Of a batch: the room takes 1 MB, signatures are the large ones. */
const MOST_BYTES = 600_000;

interface Answer {
  taken: number;
  receipts: { n: number; id: string; fate: "done" | "conflict" | "refused" | "early"; because?: string }[];
  jobs: { number: number; version: number; changed: boolean }[];
}

/** How the last try went. `unpaired`: the room does not know this tablet (any more). */
export type Standing = "idle" | "offline" | "unpaired" | "busy";

class Unpaired extends Error {}

async function ask(path: string, body: BodyInit, type: string): Promise<unknown> {
  const answer = await fetch(path, { method: "POST", body, headers: { "content-type": type, accept: "application/json" } });
  if (answer.status === 401) throw new Unpaired();
  if (!answer.ok) throw new Error(String(answer.status));
  return await answer.json();
}

/** A photo goes in pieces, from where the room has it. */
async function sendPhoto(key: string, blob: Blob): Promise<void> {
  let from = 0;
  for (let tries = 0; from < blob.size && tries < 200; tries++) {
    const piece = await blob.slice(from, from + PIECE).arrayBuffer();
    const path = `/api/terrain/photos/${key}?from=${from}&size=${blob.size}`;
    const { have } = await ask(path, piece, "application/octet-stream") as { have: number };
    if (have === from) throw new Error("no progress");
    from = have;
  }
}

/** The next acts of the queue that go in one batch; at least one. */
export function batch(all: Act[]): Act[] {
  let bytes = 0;
  const fits = all.slice(0, AT_A_TIME).findIndex((act, i) => (bytes += new TextEncoder().encode(JSON.stringify(act)).length) > MOST_BYTES && i > 0);
  return all.slice(0, fits < 0 ? AT_A_TIME : fits);
}

async function send(acts: Act[]): Promise<Answer> {
  for (const act of acts) {
    if (act.act !== "photo" || typeof act.photo !== "string") continue;
    const blob = await photoOf(act.photo);
    if (blob) await sendPhoto(act.photo, blob);
  }
  const body = JSON.stringify({ queue: await queueName(), now: Date.now(), acts, have: await versions() });
  return await ask("/api/terrain/sync", body, "application/json") as Answer;
}

/** Sends what waits, in its order, and brings in the pages of jobs that changed. One tab at a time. */
export async function synchronise(): Promise<{ standing: Standing; changed: number[] }> {
  const work = async (): Promise<{ standing: Standing; changed: number[] }> => {
    try {
      const changed = new Set<number>();
      while (true) {
        const all = await waiting();
        const acts = batch(all);
        const answer = await send(acts);
        const fates = new Map(answer.receipts.map((one) => [one.n, one]));
        const over = acts.filter((act) => fates.has(act.n) && fates.get(act.n)?.fate !== "early");
        const refusals: RefusedAct[] = over.filter((act) => fates.get(act.n)?.fate === "refused")
          .map((act) => ({ n: act.n, act, because: fates.get(act.n)?.because ?? "" }));
        await settle(over, refusals);
        for (const number of await keepPages(answer)) changed.add(number);
        if (over.length === 0 || all.length === over.length) break;
      }
      return { standing: "idle", changed: [...changed] };
    } catch (error) {
      if (!(error instanceof Unpaired)) return { standing: "offline", changed: [] };
      await caches.delete(CACHE);
      await setVersions({});
      return { standing: "unpaired", changed: [] };
    }
  };
  if (!navigator.locks) return await work();
  return await navigator.locks.request("vigie-terrain-sync", { ifAvailable: true }, (lock) =>
    lock ? work() : Promise.resolve({ standing: "busy" as Standing, changed: [] }));
}

/** The pages of the day on this tablet: what changed is fetched, what is no longer the crew's goes. */
async function keepPages(answer: Answer): Promise<number[]> {
  const known = await versions();
  const shelf = await caches.open(CACHE);
  const fresh: Record<string, number> = {};
  const changed: number[] = [];
  for (const job of answer.jobs) {
    const path = `/terrain/jobs/${job.number}`;
    if (known[job.number] !== job.version || !await shelf.match(path)) {
      const page = await fetch(path, { headers: { accept: "text/html" } });
      if (!page.ok || page.redirected) {
        // The room is busy: the page that is here stays, and is asked for again.
        const kept = known[job.number];
        if (page.status >= 429 && kept !== undefined) fresh[job.number] = kept;
        continue;
      }
      await keepPage(shelf, path, page);
      changed.push(job.number);
    }
    fresh[job.number] = job.version;
  }
  // Also what was only looked at: nothing of a job stays here once it is not the crew's.
  let gone = 0;
  for (const request of await shelf.keys()) {
    const number = /^\/terrain\/jobs\/(\d+)(\/|$)/.exec(new URL(request.url).pathname)?.[1];
    if (number !== undefined && !(number in fresh) && location.pathname !== `/terrain/jobs/${number}`) {
      await shelf.delete(request);
      gone++;
    }
  }
  const list = Object.keys(fresh).join();
  if (changed.length > 0 || gone > 0 || list !== Object.keys(known).join() || !await shelf.match("/terrain")) {
    const page = await fetch("/terrain", { headers: { accept: "text/html" } });
    if (page.ok) await keepPage(shelf, "/terrain", page);
    await setVersions(fresh);
  }
  return changed;
}

/** A page with the files and photos that it names: those first, so that a kept page always has its files. A photo may be missing. */
async function keepPage(shelf: Cache, path: string, answer: Response): Promise<void> {
  const text = await answer.clone().text();
  const files = new Set([...text.matchAll(/(?:src|href)="((?:\/assets\/|\/terrain\/jobs\/\d+\/photos\/)[^"#]+)/g)].map((found) => found[1] ?? ""));
  for (const file of files) {
    if (!file || await shelf.match(file)) continue;
    if (file.startsWith("/assets/")) await shelf.add(file);
    else await shelf.add(file).catch(() => undefined);
  }
  await shelf.put(path, answer);
}
