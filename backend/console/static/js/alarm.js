// @ts-check
// The page of one alarm: its timeline grows while somebody reads it.

import { start as startDialogs, toast } from "./dialogs.js";
import { refresh } from "./fragment.js";
import { Live, showSilence } from "./live.js";
import { stopwatch } from "./words.js";
import "./reveal.js";

const DELIVERIES_MS = 5_000; // what became of a notice moves no stamp

const slot = /** @type {HTMLElement} */ (document.getElementById("live"));
const live = new Live();
let stamp = "";

live.addEventListener("pulse", (event) => {
  const pulse = /** @type {CustomEvent<import("./live.js").Pulse>} */ (event).detail;
  if (pulse.stamp !== stamp) look();
  stamp = pulse.stamp;
});
startDialogs((alarm) => {
  if (!alarm) toast("情况有变化，已换成最新的画面。");
  look();
});
const look = () => refresh(slot).then(tick);

const tick = () => {
  for (const clock of slot.querySelectorAll("[data-tick]")) {
    clock.textContent = stopwatch(live.now() - Date.parse(/** @type {HTMLElement} */ (clock).dataset.tick ?? ""));
  }
};

setInterval(() => document.hidden || look(), DELIVERIES_MS);
setInterval(tick, 500);
showSilence(live);
live.start();
