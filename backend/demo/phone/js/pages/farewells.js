// 远程告别: those of one's family and those one is invited to; the room, the book of condolence, the family's decisions.

import { call, once, own, post } from "../api.js";
import { goInstead, h, icon, say } from "../dom.js";
import { form, long, text } from "../forms.js";
import { askButton, card, dayWords, empty, facts, help, linkButton, longDay, momentWords, note, para, parts, reload, row, rows, tag } from "../parts.js";
import { dropDraft } from "../store.js";
import { family } from "./farewell_kin.js";

const KIND = { planned: "", displaced: "bad", open: "warn", over: "off", closed: "off", cancelled: "bad" };
const OVER = new Set(["over", "closed", "cancelled"]), MINE = { own: true };

export const when = (one) => `${dayWords(one.starts_at)} ${parts(one.starts_at).time}–${parts(one.ends_at).time}`;

export async function all() {
  const { items } = await own("/farewells");
  const line = (one) => row({ to: `#/farewells/${one.id}`, title: `告别${one.name}`, tags: [tag(one.state_zh, KIND[one.state])], more: `${when(one)} ${one.place}` });
  const part = (title, found) => (found.length ? h("section", {}, h("h2", {}, title), rows(found.map(line))) : null);
  const live = items.filter((one) => !OVER.has(one.state));
  return {
    title: "远程告别",
    body: [note("", "来不了现场的亲友，在手机上也能送一程。只有家里人邀请的人能看。"),
      items.length ? null : empty("camera", "现在没有告别仪式。"),
      part("我家的", live.filter((one) => one.kin)), part("请我去的", live.filter((one) => !one.kin)), part("以前的", items.filter((one) => OVER.has(one.state))),
      rows(row({ to: "#/farewells/join", title: "我收到了邀请", more: "用邀请码或链接进入", sign: "mail" }), row({ to: "#/farewells/new", title: "为家人安排告别", more: "近亲属可以安排", sign: "people" })), help()],
  };
}

// -- an invitation

export async function join(code) {
  if (code) return joined(code);
  const name = "farewell.join";
  const fields = [text({ name: "code", label: "邀请码，或家里人发来的链接", hint: "整个粘贴进来就行", needed: "请填邀请码", maxlength: 200 })];
  return { title: "我收到了邀请", body: [para("邀请只给您一个人用，请不要转给别人。", "soft"),
    form(name, fields, "打开", async ({ code: told }) => { await joined(told.split("/").at(-1).trim()); dropDraft(name); }), help()] };
}

async function joined(code) {
  const one = await post("/farewells/join", { code }, MINE);
  say(`您已加入${one.name}的告别`);
  goInstead(`#/farewells/${one.id}`);
}

// -- one farewell

export async function one(id, fresh) {
  const found = await own(`/farewells/${id}`);
  if (fresh) say("安排好了");
  return {
    title: `告别${found.name}`,
    body: [fresh ? note("good", h("p", { class: "strong" }, "安排好了。"), h("p", {}, "下一步：请亲友。每位亲友一个链接，发给他本人。")) : null, about(found), room(found), ...(found.kin ? family(found) : []), book(found), help()],
  };
}

const about = (one) => card([tag(one.state_zh, KIND[one.state])], facts([["时间", when(one)], ["地点", one.place], ["编号", one.number]]),
  one.state === "cancelled" ? note("warn", `取消了：${one.why}`) : null,
  one.state === "displaced" ? note("warn", one.kin ? "殡仪馆那天不能用了。请在下面换个时间。" : "殡仪馆那天不能用了。家里人换好时间，会告诉您。") : null);

const PICTURE = { none: "画面还没有接通，请等一等再进去。", broken: "画面断了，工作人员正在修，请等一等再进去。" };

// The room is a page of its own, that knows who is signed in on this phone. It opens by a tap, never by itself.
function room(one) {
  if (["cancelled", "displaced"].includes(one.state)) return null;
  const enter = (words) => linkButton(words, `/farewell/#${one.id}`);
  if (one.can_watch) return card([icon("camera"), "正在告别"], PICTURE[one.stream_state] ? note("warn", PICTURE[one.stream_state]) : para("可以进去了。请关小声音，静静地看。"),
    one.recorded ? para("家里人同意录像，只有请的亲友能看。", "soft small") : null, enter("进入告别厅"));
  if (one.has_recording) return card([icon("camera"), "录像"], para(`家里人同意留着，看到 ${longDay(one.recording_until)}。`), enter("看录像"));
  if (["over", "closed"].includes(one.state)) return card([icon("camera"), "仪式结束了"], para("谢谢您来送一程。"));
  return card([icon("camera"), "还没开始"], para(`${momentWords(one.opens_at)}起，在这一页进入。到时会发消息告诉您。`));
}

// -- the book of condolence

function book(one) {
  return card("留言簿", one.words.length ? h("ul", { class: "words" }, one.words.map((each) => entry(one, each))) : para("还没有留言。", "soft"),
    one.can_write ? write(one) : null);
}

function entry(one, each) {
  const take = async () => { await call("DELETE", `/mini/farewells/${one.id}/words/${each.id}`, MINE); say("已撤下"); reload(); };
  return h("li", {}, h("p", {}, each.words), h("p", { class: "soft small" }, `${each.by}，${momentWords(each.at)} `, each.mine ? tag(each.state_zh, each.state === "shown" ? "" : "warn") : ""),
    each.mine || one.kin ? askButton(each.mine ? "收回这句话" : "撤下这句话", "撤下以后，谁都看不到了。", "撤下", take, "") : null);
}

function write(one) {
  const name = `farewell.words.${one.id}`;
  const fields = [long({ name: "words", label: "想对他、对家里人说的话", hint: "最多 300 个字。先看一遍有没有不妥，再给大家看", needed: "请写几句", maxlength: 300 })];
  const send = async ({ words }) => { await once(`/farewells/${one.id}/words`, { words }, MINE); dropDraft(name); say("收到了，正在审核"); reload(); };
  return form(name, fields, "留下这些话", send);
}
