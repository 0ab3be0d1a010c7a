// Booking a visit to a grave: which grave, how many people, when, and once more before it is sent.

import { mini, once } from "../api.js";
import { go, goInstead } from "../dom.js";
import { choice, form, select, text } from "../forms.js";
import { actButton, buttons, card, dayWords, empty, facts, help, note, para, parts, row, rows, steps } from "../parts.js";
import { addToDraft, draft, dropDraft, keepDraft } from "../store.js";
import { cemeteries, plots, VISIT } from "./cemeteries.js";
import { picker } from "./times.js";

const ALL_STEPS = 4, FREE = new Set(["open", "provisional"]);
export const PLOT = { name: "plot", label: "墓位号", hint: "墓证上写着，比如：1排1号", needed: "请填墓位号", maxlength: 32 };

const graveOf = ({ cemetery, zone, plot }) => ({ cemetery, zone, plot });

export async function which(code) {
  const [items, own] = await Promise.all([cemeteries(), plots()]);
  const one = items.find((each) => each.code === code);
  if (!one) return goInstead("#/cemeteries");
  const begin = async (grave) => {
    await timesOf(grave);
    keepDraft(VISIT, { ...grave, name: one.name, phone: one.phone });
    go("#/cemeteries/visit/people");
  };
  const here = own.filter((each) => each.cemetery === code && each.booked);
  const fields = [select({ name: "zone", label: "哪个区？", choices: one.zones.map((each) => [each, each]) }), text(PLOT)];
  return {
    title: "去看哪个墓？",
    body: [steps(1, ALL_STEPS), para(one.name, "strong"),
      here.length ? buttons(here.map((each) => actButton(`${each.zone} ${each.plot}（我家的）`, () => begin(graveOf(each)), ""))) : null,
      form(`visit.grave.${code}`, fields, "下一步", (told) => begin({ cemetery: code, ...told })), help(one.phone)],
  };
}

const timesOf = (grave) => mini(`/cemeteries/times?${new URLSearchParams(graveOf(grave))}`);

export async function people() {
  const kept = draft(VISIT);
  if (!kept.plot) return goInstead("#/cemeteries");
  const { most } = await timesOf(kept);
  const choices = Array.from({ length: most }, (_, place) => [String(place + 1), `${place + 1} 人`]);
  const made = form("visit.people", [choice({ name: "persons", label: "连您自己，一共几个人？", choices, needed: "请选几个人" })], "下一步", ({ persons }) => {
    addToDraft(VISIT, { persons: Number(persons) });
    go("#/cemeteries/visit/time");
  });
  return { title: "几个人去？", body: [steps(2, ALL_STEPS), para(`一个墓位一天最多 ${most} 人。`, "soft"), made, help(kept.phone)] };
}

export async function time() {
  const kept = draft(VISIT);
  if (!kept.persons) return goInstead("#/cemeteries");
  const { items } = await timesOf(kept);
  const choose = (slot) => {
    addToDraft(VISIT, { slot: { id: slot.id, starts_at: slot.starts_at, time: slot.time } });
    go("#/cemeteries/visit/check");
  };
  const shown = items.filter((one) => one.state !== "closed").map((one) => timeFor(one, kept.persons));
  return { title: "哪天去？", body: [steps(3, ALL_STEPS), para(`${kept.name}，${kept.persons} 人`, "strong"),
    ...(shown.length ? picker(shown, choose) : [empty("calendar", "现在没有能约的时间。过几天再来看，或打电话问陵园。")]), help(kept.phone)] };
}

function timeFor(one, persons) {
  const [from, till] = one.time.split("–"), state = FREE.has(one.state) && one.left < persons ? "few" : one.state;
  return { ...one, id: one.slot_id, starts_at: `${one.day}T${from}`, ends_at: `${one.day}T${till}`, state, words: `还能来 ${one.left} 人` };
}

export async function check() {
  const kept = draft(VISIT);
  if (!kept.slot) return goInstead("#/cemeteries");
  const { day, month } = parts(kept.slot.starts_at);
  const send = async () => {
    const made = await once("/cemeteries/visits", { ...graveOf(kept), slot_id: kept.slot.id, persons: kept.persons });
    dropDraft(VISIT);
    goInstead(`#/cemeteries/visits/${made.booking_id}/new`);
  };
  return {
    title: "看一遍，对吗？",
    body: [steps(4, ALL_STEPS), card(null, facts([["时间", `${dayWords(kept.slot.starts_at)} ${kept.slot.time}`], ["几个人", `${kept.persons} 人`], ["墓位", `${kept.zone} ${kept.plot}`], ["陵园", kept.name]])),
      note("", `${month}月${day}日要是下大雨、路不好走，会发短信告诉您，换个时间就行。`), actButton("约好这个时间", send),
      rows(row({ to: "#/cemeteries/visit/time", title: "换个时间" }), row({ to: "#/cemeteries/visit/people", title: "换人数" })), help(kept.phone)],
  };
}
