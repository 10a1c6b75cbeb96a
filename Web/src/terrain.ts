// SPDX-License-Identifier: EUPL-1.2
import { TerrainJob } from "./terrain/job.ts";
import { TerrainPairing, TerrainQueue } from "./terrain/queue.ts";
import { TerrainSignature } from "./terrain/signature.ts";

customElements.define("terrain-signature", TerrainSignature);
customElements.define("terrain-job", TerrainJob);
customElements.define("terrain-queue", TerrainQueue);
customElements.define("terrain-pairing", TerrainPairing);

document.documentElement.dataset.script = "on";
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/terrain/worker.js", { scope: "/terrain" }).catch(() => undefined);
}
