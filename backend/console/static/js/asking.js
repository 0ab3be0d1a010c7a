// @ts-check
// Questions that depend on an earlier answer: what does not apply is not shown. The server decides in any case.

/** @param {HTMLFormElement} form @param {string} name */
const answer = (form, name) => {
  const found = form.elements.namedItem(name);
  if (found instanceof RadioNodeList) return found.value;
  return found instanceof HTMLSelectElement || found instanceof HTMLInputElement ? found.value : "";
};

/** @param {HTMLFormElement} form */
const refresh = (form) => {
  for (const node of form.querySelectorAll("[data-when]")) {
    if (!(node instanceof HTMLElement)) continue;
    const wanted = Object.entries(JSON.parse(node.dataset.when ?? "{}"));
    const hidden = (/** @type {string} */ name) => Boolean(form.querySelector(`[data-when][hidden] [name="${name}"]`));
    node.hidden = !wanted.every(([name, value]) => answer(form, name) === value && !hidden(name));
  }
};

/** Watch every form marked `data-asking`. */
export const ask = () => {
  for (const form of document.querySelectorAll("form[data-asking]")) {
    if (!(form instanceof HTMLFormElement)) continue;
    refresh(form);
    form.addEventListener("input", () => refresh(form));
  }
};
