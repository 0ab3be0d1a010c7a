// 好差评: voluntary, five faces, each with its words.

import { mini, post } from "../api.js";
import { h, icon } from "../dom.js";
import { form, long, select } from "../forms.js";
import { dayWords, empty, help, linkButton, note, para, row, rows } from "../parts.js";
import { dropDraft, dropKey, keyOf } from "../store.js";

export async function all() {
  const { items } = await mini("/ratings/invitations");
  return {
    title: "评价",
    body: [para("评不评由您决定，怎么评都不影响您办事。", "soft"),
      items.length ? rows(items.map((one) => row({ to: `#/ratings/${one.id}`, title: one.title, more: `${dayWords(one.invited_at)}办完`, sign: "star" })))
        : empty("star", "现在没有可以评价的事。办完事会请您评价。"), help()],
  };
}

export async function one(id) {
  const { items, levels, aspects } = await mini("/ratings/invitations"), name = `rating.${id}`;
  const asked = items.find((each) => each.id === id);
  if (!asked) return { title: "评价", body: [note("good", "这件事已经评价过了，谢谢您。"), linkButton("回到评价", "#/ratings", ""), help()] };
  const done = h("div", { "aria-live": "polite" });
  const choices = [["", "不选"], ...levels.map((each) => [String(each.level), each.name])];
  const fields = [faces(levels), ...aspects.map((each) => select({ name: each.code, label: `${each.name}（可不选）`, choices })),
    long({ name: "comment", label: "想说的话（可不写）", maxlength: 500 })];
  const made = form(name, fields, "提交评价", async ({ level, comment, ...rest }) => {
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value).map(([key, value]) => [key, Number(value)]));
    const { message } = await post("/ratings", { invitation: id, level: Number(level), items: given, comment: comment || null }, { own: true, key: keyOf(name) });
    dropDraft(name);
    dropKey(name);
    made.remove();
    done.replaceChildren(note("good", h("p", { class: "strong" }, message), linkButton("回到首页", "#/home", "")));
  });
  return { title: asked.title, body: [para("您觉得怎么样？", "soft"), made, done, help()] };
}

function faces(levels) {
  const boxes = levels.map((one) => h("input", { type: "radio", name: "level", value: one.level }));
  const wrong = h("p", { class: "wrong", hidden: true });
  const face = (one, place) => h("label", { class: "face", "data-level": one.level }, icon(`face${one.level}`), h("span", {}, one.name), boxes[place]);
  return {
    name: "level", label: "整体满意度", needed: "请选一个", first: boxes[0],
    node: h("fieldset", { class: "field" }, h("legend", {}, "整体满意度"), h("div", { class: "faces" }, levels.map(face)), wrong),
    read: () => boxes.find((one) => one.checked)?.value ?? "", write: (value) => boxes.forEach((one) => { one.checked = one.value === value; }),
    wrongWords: (words) => { wrong.hidden = !words; wrong.textContent = words; },
  };
}
