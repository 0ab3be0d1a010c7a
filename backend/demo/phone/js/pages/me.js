// Oneself: phone number, real name, and the way to everything that is one's own.

import { call, demo, mini, post } from "../api.js";
import { go, h, icon, say } from "../dom.js";
import { fill } from "../fill.js";
import { form, select, text } from "../forms.js";
import { actButton, askButton, card, facts, help, note, para, row, rows, tag } from "../parts.js";
import { dropDraft, forgetPerson, session } from "../store.js";

export async function me() {
  const found = await mini("/me");
  const done = (step) => !found.missing.some((one) => one.needs === step);
  return {
    title: "我的",
    body: [
      h("section", { class: "card" }, h("div", { class: "who" }, h("span", { class: "avatar", "aria-hidden": "true" }, (found.name ?? session().name)[0]),
        h("div", {}, h("p", { class: "strong" }, found.name ?? "还没有实名"), h("p", { class: "soft" }, tag(found.assurance_zh)))),
      facts([[found.id_kind_zh ?? "证件", found.id_number], ["手机号", found.phone]])),
      rows(row({ to: "#/me/phone", title: "手机号", more: found.phone ?? "还没有绑定", sign: "phone" }),
        row({ to: "#/me/identity", title: "实名认证", more: done("real_name") ? "已通过" : "预约要用，办一次就行", sign: "shield" }),
        row({ to: "#/me/proxies", title: "亲友代办", more: "替家人办，或请家人替我办", sign: "people" })),
      rows(row({ to: "#/marriage/cases", title: "我的办理进度", sign: "rings" }), row({ to: "#/ratings", title: "评价", more: "办得好不好，您说了算", sign: "star" })),
      rows(row({ to: "#/me/consents", title: "我的同意", more: "同意过什么，随时可以撤回", sign: "check" }),
        row({ to: "#/me/data", title: "我的资料", more: "我们保存了什么、为什么", sign: "book" }),
        row({ to: "#/me/looks", title: "谁看过我的资料", sign: "me" })),
      elderCard(), askButton("退出登录", "要退出登录吗？", "退出", leave, ""), help(),
    ],
  };
}

function elderCard() {
  const on = document.documentElement.classList.contains("elder");
  const flip = () => { dispatchEvent(new CustomEvent("shouwang:elder", { detail: !on })); dispatchEvent(new HashChangeEvent("hashchange")); };
  return card([icon("type"), "长辈版"], para(on ? "现在是大字。" : "字更大，按钮更大。"), h("button", { type: "button", class: "btn", onclick: flip }, on ? "换回普通字号" : "换成大字"));
}

async function leave() {
  await call("DELETE", "/mini/session", { own: true }).catch(() => null);
  forgetPerson();
  say("已退出");
  go("#/login");
}

export async function phone() {
  const found = await mini("/me");
  const bind = async () => {
    const { code } = await demo("/phone-codes", { user: session().user });
    await post("/me/phone", { code }, { own: true });
    say("手机号绑定好了");
    go("#/me");
  };
  return {
    title: "手机号",
    body: [card(null, para(found.phone ? `现在绑定的是 ${found.phone}。` : "绑定以后，改期、停办能通知到您。"), para("不绑也能看指南、看消息。", "soft"),
      actButton(found.phone ? "换成微信里的手机号" : "获取微信里的手机号", bind)), help()],
  };
}

// -- the real name, by the sandbox's provider

const KINDS = [["resident_id", "居民身份证"], ["hkmt_permit", "港澳台居民居住证"], ["foreign_pr", "外国人永久居留身份证"], ["passport", "护照"]];
const NAME = "identity";

export async function identity() {
  const [found, { items: consents }] = await Promise.all([mini("/me"), mini("/me/consents")]);
  if (found.assurance >= 2) return { title: "实名认证", body: [note("good", h("p", { class: "strong" }, "已经认证过了。")), card(null, facts([["姓名", found.name], [found.id_kind_zh, found.id_number]])), help()] };
  const consent = consents.find((one) => one.purpose === "real_name");
  const provider = found.providers[0];
  const body = provider ? [consent.granted ? null : agree(consent), card("不想在手机上认证？", para("完全可以。带身份证到窗口，工作人员看一眼就好。")), await ask(provider, consent)]
    : [note("", "请带身份证到窗口核验，办事一样。")];
  return { title: "实名认证", body: [...body, help()] };
}

const agree = (one) => card(one.title, para(one.text), para(`撤回的后果：${one.withdraw_effect}`, "soft small"));

async function ask(provider, consent) {
  const fields = [text({ name: "name", label: "姓名", hint: "和证件上一样", needed: "请填姓名" }), select({ name: "id_kind", label: "证件", choices: KINDS }),
    text({ name: "id_number", label: "证件号码", hint: "加密保存，页面上只显示首尾几位", needed: "请填证件号码", maxlength: 32 })];
  const send = async (told) => {
    if (!consent.granted) await call("PUT", "/mini/me/consents/real_name", { body: { version: consent.version }, own: true });
    const begun = await post("/me/identity", { provider: provider.name, ...told }, { own: true });
    await settle(begun, 4);
  };
  return form(NAME, fields, consent.granted ? `开始认证（${provider.title}）` : `同意并认证（${provider.title}）`, send, [await fill((one) => one.user === session().user)]);
}

async function settle(attempt, tries) {
  const found = attempt.state === "started" ? await mini(`/me/identity/${attempt.id}`) : attempt;
  if (found.state === "passed") {
    dropDraft(NAME);
    say("认证通过了");
    go("#/me");
    dispatchEvent(new Event("shouwang:count"));
  } else if (found.state === "started" && tries) {
    await new Promise((done) => { setTimeout(done, 1000); });
    await settle(found, tries - 1);
  } else throw Object.assign(new Error("identity"), { title: "还没有通过", detail: found.reason_zh ?? "认证还在进行。请过一会儿再点一次，或带身份证到窗口。" });
}
