// One call for help as the elder follows it: who comes, agreeing on the minutes, stars, disagreeing, calling it off.

import { mini, once, save, today } from "../api.js";
import { h, icon, say } from "../dom.js";
import { form, long, text } from "../forms.js";
import { actButton, askButton, card, dayOf, facts, help, lasting, linkButton, momentWords, note, para, reload, tag } from "../parts.js";
import { dropDraft } from "../store.js";

const LOOK_EVERY_MS = 10_000;
const NEXT = {
  open: "找到了，马上告诉您。", taken: "志愿者会按时来。来的人姓名和编号在下面，请对一对。", started: "志愿者已经到了。做完后，请您确认时间。",
  finished: "做完了。时间对不对？请您确认。", confirmed: "都办好了。做得怎么样？", disputed: "有不同意见，工作人员会公道处理。", cancelled: "这一单取消了，时间已退回。", expired: "这次没有找到人，时间已退回。请打社区电话，或换个时间再试。",
};
const COMING = new Set(["accepted", "started"]);
const path = (one) => `/help-orders/${one.id}`;

export async function one(id, fresh) {
  const [found, now] = await Promise.all([mini(`/help-orders/${id}`), today()]), seen = JSON.stringify([found.state, found.people]);
  const timer = setInterval(() => follow(id, seen), LOOK_EVERY_MS);
  if (fresh) say("下好单了");
  return {
    title: fresh ? "下好单了" : `${found.kind_zh}`,
    body: [note(kind(found.state), h("p", { class: "strong" }, found.state_zh), h("p", {}, next(found)), found.why ? h("p", {}, found.why) : null),
      ...found.people.map((who) => person(found, who, dayOf(found.wanted_from) <= now)), rating(found), disagreement(found), photos(found), details(found), giveUp(found), linkButton("看全部帮忙单", "#/orders", ""), help()],
    left: () => clearInterval(timer),
  };
}

const kind = (state) => ({ open: "warn", finished: "warn", disputed: "warn", expired: "bad" }[state] ?? "good");
const waits = (one) => one.state === "finished" && one.people.some((who) => who.proposed_by === "receiver" && who.state === "finished");
const next = (one) => (waits(one) ? "您说的时间告诉志愿者了，等他答复。" : one.state === "confirmed" && one.stars ? "都办好了，谢谢您的评价。" : NEXT[one.state]);

// Somebody who waits sees it change by itself, but never while they are writing.
async function follow(id, seen) {
  const found = await mini(`/help-orders/${id}`).catch(() => null);
  const typing = document.activeElement?.closest("form, [role=alertdialog]");
  if (found && !typing && JSON.stringify([found.state, found.people]) !== seen) reload();
}

// -- who comes

function person(one, who, due) {
  const off = ["withdrew", "missed"].includes(who.state);
  return h("section", { class: "card who-comes" }, h("div", { class: "who" }, h("span", { class: "avatar", "aria-hidden": "true" }, who.name[0]),
    h("div", {}, h("h2", {}, who.name, tag(who.state_zh, off ? "off" : "")), h("p", {}, "志愿者编号 ", h("strong", {}, who.number)))),
  !COMING.has(who.state) ? null : para("开门前，请看看胸牌上的编号对不对。", "soft"),
  who.phone ? h("a", { class: "btn", href: `tel:${who.phone}` }, icon("phone"), `打给${who.name}`) : null,
  who.started_at ? facts([["到的时间", momentWords(who.started_at)], ["走的时间", who.finished_at && momentWords(who.finished_at)], ["记了", who.minutes && lasting(who.minutes)]]) : null,
  who.state === "finished" && one.actions.includes("confirm") ? agreeing(one, who) : null,
  due && who.state === "accepted" && one.actions.includes("miss") ? askButton("他没有来", "志愿者没有来？我们马上再找人。", "没有来", act(one, "missed", { helper_id: who.id }, "知道了，再帮您找人"), "") : null);
}

const act = (one, action, body, words) => async () => { await once(`${path(one)}/${action}`, body); say(words); reload(); };

function agreeing(one, who) {
  if (who.proposed_by === "receiver") return note("warn", `您说是 ${lasting(who.minutes)}，等志愿者答复。`);
  return h("div", { class: "buttons" }, h("p", { class: "asked" }, `${who.name}说，一共 ${lasting(who.minutes)}。对吗？`),
    actButton("对，确认", act(one, "confirm", { helper_id: who.id }, "确认好了，谢谢您")), otherMinutes(one, who));
}

function otherMinutes(one, who) {
  const name = `minutes.${who.id}`, field = text({ name: "minutes", label: "应该是多少分钟？", inputmode: "numeric", maxlength: 3, needed: "请填分钟数，比如 60" });
  field.odd = () => (field.read() && !/^[1-9]\d*$/.test(field.read()) ? "请填数字，比如 60" : "");
  const made = form(name, [field], "告诉志愿者", async (told) => {
    await act(one, "confirm", { helper_id: who.id, minutes: Number(told.minutes) }, "已告诉志愿者")();
    dropDraft(name);
  });
  return h("details", {}, h("summary", {}, "不对"), made);
}

// -- stars

const STARS = ["", "很不好", "不太好", "一般", "好", "非常好"];

function rating(one) {
  if (one.stars) return card("您的评价", h("p", { class: "given", role: "img", "aria-label": `${one.stars} 颗星` }, "★".repeat(one.stars)), one.rating ? para(one.rating) : null);
  if (!one.actions.includes("rate") || one.state !== "confirmed") return null;
  const name = `stars.${one.id}`, words = long({ name: "words", label: "想说的话（可不写）", maxlength: 500 });
  return h("section", {}, h("h2", {}, "做得怎么样？"), form(name, [starField(), words], "评好了", async (told) => {
    await act(one, "rate", { stars: Number(told.stars), words: told.words }, "谢谢您的评价")();
    dropDraft(name);
  }));
}

function starField() {
  const boxes = [5, 4, 3, 2, 1].map((count) => h("input", { type: "radio", name: "stars", value: count, "aria-label": `${count} 颗星，${STARS[count]}` }));
  const wrong = h("p", { class: "wrong", hidden: true });
  const chip = (box) => h("label", { class: "face star-row" }, h("span", { class: "given", "aria-hidden": "true" }, "★".repeat(Number(box.value))), h("span", {}, STARS[box.value]), box);
  return {
    name: "stars", needed: "请选几颗星", first: boxes[0], label: "几颗星",
    node: h("fieldset", { class: "field" }, h("legend", { class: "sr-only" }, "几颗星"), h("div", { class: "faces" }, boxes.map(chip)), wrong),
    read: () => boxes.find((box) => box.checked)?.value ?? "", write: (value) => boxes.forEach((box) => { box.checked = box.value === value; }),
    wrongWords: (said) => { wrong.hidden = !said; wrong.textContent = said; },
  };
}

// -- disagreeing

function disagreement(one) {
  const { dispute } = one;
  if (!dispute) return one.actions.includes("dispute") ? h("details", { class: "card" }, h("summary", {}, "我有不同意见"), saying(one, "dispute", "哪里不对？", "请写一写哪里不对", "请工作人员来评理")) : null;
  const mine = dispute.raised_by === "receiver";
  return card("不同意见", facts([[mine ? "您说" : "志愿者说", dispute.words], [mine ? "志愿者说" : "您说", dispute.answer], ["处理期限", dispute.finding ? "" : momentWords(dispute.due_at)], ["处理结果", dispute.finding]]),
    one.actions.includes("answer") && !mine && !dispute.answer ? saying(one, "answer", "您怎么看？", "请写一写您的看法", "说给工作人员听") : null);
}

function saying(one, action, label, needed, words) {
  const name = `${action}.${one.id}`;
  return form(name, [long({ name: "words", label, needed, maxlength: 500 })], words, async (told) => { await act(one, action, told, "收到了，会公道处理")(); dropDraft(name); });
}

// -- the rest

const details = (one) => card("这一单", facts([["单号", one.number], ["做什么", one.words], ["时间", one.when], ["多久", lasting(one.minutes)], ["几个人", one.helpers > 1 ? `${one.helpers} 人` : ""],
  ["地址", `${one.area} ${one.address}`], ["电话", one.phone], ["用谁的时间", one.payer_zh], ["最好会说", one.language], ["拍照", one.photo_agreed ? "可以拍" : "不拍"]]));

function photos(one) {
  if (!one.photos.length) return null;
  const place = h("div", {}), open = (id) => () => save(`/mini${path(one)}/photos/${id}`, "服务照片.jpg");
  return card("服务照片", ...one.photos.map((id, at) => actButton(`看第 ${at + 1} 张`, open(id), "", place)), place);
}

function giveUp(one) {
  if (one.actions.includes("cancel")) return askButton("不用来了", "取消后会告诉志愿者，时间退回。", "取消这一单", act(one, "cancel", { why: "不需要了" }, "已取消"), "");
  if (one.actions.includes("stop")) return askButton("先不做了", "做了多少算多少，剩下的时间退回。", "先不做了", act(one, "stop", { why: "中途不做了" }, "已告诉志愿者"), "");
  return null;
}
