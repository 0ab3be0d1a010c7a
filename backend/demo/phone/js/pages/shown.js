// What I wanted to show to others: where it stands, why not, a second look; and saying that something does not belong here.

import { call, mini, once, post } from "../api.js";
import { h, say } from "../dom.js";
import { choice, form, long, text } from "../forms.js";
import { card, dayWords, empty, help, linkButton, note, para, reload, tag } from "../parts.js";
import { dropDraft, keepReport, reports } from "../store.js";

const LOOK = { shown: "", refused: "bad", removed: "bad" };
const WAITS = "工作人员看过以后，就能显示。结果会发消息告诉您。";

export const itemsOf = async () => (await mini("/tributes/items")).items;

// The mark of something of mine, and what follows from it.
export function standing(one, item) {
  if (!item || !one.shared) return [tag("只有您自己看得到", "off"), null];
  return [tag(item.state_zh, LOOK[item.state] ?? "warn"), because(item)];
}

function because(item) {
  if (item.why) return note("bad", item.why);
  return item.state === "shown" ? null : para(WAITS, "soft");
}

export function appeal(item) {
  if (!item.may_appeal) return null;
  const name = `appeal.${item.id}`;
  const made = form(name, [long({ name: "words", label: "为什么应该显示？", needed: "请写一句", maxlength: 500 })], "请再看一次", async (told) => {
    await once(`/tributes/items/${item.id}/appeal`, told);
    dropDraft(name);
    say("收到了，换两位工作人员再看一次");
    reload();
  });
  return h("details", {}, h("summary", {}, "我不同意"), made);
}

export async function all() {
  const items = await itemsOf(), seen = items.filter((one) => one.state === "shown"), others = items.filter((one) => one.state !== "shown");
  return {
    title: "我写的、传的",
    body: [...others.map(item), others.length ? null : empty("mail", items.length ? "写的、传的，都显示了。" : "还没有写过、传过什么。"),
      seen.length ? h("details", { class: "gaps" }, h("summary", {}, `已显示的 ${seen.length} 件`), ...seen.map(item)) : null, linkButton("去纪念馆", "#/memorial/halls", ""), help()],
  };
}

function item(one) {
  return card([one.what_zh, tag(one.state_zh, LOOK[one.state] ?? "warn")], para([one.hall, dayWords(one.at)].filter(Boolean).join("，"), "soft"),
    one.words && h("p", { class: "said" }, one.words), because(one), appeal(one));
}

// -- something that does not belong here

export async function report(subject, id) {
  const { rules } = await mini("/tributes/choices");
  const name = `report.${id}`, place = h("div", { "aria-live": "polite" });
  const fields = [choice({ name: "rule", label: "是什么问题？", needed: "请选一样", choices: Object.entries(rules) }), long({ name: "words", label: "想说明的（可不写）", maxlength: 300 })];
  const made = form(name, fields, "告诉工作人员", async (told) => {
    const { code } = await post("/tributes/reports", { subject, subject_id: id, ...told });
    keepReport({ code, at: new Date().toISOString(), rule: rules[told.rule] });
    dropDraft(name);
    made.remove();
    place.replaceChildren(note("good", h("p", { class: "strong" }, "收到了，谢谢您的提醒。"), h("p", {}, "过一天可以看处理结果，查询码已存在这部手机里。"), linkButton("我的举报", "#/memorial/reports", "")));
    place.firstChild.tabIndex = -1;
    place.firstChild.focus();
  });
  return { title: "这里不合适", body: [para("不用留姓名。工作人员看过再处理，不会马上消失。", "soft"), h("div", { class: "one-column" }, made), place, help()] };
}

const answerTo = (code) => call("POST", "/mini/tributes/reports/answer", { body: { code } });

export async function answers() {
  const kept = reports(), found = await Promise.all(kept.map((one) => answerTo(one.code).catch((problem) => ({ answer: problem.detail }))));
  const place = h("div", { "aria-live": "polite" }), name = "report.code";
  const made = form(name, [text({ name: "code", label: "查询码", needed: "请填查询码", maxlength: 128 })], "查一查", async ({ code }) => {
    place.replaceChildren(note("", (await answerTo(code)).answer));
  });
  return {
    title: "我的举报",
    body: [...kept.map((one, number) => card([one.rule, tag(dayWords(one.at), "off")], para(found[number].answer),
      h("details", {}, h("summary", {}, "换一部手机看"), h("p", {}, "抄下查询码："), h("p", { class: "code" }, one.code)))),
      kept.length ? null : empty("warn", "这部手机里没有举报记录。"), h("details", { class: "card" }, h("summary", {}, "凭查询码查"), made, place), help()],
  };
}
