// Who comes, and the last look before it is booked.

import { mini, post } from "../api.js";
import { go, goInstead, h } from "../dom.js";
import { fill } from "../fill.js";
import { choice, form, long, select, text } from "../forms.js";
import { actButton, card, dayWords, facts, help, linkButton, list, note, para, parts, steps } from "../parts.js";
import { acting, addToDraft, draft, dropDraft, dropKey, keyOf, session } from "../store.js";
import { ALL_STEPS, declaredOf, FLOW, matterOf } from "./marriage.js";

const KINDS = [["resident_id", "居民身份证"], ["hkmt_permit", "港澳台居民居住证"], ["foreign_pr", "外国人永久居留身份证"], ["passport", "护照"]];
const COUNSELLING = new Set(["premarital_counselling", "family_counselling"]), CEREMONY = new Set(["award_ceremony", "group_wedding"]);
const PEOPLE = `${FLOW}.people`;

const ready = (code) => draft(FLOW).matter === code && (draft(FLOW).slot || draft(FLOW).wait);

export async function people(code) {
  if (!ready(code)) return goInstead(`#/marriage/${code}/office`);
  const [one, me, { topics }] = await Promise.all([matterOf(code), mini("/me"), mini("/marriage/matters")]);
  const must = one.people[0] > 1, may = one.people[1] > 1;
  const fields = [...(may ? partner(must) : []), ...service(code, topics)];
  const next = () => go(`#/marriage/${code}/confirm`);
  const made = form(PEOPLE, fields, "下一步", async (told) => { addToDraft(FLOW, { people: told }); next(); }, may ? [await fill((one) => one.user !== session().user)] : []);
  const whom = acting();
  return {
    title: may ? "谁来" : "再填一点",
    body: [steps(5, ALL_STEPS), card(whom ? "替谁办" : "本人", facts([["姓名", whom?.name ?? me.name], ["证件", whom ? "按登记的资料" : me.id_number]])), made, help()],
  };
}

function partner(must) {
  const needed = (words) => (must ? words : "");
  return [text({ name: "name", label: must ? "另一方的姓名" : "另一方的姓名（可不填）", hint: "和证件上一样", needed: needed("请填另一方的姓名") }),
    select({ name: "id_kind", label: "证件", choices: KINDS }),
    text({ name: "id_number", label: "证件号码", hint: "只用来核对，加密保存", needed: needed("请填证件号码"), maxlength: 32 }),
    text({ name: "phone", label: "手机号（可不填）", inputmode: "tel", maxlength: 20 })];
}

function service(code, topics) {
  if (COUNSELLING.has(code)) return [select({ name: "topic", label: "想聊什么？", choices: Object.entries(topics) }),
    choice({ name: "consent", label: "辅导是自愿的，说的话替您保密", many: true, choices: [["yes", "我自愿参加"]] })];
  if (CEREMONY.has(code)) return [text({ name: "guests", label: "来多少亲友？", inputmode: "numeric", maxlength: 3, hint: "没有就写 0" }),
    long({ name: "wishes", label: "有什么愿望？（可不填）", hint: "比如：想请人主持，想用方言" })];
  if (code === "divorce_application") return [long({ name: "outline", label: "协议的大意（可不填）", hint: "加密保存，只有登记员看得到", maxlength: 2000 })];
  return [];
}

export async function confirm(code) {
  const kept = draft(FLOW), told = kept.people ?? {};
  if (!ready(code)) return goInstead(`#/marriage/${code}/office`);
  const one = await matterOf(code), place = h("div", {});
  const { slot, wait } = kept;
  const when = slot ? `${dayWords(slot.starts_at)} ${parts(slot.starts_at).time}–${parts(slot.ends_at).time}` : `${dayWords(wait)}，等空位`;
  const number = told.id_number ? `尾号 ${told.id_number.slice(-4)}` : "";
  return {
    title: "请再看一遍",
    body: [steps(6, ALL_STEPS),
      card(one.title, facts([["地点", kept.officeName], ["时间", when], ["本人", acting()?.name ?? session().name], ["另一方", told.name && `${told.name} ${number}`]])),
      card("来的时候", para(one.who), list(one.bring)), note("good", slot ? "预约不收费。来不了请提前取消，把名额让给别人。" : "有空位按先后通知，为您保留两小时，要在手机上确认。"),
      place, actButton(slot ? "确认预约" : "排队等空位", () => (slot ? book(code) : queue(code)), "main", place), linkButton("改一改", `#/marriage/${code}/people`, ""), help()],
  };
}

async function book(code) {
  const body = { ...asked(code), slot_id: draft(FLOW).slot.id, service: serviceOf(code, draft(FLOW).people ?? {}) };
  const made = await post("/marriage/bookings", body, { key: keyFor(body) });
  forget();
  goInstead(`#/bookings/${made.id}/new`);
}

async function queue(code) {
  const body = { ...asked(code), day: draft(FLOW).wait };
  await post("/marriage/waiting", body, { key: keyFor(body) });
  forget();
  goInstead("#/waiting");
}

function forget() {
  for (const name of [FLOW, PEOPLE, `${FLOW}.check`]) dropDraft(name);
  dropKey(FLOW);
}

// The key belongs to what is asked: whoever changes the time or the people afterwards asks for something else.
function keyFor(body) {
  const words = JSON.stringify(body);
  if (draft(FLOW).keyed !== words) dropKey(FLOW);
  addToDraft(FLOW, { keyed: words });
  return keyOf(FLOW);
}

function asked(code) {
  const kept = draft(FLOW), told = kept.people ?? {};
  const declared = kept.declared ?? declaredOf(code, {});
  if (told.outline && declared.agreement) declared.agreement.outline = told.outline;
  const partner = told.name ? { name: told.name, id_kind: told.id_kind, id_number: told.id_number, phone: told.phone || null } : null;
  return { matter: code, office: kept.office, partner, declared };
}

function serviceOf(code, told) {
  if (COUNSELLING.has(code)) return { topic: told.topic, consent: told.consent?.includes("yes") ?? false };
  if (CEREMONY.has(code)) return { guests: Number(told.guests) || 0, wishes: told.wishes ?? "" };
  return {};
}
