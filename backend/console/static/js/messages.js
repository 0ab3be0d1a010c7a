// @ts-check
// The demonstration's messages, new ones on top by themselves.

import { refresh } from "./fragment.js";
import { Live, showSilence } from "./live.js";

const EVERY_MS = 2_000;
const slot = /** @type {HTMLElement} */ (document.getElementById("live"));
const live = new Live();

showSilence(live);
live.start();
setInterval(() => document.hidden || refresh(slot), EVERY_MS);
