// @ts-check
// One key for each decision; j and k go along the queue. Keys mean nothing while somebody writes, and while another
// page is on its way: the next key would be meant for that one.

import { guard } from "./once.js";

guard();

let leaving = false;
document.addEventListener("submit", (event) => (leaving ||= !event.defaultPrevented));
window.addEventListener("pageshow", () => (leaving = false));

document.addEventListener("keydown", (event) => {
  if (leaving || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.target instanceof Element && event.target.matches("input, textarea, select, audio")) return;
  const meant = [...document.querySelectorAll("[data-key]")].find((one) => one instanceof HTMLElement && one.dataset.key === event.key);
  if (!(meant instanceof HTMLElement)) return;
  event.preventDefault();
  leaving = meant instanceof HTMLAnchorElement;
  meant.click();
});
