// Only in the demonstration: the names and numbers of its invented people, typed by one tap.

import { demo } from "./api.js";
import { h } from "./dom.js";
import { button } from "./parts.js";

export async function fill(wanted) {
  const { items } = await demo("/people");
  return h("details", { class: "field" }, h("summary", {}, "演示：替我填"),
    h("div", { class: "chips" }, items.filter(wanted).map((one) => button(one.name, () => put(one), ""))));
}

function put(one) {
  for (const [label, value] of [["姓名", one.name], ["证件号码", one.id_number]]) {
    const found = [...document.querySelectorAll("form label")].find((each) => each.textContent.includes(label));
    const box = document.getElementById(found.htmlFor);
    box.value = value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
