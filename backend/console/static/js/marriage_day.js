// @ts-check
// Today's list at the registry: drawn again every few seconds, without losing the place of whoever uses the keyboard.

import { refresh } from "./fragment.js";
import { guard } from "./once.js";

const EVERY_MS = 8_000;
const slot = document.getElementById("day-list");

const look = async () => {
  // Nobody's click is swept away while it is under way.
  if (slot && !document.hidden && !slot.querySelector("[aria-busy]")) await refresh(slot);
  setTimeout(look, EVERY_MS);
};

guard();
setTimeout(look, EVERY_MS);
