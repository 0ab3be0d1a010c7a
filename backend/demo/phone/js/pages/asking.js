// 找人帮忙: four small steps for an elder or for whoever asks on their behalf: what, when, where, and whose time pays.

import { mini, once, own, post, today } from "../api.js";
import { go, goInstead, h, icon, say } from "../dom.js";
import { choice, folded, form, long, select, text, yesNo } from "../forms.js";
import { card, dayWords, empty, facts, help, lasting, later, linkButton, note, row, rows, steps, tag } from "../parts.js";
import { choices, plain, sorted } from "../services.js";
import { acting, draft, dropDraft } from "../store.js";

const ALL = 4, DAYS = 7, SLACK_MINUTES = 60;
const OFF = new Set(["confirmed", "cancelled", "expired"]), KIND = { open: "warn", finished: "warn", disputed: "bad" };
const NEAR = ["今天", "明天", "后天"];
const LENGTHS = [["30", "半小时"], ["60", "一小时"], ["90", "一个半小时"], ["120", "两小时"], ["180", "三小时"]];
const name = () => `order.${acting()?.id ?? "me"}`;
const whose = () => acting()?.name ?? "您";

// -- what was asked for so far

export async function all() {
  const { items } = await mini("/help-orders");
  const line = (one) => row({ to: `#/orders/${one.id}`, title: one.kind_zh, tags: [tag(one.state_zh, OFF.has(one.state) ? "off" : KIND[one.state])], more: one.when });
  const live = items.filter((one) => !OFF.has(one.state)), over = items.filter((one) => OFF.has(one.state));
  return {
    title: acting() ? `替${acting().name}找人帮忙` : "找人帮忙",
    body: [h("a", { class: "btn btn-main btn-big", href: "#/orders/new" }, icon("hand"), "请人来帮忙"),
      live.length ? rows(live.map(line)) : empty("hand", "现在没有正在办的。要人做饭、陪看病、换灯泡，都可以说。"),
      acting() ? null : rows(row({ to: "#/me/proxies", title: "替爸妈找人帮忙", more: "先点“替家人办事”", sign: "people" })),
      over.length ? h("section", {}, h("h2", {}, "以前的"), rows(over.map(line))) : null, help()],
  };
}

// -- 1 what

export async function what() {
  const { kinds } = await choices(), [first, others] = sorted(kinds);
  const chip = (one) => [one.code, plain(one.code) || one.title];
  const kind = choice({ name: "kind", label: `${whose()}要人帮什么？`, choices: [...first, ...others].map(chip), needed: "请选一样" });
  const next = form(name(), [folded(kind, first.length, "还有别的")], "下一步", () => go("#/orders/new/words"));
  next.classList.add("one-column");
  return { title: "要帮什么？", body: [steps(1, ALL), next, help()] };
}

export async function words() {
  if (!draft(name()).kind) return goInstead("#/orders/new");
  const fields = [long({ name: "words", label: "说一说要做什么", hint: "比如：做一顿软和的晚饭，菜家里有", needed: "请写一句要做什么", maxlength: 500 })];
  return { title: "说一说", body: [steps(1, ALL), form(name(), fields, "下一步", () => go("#/orders/new/when")), help()] };
}

// -- 2 when

const clock = (half) => `${String(Math.floor(half / 2)).padStart(2, "0")}:${half % 2 ? "30" : "00"}`;
const CLOCKS = Array.from({ length: 26 }, (_, place) => clock(place + 14));

export async function when() {
  if (!draft(name()).words) return goInstead("#/orders/new");
  const now = await today();
  const days = Array.from({ length: DAYS }, (_, place) => later(now, place));
  const words = (one, place) => [one, place < NEAR.length ? `${NEAR[place]} ${dayWords(one).split(" ")[1]}` : dayWords(one).replace(/^\d+月/, "")];
  const fields = [choice({ name: "day", label: "哪一天来？", choices: days.map(words), value: days[1], needed: "请选一天" }),
    select({ name: "clock", label: "几点来？", choices: CLOCKS.map((one) => [one, one]), value: "09:00" }),
    choice({ name: "minutes", label: "大约要多久？", choices: LENGTHS, value: "60", needed: "请选一个" })];
  return { title: "什么时候？", body: [steps(2, ALL), form(name(), fields, "下一步", () => go("#/orders/new/where")), help()] };
}

// -- 3 where

export async function where() {
  if (!draft(name()).day) return goInstead("#/orders/new");
  const [{ places }, { items }, { languages }] = await Promise.all([own("/volunteers/vocabulary"), mini("/help-orders"), choices()]);
  const last = items[0], near = last && places.find((one) => one.title === last.area);
  const pairs = (found) => found.map((one) => [one.code, one.title]);
  const fields = [
    select({ name: "division", label: `${whose()}住在哪里？`, choices: [["", "请选择"], ...pairs(places)], value: near?.code, needed: "请选一个镇街或村社区" }),
    text({ name: "address", label: "门牌", hint: "几号、几栋、几单元。接单的人才看得到", value: last?.address, needed: "请填门牌，志愿者才找得到", maxlength: 200 }),
    text({ name: "phone", label: "打哪个电话？（可不填）", hint: "不填就打登记的手机号", value: last?.phone, inputmode: "tel", maxlength: 20 }),
    select({ name: "language", label: "最好会说什么话？", choices: [["", "都可以"], ...pairs(languages)] }),
    choice({ name: "sex", label: "想请谁来？", choices: [["", "都可以"], ["female", "女志愿者"], ["male", "男志愿者"]] }),
    yesNo({ name: "photo_agreed", label: "可以给做好的事拍张照吗？", hint: "不拍也一样帮忙", yes: "可以", no: "不要拍", value: "no" }),
  ];
  const made = form(name(), fields, "下一步", () => go("#/orders/new/pay"));
  fields[2].node.after(h("details", { class: "field" }, h("summary", {}, "还有什么要求？（可不选）"), fields.slice(3).map((one) => one.node)));
  return { title: "在哪里？", body: [steps(3, ALL), made, help()] };
}

// -- 4 whose time

export async function pay() {
  const told = draft(name());
  if (!told.address) return goInstead("#/orders/new");
  const [theirs, mine, { kinds }] = await Promise.all([mini("/time-bank"), acting() ? own("/time-bank") : null, choices()]);
  const field = choice({ name: "payer", label: "用谁的时间？", choices: payers(theirs, mine), value: mine && !theirs.minutes ? "mine" : "personal", needed: "请选一个" });
  const made = form(name(), [field], "下单，找志愿者", (last) => send(told, last.payer));
  made.classList.add("one-column");
  return {
    title: "用谁的时间？",
    body: [steps(4, ALL), card([icon("hand"), "再看一遍"], facts([["帮什么", kinds.find((one) => one.code === told.kind)?.title], ["做什么", told.words],
      ["哪一天", dayWords(told.day)], ["几点", `${told.clock} 左右`], ["多久", lasting(Number(told.minutes))], ["在哪里", told.address]]), linkButton("改一改", "#/orders/new", "")),
    theirs.cannot_use ? note("warn", theirs.cannot_use) : null, note("", `这次先留出 ${lasting(Number(told.minutes))}。没人来、没用完，都退回来。`), made, help()],
  };
}

function payers(theirs, mine) {
  const found = [["personal", `${whose()}自己的（有 ${theirs.words}）`]];
  if (mine) found.push(["mine", `我的，孝敬${whose()}（有 ${mine.words}）`]);
  if (theirs.family) found.push(["household", `家庭账户（有 ${theirs.family.words}）`]);
  return [...found, ["pool", "公益时间（高龄独居、低保等重点老人）"]];
}

async function send(told, payer) {
  const mine = payer === "mine";
  if (mine) await kinship();
  const order = await once("/help-orders", body(told, mine ? "personal" : payer, mine));
  dropDraft(name());
  say("下好单了，正在找志愿者");
  goInstead(`#/orders/${order.id}/new`);
}

// Paying for a relative needs the relation known; a proxy of relatives proves it. If it does not, the order itself says so.
const kinship = () => post("/time-bank/relatives", { person: acting().id }, { own: true }).catch(() => null);

function body(told, payer, mine) {
  const from = `${told.day}T${told.clock}:00+08:00`, minutes = Number(told.minutes);
  const until = new Date(Date.parse(from) + (minutes + SLACK_MINUTES) * 60_000).toISOString();
  return {
    kind: told.kind, words: told.words, wanted_from: from, wanted_until: until, minutes, division: told.division, address: told.address,
    phone: told.phone || null, language: told.language || null, sex: told.sex || null, photo_agreed: told.photo_agreed === "yes", payer, my_time: mine,
  };
}
