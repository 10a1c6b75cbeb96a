// SPDX-License-Identifier: EUPL-1.2
import { CategoryChoice } from "./app/category-choice.ts";
import { PlaceChoice } from "./app/place-choice.ts";
import { PushChoice } from "./app/push-choice.ts";
import { FollowPublic, KeptRequest, MyRequests } from "./app/requests.ts";
import { ReportForm } from "./app/report-form.ts";
import { ReportQueue } from "./app/report-queue.ts";

customElements.define("place-choice", PlaceChoice);
customElements.define("category-choice", CategoryChoice);
customElements.define("report-form", ReportForm);
customElements.define("report-queue", ReportQueue);
customElements.define("kept-request", KeptRequest);
customElements.define("follow-public", FollowPublic);
customElements.define("my-requests", MyRequests);
customElements.define("push-choice", PushChoice);

document.documentElement.dataset.script = "on";
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/app/worker.js", { scope: "/app" }).catch(() => undefined);
}
