// A matter's own form, field by field, from its data: what is read here is what the case engine keeps.

import { h } from "./dom.js";
import { choice, day, long, select, text, yesNo } from "./forms.js";
import { button } from "./parts.js";

const MISSING = "还没有填", LONG_TEXT = 60, FEW = 4;
const MONEY = /^\d{1,9}(\.\d{1,2})?$/, NUMBER = /^\d{1,9}$/, ROW_FAULT = /^第 (\d+) 行“(.+?)”(.+)$/;

const words = (facts, spec) => ({ ...facts, maxlength: spec.most ?? 500 });
const typed = (facts) => text({ ...facts, maxlength: 12 });

const MAKERS = {
  text: (facts, spec) => ((spec.most ?? 500) > LONG_TEXT ? long(words(facts, spec)) : text(words(facts, spec))),
  money: (facts) => judged(typed({ ...facts, inputmode: "decimal", label: `${facts.label}（元）` }), (value) => (MONEY.test(value) ? "" : "请填金额，如 1250.50，没有填 0")),
  number: (facts) => numeric(judged(typed({ ...facts, inputmode: "numeric" }), (value) => (Number.isInteger(value) ? "" : "请填整数"))),
  date: day, choice: chosen, yes_no: truth, list: people,
};

// ``required`` holds when the form is handed in; a draft may be as unfinished as it likes.
export function fieldOf(spec) {
  const facts = { name: spec.name, label: spec.label, hint: spec.help };
  const field = MAKERS[spec.type](facts, spec), odd = field.odd ?? (() => "");
  const none = () => [undefined, ""].includes(field.read()) || (Array.isArray(field.read()) && !field.read().length);
  return Object.assign(field, { label: spec.label, odd, whole: () => (spec.required && none() ? MISSING : (field.unfinished ?? odd)()) });
}

// Questions that depend on an earlier answer beside them: what is not asked is neither shown nor required.
export function asking(fields, specs, root) {
  const named = new Map(fields.map((field) => [field.name, field]));
  const wanted = ([name, answer]) => named.get(name).applies() && named.get(name).read() === answer;
  for (const [place, field] of fields.entries()) {
    const { odd, whole } = field;
    field.applies = () => Object.entries(specs[place].when ?? {}).every(wanted);
    Object.assign(field, { odd: () => (field.applies() ? odd() : ""), whole: () => (field.applies() ? whole() : "") });
  }
  const refresh = () => { for (const field of fields) field.node.hidden = !field.applies(); };
  root.addEventListener("input", refresh);
  refresh();
}

function judged(field, judge) {
  return Object.assign(field, { odd: () => (field.read() === "" ? "" : judge(field.read())) });
}

function numeric(field) {
  const { read, write } = field;
  return Object.assign(field, { read: () => (NUMBER.test(read()) ? Number(read()) : read()), write: (value) => write(`${value ?? ""}`) });
}

function chosen(facts, spec) {
  const choices = spec.choices.map((one) => [one.code, one.name]);
  return choices.length > FEW ? select({ ...facts, choices: [["", "请选择"], ...choices] }) : choice({ ...facts, choices });
}

function truth(facts) {
  const field = yesNo(facts), { read, write } = field;
  return Object.assign(field, {
    read: () => ({ yes: true, no: false })[read()] ?? "",
    write: (value) => write({ true: "yes", false: "no" }[value] ?? ""),
  });
}

// -- a list: one box for each member of the family

function people(facts, spec) {
  const made = [], place = h("div", { class: "members" }), wrong = h("p", { class: "wrong", hidden: true });
  const add = (value = {}) => { const one = member(spec, value, (gone) => drop(gone)); made.push(one); place.append(one.node); count(made); return one; };
  const drop = (gone) => { made.splice(made.indexOf(gone), 1); gone.node.remove(); count(made); changed(place); more.focus(); };
  const more = button("再加一个", () => { add().fields[0].first.focus(); changed(place); }, "");
  const node = h("fieldset", { class: "field list-field" }, h("legend", {}, facts.label), facts.hint && h("p", { class: "hint" }, facts.hint), place, wrong, more);
  return {
    ...facts, node, get first() { return place.querySelector("[aria-invalid=true]") ?? more; },
    read: () => filled(made).map(valueOf),
    write: (rows) => { made.splice(0); place.replaceChildren(); for (const row of rows?.length ? rows : [{}]) add(row); },
    odd: () => firstFault(filled(made), (field) => field.odd()), unfinished: () => firstFault(filled(made), (field) => field.whole()),
    wrongWords: (found) => blame(made, wrong, found),
  };
}

function member(spec, value, drop) {
  const fields = spec.of.map(fieldOf), title = h("h3", {}, "");
  const one = { fields, title, node: null };
  for (const field of fields) field.write(value[field.name]);
  one.node = h("section", { class: "member" }, title, fields.map((field) => field.node), button("删掉这一个", () => drop(one), "bad"));
  asking(fields, spec.of, one.node);
  return one;
}

const changed = (node) => node.dispatchEvent(new Event("input", { bubbles: true }));

function count(made) {
  made.forEach((one, place) => {
    one.title.textContent = `第 ${place + 1} 个`;
    one.node.lastChild.hidden = made.length < 2;
    one.node.lastChild.setAttribute("aria-label", `删掉第 ${place + 1} 个`);
  });
}

const valueOf = (one) => Object.fromEntries(one.fields.map((field) => [field.name, field.read()]).filter(([, value]) => value !== "" && value !== undefined));

const filled = (made) => made.filter((one) => Object.keys(valueOf(one)).length);

function firstFault(made, judge) {
  for (const [place, one] of made.entries()) for (const field of one.fields) {
    const found = judge(field);
    if (found) return `第 ${place + 1} 行“${field.label}”${found}`;
  }
  return "";
}

// "第 2 行“姓名”还没有填" belongs beside that very box.
function blame(made, wrong, found) {
  for (const one of made) for (const field of one.fields) field.wrongWords("");
  const [, row, label, why] = found?.match(ROW_FAULT) ?? [];
  const field = filled(made)[row - 1]?.fields.find((each) => each.label === label);
  field?.wrongWords(why);
  wrong.hidden = !found;
  wrong.textContent = found ? `${found.replace(/。$/, "").replace("行", "个")}。` : "";
}

// What was filled, as words.
export function shown(specs, values) {
  return specs.filter((one) => one.name in values).map((one) => [one.label, wordsOf(one, values[one.name])]);
}

function wordsOf(spec, value) {
  if (spec.type === "list") return value.map((row, place) => h("span", { class: "line" }, `${place + 1}. ${shown(spec.of, row).map(([, each]) => each).join("，")}`));
  if (spec.type === "yes_no") return value ? "是" : "否";
  if (spec.type === "choice") return spec.choices.find((one) => one.code === value)?.name ?? value;
  if (spec.type === "date") return value.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, "$1年$2月$3日");
  return spec.type === "money" ? `${value} 元` : `${value}`;
}
