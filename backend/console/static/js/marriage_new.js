// @ts-check
// The form for people who just come: a matter for one person does not ask for a second.

import { guard } from "./once.js";

const matter = /** @type {HTMLSelectElement} */ (document.getElementById("matter"));
const second = /** @type {HTMLFieldSetElement} */ (document.getElementById("person2"));

const fit = () => {
  const alone = matter.selectedOptions[0]?.dataset.people === "1";
  second.hidden = alone;
  second.disabled = alone;
};

guard();
matter.addEventListener("change", fit);
fit();
