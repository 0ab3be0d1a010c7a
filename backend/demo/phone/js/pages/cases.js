// One's own applications: how far each is in plain words, what is missing, what was decided and why, and appealing.

import { mini, post } from "../api.js";
import { shown } from "../case_fields.js";
import { goInstead, h, icon, say } from "../dom.js";
import { form, long } from "../forms.js";
import { askButton, buttons, card, empty, facts, help, law, linkButton, list, longDay, momentWords, note, para, row, rows, tag } from "../parts.js";
import { acting, dropDraft, dropKey, keyOf } from "../store.js";
import { matterOf } from "./help.js";

const OVER = new Set(["closed", "withdrawn", "not_accepted"]), PAPERS_IN = new Set(["submitted", "in_progress", "published"]), HANDED_IN = new Set(["submitted", "closed"]);
const KIND = { returned: "bad", draft: "warn", closed: "off", withdrawn: "off", not_accepted: "bad" };
const NEXT = {
  draft: "还没有提交。填好以后，别忘了点“提交申请”。",
  submitted: "镇街先看齐不齐。缺什么，会一次告诉您。",
  returned: "把下面的补齐，再提交一次就行。",
  in_progress: "不用跑，有人在办。要您配合的，会先告诉您。",
  published: "公示几天，大家没有意见就作决定。",
  decided: "决定作好了，正在送给您。",
  closed: "这件事办完了。",
  withdrawn: "您撤回了。需要时可以重新申请。",
  not_accepted: "没有受理。想不通可以打 12345 问，或到镇街窗口说。",
};

export async function all() {
  const { items } = await mini("/cases");
  const line = (one) => row({ to: `#/cases/${one.id}`, title: one.title, tags: [tag(one.state_zh, KIND[one.state])], more: [one.number, OVER.has(one.state) ? "" : one.left].filter(Boolean).join("，") });
  const live = items.filter((one) => !OVER.has(one.state)), over = items.filter((one) => OVER.has(one.state));
  return {
    title: acting() ? `${acting().name}的申请` : "我的申请",
    body: [live.length ? rows(live.map(line)) : empty("case", "现在没有在办的申请。"), linkButton("申请救助", "#/help", live.length ? "" : "main"),
      over.length ? h("section", {}, h("h2", {}, "以前的"), rows(over.map(line))) : null, help()],
  };
}

export async function one(id, fresh) {
  const found = await mini(`/cases/${id}`), matter = await matterOf(found.matter);
  const handedIn = fresh && HANDED_IN.has(found.state);
  if (handedIn) say(`提交好了，编号 ${found.number}`);
  return {
    title: handedIn ? "提交好了" : found.title,
    body: [head(found, handedIn), missing(found), ...found.decisions.toReversed().map((each) => decision(found, each)), acts(found),
      card("办到哪里了", h("ol", { class: "timeline" }, found.timeline.toReversed().map((each) => h("li", {}, h("span", { class: "strong" }, each.what), h("span", { class: "row-more" }, momentWords(each.at)))))),
      told(found, matter), matter ? card(null, h("details", {}, h("summary", {}, "一共要办几步"), list(matter.steps, "ol"))) : null, help()],
  };
}

function head(found, fresh) {
  const due = found.due_on && !OVER.has(found.state) ? `${longDay(found.due_on)}前` : null;
  return card([fresh ? icon("check") : null, tag(found.state_zh, KIND[found.state])], ["in_progress", "published", "submitted"].includes(found.state) ? para(`${found.now}。`, "strong") : null, para(NEXT[found.state]),
    facts([["编号", found.number], ["最迟办完", due], ["谁申请的", found.by === "本人" ? null : found.by]]));
}

// The one-time notice: everything that is missing, and where to add it.
function missing(found) {
  if (!found.missing) return null;
  return note("warn", h("p", { class: "strong" }, found.missing), h("div", { class: "buttons" }, linkButton("补填内容", `#/cases/${found.id}/form`), linkButton("补交材料", `#/cases/${found.id}/papers`), linkButton("补好了，去提交", `#/cases/${found.id}/check`, "")));
}

function acts(found) {
  const withdraw = async () => {
    await post(`/cases/${found.id}/withdraw`, { version: found.version });
    say("已撤回");
    dispatchEvent(new HashChangeEvent("hashchange"));
  };
  return buttons(found.state === "draft" && linkButton("接着填", `#/cases/${found.id}/form`),
    PAPERS_IN.has(found.state) && linkButton("再交一份材料", `#/cases/${found.id}/papers`, ""),
    found.actions.includes("withdraw") && askButton("撤回申请", "真的不申请了吗？撤回后还可以重新申请。", "撤回这个申请", withdraw, ""));
}

function decision(found, each) {
  const { calculation: { words = [], amount } } = each, sum = amount && /^[\d.]+$/.test(amount) ? `${amount} 元` : amount;
  return card([`决定：${each.outcome_zh}`, each.automatic ? tag("系统当场办结") : null], each.reason ? para(each.reason, "strong") : null, facts([["金额", sum]]),
    words.length ? h("div", { class: "note" }, h("p", { class: "strong" }, "怎么算的"), words.map((line) => para(line))) : null,
    facts([["决定书", each.number], ["哪天决定", longDay(each.decided_at)]]), each.article ? law([each.article]) : null, appeals(found, each));
}

function appeals(found, each) {
  const open = each.appeals.some((one) => one.state === "open");
  return [each.appeals.map((one) => note("", h("p", { class: "strong" }, `申诉：${one.state_zh}`), para(one.finding ?? `${longDay(one.due_on)}前答复您。`))),
    open ? null : h("div", { class: "buttons" }, para(`不同意这个决定，${longDay(each.appeal_until)}前可以申诉，由另一位工作人员重新看。`, "soft"), linkButton("我要申诉", `#/cases/${found.id}/appeal/${each.id}`, ""))];
}

function told(found, matter) {
  const pairs = matter ? shown(matter.form, found.form) : [];
  if (!pairs.length) return null;
  return card(null, h("details", {}, h("summary", {}, "填过什么、交过什么"), facts([...pairs, ["材料", found.papers.map((one) => one.title).join("、")]])));
}

export async function appeal(id, decisionId) {
  const name = `appeal.${decisionId}`;
  const fields = [long({ name: "grounds", label: "哪里不对？", hint: "用自己的话说就行，比如：我爸上个月就没有收入了", needed: "请写一写哪里不对", maxlength: 2000 })];
  const send = async ({ grounds }) => {
    await post(`/cases/${id}/decisions/${decisionId}/appeal`, { grounds }, { key: keyOf(name) });
    dropKey(name);
    dropDraft(name);
    say("申诉收到了");
    goInstead(`#/cases/${id}`);
  };
  return { title: "申诉", body: [note("", "申诉不收费。由另一位工作人员重新看，结果会告诉您。"), form(name, fields, "提交申诉", send), help()] };
}
