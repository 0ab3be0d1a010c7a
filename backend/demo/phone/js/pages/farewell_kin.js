// What the family decides about a farewell: who is invited, whether it is recorded, another time, calling it off.

import { call, once, post } from "../api.js";
import { h, say } from "../dom.js";
import { day, form, text } from "../forms.js";
import { actButton, askButton, button, buttons, card, linkButton, longDay, momentWords, note, para, reload, tag } from "../parts.js";
import { dropDraft } from "../store.js";

const LIVE = new Set(["planned", "displaced", "open"]), MINE = { own: true };

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

// One no is enough; the shortest time that anybody named counts.
function recording(one) {
  if (one.state === "cancelled") return null;
  const name = `farewell.recording.${one.id}`;
  const set = async (body) => { await once(`/farewells/${one.id}/consent`, body, MINE); dropDraft(name); say(body.agreed ? "已同意录像" : "好的，不录像"); reload(); };
  const fields = [day({ name: "until", label: "留到哪一天？（可不填）", hint: "不填，就留到规定的最后一天。到期自动删", value: one.consent_until ?? "" })];
  const yes = form(name, fields, "我同意录像", ({ until }) => set({ agreed: true, until: until || null }));
  const no = (words) => actButton(words, () => set({ agreed: false }), "");
  if (one.my_consent === null) return card("要不要录像？", para("家里人都同意才录，只有请的亲友能看。"), yes, no("我不同意"));
  if (!one.my_consent) return card(["录像", tag("您不同意", "off")], para("不会录像。"), h("details", {}, h("summary", {}, "我想好了，同意"), yes));
  return card(["录像", tag("您已同意")], para(one.agreed ? `${one.has_recording ? "录好了" : "会录像"}，留到 ${longDay(one.recording_until ?? one.consent_until)}，到期自动删。` : "还有家里人不同意，不会录像。"),
    askButton("不录了，收回同意", "收回以后，录像马上删除，找不回来。", "收回同意", () => set({ agreed: false }), ""));
}

// -- another time, or not at all

function change(one) {
  if (!LIVE.has(one.state)) return null;
  const cancel = async ({ why }) => { await once(`/farewells/${one.id}/cancel`, { why }, MINE); say("已取消，会告诉亲友"); reload(); };
  const fields = [text({ name: "why", label: "为什么取消？", hint: "亲友会看到", needed: "请写一句原因", maxlength: 100 })];
  return card("改时间、取消", one.state === "open" ? null : linkButton("改时间或地点", `#/farewells/${one.id}/place`, one.state === "displaced" ? "main" : ""),
    h("details", {}, h("summary", {}, "取消这场告别"), form(`farewell.cancel.${one.id}`, fields, "取消，并告诉亲友", cancel)));
}
