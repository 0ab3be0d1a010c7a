// 主动发现: somebody near is in need. Whoever sees it says so, with or without their name, and reads what came of it.

import { mini, post } from "../api.js";
import { h } from "../dom.js";
import { choice, form, long, select, text } from "../forms.js";
import { card, dayWords, empty, help, linkButton, note, para, tag } from "../parts.js";
import { dropDraft, dropKey, keyOf } from "../store.js";

const NAME = "lead", TITLE = "身边有人困难";
const DANGER = "有生命危险的，先打 120 或 110。";

export async function all() {
  const { items } = await mini("/leads");
  return {
    title: TITLE,
    body: [note("good", "看到老人没人管、孩子没人带、家里揭不开锅，都请告诉我们。镇街会上门看望。"),
      linkButton("我来告诉镇街", "#/leads/new"), para(DANGER, "strong"), h("h2", {}, "我反映过的"),
      ...items.map((one) => card([dayWords(one.created_at), tag(one.state_zh)], para(one.words))),
      items.length ? null : empty("help", "还没有反映过。没有留名的，不会出现在这里。"), help()],
  };
}

const list = (choices) => choices.map(({ code, name }) => [code, name]);

export async function tell() {
  const [{ signs, finders }, { items: towns }] = await Promise.all([mini("/leads"), mini("/cases/places")]);
  const done = h("div", { "aria-live": "polite" });
  const fields = [
    select({ name: "division", label: "他住在哪个镇街？", choices: [["", "请选择"], ...towns.map((one) => [one.code, one.name])], needed: "请选一个镇街" }),
    text({ name: "where", label: "怎么找到他？", hint: "哪个村、几组、门牌，知道多少写多少", maxlength: 120 }),
    text({ name: "name", label: "他叫什么？（不知道就不填）", maxlength: 40 }),
    choice({ name: "signs", label: "是什么困难？（可以选几样）", choices: list(signs), many: true }),
    long({ name: "words", label: "您看到了什么？", hint: "比如：八十岁，一个人住，几天没有出门", needed: "请写一写看到了什么", maxlength: 500 }),
    select({ name: "finder_kind", label: "您是他的什么人？", choices: list(finders) }),
    choice({ name: "unnamed", label: "留不留您的名字？", choices: [["no", "留，有事可以问我"], ["yes", "不留名"]], needed: "请选一个" }),
    text({ name: "finder_phone", label: "您的电话（可不填）", hint: "选了“不留名”，电话也不会留", inputmode: "tel", maxlength: 20 }),
  ];
  const made = form(NAME, fields, "告诉镇街", async (said) => {
    const unnamed = said.unnamed === "yes";
    const { words } = await post("/leads", { ...said, unnamed, finder_phone: unnamed ? "" : said.finder_phone }, { own: true, key: keyOf(NAME) });
    dropDraft(NAME);
    dropKey(NAME);
    made.remove();
    done.replaceChildren(note("good", h("p", { class: "strong" }, words), linkButton("看我反映过的", "#/leads", "")));
  });
  return { title: "告诉镇街", body: [para(`您的姓名和电话不会告诉别人。${DANGER}`), made, done, help()] };
}
