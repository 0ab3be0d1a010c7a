// 我去帮忙: who asks for a volunteer, one visit from accepting to the minutes, and the red button.

import { call, once, own, post } from "../api.js";
import { h, icon, say } from "../dom.js";
import { form, long, text } from "../forms.js";
import { actButton, askButton, card, empty, facts, help, lasting, linkButton, list, momentWords, note, para, reload, row, rows, showProblem, tag } from "../parts.js";
import { shrunk } from "../pictures.js";
import { dropDraft } from "../store.js";
import { perhapsHere } from "../where.js";
import { mine } from "./volunteer.js";

const KIND = { offered: "warn", finished: "warn", confirmed: "", released: "off", declined: "off" };
const HERE_EVERY_MS = 60_000;
const path = (one) => `/help-orders/tasks/${one.id}`;

export async function all() {
  const me = await mine();
  if (!me) return { title: "我去帮忙", body: [empty("hand", "登记成志愿者，就能看到谁需要帮忙。", linkButton("我要做志愿者", "#/volunteer")), help()] };
  const { items } = await own("/help-orders/tasks");
  const offers = items.filter((one) => one.mine === "offered"), taken = items.filter((one) => one.mine !== "offered");
  const line = (one) => row({ to: `#/tasks/${one.id}`, title: `${one.kind_zh}，${lasting(one.minutes)}`, tags: [tag(one.mine_zh, KIND[one.mine])], more: `${one.when}，${one.area}` });
  return {
    title: "我去帮忙",
    body: [taken.length ? h("section", {}, h("h2", {}, "我接的"), rows(taken.map(line))) : null,
      h("section", {}, h("h2", {}, "想请您帮忙的"), offers.length ? rows(offers.map(line)) : empty("hand", "现在没有要您帮忙的。有了会告诉您。")),
      rows(row({ to: "#/calls", title: "应急召集", more: "找人、救灾", sign: "warn" })), help()],
  };
}

export async function one(id) {
  const found = await own(`/help-orders/tasks/${id}`), can = (action) => found.actions.includes(action);
  const timer = can("share") && found.mine === "started" ? setInterval(() => tellWhere(found), HERE_EVERY_MS) : null;
  return {
    title: `${found.kind_zh}，${lasting(found.minutes)}`,
    body: [note(KIND[found.mine] === "warn" ? "warn" : "good", h("p", { class: "strong" }, found.mine_zh), h("p", {}, next(found))),
      can("sos") ? sos(found) : null, whom(found), reasons(found), deciding(found, can), visiting(found, can), minutes(found, can), disagreement(found), leaving(found, can), help()],
    left: () => clearInterval(timer),
  };
}

const next = (one) => ({ offered: "去不去由您定。接了单，才看得到门牌和电话。", accepted: "请按时到。到了点“我到了，开始”。", started: "做完了点“做完了”。觉得不安全，随时点红色按钮。",
  finished: "等对方确认时间，确认后就记上。", confirmed: `记了 ${lasting(one.agreed ?? one.minutes)}，谢谢您。`, declined: "这次不去，没关系。", released: "已经有人去了，谢谢您。", withdrew: "您已退单。", missed: "记为没有到。有误会请打社区电话。" }[one.mine]);

const act = (one, action, body, words) => async () => { await once(`${path(one)}/${action}`, body ?? {}, { own: true }); say(words); reload(); };

// -- the offer

function whom(one) {
  const known = one.address !== null;
  return card([icon("place"), known ? one.receiver : `${one.receiver}，${one.area}`], facts([["做什么", one.words], ["时间", one.when], ["在哪里", known ? `${one.area} ${one.address}` : "接单后告诉您"], ["多久", lasting(one.minutes)],
    ["几个人去", one.helpers > 1 ? `${one.helpers} 人` : ""], ["最好会说", one.language], ["要会", one.skills.join("、")], ["拍照", known ? (one.photo_agreed ? "对方同意拍" : "不要拍") : ""]]),
  one.phone ? h("a", { class: "btn", href: `tel:${one.phone}` }, icon("phone"), `打给${one.receiver}`) : null);
}

const reasons = (one) => (one.mine === "offered" && one.reasons.length ? card([icon("check"), "为什么请您"], list(one.reasons)) : null);

function deciding(one, can) {
  if (!can("accept")) return null;
  const box = h("div", {});
  return h("div", { class: "buttons" }, box, actButton("我去", act(one, "accept", undefined, "接好了，谢谢您"), "main", box), actButton("这次不去", act(one, "decline", {}, "知道了，我们再找人"), "", box));
}

// -- the visit

function visiting(one, can) {
  const begin = async () => act(one, "start", await perhapsHere(), "开始记时间了")();
  return h("div", { class: "buttons" }, can("start") ? actButton("我到了，开始", begin) : null,
    can("finish") ? askButton("做完了", "真的做完了吗？时间记到现在。", "做完了", act(one, "finish", {}, "辛苦了，等对方确认"), "main") : null,
    can("share") ? sharing(one) : null, can("finish") && one.photo_agreed ? photo(one) : null);
}

// A link for somebody at home; each new one ends the one before.
function sharing(one) {
  const place = h("div", { "aria-live": "polite" });
  const share = async () => {
    const { share_code: code } = await post(`${path(one)}/share`, {}, { own: true });
    await tellWhere(one);
    place.replaceChildren(shared(`${location.origin}${location.pathname}#/follow/${code}`));
  };
  return h("div", {}, actButton([icon("people"), "让家人看到我在哪"], share, ""), place);
}

function shared(link) {
  const copy = async () => { await navigator.clipboard.writeText(link); say("复制好了"); };
  return note("good", h("p", { class: "strong" }, "把这个链接发给家人"), h("a", { class: "link share-link", href: link }, "先打开看看", icon("next")), actButton("复制链接", copy, ""), h("p", {}, "这次帮完忙，链接就失效。"));
}

async function tellWhere(one) {
  const here = await perhapsHere();
  if ("longitude" in here) await call("POST", `/mini${path(one)}/here`, { body: here, own: true }).catch(() => null);
}

function photo(one) {
  const input = h("input", { type: "file", accept: "image/*", capture: "environment", "aria-label": "拍一张服务照片" }), place = h("div", {});
  const label = h("label", { class: "btn upload" }, icon("camera"), h("span", {}, "拍一张（对方同意了）"), input);
  input.addEventListener("change", async () => {
    const body = new FormData();
    body.append("file", await shrunk(input.files[0]), "photo.jpg");
    label.setAttribute("aria-disabled", "true");
    await call("POST", `/mini${path(one)}/photos`, { body, own: true }).then(() => say("照片交好了"), (problem) => showProblem(place, problem));
    label.removeAttribute("aria-disabled");
    input.value = "";
  });
  return h("div", {}, label, place);
}

// -- the red button: asked back once, then nothing may stand in its way

function sos(one) {
  const place = h("div", { "aria-live": "assertive" });
  const cry = async () => {
    await post(`${path(one)}/sos`, await perhapsHere(), { own: true });
    place.replaceChildren(note("bad", h("p", { class: "strong" }, "已经叫人了"), h("p", {}, "值班人员知道您在哪里，马上给您打电话。"), h("a", { class: "btn btn-bad", href: "tel:110" }, icon("phone"), "打 110"), h("a", { class: "btn btn-bad", href: "tel:120" }, icon("phone"), "打 120")));
  };
  const asked = () => {
    const box = h("div", { class: "note note-bad", role: "alertdialog", "aria-label": "要叫人来帮您吗？", tabindex: "-1" }, h("p", { class: "strong" }, "要叫人来帮您吗？"), actButton("叫人来", cry, "sos", place),
      h("button", { type: "button", class: "btn", onclick: () => box.remove() }, "点错了"));
    place.replaceChildren(box);
    box.focus();
  };
  return h("div", { class: "buttons" }, h("button", { type: "button", class: "btn btn-sos", onclick: asked }, icon("warn"), "求助：我有危险"), place);
}

// -- the minutes, disagreeing, leaving

function minutes(one, can) {
  if (!can("minutes")) return null;
  const theirs = one.proposed_by === "receiver", name = `mine.${one.id}`, field = text({ name: "minutes", label: "应该是多少分钟？", inputmode: "numeric", maxlength: 3, needed: "请填分钟数，比如 60" });
  field.odd = () => (field.read() && !/^[1-9]\d*$/.test(field.read()) ? "请填数字，比如 60" : "");
  const made = form(name, [field], "改时间", async (told) => { await act(one, "minutes", { minutes: Number(told.minutes) }, "已告诉对方")(); dropDraft(name); });
  return h("section", { class: "card" }, h("p", { class: "asked" }, theirs ? `对方说是 ${lasting(one.agreed)}，对吗？` : `您报的是 ${lasting(one.agreed)}，等对方确认。`),
    facts([["开始", one.started_at && momentWords(one.started_at)], ["结束", one.finished_at && momentWords(one.finished_at)]]),
    theirs ? actButton("对，确认", act(one, "minutes", {}, "确认好了")) : null, h("details", {}, h("summary", {}, "时间不对"), made),
    can("dispute") ? h("details", {}, h("summary", {}, "请人评理"), saying(one, "dispute", "哪里不对？", "请工作人员来评理")) : null);
}

function disagreement(one) {
  const { dispute } = one;
  if (!dispute) return null;
  const mineIs = dispute.raised_by === "helper";
  return card("不同意见", facts([[mineIs ? "您说" : "对方说", dispute.words], [mineIs ? "对方说" : "您说", dispute.answer], ["处理结果", dispute.finding]]),
    !mineIs && !dispute.answer && !dispute.finding ? saying(one, "answer", "您怎么看？", "说给工作人员听") : null);
}

function saying(one, action, label, words) {
  const name = `${action}.task.${one.id}`;
  return form(name, [long({ name: "words", label, needed: "请写一句", maxlength: 500 })], words, async (told) => { await act(one, action, told, "收到了，会公道处理")(); dropDraft(name); });
}

function leaving(one, can) {
  if (!can("withdraw")) return null;
  const name = `withdraw.${one.id}`;
  const made = form(name, [text({ name: "why", label: "为什么去不了？", hint: "比如：家里有急事", needed: "请写一句原因", maxlength: 200 })], "退单", async (told) => { await act(one, "withdraw", told, "退好了，我们再找人")(); dropDraft(name); });
  return h("details", { class: "card" }, h("summary", {}, "去不了了"), para("请早点说，好再找人。", "soft"), made);
}
