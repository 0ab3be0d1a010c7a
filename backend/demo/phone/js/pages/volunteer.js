// 志愿服务: one's own registration: what one offers, honours, teams, leaving; and a parent's consent.

import { call, mini, once, own } from "../api.js";
import { h, icon, say } from "../dom.js";
import { form, text } from "../forms.js";
import { actButton, askButton, buttons, card, done, empty, facts, help, lasting, linkButton, list, longDay, note, para, reload, row, rows, tag } from "../parts.js";
import { dropDraft, session } from "../store.js";

const KIND = { applied: "warn", active: "", suspended: "bad", withdrawn: "off" };

// Whoever never registered has no record: that is no fault.
export const mine = () => own("/volunteers/me").catch((problem) => { if (problem.status === 404 || problem.code === "volunteers.not_volunteer") return null; throw problem; });

export async function hub() {
  const me = session() ? await mine() : null;
  return { title: "志愿服务", body: [...(me && me.state !== "withdrawn" ? registered(me) : invitation(me)), help()] };
}

function invitation(me) {
  return [
    card(null, h("p", { class: "strong" }, me ? "您以前做过志愿者，欢迎再来。" : "搭把手，帮帮左邻右舍。"),
      para("帮别人的每一分钟都记着，自己老了、家里老人需要时能用。"), linkButton(me ? "再登记一次" : "我要做志愿者", "#/volunteer/register")),
    rows(row({ to: "#/activities", title: "看看有哪些活动", more: "不登记也能看", sign: "flag" }),
      row({ to: "#/volunteer/child", title: "孩子想做志愿者", more: "家长在这里同意", sign: "people" }),
      me ? row({ to: "#/certificates", title: "志愿服务证明", more: "以前的记录一直都在", sign: "case" }) : ""),
  ];
}

function registered(me) {
  return [
    badge(me), waiting(me),
    rows(row({ to: "#/tasks", title: "我去帮忙", more: "谁需要帮忙、我接了哪些", sign: "hand" }),
      row({ to: "#/calls", title: "应急召集", more: "找人、救灾，附近的志愿者一起来", sign: "warn" }),
      row({ to: "#/activities", title: "找活动", more: "看看哪天、在哪里", sign: "flag" }),
      row({ to: "#/activities/mine", title: "我的活动", more: "报名、签到、签退", sign: "calendar" })),
    rows(row({ to: "#/records", title: "我的服务记录", more: `一共 ${lasting(me.minutes)}`, sign: "book" }),
      row({ to: "#/certificates", title: "志愿服务证明", more: "开一份，不收费", sign: "case" }),
      row({ to: "#/time", title: "时间银行", more: "存了多少、怎么用", sign: "clock" })),
    honours(me),
    rows(row({ to: "#/volunteer/change", title: "我能帮什么", more: "改服务、时间和地方", sign: "type" }),
      row({ to: "#/volunteer/papers", title: "我的资格证书", more: "有的服务要有证才能做", sign: "shield" }),
      row({ to: "#/volunteer/teams", title: "我的队伍", more: "一起做，有个照应", sign: "people" }),
      row({ to: "#/volunteer/child", title: "孩子想做志愿者", more: "家长在这里同意", sign: "me" })),
    askButton("退出志愿者", "退出后不再请您帮忙，服务记录会保留，随时可以再来。", "退出", leave, ""),
  ];
}

const badge = (me) => h("section", { class: "card badge-card" }, h("p", {}, icon("hand"), h("span", {}, me.name), tag(me.state_zh, KIND[me.state])),
  h("p", { class: "soft" }, "志愿者编号"), h("p", { class: "number" }, me.number), para("上门时报编号，不用报身份证号。", "soft small"));

function waiting(me) {
  if (me.state === "applied") return note("warn", h("p", { class: "strong" }, `还差一步：请${me.guardian?.name ?? "家长"}同意`), h("p", {}, "请家长在自己手机的“志愿服务”里点“孩子想做志愿者”，填您的编号和姓名。"));
  if (me.state === "suspended") return note("bad", h("p", { class: "strong" }, "现在暂停接任务"), h("p", {}, me.why || "请问社区工作人员。"));
  if (me.lacking.length) return note("warn", h("p", { class: "strong" }, "您选的服务里，有的要有证"), list(me.lacking), linkButton("登记证书", "#/volunteer/papers", ""));
  return null;
}

function honours(me) {
  if (!me.honours.length) return null;
  return card([icon("star"), "荣誉"], list(me.honours.map((one) => `${one.name}，${one.by}，${longDay(one.given_on)}`)));
}

async function leave() {
  await once("/volunteers/me/withdraw", {}, { own: true });
  say("已退出，谢谢您帮过的每一次忙");
  reload();
}

// -- a parent agrees

export async function child() {
  const { items } = await own("/volunteers/guardian-consents").catch(() => ({ items: [] }));
  const name = "ward", place = h("div", { "aria-live": "polite" });
  const fields = [text({ name: "number", label: "孩子的志愿者编号", hint: "孩子登记后，页面上写着", needed: "请填编号", maxlength: 32 }),
    text({ name: "child", label: "孩子的姓名", needed: "请填孩子的姓名" })];
  const made = form(name, fields, "我是家长，我同意", async (told) => {
    const { name: who } = await once("/volunteers/guardian-consents", told, { own: true });
    dropDraft(name);
    made.remove();
    place.replaceChildren(done(`好了，${who}可以做志愿者了`, "不放心时随时能收回。", "#/volunteer", "回到志愿服务"));
  });
  return { title: "孩子想做志愿者", body: [note("", "未满 18 岁，要家长同意。危险的事不会派给孩子。"), made, place, ...items.map(ward), help()] };
}

function ward(one) {
  const stop = async () => { await once(`/volunteers/guardian-consents/${one.id}/withdraw`, {}, { own: true }); say("已收回同意"); reload(); };
  return card([one.name, tag(one.state_zh, KIND[one.state])], facts([["编号", one.number]]),
    one.state === "active" ? askButton("收回同意", "收回后，孩子马上不再接任务。", "收回同意", stop, "") : null);
}

// -- teams

export async function teams() {
  const [{ items: all }, { items: my }] = await Promise.all([mini("/volunteers/teams", { own: true }), own("/volunteers/me/teams")]);
  const inside = new Set(my.filter((one) => ["applied", "member"].includes(one.state)).map((one) => one.team));
  return {
    title: "我的队伍",
    body: [...my.filter((one) => one.state !== "left").map(team), my.length ? null : empty("people", "还没有加入队伍。"),
      h("h2", {}, "正在招人的队伍"), ...all.filter((one) => one.recruiting && !inside.has(one.id)).map(recruiting), help()],
  };
}

function team(one) {
  const leave = async () => { await once(`/volunteers/teams/${one.team}/leave`, {}, { own: true }); say("已离开"); reload(); };
  return card([one.name, tag(one.leading ? "我是队长" : one.state_zh, one.state === "refused" ? "off" : one.state === "applied" ? "warn" : "")],
    one.why ? para(one.why) : null, ["applied", "member"].includes(one.state) && !one.leading ? askButton("离开这支队伍", "离开后还能再申请。", "离开", leave, "") : null);
}

function recruiting(one) {
  const ask = async () => { await once(`/volunteers/teams/${one.id}/apply`, {}, { own: true }); say("已申请，等队长答复"); reload(); };
  return card([one.name, tag(one.kind_zh)], para(one.about), facts([["在哪里", one.division], ["现在", `${one.members} 人`]]), actButton("申请加入", ask, ""));
}

// -- proofs

export async function papers() {
  const me = await mine();
  const remove = (one) => async () => { await call("DELETE", `/mini/volunteers/me/qualifications/${one.id}`, { own: true }); say("已去掉"); reload(); };
  return {
    title: "我的资格证书",
    body: [note("", "先在这里登记，再带原件到社区给工作人员看一眼。"),
      ...me.qualifications.map((one) => card([one.title, tag(one.checked ? "已核对" : "等核对", one.checked ? "" : "warn")],
        facts([["发证机关", one.issuer], ["有效到", one.valid_until && longDay(one.valid_until)]]), askButton("去掉", "去掉这项资格？", "去掉", remove(one), ""))),
      me.qualifications.length ? null : empty("shield", "还没有登记证书。没有证也能帮很多忙。"),
      buttons(linkButton("登记一项证书", "#/volunteer/papers/new")), help()],
  };
}
