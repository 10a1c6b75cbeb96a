// SPDX-License-Identifier: EUPL-1.2
/** A report that waits on this device until the city has it. */
export interface Waiting {
  key: string;
  title: string;
  at: number;
  fields: [string, string][];
  photos: Blob[];
  /** The city has it: sent while no page was open, to be told at the next one. */
  sent?: { reference: string; link: string };
}

/** What became of one sending. */
export type Sent =
  | { is: "kept"; reference: string; link: string }
  | { is: "waiting" }
  | { is: "wrong"; errors: { field: string; message: string }[]; detail: string };

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("vigie-app", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("waiting", { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function store<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await database();
  return await new Promise((resolve, reject) => {
    const transaction = base.transaction("waiting", mode);
    const request = act(transaction.objectStore("waiting"));
    transaction.oncomplete = () => {
      base.close();
      resolve(request.result);
    };
    transaction.onabort = transaction.onerror = () => {
      base.close();
      reject(transaction.error);
    };
  });
}

export const waiting = (): Promise<Waiting[]> => store("readonly", (all) => all.getAll() as IDBRequest<Waiting[]>);
export const keep = (one: Waiting) => store("readwrite", (all) => all.put(one));
export const forget = (key: string) => store("readwrite", (all) => all.delete(key));

/**
 * Sends one report. The key makes it one report however often it is sent, so
 * whatever is unsure (no network, no answer, a busy server) is simply sent again later.
 */
export async function send(one: Waiting): Promise<Sent> {
  const body = new FormData();
  body.append("key", one.key);
  for (const [name, value] of one.fields) body.append(name, value);
  one.photos.forEach((photo, i) => body.append("photo", photo, `photo-${i + 1}.jpg`));
  let answer: Response;
  try {
    answer = await fetch("/app", { method: "POST", body, headers: { accept: "application/json" } });
  } catch {
    return { is: "waiting" };
  }
  const told = await answer.json().catch(() => null);
  if (answer.ok && told?.link) {
    return { is: "kept", reference: told.reference, link: told.link };
  }
  if (!told || answer.status === 429 || answer.status >= 500) return { is: "waiting" };
  return { is: "wrong", errors: told.errors ?? [], detail: told.detail ?? "" };
}

/**
 * Sends all that waits, one page or worker at a time; `tell` puts away what the city has. What the city refuses stays,
 * with its reason.
 */
export async function flush(tell: (one: Waiting, sent: Sent) => Promise<unknown> | void): Promise<void> {
  const act = async () => {
    for (const one of await waiting()) {
      const sent: Sent = one.sent ? { is: "kept", ...one.sent } : await send(one);
      await tell(one, sent);
      if (sent.is === "waiting") return;
    }
  };
  if (navigator.locks) await navigator.locks.request("vigie-app-queue", act);
  else await act();
}

/** The name under which the browser is asked to wake the worker once there is a network. */
export const SYNC = "vigie-reports";

/** Asks for that, where the browser can: what waits is then sent with no page open. */
export function later(): void {
  navigator.serviceWorker?.ready
    .then((worker) => (worker as unknown as { sync?: { register(name: string): Promise<void> } }).sync?.register(SYNC))
    .catch(() => undefined);
}
