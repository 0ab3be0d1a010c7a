// Where and when: an office, then a day, then a time; also for moving an appointment.

import { mini, post } from "../api.js";
import { go, goInstead, h, say } from "../dom.js";
import { actButton, button, card, dayWords, empty, help, momentWords, note, para, parts, row, rows, steps } from "../parts.js";
import { addToDraft, draft, keyOf, dropKey } from "../store.js";
import { ALL_STEPS, FLOW } from "./marriage.js";

export async function office(code) {
  const { items } = await mini(`/offices?matter=${code}`);
  const choose = (one) => {
    addToDraft(FLOW, { matter: code, office: one.code, officeName: one.name, slot: null });
    go(`#/marriage/${code}/time`);
  };
  const shown = items.map((one) => row({ title: one.name, more: `${one.address}。${one.directions}`, sign: "place", onclick: () => choose(one) }));
  return {
    title: "选地点",
    body: [steps(3, ALL_STEPS), items.length ? rows(shown) : empty("place", "这件事现在不能网上约。请打 12345 问一问。"), help()],
  };
}

export async function time(code) {
  const kept = draft(FLOW);
  if (kept.matter !== code || !kept.office) return goInstead(`#/marriage/${code}/office`);
  const found = await mini(`/marriage/slots?matter=${code}&office=${encodeURIComponent(kept.office)}`);
  const choose = (slot) => {
    addToDraft(FLOW, { wait: null, slot: { id: slot.id, starts_at: slot.starts_at, ends_at: slot.ends_at } });
    go(`#/marriage/${code}/people`);
  };
  const wait = (day) => {
    addToDraft(FLOW, { slot: null, wait: day });
    go(`#/marriage/${code}/people`);
  };
  const range = found.first ? note("", `按法律规定，这件事要在 ${dayWords(found.first)} 到 ${dayWords(found.last)} 之间办。`) : null;
  return { title: "选时间", body: [steps(4, ALL_STEPS), para(kept.officeName, "strong"), range, ...picker(found.items, choose, WAITED.has(code) ? wait : null), help()] };
}

// What a freed place may be given to: the periods of a divorce and whatever needs more people cannot wait for one.
const WAITED = new Set(["marriage_registration", "divorce_application", "certificate_reissue", "no_record_proof"]);

const span = (slot) => `${parts(slot.starts_at).time}–${parts(slot.ends_at).time}`;

// few: free, but not for so many people.
function words(slot) {
  if (slot.state === "not_yet") return `${momentWords(slot.opens_at)} 放号`;
  return { full: "约满了", closed: "不可约", few: `只剩 ${slot.left} 人的位置` }[slot.state] ?? (slot.words || `可约，余 ${slot.left} 个`);
}

const free = (slot) => ["open", "provisional"].includes(slot.state) && slot.left > 0;

// A strip of days above the times of the chosen day.
export function picker(slots, choose, wait = null) {
  const days = new Map();
  for (const slot of slots) days.set(slot.day, [...(days.get(slot.day) ?? []), slot]);
  if (!days.size) return [empty("calendar", "现在没有可约的时间。可以直接到窗口取号，或过几天再来看。")];
  const times = h("div", { "aria-live": "polite", class: "card" }), strip = h("div", { class: "days", role: "group", "aria-label": "日期" });
  const show = (day) => {
    for (const one of strip.children) one.setAttribute("aria-pressed", String(one.dataset.day === day));
    times.replaceChildren(h("h2", {}, dayWords(day)), provisional(days.get(day), day), h("ul", { class: "slots" }, days.get(day).map((slot) => time_(slot, choose))), wait && isFull(days.get(day)) ? waitBox(day, wait) : "");
  };
  strip.append(...[...days].map(([day, all]) => dayButton(day, all, show)));
  show([...days].find(([, all]) => all.some(free))?.[0] ?? [...days.keys()][0]);
  requestAnimationFrame(() => strip.querySelector("[aria-pressed=true]").scrollIntoView({ inline: "center", block: "nearest" }));
  return [strip, times];
}

function dayButton(day, all, show) {
  const left = all.filter(free).reduce((sum, one) => sum + one.left, 0);
  const state = left ? `余 ${left}` : all.some((one) => one.state === "not_yet") ? "未放号" : all.some((one) => one.state === "full") ? "约满" : "不可约";
  const [date, week] = dayWords(day).split(" ");
  return h("button", { type: "button", class: "day", "data-day": day, onclick: () => show(day) },
    h("span", {}, week), h("strong", {}, date.replace("月", "/").replace("日", ""), h("span", { class: "sr-only" }, date)), h("span", {}, state));
}

const isFull = (all) => !all.some(free) && all.some((one) => one.state === "full");

const waitBox = (day, wait) => note("", h("p", {}, "这一天约满了。可以排队等空位，有人退了就短信通知您。"), button("排队等空位", () => wait(day), ""));

const provisional = (all, day) => (all.some((one) => one.provisional) ? note("warn", `${day.slice(0, 4)}年放假安排还没公布，日期可能调整。`) : "");

function time_(slot, choose) {
  const inside = [h("strong", {}, span(slot)), h("span", {}, words(slot))];
  return h("li", {}, free(slot) ? h("button", { type: "button", class: "slot", onclick: () => choose(slot) }, inside) : h("div", { class: "slot slot-off" }, inside));
}

export async function move(id) {
  const booking = await mini(`/bookings/${id}`), place = h("div", { "aria-live": "polite" });
  const found = await free_(booking);
  const choose = (slot) => {
    const act = async () => {
      await post(`/bookings/${id}/move`, { slot_id: slot.id }, { key: keyOf(`move.${slot.id}`) });
      dropKey(`move.${slot.id}`);
      say("时间改好了");
      goInstead(`#/bookings/${id}`);
    };
    place.replaceChildren(card("改到这个时间？", para(`${dayWords(slot.starts_at)} ${span(slot)}`, "strong"), para("新的时间约上了，才会放掉原来的。", "soft"),
      actButton("就改到这个时间", act), button("再看看", () => place.replaceChildren(), "")));
    place.scrollIntoView({ block: "center" });
  };
  return { title: "改时间", body: [para(`现在是 ${booking.when}`, "soft"), ...picker(found, choose), place, help()] };
}

// Where the places of a time are people.
const PEOPLE = new Set(["tomb_sweeping"]);

// What no law ties to certain days.
const ANY_TIME = new Set(["assistance_consultation", "tomb_sweeping", "farewell"]);

async function free_(booking) {
  const query = `matter=${booking.matter}&office=${encodeURIComponent(booking.office.code)}`;
  if (!ANY_TIME.has(booking.matter)) return (await mini(`/marriage/slots?${query}`)).items;
  return officeTimes(booking.office.code, booking.matter);
}

export async function officeTimes(code, matter) {
  const { days } = await mini(`/offices/${encodeURIComponent(code)}/slots?matter=${matter}`);
  return days.flatMap((one) => one.slots.map((slot) => ({ ...slot, day: one.day, words: PEOPLE.has(matter) ? `还能来 ${slot.left} 人` : "" })));
}
