// Consents, what is held about oneself, and who looked at it.

import { call, mini, save } from "../api.js";
import { h, say } from "../dom.js";
import { actButton, askButton, card, empty, facts, help, longDay, momentWords, note, para, row, rows, tag } from "../parts.js";
import { request } from "./rights.js";

const reload = () => dispatchEvent(new HashChangeEvent("hashchange"));

export async function consents() {
  const { items } = await mini("/me/consents");
  return { title: "我的同意", body: [para("一项一项分开，随时可以撤回。不同意的，也可以到窗口办。", "soft"), ...items.map(consent), help()] };
}

function consent(one) {
  const path = `/mini/me/consents/${one.purpose}`;
  const grant = async () => { await call("PUT", path, { body: { version: one.version }, own: true }); say("已同意"); reload(); };
  const withdraw = async () => { await call("DELETE", path, { own: true }); say("已撤回"); reload(); };
  return card([one.title, one.granted ? tag("已同意") : tag("没有同意", "off"), one.sensitive ? tag("敏感信息", "warn") : null], para(one.text),
    one.outdated ? note("warn", "说明改过了，请再看一遍。") : null,
    one.granted ? para(`${longDay(one.granted_at)}同意`, "soft small") : null,
    one.granted && !one.outdated ? askButton("撤回", one.withdraw_effect, "撤回同意", withdraw, "") : actButton("同意", grant));
}

export async function mine() {
  const [found, { items }] = await Promise.all([mini("/me/data"), mini("/me/data/requests")]);
  const held = found.sections.filter((one) => one.items.length), none = found.sections.filter((one) => !one.items.length);
  return {
    title: "我的资料",
    body: [note("", `这是 ${momentWords(found.made_at)} 我们保存的关于您的全部资料。`),
      rows(row({ to: "#/me/data/correct", title: "有写错的，申请更正", more: "15 个工作日内答复", sign: "case" }), row({ to: "#/me/data/erase", title: "不用了，注销", more: "先看会删掉什么、留下什么", sign: "warn" })),
      items.length ? h("section", {}, h("h2", {}, "我的更正和注销"), items.map(request)) : null,
      actButton("存成可以打印、朗读的文字", keep, ""), ...held.map(section),
      none.length ? card("没有保存的", para(none.map((one) => one.title).join("、"))) : null, help()],
  };
}

async function keep() {
  await save("/mini/me/data/text", "my-data.txt");
  say("文字已下载");
}

function section(one) {
  return card([one.title, tag(`${one.items.length} 条`)], facts([["做什么用", one.purpose], ["依据", one.ground], ["保存多久", one.keep]]),
    h("details", {}, h("summary", {}, "具体内容"), one.items.map((line) => h("div", { class: "note" }, facts(Object.entries(line).filter(([, value]) => value))))));
}

export async function looks() {
  const { items } = await mini("/me/data/access-log");
  const line = (one) => card(one.what, facts([["谁", one.who], ["为什么", one.why], ["什么时候", momentWords(one.at)]]));
  return { title: "谁看过我的资料", body: [items.length ? para("工作人员每次看您的完整资料都要写明原因。", "soft") : empty("shield", "没有人看过您的完整资料。"), ...items.map(line), help()] };
}
