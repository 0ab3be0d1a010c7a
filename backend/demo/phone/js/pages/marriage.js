// 婚姻登记: which matter, whether the law allows it, and how far one's own cases are.

import { mini, post } from "../api.js";
import { go, h, icon, say } from "../dom.js";
import { choice, day, form, select, text, yesNo } from "../forms.js";
import { card, dayWords, empty, facts, help, law, linkButton, list, longDay, note, para, row, rows, steps, tag } from "../parts.js";
import { addToDraft, draft, dropDraft, dropKey, session } from "../store.js";

export const FLOW = "marriage", ALL_STEPS = 6;
const CHECKED = new Set(["marriage_registration", "divorce_application", "certificate_reissue", "no_record_proof"]);
const PLACES = { foreign_marriage: "能办涉外婚姻登记的机关" };

export async function matters() {
  const { items } = await mini("/marriage/matters");
  const own = session() ? rows(row({ to: "#/marriage/cases", title: "我的办理进度", more: "办到哪一步，离婚申请的两个日期", sign: "shield" })) : null;
  return {
    title: "婚姻登记",
    body: [note("good", "不收费，不要户口簿，全国哪里的登记处都能办。"), own,
      rows(items.map((one) => row({ to: `#/marriage/${one.code}`, title: one.title, more: one.who }))), help()],
  };
}

export const matterOf = async (code) => (await mini("/marriage/matters")).items.find((one) => one.code === code);

export async function matter(code) {
  const one = await matterOf(code);
  if (draft(FLOW).matter !== code) begin(code);
  return {
    title: one.title,
    body: [card(null, h("p", {}, one.plain)),
      card("谁来、带什么", h("p", {}, one.who), list(one.bring)),
      one.never_asked.length ? note("good", h("p", { class: "strong" }, "这些都不要"), h("p", {}, one.never_asked.join("、"))) : null,
      linkButton(CHECKED.has(code) ? "先看看能不能办" : "选地点和时间", `#/marriage/${code}/${CHECKED.has(code) ? "check" : "office"}`),
      h("a", { class: "link", href: `#/guides/${code}` }, "看完整的办事指南", icon("next")),
      card(null, h("details", {}, h("summary", {}, "法律依据"), law(one.law))), help()],
  };
}

function begin(code) {
  for (const name of ["check", "people"]) dropDraft(`${FLOW}.${name}`);
  dropDraft(FLOW);
  dropKey(FLOW);
  addToDraft(FLOW, { matter: code });
}

// -- the pre-check

const STATUS = [["not_asked", "不想说"], ["single", "未婚"], ["married", "已婚"], ["divorced", "离异"], ["widowed", "丧偶"]];
const REGIONS = [["mainland", "都是内地居民"], ["hongkong", "有一方是香港居民"], ["macau", "有一方是澳门居民"], ["taiwan", "有一方是台湾居民"], ["overseas", "有一方是华侨"], ["foreign", "有一方是外国人"]];
const BIRTH = { needed: "请填出生日期" };

// JSON has no order to rely on: most couples are no relatives, so that stands first.
function noneFirst({ none, ...others }) {
  return [["none", none], ...Object.entries(others)];
}

function questions(code, relations) {
  const both = [day({ name: "his", label: "男方的出生日期", hint: "看身份证", ...BIRTH }), day({ name: "hers", label: "女方的出生日期", ...BIRTH })];
  if (code === "marriage_registration") return [...both,
    choice({ name: "status", label: "你们俩现在的婚姻状况", choices: [["free", "都没有配偶"], ["married", "有一方已婚"]], needed: "请选一项" }),
    select({ name: "relation", label: "你们是亲戚吗？", choices: noneFirst(relations) }),
    select({ name: "region", label: "你们是哪里的居民？", choices: REGIONS })];
  if (code === "divorce_application") return [...both,
    yesNo({ name: "inland", label: "结婚是在内地登记的吗？", value: "yes", needed: "请选一项" }),
    yesNo({ name: "will", label: "两个人都愿意离婚吗？", yes: "都愿意", no: "不是", needed: "请选一项" }),
    yesNo({ name: "children", label: "孩子由谁抚养，写明了吗？", hint: "没有孩子也选“写明了”，协议里写一句", yes: "写明了", no: "还没有", needed: "请选一项" }),
    yesNo({ name: "assets", label: "财产怎么分，写明了吗？", yes: "写明了", no: "还没有", needed: "请选一项" }),
    yesNo({ name: "debts", label: "债务怎么办，写明了吗？", yes: "写明了", no: "还没有", needed: "请选一项" })];
  const mine = [choice({ name: "sex", label: "您是", choices: [["male", "男"], ["female", "女"]], needed: "请选一项" }), day({ name: "his", label: "您的出生日期", ...BIRTH })];
  if (code === "certificate_reissue") return [...mine, choice({ name: "certificate", label: "补哪一种证？", choices: [["marriage", "结婚证"], ["divorce", "离婚证"]], needed: "请选一项" }),
    select({ name: "own", label: "您现在的婚姻状况", choices: STATUS })];
  return [...mine, text({ name: "country", label: "证明拿到哪里用？", hint: "写国家或地区的名字，比如：泰国", needed: "请写国家或地区" }),
    select({ name: "own", label: "您现在的婚姻状况", choices: STATUS })];
}

function asked(code, told) {
  const married = code === "divorce_application";
  const person = (sex, birth_date, more) => ({ sex, birth_date, ...more });
  const couple = [person("male", told.his, { region: told.region || "mainland", status: married || told.status === "married" ? "married" : "not_asked" }),
    person("female", told.hers, { status: married ? "married" : "not_asked" })];
  const people = told.hers ? couple : [person(told.sex, told.his, { status: told.own || "not_asked" })];
  return { matter: code, people, declared: declaredOf(code, told) };
}

export function declaredOf(code, told) {
  const yes = (name) => told[name] === "yes";
  const made = { relation: told.relation || "none" };
  if (code === "divorce_application") Object.assign(made, { registered_in_mainland: told.inland !== "no",
    agreement: { will: yes("will"), children: yes("children"), assets: yes("assets"), debts: yes("debts") } });
  if (told.country) made.country = told.country;
  if (told.certificate) made.certificate = told.certificate;
  return made;
}

export async function check(code) {
  const { items, relations } = await mini("/marriage/matters");
  const one = items.find((each) => each.code === code);
  const made = form(`${FLOW}.check`, questions(code, relations), "看看能不能办", async (told) => {
    const verdict = await post("/marriage/pre-check", asked(code, told));
    addToDraft(FLOW, { matter: code, verdict, declared: declaredOf(code, told) });
    go(`#/marriage/${code}/verdict`);
  });
  return { title: "先看看能不能办", body: [steps(1, ALL_STEPS), para(`${one.title}。不用填姓名和证件号，什么也不保存。`, "soft"), made, help()] };
}

export async function verdict(code) {
  const { verdict: found } = draft(FLOW);
  if (!found) return check(code);
  say(found.words);
  const head = found.ok ? note("good", h("p", { class: "strong" }, found.words)) : null;
  const reasons = found.reasons.map((one) => note("bad", h("p", { class: "strong" }, one.words), law([one.article])));
  const place = PLACES[found.right_office];
  return {
    title: found.ok ? "可以办理" : "现在还办不了",
    body: [steps(2, ALL_STEPS), head, ...reasons, place ? note("", `请到${place}办理。`) : null,
      found.ok ? card("谁来、带什么", h("p", {}, found.who), list(found.bring)) : null,
      found.ok ? linkButton("选地点", `#/marriage/${code}/office`) : null,
      linkButton("改一改我填的", `#/marriage/${code}/check`, ""), help()],
  };
}

// -- one's own cases

export async function cases() {
  const { cases: found, divorces } = await mini("/marriage/cases");
  const none = !found.length && !divorces.length;
  return {
    title: "我的办理进度",
    body: [none ? empty("shield", "还没有在办的事。") : null, ...divorces.map(divorce),
      ...found.map((one) => card(one.title, h("p", {}, tag(one.state_zh, one.state === "refused" ? "bad" : "")),
        facts([["登记处", one.office], ["日期", dayWords(one.day)], ["编号", one.number], ["证号", one.certificate_number], ["原因", one.reason]]),
        one.article ? law([one.article]) : null, h("p", { class: "strong" }, one.next_zh))), help()],
  };
}

function divorce(one) {
  return card("离婚登记申请", h("p", { class: "strong" }, one.words),
    one.provisional ? note("warn", "放假安排还没公布，日期可能调整。") : null,
    facts([["受理日期", longDay(one.received_on)], ["可以撤回到", `${longDay(one.withdraw_until)}${one.moved ? "（遇休息日顺延）" : ""}`],
      ["可以领证", `${longDay(one.certificate_from)} 到 ${longDay(one.certificate_until)}`], ["登记处", one.office], ["回执编号", one.number]]),
    h("p", {}, one.next_zh),
    one.phase === "cooling" ? linkButton("不想离了，怎样撤回", `#/marriage/withdraw/${one.id}`, "") : null,
    one.phase === "window" ? linkButton("预约领离婚证", "#/marriage/divorce_certificate") : null);
}

export async function withdrawal(id) {
  const found = await mini(`/marriage/divorces/${id}/withdrawal`);
  return {
    title: "撤回离婚申请",
    body: [note(found.possible ? "" : "warn", h("p", {}, found.words)),
      found.possible ? linkButton("预约一个时间", "#/marriage/divorce_withdrawal") : null, help()],
  };
}
