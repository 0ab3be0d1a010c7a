// Near kin plan a farewell: for whom, in a hall of the funeral home or elsewhere, when; and move what is elsewhere.

import { call, mini, once, own, today } from "../api.js";
import { go, goInstead, h, say } from "../dom.js";
import { day, form, select, text } from "../forms.js";
import { actButton, card, dayWords, empty, facts, help, later, linkButton, longDay, note, para, parts, row, rows, steps, tag } from "../parts.js";
import { addToDraft, draft, dropDraft, keepDraft } from "../store.js";
import { officeTimes, picker } from "./times.js";

const NAME = "farewell", MATTER = "farewell", ALL_STEPS = 3, MINE = { own: true }, ZONE = "+08:00";

export async function whom() {
  const { items } = await own("/farewells/dead");
  const choose = (one) => { keepDraft(NAME, { dead: one.id, name: one.name }); go("#/farewells/new/where"); };
  const line = (one) => (one.planned ? row({ to: `#/farewells/${one.planned}`, title: one.name, tags: [tag("已经安排", "warn")], more: "去看这一场" })
    : row({ title: one.name, more: `${longDay(one.died)}去世`, onclick: () => choose(one) }));
  return {
    title: "为谁安排？",
    body: [steps(1, ALL_STEPS), items.length ? rows(items.map(line)) : empty("people", "这里还没有您的家人。近亲属带户口簿到殡仪馆，工作人员当场帮您安排。"),
      note("", "配偶、子女、父母等近亲属，在纪念馆里核对过关系，就能在手机上安排。也可以打殡仪馆的电话。"),
      linkButton("申请设纪念馆，核对关系", "#/memorial/open", ""), help()],
  };
}

export async function where() {
  const kept = draft(NAME);
  if (!kept.dead) return goInstead("#/farewells/new");
  const { items } = await mini(`/offices?matter=${MATTER}`);
  const elsewhere = kept.booked ? null : row({ to: "#/farewells/new/place", title: "在别的地方", more: "家里、礼堂，自己写下来", sign: "home" });
  const choose = (one) => { addToDraft(NAME, { office: one.code, place: one.name, phone: one.phone }); go("#/farewells/new/time"); };
  return {
    title: kept.moved ? "改到哪里？" : "在哪里告别？",
    body: [kept.moved ? null : steps(2, ALL_STEPS), para(`告别${kept.name}`, "strong"),
      rows(items.map((one) => row({ title: one.name, more: `订一个礼厅。${one.address}`, sign: "place", onclick: () => choose(one) })),
        elsewhere ?? ""), kept.booked ? para("不用礼厅了，请先取消这一场，再重新安排。", "soft") : null, help()],
  };
}

export async function time() {
  const kept = draft(NAME);
  if (!kept.office) return goInstead("#/farewells/new");
  const found = await officeTimes(kept.office, MATTER), place = h("div", { "aria-live": "polite" });
  const choose = (slot) => {
    place.replaceChildren(card("就这个时间？", facts([["告别", kept.name], ["时间", `${dayWords(slot.starts_at)} ${parts(slot.starts_at).time}–${parts(slot.ends_at).time}`], ["地点", kept.place]]),
      actButton("就这个时间", () => plan({ office: kept.office, slot_id: slot.id }))));
    place.scrollIntoView({ block: "center" });
  };
  return { title: "什么时候？", body: [kept.moved ? null : steps(3, ALL_STEPS), para(kept.place, "strong"), ...picker(found, choose), place, help(kept.phone)] };
}

async function plan(at) {
  const { moved, dead } = draft(NAME);
  const made = moved ? await call("PUT", `/mini/farewells/${moved}/place`, { body: at, ...MINE }) : await once("/farewells", { deceased_id: dead, ...at }, MINE);
  for (const name of [NAME, `${NAME}.place`]) dropDraft(name);
  if (moved) say("改好了，会告诉亲友");
  goInstead(`#/farewells/${made.id}${moved ? "" : "/new"}`);
}

// Another time or place begins where planning chose the place.
export async function move(id) {
  const one = await own(`/farewells/${id}`);
  keepDraft(NAME, { moved: id, dead: id, name: one.name, booked: one.booked && one.state !== "displaced" });
  return where();
}

// -- a place that is not booked here

const HOURS = Array.from({ length: 29 }, (_, place) => `${String(6 + Math.floor(place / 2)).padStart(2, "0")}:${place % 2 ? "30" : "00"}`);
const LASTS = [["60", "1小时"], ["30", "半小时"], ["90", "1个半小时"], ["120", "2小时"], ["180", "3小时"]];

const fields = (tomorrow) => [text({ name: "place", label: "在哪里？", hint: "比如：柳溪村村委会礼堂", needed: "请写地点", maxlength: 60 }),
  day({ name: "day", label: "哪一天？", value: tomorrow, needed: "请填日期" }),
  select({ name: "from", label: "几点开始？", choices: HOURS.map((one) => [one, one]), value: "09:00" }), select({ name: "lasts", label: "大约多久？", choices: LASTS })];

function at({ place, day: date, from, lasts }) {
  const [hours, minutes] = from.split(":").map(Number), end = hours * 60 + minutes + Number(lasts);
  const clock = `${String(Math.floor(end / 60)).padStart(2, "0")}:${String(end % 60).padStart(2, "0")}`;
  return { place, starts_at: `${date}T${from}:00${ZONE}`, ends_at: `${date}T${clock}:00${ZONE}` };
}

export async function place() {
  const kept = draft(NAME);
  if (!kept.dead) return goInstead("#/farewells/new");
  const made = form(`${NAME}.place`, fields(later(await today(), 1)), kept.moved ? "改好了，告诉亲友" : "就这样安排", (told) => plan(at(told)));
  return { title: "什么时候，在哪里？", body: [kept.moved ? null : steps(3, ALL_STEPS), para(`告别${kept.name}`, "strong"), made, help()] };
}
