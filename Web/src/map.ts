// SPDX-License-Identifier: EUPL-1.2
import { RoomMap } from "./room-map.ts";
import { TimeSlider } from "./time-slider.ts";

customElements.define("room-map", RoomMap);
customElements.define("time-slider", TimeSlider);
