// Where everything begins: choosing who one is, the large tiles, and the messages.

import { demo, mini, post } from "../api.js";
import { go, h, icon, say } from "../dom.js";
import { button, card, empty, help, linkButton, momentWords, note, para, row, rows, showProblem, tag } from "../parts.js";
import { acting, elder, keepSession, session } from "../store.js";

export async function login() {
  const { items } = await demo("/people");
  const place = h("div", {});
  const choose = (one) => enter(one).catch((problem) => showProblem(place, problem, () => choose(one)));
  return {
    title: "请选择您是谁",
    body: [
      para("这是演示。真的小程序用微信登录，不用选。下面的人都是编的。", "soft"),
      askElder(), place,
      rows(items.map((one) => row({ title: one.name, more: one.hint, mark: one.name[0], onclick: () => choose(one) }))),
      linkButton("先看看办事指南，不登录", "#/guides", ""), help(),
    ],
  };
}

async function enter(one) {
  const { code } = await demo("/login-codes", { user: one.user });
  const tokens = await post("/session", { code, device: "浏览器演示" }, { own: true });
  keepSession({ user: one.user, name: one.name, ...tokens });
  say(`已登录：${one.name}`);
  dispatchEvent(new Event("shouwang:count"));
  const wanted = sessionStorage.getItem("shouwang.wanted") ?? "#/home";
  sessionStorage.removeItem("shouwang.wanted");
  go(wanted);
}

// Asked once, at the first visit; the button above stays on every page.
function askElder() {
  if (elder() !== null) return null;
  const choose = (on) => { dispatchEvent(new CustomEvent("shouwang:elder", { detail: on })); box.remove(); };
  const box = note("", h("p", { class: "strong" }, "字要大一点吗？"), h("p", {}, "右上角的“长辈版”随时能换。"),
    h("div", { class: "buttons buttons-two" }, button("要大字", () => choose(true)), button("现在这样就好", () => choose(false), "")));
  return box;
}

export async function home() {
  const me = session() ? await mini("/me") : null;
  const live = me ? await nextVisit(me) : null;
  return {
    title: me?.name ? `${me.name}，您好` : "您好",
    hello: (head) => h("div", { class: "hello" }, head, me ? para("想办什么事？点下面的图。")
      : h("p", {}, "看指南不用登录；预约要先", h("a", { class: "link", href: "#/login" }, "登录"), "。")),
    body: [tiles(me?.unread ?? 0), todo(me), live, help()],
  };
}

function tiles(unread) {
  const tile = (to, sign, title, more, extra) => h("a", { class: "tile", href: to }, icon(sign), h("strong", {}, title), h("span", {}, more), extra);
  const wide = h("a", { class: "tile tile-wide", href: "#/marriage" }, icon("rings"),
    h("div", {}, h("strong", {}, "婚姻登记"), h("span", {}, "结婚、离婚、补证，先看能不能办")));
  const badge = unread ? h("span", { class: "badge" }, `${unread}`, h("span", { class: "sr-only" }, "条未读")) : null;
  return h("nav", { class: "tiles", "aria-label": "能办的事" }, wide,
    tile("#/help", "help", "申请救助", "低保、临时救助、补贴"), tile("#/cases", "case", "我的申请", "办到哪一步、要补什么"),
    tile("#/orders", "hand", "找人帮忙", "做饭、看病、修灯"), tile("#/tasks", "people", "我去帮忙", "谁在等人搭把手"),
    tile("#/volunteer", "flag", "志愿服务", "登记、活动、证明"), tile("#/time", "clock", "时间银行", "帮别人的时间存着用"),
    tile("#/guides", "book", "办事指南", "带什么、去哪里、要多久"), tile("#/ask", "ask", "问一问", "说一句话就行"),
    tile("#/bookings", "calendar", "我的预约", "看时间、改期、签到"), tile("#/inbox", "mail", "消息", "给您的通知", badge),
    tile("#/ratings", "star", "评价", "办得好不好，您说了算"), tile("#/me", "me", "我的", "认证、亲友代办、资料"),
    h("a", { class: "tile tile-wide", href: "#/leads" }, icon("people"), h("div", {}, h("strong", {}, "身边有人困难"), h("span", {}, "替他说一声，镇街上门看望"))),
    h("a", { class: "tile tile-wide tile-quiet", href: "#/memorial" }, icon("flower"), h("div", {}, h("strong", {}, "缅怀"), h("span", {}, "纪念馆、告别、祭扫"))));
}

function todo(me) {
  const step = me?.missing.find((one) => one.needs !== "counter");
  if (!step) return null;
  return card(`还差一步：${step.title}`, para(`${step.wanted_for.slice(0, 3).join("、")}要用到。`, "soft"),
    linkButton(`去${step.title}`, step.needs === "phone" ? "#/me/phone" : "#/me/identity", ""));
}

async function nextVisit(me) {
  if (me.assurance < 2) return null;
  const { items } = await mini("/bookings?limit=20");
  const live = items.filter((one) => ["booked", "displaced", "checked_in", "serving"].includes(one.state));
  const next = live.at(-1);
  if (!next) return null;
  return card("最近要去的", rows(row({ to: `#/bookings/${next.id}`, title: next.title, tags: [tag(next.state_zh)], more: `${next.when} ${next.office.name}` })));
}

export async function inbox() {
  const { items, unread } = await mini("/inbox?limit=50");
  const body = items.length ? [para(unread ? `还有 ${unread} 条没看。` : "都看过了。", "soft"), rows(items.map(line))]
    : [empty("mail", "还没有消息。办了事，结果会告诉您。")];
  return { title: acting() ? `${acting().name}的消息` : "消息", body: [...body, help()] };
}

function line(one) {
  const details = h("details", { class: one.read ? "" : "unread" }, h("summary", {}, h("span", { class: "row-title" }, one.title)),
    h("p", {}, one.body), h("p", { class: "soft small" }, momentWords(one.at)), follow(one.page));
  details.addEventListener("toggle", () => { if (details.open && !one.read && !acting()) markRead(one, details); });
  return h("li", {}, h("div", { class: "row" }, h("div", { class: "row-text" }, details)));
}

async function markRead(one, details) {
  await post(`/inbox/${one.id}/read`).catch(() => null);
  one.read = true;
  details.classList.remove("unread");
  dispatchEvent(new Event("shouwang:count"));
}

const PAGES = [[/bookings\/detail\?id=([0-9a-f-]{36})/, "#/bookings/"], [/waiting\/detail/, "#/waiting"], [/proxies/, "#/me/proxies"], [/data/, "#/me/data"],
  [/cases\/detail\?id=([0-9a-f-]{36})/, "#/cases/"], [/questions/, "#/ask"], [/marriage\/cases/, "#/marriage/cases"], [/ratings/, "#/ratings"],
  [/help\/order\?id=([0-9a-f-]{36})/, "#/orders/"], [/help\/task\?id=([0-9a-f-]{36})/, "#/tasks/"], [/help\/call/, "#/calls"], [/activities\/detail\?id=([0-9a-f-]{36})/, "#/activities/"],
  [/memorial\/days/, "#/days"], [/memorial\/application\?id=([0-9a-f-]{36})/, "#/memorial/open/"], [/memorial\/hall\?id=([0-9a-f-]{36})/, "#/memorial/halls/"], [/memorial\/(shown|concerns)/, "#/memorial/"],
  [/farewells\/detail\?id=([0-9a-f-]{36})/, "#/farewells/"], [/cemeteries\/errand\?id=([0-9a-f-]{36})/, "#/cemeteries/errands/"], [/cemeteries\/mine/, "#/cemeteries/mine"],
  [/funeral\/detail\?number=([\w-]+)/, "#/funerals/orders/"]];

// The mini-program's page of a message, as an address here.
function follow(page) {
  const known = PAGES.find(([pattern]) => pattern.test(page ?? ""));
  if (!known) return null;
  return h("a", { class: "link", href: known[1] + (page.match(known[0])[1] ?? "") }, "去看看", icon("next"));
}

