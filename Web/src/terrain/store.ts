// SPDX-License-Identifier: EUPL-1.2

/** One thing that the crew did, as it is kept on the tablet until the room has it. `n` counts without a gap. */
export interface Act {
  n: number;
  id: string;
  at: number;
  job: number;
  seen: number;
  act: string;
  [more: string]: unknown;
}

/** An act that the room can never keep, and why; shown until somebody has read it. */
export interface RefusedAct {
  n: number;
  act: Act;
  because: string;
}

interface Meta {
  name: string;
  value: unknown;
}

export const CACHE = "vigie-terrain-1";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("vigie-terrain", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("acts", { keyPath: "n" });
      request.result.createObjectStore("refused", { keyPath: "n" });
      request.result.createObjectStore("photos");
      request.result.createObjectStore("meta", { keyPath: "name" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

type Stores = Record<"acts" | "refused" | "photos" | "meta", IDBObjectStore>;

/** One transaction over all stores: what it writes is on the disk when the promise is kept. */
async function within<T>(mode: IDBTransactionMode, act: (stores: Stores, keep: (value: T) => void) => void): Promise<T> {
  const base = await open();
  return await new Promise((resolve, reject) => {
    const names = ["acts", "refused", "photos", "meta"] as const;
    const transaction = base.transaction(names, mode, { durability: "strict" });
    let result: T;
    const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])) as Stores;
    transaction.oncomplete = () => {
      base.close();
      resolve(result);
    };
    transaction.onabort = transaction.onerror = () => {
      base.close();
      reject(transaction.error);
    };
    act(stores, (value) => {
      result = value;
    });
  });
}

/** 48 bits of time, then chance: keys in the order of making (as UUID version 7). */
export function newKey(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  const chance = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-${chance.slice(3, 7)}-${chance.slice(7, 19)}`;
}

/** Keeps acts on this tablet, in their order; a photo goes with its act in the same transaction. */
export function add(acts: Omit<Act, "n">[], photo?: { key: string; blob: Blob }): Promise<void> {
  return within("readwrite", (stores, keep) => {
    const request = stores.meta.get("next");
    request.onsuccess = () => {
      let next = Number((request.result as Meta | undefined)?.value ?? 1);
      for (const act of acts) stores.acts.add({ ...act, n: next++ });
      stores.meta.put({ name: "next", value: next });
      if (photo) stores.photos.put(photo.blob, photo.key);
      keep();
    };
  });
}

export const waiting = (): Promise<Act[]> => within("readonly", (stores, keep) => {
  const request = stores.acts.getAll();
  request.onsuccess = () => keep(request.result as Act[]);
});

export const refused = (): Promise<RefusedAct[]> => within("readonly", (stores, keep) => {
  const request = stores.refused.getAll();
  request.onsuccess = () => keep(request.result as RefusedAct[]);
});

export const photoOf = (key: string): Promise<Blob | undefined> => within("readonly", (stores, keep) => {
  const request = stores.photos.get(key);
  request.onsuccess = () => keep(request.result as Blob | undefined);
});

/** The room has them: they go; what it refused stays, to be read. */
export const settle = (acts: Act[], refusals: RefusedAct[]): Promise<void> => within("readwrite", (stores, keep) => {
  for (const act of acts) {
    stores.acts.delete(act.n);
    if (typeof act.photo === "string" && !refusals.some((one) => one.n === act.n)) stores.photos.delete(act.photo);
  }
  for (const one of refusals) stores.refused.put(one);
  keep();
});

export const forget = (one: RefusedAct): Promise<void> => within("readwrite", (stores, keep) => {
  stores.refused.delete(one.n);
  if (typeof one.act.photo === "string") stores.photos.delete(one.act.photo);
  keep();
});

/** The name of this tablet's queue, made once. */
export const queueName = (): Promise<string> => within("readwrite", (stores, keep) => {
  const request = stores.meta.get("queue");
  request.onsuccess = () => {
    const known = (request.result as Meta | undefined)?.value;
    const name = typeof known === "string" ? known : newKey();
    if (name !== known) stores.meta.put({ name: "queue", value: name });
    keep(name);
  };
});

/**
 * The tablet was paired anew: the room knows nothing of the old queue under the new token. What was not sent is sent again from 1 on,
 * under the keys that it had.
 */
export const renumber = (): Promise<void> => within("readwrite", (stores, keep) => {
  const request = stores.acts.getAll();
  request.onsuccess = () => {
    const acts = request.result as Act[];
    stores.acts.clear();
    acts.forEach((act, i) => stores.acts.add({ ...act, n: i + 1 }));
    stores.meta.put({ name: "next", value: acts.length + 1 });
    stores.meta.put({ name: "queue", value: newKey() });
    keep();
  };
});

/** Which versions of jobs the kept pages show. */
export const versions = (): Promise<Record<string, number>> => within("readonly", (stores, keep) => {
  const request = stores.meta.get("versions");
  request.onsuccess = () => keep(((request.result as Meta | undefined)?.value ?? {}) as Record<string, number>);
});
export const setVersions = (value: Record<string, number>): Promise<void> => within("readwrite", (stores, keep) => {
  stores.meta.put({ name: "versions", value });
  keep();
});
