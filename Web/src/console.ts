// SPDX-License-Identifier: EUPL-1.2
import { AlarmSound } from "./elements/alarm-sound.ts";
import { AssetSearch } from "./elements/asset-search.ts";
import { CallForm } from "./elements/call-form.ts";
import { DayBoard } from "./elements/day-board.ts";
import { HotKeys } from "./elements/hot-keys.ts";
import { hearHelpKeys } from "./elements/help-keys.ts";
import { LiveCounts } from "./elements/live-counts.ts";
import { VigieLive } from "./elements/live.ts";
import { LiveList } from "./elements/live-list.ts";
import { keepTimesTrue } from "./elements/relative-time.ts";
import { PhotoShrink } from "./elements/photo-shrink.ts";
import { RowKeys } from "./elements/row-keys.ts";
import { TickAll } from "./elements/tick-all.ts";

// Every page of the console loads this one file; each element upgrades markup that works without it.
document.documentElement.classList.add("has-script");
customElements.define("vigie-live", VigieLive);
customElements.define("live-list", LiveList);
customElements.define("live-counts", LiveCounts);
customElements.define("row-keys", RowKeys);
customElements.define("tick-all", TickAll);
customElements.define("photo-shrink", PhotoShrink);
customElements.define("alarm-sound", AlarmSound);
customElements.define("asset-search", AssetSearch);
customElements.define("hot-keys", HotKeys);
customElements.define("call-form", CallForm);
customElements.define("day-board", DayBoard);
hearHelpKeys();
// On a phone the menu is wider than the screen: where one is must be in sight.
document.querySelector(".places [aria-current]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
keepTimesTrue();
