// 殡葬服务: what everything costs, for everybody; one's own orders with their bills, and complaints.

import { mini, once, save } from "../api.js";
import { goInstead, h, icon, say } from "../dom.js";
import { form, long } from "../forms.js";
import { actButton, askButton, card, dayWords, empty, facts, help, linkButton, longDay, momentWords, note, para, reload, row, rows, tag } from "../parts.js";
import { acting, dropDraft, session } from "../store.js";

const KIND = { ordered: "warn", accepted: "", done: "off", cancelled: "off" };
const NEXT = { ordered: "收到了，工作人员会打电话和您核对。", accepted: "已经在安排了，有事会打电话给您。", done: "都办完了，请节哀。", cancelled: "这一单取消了，不收钱。" };
const MATTERS = ["funeral_fee_waiver", "cremation_reward", "ecological_burial"];

export const yuan = (amount) => `${amount.replace(/\.00$/, "")} 元`;
export const WAIVER = "#/help/funeral_fee_waiver";

export async function hub() {
  const { items } = await mini("/cases/matters");
  const help_ = items.filter((one) => MATTERS.includes(one.code));
  return {
    title: "殡葬服务和价格",
    body: [note("good", h("p", { class: "strong" }, "明码标价。价目表上没有的，一分钱不收。"), h("p", {}, "有人另外要钱，请打 12345。")),
      rows(row({ to: "#/funerals/prices", title: "看价目表", more: "不用登录", sign: "book" }),
        row({ to: "#/funerals/new", title: "选服务，先算算多少钱", more: "算好了再决定，不急", sign: "case" }),
        session() ? row({ to: "#/funerals/orders", title: acting() ? `${acting().name}的服务单` : "我的服务单", more: "账单、取消、提意见", sign: "calendar" }) : ""),
      h("section", {}, h("h2", {}, "能免、能补的"), rows(help_.map((one) => row({ to: `#/help/${one.code}`, title: one.title, more: one.summary, sign: "help" })))), help()],
  };
}

export async function prices() {
  const { day, items } = await mini("/burial-prices");
  const groups = [...new Set(items.map((one) => one.group))];
  return {
    title: "殡葬服务价目表",
    body: [para(`${longDay(day)}的价格。政府定价、政府指导价由政府管；市场价可以不选。`, "soft"),
      ...groups.map((group) => h("section", {}, h("h2", {}, group), h("ul", { class: "rows" }, items.filter((one) => one.group === group).map(price)))),
      items.length ? note("good", h("p", {}, "写着“可以免”的，困难家庭批下来就不收钱。"), linkButton("看谁能免，去申请", WAIVER, "")) : empty("book", "价目表还没有公布，请打 12345 问一问。"),
      linkButton("选服务，先算算", "#/funerals/new", ""), help()],
  };
}

const price = (one) => h("li", { class: "row" }, h("span", { class: "row-text" }, h("span", { class: "row-title" }, one.title, tag(one.basis, one.basis.startsWith("政府") ? "" : "off"), one.free ? tag("可以免", "warn") : ""),
  h("span", { class: "row-more" }, `${longDay(one.since)}起，${one.source}`)), h("span", { class: "price" }, yuan(one.price), h("span", { class: "row-more" }, `每${one.unit}`)));

// -- a bill, line by line

export function bill(found, extra = () => null) {
  const waived = (one) => (Number(one.waived) ? `，惠民殡葬减 ${yuan(one.waived)}` : "");
  return card("账单", h("ul", { class: "bill" }, found.lines.map((one, place) => h("li", {}, h("span", { class: "row-text" }, h("span", { class: "strong" }, one.title),
    h("span", { class: "row-more" }, `${yuan(one.price)} × ${one.quantity} ${one.unit}${waived(one)}`)), h("span", { class: "price" }, yuan(one.amount)), extra(one, place)))),
  facts([["一共", yuan(found.total)], ["惠民殡葬减掉", Number(found.waived) ? yuan(found.waived) : ""]]),
  h("p", { class: "due" }, "您要付 ", h("strong", {}, yuan(found.due))));
}

// -- one's own orders

export async function orders() {
  const { items } = await mini("/funeral-orders");
  const line = (one) => row({ to: `#/funerals/orders/${one.number}`, title: one.dead_name, tags: [tag(one.state_zh, KIND[one.state])], more: `${dayWords(one.day)}，${yuan(one.bill.due)}` });
  return {
    title: acting() ? `${acting().name}的服务单` : "我的服务单",
    body: [items.length ? rows(items.map(line)) : empty("case", "还没有服务单。", linkButton("先算算多少钱", "#/funerals/new")), help()],
  };
}

export async function order(number, fresh) {
  const { items } = await mini("/funeral-orders");
  const one = items.find((each) => each.number === number);
  if (!one) return goInstead("#/funerals/orders");
  if (fresh) say(`下好单了，单号 ${number}`);
  return {
    title: fresh ? "下好单了" : "殡葬服务单",
    body: [card([fresh ? icon("check") : null, tag(one.state_zh, KIND[one.state])], para(NEXT[one.state], "strong"), facts([["单号", one.number], ["逝者", one.dead_name], ["日期", dayWords(one.day)]])),
      bill(one.bill), paper(one), one.state === "done" ? linkButton("去评价", "#/ratings", "") : null, ...one.complaints.map(complaint), complain(one), cancel(one), help()],
  };
}

const paper = (one) => actButton("存一份费用清单（PDF）", async () => { await save(`/mini/funeral-orders/${one.number}/bill.pdf`, `${one.number}.pdf`); say("清单已下载"); }, "");

const complaint = (one) => card("您提的意见", para(one.words), para(momentWords(one.at), "soft small"),
  one.answer ? note("", h("p", { class: "strong" }, "答复"), h("p", {}, one.answer)) : para(`收到了，${dayWords(one.due)}前答复您。`, "soft"));

function complain(one) {
  const name = `funeral.complaint.${one.number}`;
  const send = async ({ words }) => { await once(`/funeral-orders/${one.number}/complaints`, { words }); dropDraft(name); say("收到了"); reload(); };
  const fields = [long({ name: "words", label: "哪里不好？", hint: "写一写怎么回事", needed: "请写一写", maxlength: 500 })];
  return card(null, h("details", {}, h("summary", {}, "我有意见、要投诉"), form(name, fields, "提交意见", send)));
}

function cancel(one) {
  if (!["ordered", "accepted"].includes(one.state)) return null;
  const act = async () => { await once(`/funeral-orders/${one.number}/cancel`); say("已取消"); reload(); };
  return askButton("取消这一单", "真的不要了吗？取消不收钱。", "取消这一单", act, "");
}
