// @ts-check
// The door code is fetched when somebody asks for it, because asking is logged.

import { getJson } from "./api.js";

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-door-code]") : null;
  if (!(button instanceof HTMLButtonElement)) return;
  button.disabled = true;
  button.textContent = "正在读取…";
  const shown = document.createElement("strong");
  shown.className = "door-code num";
  shown.setAttribute("role", "status");
  try {
    shown.textContent = (await getJson(button.dataset.doorCode ?? "")).door_code;
    button.replaceWith(shown);
  } catch (problem) {
    button.disabled = false;
    button.textContent = /** @type {Error} */ (problem).message;
  }
});
