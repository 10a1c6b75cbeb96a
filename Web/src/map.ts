// SPDX-License-Identifier: EUPL-1.2
import { RoomMap } from "./elements/room-map.ts";
import { TimeSlider } from "./elements/time-slider.ts";

customElements.define("room-map", RoomMap);
customElements.define("time-slider", TimeSlider);
