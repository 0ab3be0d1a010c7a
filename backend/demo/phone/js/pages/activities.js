// Volunteers' activities: finding one, signing up or waiting, coming and going.

import { mini, once, own, today } from "../api.js";
import { h, icon, say } from "../dom.js";
import { choice, form, select, text } from "../forms.js";
import { actButton, askButton, card, dayOf, dayWords, empty, facts, help, lasting, later, linkButton, momentWords, note, para, parts, reload, row, rows, tag } from "../parts.js";
import { draft, dropDraft, session } from "../store.js";
import { whereAmI } from "../where.js";
import { mine as volunteer } from "./volunteer.js";

const LIVE = new Set(["signed", "waiting", "present", "left"]), SEARCH = "activities";
const PLACE_KIND = { waiting: "warn", absent: "bad", cancelled: "off", none: "off" };
const when = (one) => `${dayWords(one.starts_at)} ${parts(one.starts_at).time} 到 ${parts(one.ends_at).time}`;

// -- finding one

export async function all() {
  const known = await mini("/activities/choices"), found = h("div", { "aria-live": "polite" });
  const asked = draft(SEARCH), open = Boolean(asked.day || asked.kind || asked.division || asked.words);
  const search = form(SEARCH, fields(known), "找一找", async (told) => show(found, told));
  await show(found, asked);
  return {
    title: "找活动",
    body: [session() ? rows(row({ to: "#/activities/mine", title: "我的活动", more: "报名、签到、签退", sign: "calendar" })) : null,
      h("details", { class: "card", open }, h("summary", {}, "按日子、种类、地方找"), search), found, help()],
  };
}

const pairs = (items, all) => [["", all], ...items.map((one) => [one.code, one.name])];

function fields(known) {
  return [
    choice({ name: "day", label: "什么时候？", choices: [["", "都可以"], ["0", "今天"], ["1", "明天"], ["7", "七天内"], ["30", "三十天内"]], value: "" }),
    select({ name: "kind", label: "做什么？", choices: pairs(known.kinds, "都可以") }),
    select({ name: "division", label: "在哪里？", choices: pairs(known.divisions, "全县") }),
    text({ name: "words", label: "活动名称里的字（可不填）", maxlength: 40 }),
  ];
}

async function show(place, told, cursor) {
  const asked = { ...(await within(told.day)), kind: told.kind, division: told.division, words: told.words, cursor };
  const { items, next } = await mini(`/activities?${new URLSearchParams(Object.entries(asked).filter(([, value]) => value))}`);
  const rest = h("div", {}), more = async () => { await show(rest, told, next); button.remove(); };
  const button = next ? actButton("看后面的", more, "") : "";
  place.replaceChildren(items.length ? rows(items.map(line)) : empty("flag", "没有找到。换一天、换个地方再找找。"), button, rest);
}

// From which day to which: one day alone, or today and the days after it.
async function within(days) {
  if (!days) return {};
  const now = await today(), last = later(now, Number(days));
  return { since: Number(days) > 1 ? now : last, until: last };
}

const free = (one) => (one.free > 0 ? tag(`还有 ${one.free} 个名额`) : tag("满了，可以候补", "warn"));
const line = (one) => row({ to: `#/activities/${one.id}`, title: one.title, tags: [one.state === "published" ? free(one) : tag(one.state_zh, "off")], more: `${when(one)}，${one.place}` });

export async function mine() {
  const { items } = await own("/activities/mine");
  const shown = ({ activity, place }) => row({ to: `#/activities/${activity.id}`, title: activity.title, tags: [tag(place.state_zh, PLACE_KIND[place.state])], more: `${when(activity)}，${activity.place}` });
  const live = items.filter((one) => LIVE.has(one.place.state)), over = items.filter((one) => !LIVE.has(one.place.state));
  return {
    title: "我的活动",
    body: [live.length ? rows(live.map(shown)) : empty("flag", "现在没有报名的活动。", linkButton("找活动", "#/activities", "")),
      over.length ? h("section", {}, h("h2", {}, "以前的"), rows(over.map(shown))) : null, help()],
  };
}

// -- one of them

export async function one(id) {
  const known = Boolean(session());
  const [found, place, me, now] = await Promise.all([mini(`/activities/${id}`), known ? own(`/activities/${id}/mine`) : null, known ? volunteer() : null, today()]);
  const here = dayOf(found.starts_at) <= now;
  return {
    title: found.title,
    body: [standing(found, place, here), taking(found, place, me, here), card(null, para(found.content),
      facts([["时间", when(found)], ["地点", found.place], ["名额", `${found.capacity} 人，还有 ${found.free} 个`], ["报名到", momentWords(found.closes_at)],
        ["几岁起", `${found.min_age} 岁`], ["要什么证", found.needs.join("、")], ["组织者", found.organiser]])),
    found.risk || found.risks ? note("warn", h("p", { class: "strong" }, "请注意安全"), h("p", {}, found.risks || "这个活动有一定风险，请听组织者安排。")) : null,
    h("a", { class: "btn", href: `tel:${found.contact_phone}` }, icon("phone"), `打电话问${found.contact}`), help()],
  };
}

function standing(found, place, here) {
  if (found.state === "cancelled") return note("bad", h("p", { class: "strong" }, "活动取消了"), h("p", {}, found.why));
  if (!place || place.state === "none") return null;
  const words = { waiting: place.ahead ? `前面还有 ${place.ahead} 位。有空位马上告诉您。` : "您排在第一位，有空位马上告诉您。", signed: here ? "到了现场，请签到。" : "到那天，来这一页签到。去不了请早点取消。", present: `${momentWords(place.came_at ?? found.starts_at)} 签到。离开时请签退。`,
    left: "谢谢您。组织者核对后，时间就记上。", confirmed: place.minutes ? `记了 ${lasting(place.minutes)}，谢谢您。` : "" }[place.state];
  return note(["waiting", "absent"].includes(place.state) ? "warn" : "good", h("p", { class: "strong" }, place.state_zh), words ? h("p", {}, words) : null);
}

function taking(found, place, me, here) {
  if (found.state !== "published") return null;
  if (!place) return linkButton("登录后报名", "#/login");
  const path = `/activities/${found.id}`;
  if (place.state === "signed") return h("div", { class: "buttons" }, here ? linkButton("我到了，签到", `#${path}/in`) : null, cancelling(path, "取消报名", "取消后，名额让给后面的人。"));
  if (place.state === "waiting") return cancelling(path, "不等了", "不再候补这个活动。");
  if (place.state === "present") return linkButton("我要走了，签退", `#${path}/out`);
  return ["none", "cancelled"].includes(place.state) ? signing(found, path, me) : null;
}

function signing(found, path, me) {
  if (!me || me.state === "withdrawn") return note("", h("p", {}, "先登记做志愿者，一两分钟就好。"), linkButton("我要做志愿者", "#/volunteer/register"));
  const box = h("div", {});
  const join = async () => { const place = await once(`${path}/sign-up`, { wait: true }, { own: true }); say(place.state === "waiting" ? "排上候补了" : "报名成功"); reload(); };
  return h("div", {}, box, actButton(found.free > 0 ? "我要报名" : "排候补", join, "main", box));
}

function cancelling(path, words, why) {
  return askButton(words, why, words, async () => { await once(`${path}/cancel`, {}, { own: true }); say("已取消"); reload(); }, "");
}

// -- coming and going

export const comeIn = (id) => presence(id, "in");
export const goOut = (id) => presence(id, "out");

async function presence(id, way) {
  const found = await mini(`/activities/${id}`), name = `presence.${way}.${id}`, words = way === "in" ? "签到" : "签退";
  const send = async (seen) => {
    await once(`/activities/${id}/check-${way}`, seen, { own: true });
    dropDraft(name);
    say(`${words}好了`);
    location.replace(`#/activities/${id}`);
  };
  const byCode = form(name, [text({ name: "code", label: "现场的签到码", hint: "扫组织者的二维码；扫不了，把码下面的字填在这里", needed: "请填签到码", maxlength: 200 })], `用码${words}`, send);
  const byPlace = card("不用码也行", para("人在现场，用手机的位置签。位置不保存。", "soft"), actButton([icon("place"), `用位置${words}`], async () => send(await whereAmI()), ""));
  return { title: words, body: [card(null, h("p", { class: "strong" }, found.title), para(`${when(found)}，${found.place}`, "soft")), byCode, found.by_position ? byPlace : null, help(found.contact_phone)] };
}
