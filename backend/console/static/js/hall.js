// @ts-check
// Keeps the windows of the desk fresh while nobody is about to press something there.

import { refresh } from "./fragment.js";

const EVERY_MS = 3_000;
const slot = document.getElementById("hall");

const look = async () => {
  if (slot && !document.hidden && !slot.matches(":hover")) await refresh(slot);
  setTimeout(look, EVERY_MS);
};

if (slot) setTimeout(look, EVERY_MS);
