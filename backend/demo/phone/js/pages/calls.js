// 应急召集: somebody is missing, a disaster: who is near is asked, and says whether they come. And what a family sees by a link.

import { mini, once, own } from "../api.js";
import { h, icon, say } from "../dom.js";
import { actButton, card, empty, facts, help, momentWords, note, para, reload, tag } from "../parts.js";

const LOOK_EVERY_MS = 30_000;

export async function all() {
  const { items } = await own("/help-orders/calls");
  return {
    title: "应急召集",
    body: [note("warn", "去不去由您定，先顾好自己的安全。有生命危险先打 110、120。"), ...items.map(call),
      items.length ? null : empty("check", "现在没有召集，平平安安。"), help()],
  };
}

function call(one) {
  const box = h("div", {}), answer = (action, words) => async () => { await once(`/help-orders/calls/${one.id}/answer`, { action }, { own: true }); say(words); reload(); };
  const come = actButton("我去", answer("come", "谢谢您，请看集合地点"), "main", box), not = actButton("去不了", answer("decline", "知道了"), "", box);
  const buttons = { asked: [come, not], coming: [actButton("我到了", answer("arrive", "记好了，注意安全"), "main", box), not], declined: [come] }[one.mine] ?? [];
  return card([icon("warn"), one.title, tag(one.mine_zh, one.mine === "asked" ? "bad" : "")], para(`${momentWords(one.opened_at)} 发起`, "soft"),
    one.words ? para(one.words) : one.mine === "asked" ? para("点“我去”以后，告诉您细节和地点。", "soft") : null, one.place ? map(one.place) : null, box, h("div", { class: "buttons" }, buttons));
}

const map = ([longitude, latitude]) => h("a", { class: "btn", href: `geo:${latitude},${longitude}` }, icon("place"), "打开地图");

// -- the link a volunteer shared

export async function follow(code) {
  const found = await mini(`/help-orders/shared/${encodeURIComponent(code)}`, { own: true });
  const timer = setInterval(reload, LOOK_EVERY_MS);
  return {
    title: `${found.name}的行程`,
    body: [note("good", h("p", { class: "strong" }, found.state_zh), h("p", {}, found.started_at ? "已经到了，正在帮忙。这一页会自己更新。" : "还没有开始。这一页会自己更新。")),
      card(null, facts([["做什么", found.kind], ["在哪一片", found.area], ["开始", found.started_at ? momentWords(found.started_at) : "还没有开始"], ["应该结束", momentWords(found.planned_end)]]), found.place ? map(found.place) : null),
      para("到点很久还没结束，先打他的电话；联系不上打 110。", "soft"), help()],
    left: () => clearInterval(timer),
  };
}
