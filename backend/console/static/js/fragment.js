// @ts-check
// A part of a page that the server draws again: put in only when it differs, with the focus kept.

import { getPage } from "./api.js";

/** @type {WeakMap<HTMLElement, string>} */
const shown = new WeakMap();

/** @param {HTMLElement} slot its `data-fragment` is where the part comes from */
export const refresh = async (slot) => {
  let page;
  try {
    page = await getPage(slot.dataset.fragment ?? "");
  } catch {
    return; // the banner of the lost connection says it; the next look tries again
  }
  if (shown.get(slot) === page) return;
  shown.set(slot, page);
  const fresh = document.createElement("div");
  fresh.innerHTML = page;
  const focused = slot.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.action : undefined;
  slot.replaceChildren(...fresh.childNodes);
  const again = focused ? slot.querySelector(`[data-action=${focused}]:not([hidden])`) : null;
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
};
