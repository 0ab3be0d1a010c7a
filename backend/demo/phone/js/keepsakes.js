// Pictures and sounds of a hall, and leafing through thoughts: one at a time, nothing moves by itself.

import { dataUrl } from "./api.js";
import { h } from "./dom.js";
import { button, tag } from "./parts.js";

// One picture or one sound; what a machine made says so.
export function picture(hall, one) {
  const words = one.caption || (one.kind === "photo" ? "照片" : "一段录音");
  const shown = one.kind === "photo" ? h("img", { alt: words }) : h("audio", { controls: true, "aria-label": words });
  dataUrl(`/mini/memorial/halls/${hall.id}/media/${one.id}`).then((url) => { shown.src = url; }).catch(() => { shown.replaceWith(h("p", { class: "soft" }, "这一件暂时打不开。")); });
  const label = one.revived ? tag(one.kind === "photo" ? "机器仿做，不是原来的照片" : "机器仿做，不是本人的声音", "warn") : null;
  return h("figure", { class: "keepsake" }, shown, one.caption || label ? h("figcaption", {}, one.caption, label) : null);
}

// ``pages``: functions that make one page each; the buttons stay where they are under the finger.
export function turning(title, unit, pages, foot = null) {
  let now = 0;
  const shown = h("div", { class: "page", "aria-live": "polite" }), count = h("p", { class: "soft" });
  const turn = (by) => { if (pages[now + by]) { now += by; draw(); } };
  const back = button(`上一${unit}`, () => turn(-1), ""), on = button(`下一${unit}`, () => turn(1), "");
  const draw = () => {
    shown.replaceChildren(pages[now]());
    count.textContent = `第 ${now + 1} ${unit}，共 ${pages.length} ${unit}`;
    for (const [one, end] of [[back, now === 0], [on, now === pages.length - 1]]) one.setAttribute("aria-disabled", String(end));
  };
  draw();
  return h("section", { class: "card turning" }, h("h2", {}, title), shown,
    pages.length > 1 ? h("div", { class: "turn" }, back, count, on) : null, foot);
}
