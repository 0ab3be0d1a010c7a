// @ts-check
// The case desk: a form goes out once, however often a tired hand clicks; a letter can be printed.

import { guard } from "./once.js";

guard();

document.addEventListener("click", (event) => {
  if (/** @type {Element} */ (event.target).closest("[data-print]")) window.print();
});
