// @ts-check
// A case at the registrar's desk: dialogs that ask first, forms that go out once, a page to print.

import { guard } from "./once.js";

guard();

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const opener = target.closest("[data-open]");
  if (opener instanceof HTMLButtonElement) {
    const dialog = document.getElementById(opener.dataset.open ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  }
  if (target.closest("[data-dismiss]")) target.closest("dialog")?.close();
  if (target.closest("[data-print]")) window.print();
});

// What was ticked and not yet sent would be lost by any other button: send it first.
const watched = document.querySelector("form[data-watch]");
watched?.addEventListener("change", () => {
  if (watched instanceof HTMLFormElement) watched.dataset.changed = "yes";
});
document.addEventListener("submit", (event) => {
  if (!(watched instanceof HTMLFormElement) || event.target === watched || watched.dataset.changed !== "yes") return;
  if (event.target instanceof HTMLFormElement && event.target.method === "dialog") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  watched.requestSubmit();
}, true);
