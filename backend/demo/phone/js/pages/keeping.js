// What a family puts into its hall: pictures and sounds, the story, the tree, who may see it.

import { call, mini } from "../api.js";
import { h, icon, say } from "../dom.js";
import { choice, form, long, text, yesNo } from "../forms.js";
import { act, at, home } from "../halls.js";
import { picture } from "../keepsakes.js";
import { actButton, askButton, card, empty, help, note, para, reload, row, rows, showProblem, tag } from "../parts.js";
import { shrunk } from "../pictures.js";
import { dropDraft } from "../store.js";

const STATE = { waiting: ["等人看一看", "warn"], shown: ["已显示", ""], refused: ["没有显示", "bad"] };
const mark = (state) => tag(...STATE[state]);

// -- pictures and sounds

export async function photos(id) {
  const one = await mini(at(id)), may = (what) => one.acts.includes(what);
  return {
    title: "照片和录音",
    body: [para(one.title, "soft"), may("media") ? adding(one) : null, ...one.media.map((each) => keepsake(one, each, may("remove"))),
      one.media.length ? null : empty("camera", "还没有照片和录音。"), home(id), help()],
  };
}

function adding(one) {
  const place = h("div", {}), caption = text({ name: "caption", label: "写一句说明（可不写）", hint: "比如：1968年，在老屋门前", maxlength: 60 });
  const made = choice({ name: "revived", label: "是机器仿做的吗？", choices: [["", "不是，是原来的"], ["1", "是，电脑仿做的"]] });
  const box = h("input", { type: "file", accept: "image/jpeg,image/png,audio/mpeg,audio/wav" });
  const pick = h("label", { class: "btn btn-main upload" }, icon("camera"), h("span", {}, "选照片或录音"), box);
  made.write("");
  box.addEventListener("change", () => send(one, box, { caption: caption.read(), revived: made.read() }, pick, place));
  return h("section", { class: "card" }, h("h2", {}, "加一张"), caption.node, one.near ? made.node : null,
    para("照片 JPG、PNG，录音 MP3、WAV，都不超过 10 MB。拍照的地点会自动去掉。", "soft"), pick, place);
}

async function send(one, box, told, pick, place) {
  const [file] = box.files, body = new FormData();
  if (!file) return;
  pick.setAttribute("aria-disabled", "true");
  try {
    body.append("file", await shrunk(file), file.name);
    for (const [name, value] of Object.entries(told)) body.append(name, value);
    await call("POST", `/mini${at(one.id)}/media`, { body });
    say("收到了，工作人员看过再给大家看");
    reload();
  } catch (problem) {
    showProblem(place, problem);
  } finally {
    pick.removeAttribute("aria-disabled");
    box.value = "";
  }
}

function keepsake(one, each, mayRemove) {
  return card([each.kind === "photo" ? "照片" : "录音", mark(each.state)], picture(one, each), each.revived ? likeness(one, each) : null,
    each.own || mayRemove ? askButton("删掉", "删掉以后找不回来。", "删掉", act(one.id, "remove-media", { target: each.id }, "已删掉"), "") : null);
}

// A likeness made by a machine waits for every near relative; one no hides it at once.
function likeness(one, each) {
  const said = (yes) => act(one.id, "likeness", { target: each.id, yes }, yes ? "好，您同意了" : "好，不给大家看");
  return h("div", { class: "buttons" }, each.missing ? note("warn", `还要 ${each.missing} 位近亲属同意，才给大家看。`) : null,
    !one.near ? null : each.agreed === true ? actButton("我不同意了", said(false), "") : actButton("我同意", said(true), ""),
    one.near && each.agreed === null ? actButton("我不同意", said(false), "") : null);
}

// -- the story

export async function story(id) {
  const one = await mini(at(id)), name = `story.${id}`;
  const made = form(name, [long({ name: "words", label: "一辈子的事", hint: "想到哪写到哪，一段一行。最多 5000 个字", maxlength: 5000, value: one.story_new ?? one.story })], "写好了", async (told) => { await act(id, "story", told, "收到了")(); dropDraft(name); });
  return {
    title: "生平",
    body: [para(one.title, "soft"), waitingStory(one), one.acts.includes("edit") ? h("div", { class: "tall" }, made) : null,
      one.acts.includes("remove") && (one.story || one.story_new) ? askButton("删掉生平", "删掉以后找不回来。", "删掉", act(id, "erase-story", {}, "已删掉"), "") : null, home(id), help()],
  };
}

function waitingStory(one) {
  if (one.story_state === "waiting") return note("warn", "新写的，工作人员正在看。看过以后大家就能读到。");
  if (one.story_state === "refused") return note("bad", h("p", {}, "新写的没有显示。"), h("a", { class: "link", href: "#/memorial/shown" }, "看看为什么", icon("next")));
  return null;
}

// -- the tree

export async function tree(id) {
  const [one, choices] = await Promise.all([mini(at(id)), mini("/memorial/choices")]), name = `tree.${id}`;
  const fields = [text({ name: "name", label: "亲人的姓名", needed: "请填姓名" }),
    choice({ name: "choice", label: "是逝者的什么人？", needed: "请选一样", choices: choices.near.map((code) => [code, choices.relations[code]]) }),
    yesNo({ name: "yes", label: "已经去世了吗？", yes: "去世了", no: "健在", needed: "请选一样" })];
  const made = form(name, fields, "写上", async (told) => {
    await act(id, "add-relative", { ...told, yes: told.yes === "yes" }, "写上了")();
    dropDraft(name);
  });
  return {
    title: "家谱",
    body: [para("健在的亲人，只有家人能看到。", "soft"), ...one.tree.map((each) => relative(one, each)),
      one.tree.length ? null : empty("people", "还没有写亲人。"), one.acts.includes("edit") ? h("section", {}, h("h2", {}, "加一位"), made) : null, home(id), help()],
  };
}

function relative(one, each) {
  return card([each.name, each.dead ? tag("已故", "off") : null, each.shown ? null : tag("等人看一看", "warn")], para(each.relation_zh, "soft"),
    one.acts.includes("remove") ? askButton("去掉", `去掉${each.name}？`, "去掉", act(one.id, "remove-relative", { target: each.id }, "已去掉"), "") : null);
}

// -- who may see it, how it looks, closing

export async function settings(id) {
  const [one, choices] = await Promise.all([mini(at(id)), mini("/memorial/choices")]), may = (what) => one.acts.includes(what);
  const pick = (action, label, options, now, words, extra = []) => form(`${action}.${id}`, [choice({ name: "choice", label, value: now, choices: Object.entries(options) })], "就这样", async (told) => {
    await act(id, action, told, words)();
    dropDraft(`${action}.${id}`);
  }, extra);
  return {
    title: "谁能看、样式、关闭",
    body: [para(one.title, "soft"), may("privacy") ? h("div", { class: "one-column" }, pick("privacy", "谁能看？", choices.privacies, one.privacy, "改好了", [note("", "给更多人看以前，工作人员会再看一遍。")])) : null,
      may("edit") ? pick("theme", "什么样式？", choices.themes, one.theme, "换好了") : null, may("close") ? closing(id) : null,
      may("restore") ? card("纪念馆已关闭", para("里面的东西都还在。"), actButton("再打开", act(id, "restore", {}, "又打开了"))) : null, rows(row({ to: `#${at(id)}/people`, title: "谁在一起管", sign: "people" })), home(id), help()],
  };
}

function closing(id) {
  const name = `close.${id}`;
  const made = form(name, [long({ name: "words", label: "为什么关闭？（可不写）", maxlength: 500 })], "关闭", async (told) => { await act(id, "close", told, "已关闭")(); dropDraft(name); });
  return h("details", { class: "card" }, h("summary", {}, "关闭纪念馆"), para("关闭以后别人看不到，里面的东西不会丢，您随时能再打开。", "soft"), made);
}
