// What the family decides about a farewell: who is invited, whether it is recorded, another time, calling it off.

import { call, once, post } from "../api.js";
import { h, say } from "../dom.js";
import { form, text } from "../forms.js";
import { actButton, askButton, button, buttons, card, linkButton, longDay, momentWords, note, para, reload, tag } from "../parts.js";
import { dropDraft } from "../store.js";

const LIVE = new Set(["planned", "open"]), MINE = { own: true };

export const family = (one) => [guests(one), recording(one), change(one)];

// -- guests: a link for each of them, shown once

function guests(one) {
  const place = h("div", { "aria-live": "polite" }), name = `farewell.guest.${one.id}`;
  const invite = async ({ name: who }) => {
    const { path } = await post(`/farewells/${one.id}/guests`, { name: who }, MINE);
    dropDraft(name);
    place.replaceChildren(link(who, `${location.origin}${path}`));
    place.firstChild.focus();
  };
  const fields = [text({ name: "name", label: "请谁？", hint: "平时怎么叫就怎么写，比如：王阿姨", needed: "请写怎么称呼", maxlength: 20 })];
  return card("请的亲友", one.guests.length ? h("ul", { class: "words" }, one.guests.map((each) => guest(one, each))) : para("还没有请人。", "soft"), place,
    LIVE.has(one.state) ? form(name, fields, "给一个链接", invite) : null);
}

function link(who, address) {
  const copy = async () => { await navigator.clipboard.writeText(address).catch(() => null); say("链接已复制"); };
  const box = note("good", h("p", { class: "strong" }, `${who}的链接`), h("p", { class: "address" }, address), h("p", {}, "只显示这一次，请发给本人。谁先打开就归谁。"),
    buttons(actButton("复制链接", copy), button("发好了", reload, "")));
  box.tabIndex = -1;
  return box;
}

function guest(one, each) {
  const back = async () => { await call("DELETE", `/mini/farewells/${one.id}/guests/${each.id}`, MINE); say("已收回"); reload(); };
  const state = each.came_at ? tag(`${momentWords(each.came_at)}来过`) : each.joined ? tag("已打开") : tag("还没打开", "warn");
  return h("li", {}, h("p", {}, h("span", { class: "strong" }, each.name), " ", state), LIVE.has(one.state) ? askButton("收回邀请", `收回以后，${each.name}就进不来了。`, "收回", back, "") : null);
}

// -- the recording: only if they agree

function recording(one) {
  if (one.state === "cancelled") return null;
  const set = (agreed) => async () => { await once(`/farewells/${one.id}/consent`, { agreed }, MINE); say(agreed ? "已同意录像" : "已收回，录像删除"); reload(); };
  if (!one.agreed) return card("要不要录像？", para("不同意就不录。同意了，最多留三十天，只有请的亲友能看。"), actButton("我同意录像", set(true), ""));
  return card(["录像", tag("家里人已同意")], para(one.has_recording ? `留到 ${longDay(one.recording_until)}，到期自动删。` : "录好以后，留到哪天会写在这里，最多三十天。"),
    askButton("不录了，收回同意", "收回以后，录像马上删除，找不回来。", "收回同意", set(false), ""));
}

// -- another time, or not at all

function change(one) {
  if (!LIVE.has(one.state)) return null;
  const cancel = async ({ why }) => { await once(`/farewells/${one.id}/cancel`, { why }, MINE); say("已取消，会告诉亲友"); reload(); };
  const fields = [text({ name: "why", label: "为什么取消？", hint: "亲友会看到", needed: "请写一句原因", maxlength: 100 })];
  return card("改时间、取消", one.state === "planned" ? moving(one) : null,
    h("details", {}, h("summary", {}, "取消这场告别"), form(`farewell.cancel.${one.id}`, fields, "取消，并告诉亲友", cancel)));
}

function moving(one) {
  if (!one.booked) return linkButton("改时间或地点", `#/farewells/${one.id}/place`, "");
  return one.booking_id ? [linkButton("换个时段", `#/bookings/${one.booking_id}/move`, ""), para("改好后，过几分钟会告诉亲友。", "soft small")]
    : para("礼厅是别的家人订的，请他在“我的预约”里改时间。", "soft");
}
