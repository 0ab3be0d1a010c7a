// 纪念日: told only of the days I asked for; one tap ends it.

import { call, mini } from "../api.js";
import { goInstead, h, icon, say } from "../dom.js";
import { choice, form } from "../forms.js";
import { actButton, card, empty, facts, help, linkButton, note, para, reload, row, rows, tag } from "../parts.js";
import { dropDraft } from "../store.js";

const BEFORE = [["0", "当天"], ["1", "前一天"], ["3", "提前 3 天"], ["7", "提前 7 天"], ["15", "提前 15 天"]];
const CALENDARS = { lunar: "按农历", solar: "按公历" };
const path = (hall, kind) => `/mini/remembrance-days/${hall}/${kind}`;
const beforeWords = (one) => (BEFORE.find(([days]) => Number(days) === one.days_before) ?? [0, `提前 ${one.days_before} 天`])[1];

// Where a reminder leads: what I asked for, each with its end.
export async function all() {
  const [{ items }, { items: halls }] = await Promise.all([mini("/remembrance-days"), mini("/memorial/halls")]);
  return {
    title: "纪念日",
    body: [items.length ? h("h2", {}, "到时会提醒您") : para("您没有要提醒。要的话，点下面的纪念馆选日子。", "soft"), ...items.map(asked),
      halls.length ? h("h2", {}, "看一看都有哪些日子") : null,
      halls.length ? rows(halls.map((one) => row({ to: `#/days/${one.id}`, title: one.title, more: one.names.join("、"), sign: "calendar" }))) : empty("calendar", "还没有您的纪念馆。"), help()],
  };
}

function asked(one) {
  const stop = async () => { await call("DELETE", path(one.hall_id, one.kind)); say("好，不再提醒"); reload(); };
  return card([one.kind_zh, tag(one.when_zh)], facts([["纪念馆", one.hall], ["下一次", both(one)], ["什么时候提醒", `${beforeWords(one)}，早上九点`]]),
    h("div", { class: "buttons" }, actButton("不再提醒", stop, ""), h("a", { class: "link", href: `#/days/${one.hall_id}/${one.kind}` }, "改一改", icon("next"))));
}

const both = (day) => `${day.day_zh}（${day.lunar_zh}）`;

export async function ofHall(id) {
  const { hall, items } = await mini(`/remembrance-days/${id}`);
  return { title: "纪念日", body: [para(hall, "soft"), rows(items.map((one) => day(id, one))), para("不点开要提醒，就不会打扰您。", "soft"), linkButton("回到纪念馆", `#/memorial/halls/${id}`, ""), help()] };
}

function day(id, one) {
  const next = one.wish ?? one.lunar ?? one.solar;
  return row({ to: `#/days/${id}/${one.kind}`, title: one.kind_zh, tags: one.wish ? [tag("会提醒您")] : [], more: h("span", {}, one.who && h("span", { class: "whose" }, one.who), both(next)), sign: "calendar" });
}

// One day: when it comes next, and whether I want to be told.
export async function oneDay(id, kind) {
  const { hall, items } = await mini(`/remembrance-days/${id}`), one = items.find((each) => each.kind === kind);
  if (!one) return goInstead(`#/days/${id}`);
  const stop = async () => { await call("DELETE", path(id, kind)); say("好，不再提醒"); reload(); };
  return {
    title: one.who ? `${one.who}的${one.kind_zh}` : one.kind_zh,
    body: [para(hall, "soft"), card("下一次", facts([["按农历", one.lunar && both(one.lunar)], ["按公历", one.solar && both(one.solar)]])),
      one.wish ? note("good", h("p", { class: "strong" }, "到时会提醒您"), h("p", {}, `${one.wish.day_zh}，${beforeWords(one.wish)}告诉您。`)) : null,
      one.wish ? actButton("不再提醒", stop, "") : null, wishing(id, one), linkButton("看别的日子", `#/days/${id}`, ""), help()],
  };
}

function wishing(id, one) {
  const name = `day.${id}.${one.kind}`, own = one.lunar && one.solar;
  const fields = [...(own ? [choice({ name: "by", label: "按哪个日子？", value: one.wish && !one.wish.lunar ? "solar" : "lunar", choices: Object.entries(CALENDARS) })] : []),
    choice({ name: "before", label: "什么时候告诉您？", value: String(one.wish?.days_before ?? 3), choices: BEFORE })];
  const made = form(name, fields, one.wish ? "就这样改" : "到时提醒我", async (told) => {
    await call("PUT", path(id, one.kind), { body: { lunar: own ? told.by === "lunar" : Boolean(one.lunar), days_before: Number(told.before) } });
    dropDraft(name);
    say("好，到时提醒您");
    reload();
  });
  return one.wish ? h("details", { class: "card" }, h("summary", {}, "改一改"), made) : made;
}
