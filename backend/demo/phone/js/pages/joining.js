// Registering as a volunteer and changing what one offers; the same form, and the same for a proof.

import { call, mini, once, own } from "../api.js";
import { goInstead, h, icon, say } from "../dom.js";
import { choice, day, folded, form, select, text, yesNo } from "../forms.js";
import { actButton, help, note, para } from "../parts.js";
import { sorted } from "../services.js";
import { dropDraft } from "../store.js";
import { whereAmI } from "../where.js";
import { mine } from "./volunteer.js";

const pairs = (items) => items.map((one) => [one.code, one.title]);
const MORNING = [480, 720], AFTERNOON = [780, 1080], EVENING = [1080, 1260];
const TIMES = { weekday_am: ["平日上午", [0, 1, 2, 3, 4], MORNING], weekday_pm: ["平日下午", [0, 1, 2, 3, 4], AFTERNOON], weekday_eve: ["平日晚上", [0, 1, 2, 3, 4], EVENING],
  weekend_am: ["周末上午", [5, 6], MORNING], weekend_pm: ["周末下午", [5, 6], AFTERNOON], weekend_eve: ["周末晚上", [5, 6], EVENING] };

const hoursOf = (chosen) => chosen.flatMap((code) => TIMES[code][1].map((weekday) => [weekday, ...TIMES[code][2]]));
const covers = (hours, weekdays, [from, to]) => weekdays.every((one) => hours.some(([weekday, start, end]) => weekday === one && start <= from && end >= to));
const chosenOf = (hours) => Object.entries(TIMES).filter(([, [, weekdays, window]]) => covers(hours, weekdays, window)).map(([code]) => code);

const service = (one) => [one.code, one.needs.length ? `${one.title}（要${one.needs.join("、")}）` : one.title];

function offerFields(known, me) {
  const [first, others] = sorted(known.services, []);
  const code = known.places.find((one) => one.title === me?.division)?.code;
  return [
    select({ name: "division", label: "您住在哪里？", choices: [["", "请选择"], ...pairs(known.places)], value: code, needed: "请选一个镇街或村社区" }),
    folded(choice({ name: "services", label: "您能帮什么？（可以选几样）", many: true, choices: [...first, ...others].map(service), value: me?.services, needed: "请至少选一样" }), first.length, "还有别的"),
    choice({ name: "times", label: "什么时候有空？", many: true, choices: Object.entries(TIMES).map(([one, [words]]) => [one, words]), value: me ? chosenOf(me.hours) : [] }),
    folded(choice({ name: "skills", label: "有什么特长？（可不选）", many: true, choices: pairs(known.skills), value: me?.skills }), 0, "选特长"),
    folded(choice({ name: "languages", label: "会说什么话？（可不选）", many: true, choices: pairs(known.languages), value: me?.languages }), 2, "还会别的"),
    yesNo({ name: "emergency_calls", label: "有人走失、受灾时，叫不叫您？", hint: "每次去不去，都由您定", yes: "可以叫我", no: "先不要", value: me?.emergency_calls ? "yes" : "no" }),
    yesNo({ name: "national_exchange", label: "要不要报到全国志愿服务系统？", hint: "不同意也一样做志愿者", yes: "同意", no: "不同意", value: me?.national_exchange ? "yes" : "no" }),
  ];
}

function guardianFields() {
  return [text({ name: "guardian_name", label: "家长的姓名", hint: "登记后，请家长在自己手机上点同意", maxlength: 64 }),
    text({ name: "guardian_phone", label: "家长的手机号", inputmode: "tel", maxlength: 20 })];
}

// Roughly where one starts from: only whoever taps gives it, and only to about a kilometre.
function placeBox(kept) {
  const found = { place: kept ?? null }, words = h("p", { role: "status" }, kept ? "已经记了大概位置。" : "没有记位置。");
  const set = (place, said) => { found.place = place; words.textContent = said; };
  const locate = async () => { const { longitude, latitude } = await whereAmI(); set({ longitude, latitude }, "记好了，只记到大约一公里。"); };
  const box = note("", h("p", { class: "strong" }, "要不要按远近派单？（可不选）"), h("p", {}, "记下大概位置，先请您帮近处的人。不记门牌。"), words,
    actButton([icon("place"), "用手机现在的位置"], locate, ""), actButton("不记位置", async () => set(null, "没有记位置。"), ""));
  return [found, box];
}

// What the form says, as the API takes it.
const offered = (told, place, more) => ({
  division: told.division, services: told.services, skills: told.skills, languages: told.languages, hours: hoursOf(told.times), place,
  areas: more.areas ?? [], emergency_calls: told.emergency_calls === "yes", national_exchange: told.national_exchange === "yes",
});

export async function register() {
  const name = "volunteer", known = await mini("/volunteers/vocabulary", { own: true }), [found, box] = placeBox();
  const send = async (told) => {
    const guardian = told.guardian_name ? { name: told.guardian_name, phone: told.guardian_phone, rule: "consent" } : null;
    await once("/volunteers/me", { ...offered(told, found.place, {}), guardian }, { own: true });
    dropDraft(name);
    say("登记好了，欢迎您");
    goInstead("#/volunteer");
  };
  const parent = guardianFields(), made = form(name, [...offerFields(known), ...parent], "登记", send, [box]);
  box.before(h("details", { class: "field", open: parent.some((one) => one.read()) }, h("summary", {}, "未满 18 岁？填家长"), parent.map((one) => one.node)));
  return { title: "我要做志愿者", body: [para("登记不收费，随时能退出。", "soft"), made, help()] };
}

export async function change() {
  const name = "volunteer.change", [known, me] = await Promise.all([own("/volunteers/vocabulary"), mine()]);
  if (!me) return goInstead("#/volunteer");
  const [found, box] = placeBox(me.place);
  const fields = offerFields(known, me);
  const send = async (told) => {
    const kept = told.times.join() === chosenOf(me.hours).join() ? { hours: me.hours } : {};
    await call("PUT", "/mini/volunteers/me", { body: { ...offered(told, found.place, me), ...kept, version: me.version }, own: true });
    dropDraft(name);
    say("改好了");
    goInstead("#/volunteer");
  };
  return { title: "我能帮什么", body: [form(name, fields, "存起来", send, [box]), help()] };
}

// -- a proof

export async function proof() {
  const name = "volunteer.proof", { qualifications } = await own("/volunteers/vocabulary");
  const fields = [select({ name: "kind", label: "什么证？", choices: [["", "请选择"], ...pairs(qualifications)], needed: "请选一种" }),
    text({ name: "issuer", label: "哪里发的？", needed: "请填发证机关" }), text({ name: "number", label: "证书编号", needed: "请填证书编号" }),
    day({ name: "obtained_on", label: "哪天发的？", needed: "请填发证日期" }), day({ name: "valid_until", label: "有效到哪天？（长期有效不用填）" })];
  const send = async (told) => {
    await once("/volunteers/me/qualifications", { ...told, valid_until: told.valid_until || null }, { own: true });
    dropDraft(name);
    say("登记好了，请带原件到社区核对");
    goInstead("#/volunteer/papers");
  };
  return { title: "登记一项证书", body: [form(name, fields, "登记", send), help()] };
}
