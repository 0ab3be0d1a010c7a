// 申请设纪念馆: one question a screen, then the papers that no register can answer for, and how far it is.

import { call, once, own, post, save } from "../api.js";
import { go, goInstead, h, icon, say } from "../dom.js";
import { choice, day, form, long, select, text } from "../forms.js";
import { actButton, askButton, card, empty, facts, help, linkButton, longDay, note, para, reload, row, rows, steps, tag } from "../parts.js";
import { fileButton, shrunk } from "../pictures.js";
import { draft, dropDraft, keepDraft } from "../store.js";

const NAME = "open", API = "/memorial/applications", AT = "#/memorial/open", MINE = { own: true };
const EACH = ["who", "kin", "died", "born", "number"], LAST = ["martyr", "wish", "privacy", "title", "theme", "check"];
const STATE = { draft: "warn", returned: "bad", submitted: "", opened: "", refused: "off", withdrawn: "off" };
const of = (place) => `${NAME}.dead.${place}`;
const pairs = (found) => Object.entries(found);

// -- what was asked for so far

export async function all() {
  const { items } = await own(API);
  const line = (one) => row({ to: `${AT}/${one.id}`, title: one.title, tags: [tag(one.state_zh, STATE[one.state])], more: one.due_zh ?? longDay(one.created_on) });
  return {
    title: "申请设纪念馆",
    body: [note("", "配偶、子女、父母、兄弟姐妹、祖孙可以申请。不收费，工作人员看过就设好。"), linkButton("开始申请", `${AT}/new`),
      items.length ? h("section", {}, h("h2", {}, "我的申请"), rows(items.map(line))) : empty("flower", "还没有申请过。"),
      linkButton("回到纪念馆", "#/memorial/halls", ""), help()],
  };
}

// -- one question a screen

const many = (kept) => ({ person: 1, couple: 2, family: Number(kept.many || 2) })[kept.kind] ?? 1;

function order(kept) {
  const dead = Array.from({ length: many(kept) }, (_, place) => EACH.map((one) => `${one}/${place}`));
  return ["place", "kind", ...(kept.kind === "family" ? ["many"] : []), ...dead.flat(), ...LAST];
}

export async function step(which = "place", place = "0") {
  const here = EACH.includes(which) ? `${which}/${place}` : which, kept = draft(NAME);
  if (which !== "place" && !kept.division) return goInstead(`${AT}/new`);
  if (!order(kept).includes(here)) return goInstead(`${AT}/new`);
  return SCREENS[which](here, await own(`${API}/choices`), Number(place));
}

function screen(here, title, field, then = null) {
  const [, place] = here.split("/"), all = order(draft(NAME));
  const made = form(place ? of(place) : NAME, [field], "下一步", async () => {
    await then?.();
    const now = order(draft(NAME));
    go(`${AT}/new/${now[now.indexOf(here) + 1]}`);
  });
  made.classList.add("one-column");
  return { title, body: [steps(all.indexOf(here) + 1, all.length), made, help()] };
}

const named = (place) => draft(of(place)).name ?? "这位";

const SCREENS = {
  place: (here, { places }) => screen(here, "在哪个镇街办？", select({ name: "division", label: "请选您或逝者家所在的镇街", choices: [["", "请选择"], ...places.map((one) => [one.code, one.name])], needed: "请选一个镇街" })),
  kind: (here) => screen(here, "纪念几位？", choice({ name: "kind", label: "一座纪念馆，纪念", choices: [["person", "一位"], ["couple", "夫妻两位"], ["family", "一家人"]], needed: "请选一个" })),
  many: (here, { sizes: { family: [least, most] } }) => screen(here, "一共几位？", select({ name: "many", label: "一共纪念几位", choices: Array.from({ length: most - least + 1 }, (_, more) => [`${least + more}`, `${least + more} 位`]) })),
  who: (here, _, place) => screen(here, many(draft(NAME)) > 1 ? `第 ${place + 1} 位叫什么？` : "逝者叫什么名字？", text({ name: "name", label: "逝者姓名", hint: "照身份证、户口簿上的写，生僻字也可以", needed: "请填姓名" })),
  kin: (here, { relations }, place) => screen(here, `您是${named(place)}的？`, choice({ name: "relation", label: `您是${named(place)}的`, choices: pairs(relations), needed: "请选一个" })),
  died: (here, _, place) => screen(here, "哪一天去世的？", day({ name: "died", label: `${named(place)}去世的日子`, hint: "公历", needed: "请填去世的日子" })),
  born: (here, _, place) => screen(here, "哪一天出生的？", day({ name: "born", label: `${named(place)}出生的日子（不知道就不填）`, hint: "公历" })),
  number: (here, _, place) => screen(here, "身份证号知道吗？", text({ name: "id_number", label: `${named(place)}的身份证号（不知道就不填）`, hint: "填了，能核对到的证明就不用您交", maxlength: 20 })),
  martyr: (here) => screen(here, "是烈士吗？", choice({ name: "martyr", label: "有没有烈士？", choices: [["no", "不是烈士"], ["yes", "是烈士"]], needed: "请选一个" }), () => looked()),
  wish: (here, { wishes }) => screen(here, "逝者生前有交代吗？", choice({ name: "wish", label: "关于设纪念馆，生前", choices: pairs(wishes), needed: "请选一个" }), () => looked()),
  privacy: (here, { privacies }) => screen(here, "让谁看？", choice({ name: "privacy", label: "纪念馆设好后", hint: "以后随时能改", choices: pairs(privacies), value: "family", needed: "请选一个" }), () => looked()),
  title: (here) => screen(here, "纪念馆叫什么？", text({ name: "title", label: "纪念馆的名字（可不填）", hint: "如：怀念母亲。不填，就叫“怀念”加姓名", maxlength: 30 })),
  theme: (here, { themes }) => screen(here, "选个样式", choice({ name: "theme", label: "纪念馆的样式", hint: "以后随时能改", choices: pairs(themes), value: "pine", needed: "请选一个" })),
  check: (here, choices) => check(here, choices),
};

function asked() {
  const { division, kind, title = "", theme = "pine", privacy = "family", wish = "none", martyr, note: said = "" } = draft(NAME);
  const dead = Array.from({ length: many(draft(NAME)) }, (_, place) => draft(of(place)))
    .map(({ name, relation, died, born, id_number }) => ({ name, relation, died, born: born || null, id_number: id_number || null }));
  return { division, kind, title, theme, privacy, wish, note: said, martyr: martyr === "yes", dead };
}

// What cannot be is said as soon as it is known, not after the last question.
const looked = () => post(`${API}/check`, asked(), MINE);

function check(here, { privacies, themes, places }) {
  const told = asked(), all = order(draft(NAME));
  const whose = told.dead.map((one) => card(one.name, facts([["去世", longDay(one.died)], ["出生", one.born ? longDay(one.born) : "没有填"], ["身份证号", one.id_number ?? "没有填"]])));
  return {
    title: "请再看一遍",
    body: [steps(all.length, all.length), ...whose, card("纪念馆", facts([["名字", told.title || `怀念${told.dead.map((one) => one.name).join("、")}`], ["样式", themes[told.theme]], ["谁能看", privacies[told.privacy]],
      ["在哪里办", places.find((one) => one.code === told.division)?.name]]), linkButton("改一改", `${AT}/new`, "")), actButton("写好了，下一步", () => keep(told)), help()],
  };
}

async function keep(told) {
  const { id } = draft(NAME);
  const one = await once(id ? `${API}/${id}` : API, told, MINE);
  for (const name of [NAME, ...told.dead.map((_, place) => of(place))]) dropDraft(name);
  say("写好了");
  goInstead(`${AT}/${one.id}`);
}

function again(one) {
  const { id, division, kind, title, theme, privacy, wish, note: said, dead } = one;
  keepDraft(NAME, { id, division, kind, title, theme, privacy, wish, note: said, martyr: "no", many: `${dead.length}` });
  dead.forEach((each, place) => keepDraft(of(place), each));
  go(`${AT}/new`);
}

// -- one application

export async function one(id) {
  const [found, choices] = await Promise.all([own(`${API}/${id}`), own(`${API}/choices`)]);
  const mine = found.actions.includes("submit");
  return {
    title: found.title,
    body: [status(found, choices), ...found.dead.map(whom), ...(mine ? toBring(found, choices) : found.papers.length ? [card("交了的材料", ...found.papers.map((each) => paper(found, each, false)))] : []),
      mine ? handIn(found, choices) : null, withdrawing(found), linkButton("我的申请", AT, ""), help()],
  };
}

function status(found, choices) {
  const head = [h("p", {}, tag(found.state_zh, STATE[found.state])), para(`编号 ${found.number}`, "soft")];
  if (found.state === "opened") return note("good", head, para("纪念馆设好了。", "strong"), linkButton("去看纪念馆", `#/memorial/halls/${found.hall_id}`));
  if (found.state === "refused") return note("warn", head, para(found.reason_zh, "strong"), para(found.words), para("有疑问，请打 12345，或带材料到窗口问一问。"));
  if (found.state === "returned") return note("warn", head, para(`请补：${found.missing}`, "strong"), para("补好再交就行，别的不用重填。"));
  if (found.state === "submitted") return note("good", head, para(found.due_zh, "strong"), para("有结果会发消息给您。"));
  if (found.state === "draft") return note("", head, para(found.lacking.length ? "还差一步：交材料。" : "还差一步：交给工作人员。", "strong"), para(`交上来以后，${choices.workdays} 个工作日内答复。`));
  return note("", head);
}

function whom(each) {
  return card(each.name, facts([["去世", each.died_zh], ["出生", each.born_zh], ["您是逝者的", each.relation_zh]]),
    ...each.checked.map((words) => h("p", { class: "strong" }, icon("check"), words)));
}

function toBring(found, choices) {
  const kinds = [...found.wanted, "other"];
  return kinds.map((kind) => {
    const there = found.papers.filter((each) => each.kind === kind), place = h("div", {});
    const mark = there.length ? tag(`已交 ${there.length} 份`) : found.lacking.includes(kind) ? tag("要交", "warn") : tag("有就交", "off");
    const add = (words, more) => fileButton(words, more, (file) => send(found, kind, file, choices.papers[kind]), place);
    return card([choices.papers[kind], mark], para(choices.paper_help[kind], "soft"), ...there.map((each) => paper(found, each, true)), place,
      h("div", { class: "buttons buttons-two" }, add("拍一张", { capture: "environment", accept: "image/*" }), add("选照片或 PDF", { accept: "image/jpeg,image/png,application/pdf" })));
  });
}

async function send(found, kind, file, words) {
  const body = new FormData();
  body.append("kind", kind);
  body.append("file", await shrunk(file), file.name);
  await call("POST", `/mini${API}/${found.id}/papers`, { body, ...MINE });
  say(`${words}收到了`);
  reload();
}

function paper(found, each, mayRemove) {
  const path = `/mini${API}/${found.id}/papers/${each.id}`, place = h("div", {});
  const gone = async () => { await call("DELETE", path, MINE); say("已删除"); reload(); };
  return h("div", { class: "paper" }, h("p", { class: "strong" }, icon("check"), each.name), place,
    h("div", { class: "buttons buttons-two" }, actButton("存到手机看", () => save(path, each.name, MINE), "", place), mayRemove ? askButton("删掉", "要删掉这份材料吗？", "删掉", gone, "") : null));
}

function handIn(found, choices) {
  const name = `${NAME}.note.${found.id}`;
  const lacking = found.lacking.map((kind) => choices.papers[kind]).join("、");
  const give = async (said) => {
    await once(`${API}/${found.id}/submit`, { version: found.version, note: said }, MINE);
    dropDraft(name);
    say("交好了");
    reload();
  };
  const change = h("div", { class: "buttons" }, actButton("改一改写的内容", () => again(found), ""));
  if (!lacking) return h("div", {}, actButton("交给工作人员", () => give(found.note)), change);
  const why = long({ name: "note", label: `没有${lacking}？写一写为什么`, hint: "如：1962年去世的，没有开过证明。工作人员会联系您", needed: "请拍照交材料，没有的写一写为什么", maxlength: 500 });
  return h("div", {}, form(name, [why], "交给工作人员", (told) => give(told.note)), change);
}

function withdrawing(found) {
  if (!found.actions.includes("withdraw")) return null;
  return askButton("不办了，撤回", "要撤回吗？以后还可以再申请，交的材料过一段时间会删掉。", "撤回", async () => {
    await once(`${API}/${found.id}/withdraw`, {}, MINE);
    say("已撤回");
    reload();
  }, "");
}
