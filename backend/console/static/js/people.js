// @ts-check
// One field of one person is shown whole once somebody has said why; what is shown goes with the page.

import { postJson } from "./api.js";

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("dialog-reveal"));
const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
const error = /** @type {HTMLElement} */ (dialog.querySelector("[data-error]"));
/** @type {HTMLButtonElement | null} */
let asked = null;

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (target.closest("[data-dismiss]")) dialog.close();
  const button = target.closest("[data-reveal]");
  if (!(button instanceof HTMLButtonElement)) return;
  asked = button;
  form.reset();
  error.hidden = true;
  /** @type {HTMLElement} */ (dialog.querySelector("[data-word]")).textContent = button.dataset.word ?? "";
  dialog.showModal();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const submit = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
  const field = asked?.dataset.reveal ?? "";
  submit.disabled = true;
  try {
    const { value } = await postJson(dialog.dataset.url ?? "", { field, ...Object.fromEntries(new FormData(form)) });
    dialog.close(); // first: closing gives the focus back to the button
    show(field, value);
  } catch (problem) {
    error.textContent = /** @type {Error} */ (problem).message;
    error.hidden = false;
  } finally {
    submit.disabled = false;
  }
});

/** @param {string} field @param {string} value */
const show = (field, value) => {
  const slot = document.querySelector(`[data-value="${CSS.escape(field)}"]`);
  if (!(slot instanceof HTMLElement)) return;
  slot.textContent = value;
  slot.classList.add("shown");
  slot.setAttribute("role", "status");
  slot.tabIndex = -1;
  asked?.remove();
  slot.focus();
};
