// 时间银行: what one has, month by month, and what it is good for: a relative, everybody, the family.

import { mini, once, own, today } from "../api.js";
import { h, icon, say } from "../dom.js";
import { choice, form, select } from "../forms.js";
import { actButton, askButton, buttons, card, empty, facts, help, lasting, linkButton, momentWords, note, para, reload, row, rows, tag } from "../parts.js";
import { acting, dropDraft } from "../store.js";

const HALF_HOURS = 30;

export async function account() {
  const found = await mini("/time-bank"), other = acting();
  return {
    title: other ? `${other.name}的时间` : "时间银行",
    body: [h("section", { class: "card balance" }, para("能用的时间", "soft"), h("p", { class: "number" }, found.words), found.pending_minutes ? para(`还有 ${found.pending_words} 等确认`, "soft") : null),
      use(found),
      rows(row({ to: "#/time/statement", title: "明细", more: "哪天存的、哪天用的", sign: "book" }), row({ to: "#/orders", title: "用时间找人帮忙", sign: "hand" }),
        row({ to: "#/time/gifts", title: "用积分换礼品", more: `现在有 ${found.points} 分`, sign: "star" })),
      other ? note("", "转给亲属、捐出去，要本人来办。") : giving(found), ...found.invited.map(invitation), help()],
  };
}

function use(found) {
  if (found.cannot_use) return note("", found.cannot_use);
  return note("good", found.minutes ? "需要人帮忙时，可以用这些时间。" : "还没有时间也能找人帮忙：家人可以用自己的时间替老人付。");
}

const giving = (found) => rows(row({ to: "#/time/give", title: "转给亲属", more: "父母、子女、爱人", sign: "people" }), row({ to: "#/time/donate", title: "捐给公益池", more: "先给最需要的老人", sign: "help" }),
  row({ to: "#/time/family", title: "家庭账户", more: found.family ? `有 ${found.family.words}` : "一家人一起存、一起用", sign: "home" }));

function invitation(one) {
  const answer = (path, words) => async () => { await once(`/time-bank/family/${path}`, { family: one.family }, { own: true }); say(words); reload(); };
  return card(`${one.name}请您一起用家庭账户`, para("加入以后，存进去的时间一家人一起用。", "soft"), buttons(actButton("加入", answer("agree", "已加入")), actButton("不加入", answer("refuse", "知道了"), "")));
}

// -- month by month

export async function statement(month) {
  const now = await today(), shown = month ?? now.slice(0, 7), [year, number] = shown.split("-").map(Number);
  const until = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
  const found = await mini(`/time-bank/statement?${new URLSearchParams({ since: `${shown}-01`, until })}`);
  return {
    title: `${year}年${number}月`,
    body: [h("nav", { class: "buttons buttons-two", "aria-label": "换一个月" }, monthLink("上个月", year, number - 2), shown < now.slice(0, 7) ? monthLink("下个月", year, number) : null),
      card(null, facts([["月初有", found.opening_words]])), found.lines.length ? h("ul", { class: "rows" }, found.lines.map(line)) : empty("book", "这个月没有进出。"),
      card(null, facts([["月末有", found.closing_words]])), help()],
  };
}

function monthLink(words, year, index) {
  const to = new Date(Date.UTC(year, index, 1)).toISOString().slice(0, 7);
  return linkButton(words, `#/time/statement/${to}`, "");
}

const line = (one) => h("li", { class: "row" }, h("span", { class: "row-text" }, h("span", { class: "row-title" }, one.title), h("span", { class: "row-more" }, `${momentWords(one.at)}，之后有 ${lasting(one.balance)}`)),
  h("strong", { class: one.amount < 0 ? "out" : "in" }, `${one.amount < 0 ? "−" : "+"}${lasting(one.amount)}`));

// -- giving

const many = (name, most, label) => choice({ name, label, choices: [30, 60, 120, 180, 300, 600].filter((one) => one <= most).map((one) => [String(one), lasting(one)]), needed: "请选多少时间" });
const short = (found) => (found.minutes < HALF_HOURS ? note("warn", "现在能用的时间不到半小时，先存一存吧。") : null);

export async function give() {
  const [found, { items }] = await Promise.all([own("/time-bank"), own("/time-bank/relatives")]), name = "time.give";
  const fields = [choice({ name: "kin", label: "转给谁？", choices: items.map((one) => [one.id, `${one.name}（${one.relation_zh}）`]), needed: "请选一位亲属" }), many("minutes", found.minutes, "转多少？")];
  const send = async (told) => { await once("/time-bank/give", { kin: told.kin, minutes: Number(told.minutes) }, { own: true }); dropDraft(name); say("转好了"); location.replace("#/time"); };
  return {
    title: "转给亲属",
    body: [para(`您有 ${found.words}。转出去就是对方的了。`), short(found), items.length ? null : note("", "还没有登记的亲属。带户口簿到社区登记；有亲友代办的，在这里就能登记。"), await proving(items),
      items.length && !short(found) ? form(name, fields, "转给他", send) : null, help()],
  };
}

// A proxy between relatives proves that they are: nobody has to bring papers twice.
async function proving(known) {
  const { items } = await own("/proxies"), live = items.filter((one) => one.state === "active" && one.principal_id && one.role === "agent" && !known.some((each) => each.name === one.name));
  const prove = (one) => async () => { await once("/time-bank/relatives", { person: one.principal_id }, { own: true }); say("登记好了"); reload(); };
  return live.length ? h("div", { class: "buttons" }, live.map((one) => actButton(`登记 ${one.name} 是我的亲属`, prove(one), ""))) : null;
}

export async function donate() {
  const found = await own("/time-bank"), name = "time.donate";
  const send = async (told) => { await once("/time-bank/donate", { minutes: Number(told.minutes) }, { own: true }); dropDraft(name); say("捐好了，谢谢您"); location.replace("#/time"); };
  return { title: "捐给公益池", body: [note("good", "捐的时间先给高龄独居、生活困难的老人用。"), para(`您有 ${found.words}。`), short(found) ?? form(name, [many("minutes", found.minutes, "捐多少？")], "捐出去", send), help()] };
}

// -- the family

export async function family() {
  const [found, { items }] = await Promise.all([own("/time-bank"), own("/time-bank/relatives")]);
  const make = async () => { await once("/time-bank/family", {}, { own: true }); say("建好了"); reload(); };
  if (!found.family) return { title: "家庭账户", body: [note("", "一家人存在一起，谁需要谁用。"), actButton("建一个家庭账户", make), ...found.invited.map(invitation), help()] };
  const leave = async () => { await once("/time-bank/family/leave", {}, { own: true }); say("已退出"); reload(); };
  return {
    title: "家庭账户",
    body: [h("section", { class: "card balance" }, para("家里一共有", "soft"), h("p", { class: "number" }, found.family.words)),
      card("谁在里面", h("ul", {}, found.family.members.map((one) => h("li", {}, one.name, " ", one.agreed ? tag(one.may_spend ? "可以用" : "只存不用") : tag("等他同意", "warn"))))),
      payIn(found), inviting(items), askButton("退出家庭账户", "最后一位退出时，剩下的时间归他。", "退出", leave, ""), help()],
  };
}

function payIn(found) {
  const name = "family.in";
  const send = async (told) => { await once("/time-bank/family/pay-in", { minutes: Number(told.minutes) }, { own: true }); dropDraft(name); say("存好了"); reload(); };
  return short(found) ? null : form(name, [many("minutes", found.minutes, `存进去多少？您有 ${found.words}`)], "存进去", send);
}

function inviting(items) {
  if (!items.length) return note("", "要请家人，先在“转给亲属”里登记亲属。");
  const name = "family.invite";
  const fields = [select({ name: "kin", label: "请谁加入？", choices: items.map((one) => [one.id, `${one.name}（${one.relation_zh}）`]) }), choice({ name: "may_spend", label: "能不能用里面的时间？", choices: [["yes", "可以用"], ["no", "只存不用"]], value: "yes" })];
  return form(name, fields, "请他加入", async (told) => { await once("/time-bank/family/invitations", { kin: told.kin, may_spend: told.may_spend === "yes" }, { own: true }); dropDraft(name); say("等他同意"); reload(); });
}

// -- thanks

export async function gifts() {
  const [found, { items }, { items: orders }] = await Promise.all([mini("/time-bank"), mini("/time-bank/rewards"), mini("/time-bank/reward-orders")]);
  return {
    title: "用积分换礼品",
    body: [h("section", { class: "card balance" }, para("现在有", "soft"), h("p", { class: "number" }, `${found.points} 分`)), ...orders.map(order), ...items.map((one) => gift(one, found.points)), items.length ? null : empty("star", "现在没有可以换的礼品。"), help()],
  };
}

function gift(one, points) {
  const take = async () => { await once(`/time-bank/rewards/${one.id}`, {}, { own: true }); say("换好了，凭编号到窗口领"); reload(); };
  const can = one.left > 0 && points >= one.points;
  return card([one.name, tag(`${one.points} 分`)], one.about ? para(one.about) : null, para(one.left > 0 ? `还有 ${one.left} 份` : "换完了", "soft"),
    can && !acting() ? askButton("换这个", `用 ${one.points} 分换“${one.name}”？`, "换", take, "main") : can ? para("要本人来换。", "soft") : one.left > 0 ? para(`还差 ${one.points - points} 分`, "soft") : null);
}

function order(one) {
  const cancel = async () => { await once(`/time-bank/reward-orders/${one.id}/cancel`, {}, { own: true }); say("已取消，积分退回"); reload(); };
  return card([icon("check"), one.name, tag(one.state_zh, one.state === "reserved" ? "" : "off")], facts([["编号", one.number]]), one.state === "reserved" && !acting() ? askButton("不要了", "取消后积分退回。", "不要了", cancel, "") : null);
}
