// @ts-check
// Small things that every page has: the large-type switch, busy buttons, the demo accounts of the sign-in page.
(() => {
  "use strict";
  const KEY = "shouwang.large";
  const root = document.documentElement;

  /** @returns {boolean} */
  const stored = () => {
    try { return localStorage.getItem(KEY) === "1"; } catch { return false; } // private windows may refuse storage
  };

  /** @param {boolean} on */
  const show = (on) => {
    root.classList.toggle("large-type", on);
    document.querySelectorAll("[data-large-type]").forEach((button) => button.setAttribute("aria-pressed", String(on)));
  };

  /** @param {HTMLFormElement} form */
  const markBusy = (form) => {
    const button = form.querySelector("button[type=submit]");
    if (!(button instanceof HTMLButtonElement)) return;
    button.disabled = true;
    button.textContent = form.dataset.busy ?? "请稍候…";
  };

  show(stored());
  document.addEventListener("DOMContentLoaded", () => show(stored()));
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && event.target.dataset.busy) markBusy(event.target);
  });
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("[data-large-type]")) {
      const on = !root.classList.contains("large-type");
      try { localStorage.setItem(KEY, on ? "1" : "0"); } catch { /* it then lasts for this page only */ }
      show(on);
    }
    if (target?.closest("[data-print]")) window.print();
    const account = target?.closest("[data-fill-account]");
    if (account instanceof HTMLElement) {
      /** @type {HTMLInputElement} */ (document.getElementById("username")).value = account.dataset.fillAccount ?? "";
      /** @type {HTMLInputElement} */ (document.getElementById("password")).value = "shouwang-demo";
    }
  });
})();
