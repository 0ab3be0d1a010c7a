// Filling in an application: the form as its matter declares it, the papers, a last look, and handing it in.

import { call, mini, post, save } from "../api.js";
import { asking, fieldOf, shown } from "../case_fields.js";
import { go, goInstead, h, icon, say } from "../dom.js";
import { form } from "../forms.js";
import { fileButton, shrunk } from "../pictures.js";
import { actButton, askButton, card, facts, help, linkButton, note, para, steps, tag } from "../parts.js";
import { acting, dropDraft } from "../store.js";
import { ALL_STEPS, matterOf } from "./help.js";

const nameOf = (id) => `case.form.${id}`;
const reload = () => dispatchEvent(new HashChangeEvent("hashchange"));

// The case with its matter; whoever comes here too late sees how far it is.
async function opened(id, action = "save") {
  const one = await mini(`/cases/${id}`);
  if (action && !one.actions.includes(action)) return [null, null];
  return [one, await matterOf(one.matter)];
}

const missing = (one) => (one.missing ? note("warn", h("p", { class: "strong" }, one.missing)) : null);

export async function fill(id) {
  const [one, matter] = await opened(id);
  if (!one) return goInstead(`#/cases/${id}`);
  const fields = matter.form.map((spec) => Object.assign(fieldOf(spec), { value: one.form[spec.name] ?? applicantFirst(spec) }));
  const made = form(nameOf(id), fields, "下一步", async (told) => { await keep(one, told); go(`#/cases/${id}/papers`); });
  asking(fields, matter.form, made);
  fields.forEach(wholeFirst);
  made.append(actButton("先存起来，以后再填", () => keepUnfinished(one, fields), ""));
  return { title: one.title, body: [steps(2, ALL_STEPS), missing(one), acting() ? null : para("不会填？可以请家人代填，或到镇街窗口。", "soft"), made, help()] };
}

// Handing in asks for everything; a draft (``loose``) only for what is right as far as it goes.
function wholeFirst(field) {
  Object.assign(field, { loose: field.odd, odd: field.whole });
}

// The list of the family begins with whoever applies.
function applicantFirst(spec) {
  const relation = spec.of.find((one) => one.choices.some((each) => each.code === "self"));
  return relation && [{ [relation.name]: "self" }];
}

async function keep(one, told) {
  const kept = await call("PUT", `/mini/cases/${one.id}/form`, { body: { version: one.version, form: told } });
  one.version = kept.version;
  dropDraft(nameOf(one.id));
}

async function keepUnfinished(one, fields) {
  for (const field of fields) field.wrongWords(field.loose());
  const odd = fields.find((field) => field.loose());
  if (odd) return odd.first.focus();
  await keep(one, Object.fromEntries(fields.map((field) => [field.name, field.read()])));
  say("存好了");
  return go(`#/cases/${one.id}`);
}

// -- papers

export async function papers(id) {
  const [one, matter] = await opened(id, null);
  const open = one.actions.includes("save");
  return {
    title: "交材料",
    body: [open ? steps(3, ALL_STEPS) : null, missing(one), matter.papers.length ? null : note("good", "这件事不用交材料。"),
      ...matter.papers.map((spec) => paperCard(one, spec)),
      matter.never_asked.length ? note("good", h("p", { class: "strong" }, "这些不用交，我们自己核对"), h("p", {}, matter.never_asked.join("、"))) : null,
      open ? linkButton("下一步", `#/cases/${id}/check`) : linkButton("好了", `#/cases/${id}`), help()],
  };
}

function paperCard(one, spec) {
  const place = h("div", {}), mine = one.papers.filter((each) => each.kind === spec.kind);
  const wanted = one.missing?.includes(spec.title) && !mine.length;
  const add = (words, more) => fileButton(words, more, (file) => sendFile(one, spec, file), place);
  return card([spec.title, wanted ? tag("请补交", "bad") : mine.length ? tag(`已交 ${mine.length} 份`) : spec.required ? tag("要交", "warn") : tag("有就交", "off")],
    spec.help && para(spec.help, "soft"), mine.map((each) => paper(one, each, place)), place,
    h("div", { class: "buttons buttons-two" }, add("拍一张", { capture: "environment", accept: "image/*" }), add("选照片或 PDF", { accept: "image/jpeg,image/png,application/pdf" })));
}

function paper(one, each, place) {
  const gone = async () => { await call("DELETE", `/mini/cases/${one.id}/papers/${each.id}`); say("已删除"); reload(); };
  return h("div", { class: "paper" }, h("p", { class: "strong" }, icon("check"), each.name),
    h("div", { class: "buttons buttons-two" }, actButton("存到手机看", () => save(`/mini/cases/${one.id}/papers/${each.id}`, each.name), "", place), askButton("删掉", "要删掉这份材料吗？", "删掉", gone, "")));
}

async function sendFile(one, spec, file) {
  const body = new FormData();
  body.append("kind", spec.kind);
  body.append("file", await shrunk(file), file.name);
  await call("POST", `/mini/cases/${one.id}/papers`, { body });
  say(`${spec.title}收到了`);
  reload();
}

// -- the last look

export async function check(id) {
  const [one, matter] = await opened(id, "submit");
  if (!one) return goInstead(`#/cases/${id}`);
  const place = h("div", {}), there = new Set(one.papers.map((each) => each.kind));
  const lacking = matter.papers.filter((each) => each.required && !there.has(each.kind)).map((each) => each.title);
  const send = async () => {
    await post(`/cases/${id}/submit`, { version: one.version });
    say("提交好了");
    goInstead(`#/cases/${id}/new`);
  };
  return {
    title: "请再看一遍",
    body: [steps(4, ALL_STEPS), card([matter.title, acting() ? tag(`为${acting().name}申请`, "warn") : null], facts(shown(matter.form, one.form)), linkButton("改一改", `#/cases/${id}/form`, "")),
      card("材料", para(one.papers.length ? one.papers.map((each) => each.title).join("、") : "没有交材料"), lacking.length ? note("warn", `还要交：${lacking.join("、")}`) : null, linkButton("补材料", `#/cases/${id}/papers`, "")),
      note("", "请如实填写。填错了没关系，随时可以改；故意瞒报的要退钱。"), place, actButton("提交申请", send, "main", place), help()],
  };
}
