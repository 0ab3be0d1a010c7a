// Rights over one's own data: having it put right, and being forgotten.

import { call, mini, post } from "../api.js";
import { go, goInstead, h, say } from "../dom.js";
import { choice, day, form, long, select, text } from "../forms.js";
import { askButton, card, facts, help, linkButton, list, longDay, note, para, tag } from "../parts.js";
import { dropDraft, dropKey, forgetPerson, keyOf } from "../store.js";

const FIELDS = [["phone", "联系电话"], ["address", "地址"], ["name", "姓名"], ["birth_date", "出生日期"], ["sex", "性别"]];
const KIND = { open: "warn", refused: "bad", withdrawn: "off" };
const NAME = "correction";

// One request with its answer; an open one can be taken back.
export function request(one) {
  const back = async () => { await call("DELETE", `/mini/me/data/corrections/${one.id}`, { own: true }); say("已撤回"); dispatchEvent(new HashChangeEvent("hashchange")); };
  return card([one.kind === "erase" ? "注销" : `更正${one.field_zh}`, tag(one.state_zh, KIND[one.state])], one.answer ? para(one.answer) : null,
    facts([["哪天申请", longDay(one.asked_at)], ["最迟答复", one.state === "open" ? longDay(one.due_on) : null]]),
    one.state === "open" && one.kind === "correct" ? askButton("撤回申请", "真的不用更正了吗？", "撤回", back, "") : null);
}

// What it should be is asked as fits the field: a day in three boxes, the sex by a tap.
function wantedOf(field) {
  const facts = { name: `wanted_${field}`, label: "应该是什么？", needed: "请填正确的内容" };
  if (field === "birth_date") return day(facts);
  if (field === "sex") return choice({ ...facts, choices: [["男", "男"], ["女", "女"]] });
  return text({ ...facts, inputmode: field === "phone" ? "tel" : null, maxlength: 200 });
}

export async function correct() {
  const which = select({ name: "field", label: "哪一项写错了？", choices: FIELDS }), wanted = Object.fromEntries(FIELDS.map(([code]) => [code, wantedOf(code)]));
  const reason = long({ name: "reason", label: "哪里不对？", hint: "以什么证件为准，比如：以身份证为准", needed: "请写一写哪里不对" });
  const chosen = () => wanted[which.read()];
  const asked = { name: "wanted", label: "应该是什么", needed: "请填正确的内容", node: h("div", { class: "field" }), read: () => chosen().read(), odd: () => chosen().odd?.() ?? "",
    write: (value) => chosen().write(value), wrongWords: (words) => chosen().wrongWords(words), get first() { return chosen().first; } };
  const show = () => asked.node.replaceChildren(chosen().node);
  const made = form(NAME, [which, asked, reason], "提交申请", async (told) => {
    await post("/me/data/corrections", told, { own: true, key: keyOf(NAME) });
    dropKey(NAME);
    dropDraft(NAME);
    say("申请收到了");
    goInstead("#/me/data");
  });
  which.first.addEventListener("change", show);
  show();
  return { title: "申请更正", body: [para("工作人员核对后改，15 个工作日内答复您。也可以带证件到窗口当场改。", "soft"), made, help()] };
}

export async function erase() {
  const plan = await mini("/me/data/erasure");
  const kept = plan.kept.map((one) => `${one.what}（${one.ground}，留到${longDay(one.until)}）`);
  const act = async () => {
    await post("/me/data/erasure", { confirm: true }, { own: true });
    forgetPerson();
    say("已注销");
    go("#/login");
  };
  return {
    title: "注销",
    body: [card("马上删掉", list(plan.goes)), kept.length ? card("法律要求留下", list(kept)) : null,
      plan.blocked_by.length ? note("warn", h("p", { class: "strong" }, "这些事要先办完或取消"), list(plan.blocked_by)) : note("", "注销以后不能恢复。以后要用，再登录、再认证就行。"),
      plan.blocked_by.length ? null : askButton("我要注销", "真的要注销吗？注销后不能恢复。", "注销", act), linkButton("不注销了", "#/me/data", ""), help()],
  };
}
