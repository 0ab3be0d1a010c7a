// @ts-check
// The coordinator's board draws itself again every few seconds, without losing the place of whoever uses the keyboard.

import { refresh } from "./fragment.js";

const EVERY_MS = 8_000;
const slot = document.getElementById("board");

const look = async () => {
  if (slot && !document.hidden) await refresh(slot);
  setTimeout(look, EVERY_MS);
};

setTimeout(look, EVERY_MS);
