// @ts-check
// The whole board by keyboard.

import { begin } from "./dialogs.js";

/** @type {Record<string, string>} */
const ACTION_KEYS = { a: "acknowledge", w: "on_my_way", r: "arrive", c: "close", p: "call", e: "escalate", s: "assign", n: "note" };

/** @param {HTMLElement} list @param {Record<string, () => void>} others further keys */
export const startKeys = (list, others) => {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]") || isWriting(event.target)) return;
    if (!press(list, event.key, others)) return;
    event.preventDefault();
  });
};

/** @param {EventTarget | null} target */
const isWriting = (target) => target instanceof Element && target.matches("input, textarea, select");

/** @param {HTMLElement} list @param {string} key @param {Record<string, () => void>} others @returns {boolean} whether the key meant something */
const press = (list, key, others) => {
  if (key in others) {
    others[key]();
    return true;
  }
  if (key === "j" || key === "k") return move(list, key === "j" ? 1 : -1);
  if (key === "Enter") return openPage(list);
  const action = ACTION_KEYS[key];
  const button = action ? selected(list)?.querySelector(`[data-action=${action}]:not([hidden])`) : null;
  if (button instanceof HTMLButtonElement) begin(button);
  return Boolean(action);
};

/** The card that keys act on: the one with the focus, else the most urgent. @param {HTMLElement} list */
export const selected = (list) => {
  const focused = document.activeElement?.closest(".alarm");
  return /** @type {HTMLElement | null} */ (focused ?? list.querySelector(".alarm.is-selected") ?? list.firstElementChild);
};

/** @param {HTMLElement} list @param {number} step */
const move = (list, step) => {
  const cards = [...list.children];
  const at = cards.findIndex((card) => card.classList.contains("is-selected"));
  const next = cards[at < 0 ? 0 : Math.min(cards.length - 1, Math.max(0, at + step))];
  if (next instanceof HTMLElement) next.focus();
  return true;
};

/** Enter opens the card itself; on a button or a link it does what it always does. @param {HTMLElement} list */
const openPage = (list) => {
  if (!document.activeElement?.classList.contains("alarm")) return false;
  selected(list)?.querySelector("a")?.click();
  return true;
};
