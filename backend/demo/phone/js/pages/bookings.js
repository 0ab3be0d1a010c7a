// One's appointments: the number, the way there, moving, giving up, checking in, and the queue as it moves.

import { demo, mini, post, save } from "../api.js";
import { goInstead, h, icon, say } from "../dom.js";
import { form, text } from "../forms.js";
import { actButton, askButton, button, buttons, card, dayWords, empty, facts, help, linkButton, list, note, para, row, rows, showProblem, tag } from "../parts.js";
import { acting, dropDraft, dropKey, keyOf } from "../store.js";

const NO_COUNTER = new Set(["tomb_sweeping", "farewell"]), AT_DOOR = "到了以后给工作人员看，或报预约号。";
const OFF = new Set(["cancelled", "no_show", "done"]), LIVE_EVERY_MS = 5000;
export const kind = (state) => ({ displaced: "bad", checked_in: "warn", serving: "warn" }[state] ?? (OFF.has(state) ? "off" : ""));

export async function all() {
  const [{ items }, { items: waits }] = await Promise.all([mini("/bookings?limit=50"), mini("/waiting")]);
  const line = (one) => row({ to: `#/bookings/${one.id}`, title: one.title, tags: [tag(one.state_zh, kind(one.state))], more: `${one.when} ${one.office.name}` });
  const live = items.filter((one) => !OFF.has(one.state)), over = items.filter((one) => OFF.has(one.state));
  return {
    title: acting() ? `${acting().name}的预约` : "我的预约",
    body: [waits.length ? rows(row({ to: "#/waiting", title: "我的候补", tags: [waits.some(isOffer) ? tag("有空位，请确认", "bad") : tag(`在等 ${waits.length} 个`)] })) : null, live.length ? rows(live.map(line)) : empty("calendar", "现在没有要去的预约。", linkButton("去预约婚姻登记", "#/marriage", "")),
      over.length ? h("section", {}, h("h2", {}, "以前的"), rows(over.map(line))) : null, help()],
  };
}

export async function one(id, fresh) {
  const booking = await mini(`/bookings/${id}`);
  if (booking.matter === "tomb_sweeping" && !acting()) return goInstead(`#/cemeteries/visits/${id}`);
  const ticket = h("div", { "aria-live": "polite" }, ticketBox(booking.ticket));
  const timer = booking.ticket && !OFF.has(booking.state) ? setInterval(() => follow(id, ticket), LIVE_EVERY_MS) : null;
  if (fresh) say(`约好了。预约号 ${booking.number}`);
  return {
    title: fresh ? "约好了" : booking.title,
    body: [booking.ticket ? ticket : null, head(booking, fresh, NO_COUNTER.has(booking.matter) ? AT_DOOR : undefined), await next(booking), details(booking), actions(booking), help(booking.office.phone)],
    left: () => clearInterval(timer),
  };
}

function ticketBox(ticket) {
  return ticket ? h("div", { class: "ticket" }, h("p", {}, "排队号"), h("strong", {}, ticket.label), h("p", {}, ticket.words)) : "";
}

async function follow(id, place) {
  const booking = await mini(`/bookings/${id}`).catch(() => null);
  const said = booking?.ticket?.words;
  if (said && place.textContent !== `排队号${booking.ticket.label}${said}`) place.replaceChildren(ticketBox(booking.ticket));
}

export function head(booking, fresh, where = "到窗口出示，或报预约号。") {
  const qr = h("img", { class: "qr", src: `/api/v1/demo/phone/qr/${booking.number}`, alt: `预约号 ${booking.number} 的二维码` });
  return h("section", { class: "card booked" }, fresh ? icon("check") : h("p", {}, tag(booking.state_zh, kind(booking.state))),
    h("p", { class: "soft" }, "预约号"), h("p", { class: "number" }, booking.number), OFF.has(booking.state) ? null : qr,
    OFF.has(booking.state) ? null : para(where, "soft small"));
}

async function next(booking) {
  const words = booking.state === "booked" && booking.actions.includes("check_in") ? linkButton("我到了，签到取号", `#/bookings/${booking.id}/check-in`) : null;
  const rate = booking.state === "done" ? linkButton("去评价", "#/ratings") : null;
  return card("下一步", para(booking.next), booking.note ? note("warn", booking.note) : null, words, rate, options(booking));
}

// A day that was closed: the times that are kept for whoever was booked then.
export function options(booking) {
  if (!booking.options.length) return null;
  const place = h("div", {});
  const act = (one) => async () => {
    await post(`/bookings/${booking.id}/move`, { slot_id: one.slot_id }, { key: keyOf(`move.${one.slot_id}`) });
    say("时间改好了");
    reload();
  };
  return h("div", { class: "buttons" }, booking.options.map((one) => actButton(`改到 ${one.when}`, act(one), "", place)), place);
}

// -- the waiting list: an offer is kept for two hours, then the next one has it

const isOffer = (one) => one.state === "offered";

export async function waiting() {
  const { items } = await mini("/waiting");
  return { title: "我的候补", body: [...items.map(wait), items.length ? null : empty("calendar", "现在没有在等的候补。", linkButton("看我的预约", "#/bookings", "")), help()] };
}

function wait(one) {
  const name = `wait.${one.id}`, place = h("div", {});
  const take = async () => {
    const made = await post(`/waiting/${one.id}/take`, {}, { key: keyOf(name) });
    dropKey(name);
    goInstead(`#/bookings/${made.id}/new`);
  };
  const leave = async () => { await post(`/waiting/${one.id}/leave`, {}, { key: keyOf(`leave.${one.id}`) }); say("好了"); reload(); };
  return card([one.title, isOffer(one) ? tag("请确认", "bad") : tag("在等空位", "warn")], para(one.words, "strong"), facts([["日子", dayWords(one.day)], ["地点", one.office]]), place,
    isOffer(one) ? actButton("就要这个时间", take, "main", place) : null, askButton(isOffer(one) ? "不要了" : "不等了", "不要了，空位就让给后面的人。", "让给别人", leave, ""));
}

const reload = () => dispatchEvent(new HashChangeEvent("hashchange"));

function details(booking) {
  const { office } = booking;
  const people = booking.parties.map((one) => `${one.name}${one.mine ? (acting() ? "（替他办）" : "（我）") : ""}`);
  return card("预约内容", facts([["办什么", booking.title], ["时间", booking.when], ["地点", office.name], ["地址", office.address], ["怎么走", office.directions],
    ["谁来", people.join("、")], ["带什么", booking.bring]]));
}

export function actions(booking) {
  const can = (one) => booking.actions.includes(one);
  const cancel = async () => {
    await post(`/bookings/${booking.id}/cancel`, {}, { key: keyOf(`cancel.${booking.id}`) });
    dropKey(`cancel.${booking.id}`);
    say("已取消");
    goInstead(`#/bookings/${booking.id}`);
    reload();
  };
  const place = h("div", {});
  return buttons(
    can("move") && linkButton("改时间", `#/bookings/${booking.id}/move`, ""),
    !OFF.has(booking.state) && button("加到手机日历", () => calendar(booking.id).catch((problem) => showProblem(place, problem)), ""), place,
    can("cancel") && askButton("取消预约", "真的不去了吗？名额会让给别人。", "取消这个预约", cancel));
}

async function calendar(id) {
  await save(`/mini/bookings/${id}/calendar.ics`, "booking.ics");
  say("日历文件已下载，点开就能加进日历");
}

export async function checkIn(id) {
  const booking = await mini(`/bookings/${id}`), name = `checkin.${id}`;
  const send = async ({ qr }) => {
    await post(`/bookings/${id}/check-in`, { qr });
    dropDraft(name);
    say("签到成功");
    goInstead(`#/bookings/${id}`);
  };
  const fields = [text({ name: "qr", label: "大厅签到码里的文字", hint: "手机会自动扫；扫不了可以照着填，或到窗口请工作人员签到", needed: "请先扫码，或填签到码", maxlength: 200 })];
  const scan = async () => {
    const { qr } = await demo(`/posters/${encodeURIComponent(booking.office.code)}`);
    await send({ qr });
  };
  return {
    title: "签到取号",
    body: [para(`${booking.title}，${booking.when}`, "strong"), para(booking.next, "soft"),
      card("在大厅里", list(["找到墙上的签到码", "点下面的按钮扫一扫", "记住排队号，等叫号"], "ol"), actButton("扫一扫（演示：扫到大厅的码）", scan)),
      form(name, fields, "用文字签到", send), help(booking.office.phone)],
  };
}
