// 亲友代办: who may act for whom, asking, agreeing, ending, and doing it.

import { call, mini, post } from "../api.js";
import { go, h, say } from "../dom.js";
import { choice, form, select, text } from "../forms.js";
import { actButton, askButton, buttons, card, empty, facts, help, linkButton, longDay, momentWords, note, tag } from "../parts.js";
import { dropDraft, dropKey, keepActing, keyOf } from "../store.js";

const OVER = new Set(["refused", "revoked", "ended"]);
const reload = () => dispatchEvent(new HashChangeEvent("hashchange"));

export async function all() {
  const [{ items }, { items: trail }, { items: consents }] = await Promise.all([mini("/proxies"), mini("/proxies/trail"), mini("/me/consents")]);
  const sharing = consents.find((one) => one.purpose === "proxy_share");
  const section = (title, found) => (found.length ? h("section", {}, h("h2", {}, title), h("div", { class: "buttons" }, found)) : null);
  const of = (role, over) => items.filter((one) => one.role === role && OVER.has(one.state) === over).map((one) => shown(one, sharing));
  return {
    title: "亲友代办",
    body: [items.length ? null : empty("people", "还没有代办。可以替爸妈约时间、看消息。"), section("我替家人办", of("agent", false)), section("家人替我办", of("principal", false)),
      linkButton("申请替家人办事", "#/me/proxies/new"), trailCard(trail), section("已经结束的", [...of("agent", true), ...of("principal", true)]), help()],
  };
}

function shown(one, sharing) {
  return card([one.name, tag(one.state_zh, OVER.has(one.state) ? "off" : one.state === "requested" ? "warn" : "")],
    facts([["关系", one.relation_zh], ["能办", one.scopes_zh], [one.state === "requested" ? "答复到" : "到期", longDay(one.until)]]), acts(one, sharing));
}

function acts(one, sharing) {
  if (OVER.has(one.state)) return null;
  const act = (path) => async () => { await post(`/proxies/${one.id}/${path}`, {}, { own: true }); say("好了"); reload(); };
  const end = async () => { await call("DELETE", `/mini/proxies/${one.id}`, { own: true }); keepActing(null); say("已取消"); reload(); };
  if (one.role === "principal" && one.state === "requested") return buttons(consentWords(sharing), actButton("同意", agreeing(sharing, act("consent"))), actButton("不同意", act("refuse"), ""));
  const begin = () => { keepActing({ id: one.principal_id, name: one.name }); say(`正在为 ${one.name} 办理`); go("#/bookings"); };
  return buttons(one.principal_id ? linkLike(`替 ${one.name} 办事`, begin) : null, askButton("取消代办", "取消以后马上不能再代办。", "取消代办", end));
}

const linkLike = (words, onclick) => h("button", { type: "button", class: "btn btn-main", onclick }, words);
const consentWords = (sharing) => (sharing.granted ? null : note("", h("p", { class: "strong" }, sharing.title), h("p", {}, sharing.text)));

// Agreeing to a relative is agreeing to what is told above the button.
const agreeing = (sharing, act) => async () => {
  if (!sharing.granted) await call("PUT", "/mini/me/consents/proxy_share", { body: { version: sharing.version }, own: true });
  await act();
};

function trailCard(trail) {
  if (!trail.length) return null;
  return card("替我办过什么", h("ul", {}, trail.slice(0, 20).map((one) => h("li", {}, `${momentWords(one.at)} ${one.who}：${one.what}`))));
}

export async function request() {
  const { scopes, relations } = await mini("/proxies"), name = "proxy";
  const choices = (found) => found.map((one) => [one.code, one.name]);
  const fields = [text({ name: "name", label: "替谁办？（姓名）", hint: "和证件上一样", needed: "请填对方的姓名" }),
    text({ name: "id_number", label: "对方的证件号码", needed: "请填证件号码", maxlength: 24 }),
    select({ name: "relation", label: "您是对方的", choices: choices(relations) }),
    choice({ name: "scopes", label: "替对方办哪些事？", many: true, choices: choices(scopes), value: ["booking"], needed: "请至少选一项" }),
    choice({ name: "days", label: "代办多久？", choices: [["30", "一个月"], ["365", "一年"], ["730", "两年"]], value: "365", needed: "请选一项" })];
  const done = h("div", { "aria-live": "polite" });
  const send = async (told) => {
    const made = await post("/proxies", { ...told, days: Number(told.days) }, { own: true, key: keyOf(name) });
    dropDraft(name);
    dropKey(name);
    done.replaceChildren(note("good", h("p", { class: "strong" }, made.message), linkButton("回到亲友代办", "#/me/proxies", "")));
    done.scrollIntoView({ block: "center" });
  };
  return { title: "申请替家人办事", body: [note("", "要对方点头才能办。每次替对方办了什么，都会告诉对方。"), form(name, fields, "提交申请", send), done, help()] };
}
