// @ts-check
// The case desk: a form goes out once, however often a tired hand clicks, and asks what applies; a letter can be printed.

import { ask } from "./asking.js";
import { guard } from "./once.js";

guard();
ask();

document.addEventListener("click", (event) => {
  if (/** @type {Element} */ (event.target).closest("[data-print]")) window.print();
});
