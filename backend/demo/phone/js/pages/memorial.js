// 缅怀: the halls I may see, coming into one by its number, and a hall itself, one thought at a time.

import { mini, once, today } from "../api.js";
import { go, h } from "../dom.js";
import { form, text } from "../forms.js";
import { at } from "../halls.js";
import { picture, turning } from "../keepsakes.js";
import { card, empty, help, note, para, row, rows, tag } from "../parts.js";
import { REMEMBERING } from "../services.js";
import { dropDraft } from "../store.js";
import { offering } from "./tributes.js";

export async function hub() {
  return { title: "缅怀", body: [para("不花钱，不排名，心意到了就好。", "soft"), rows(REMEMBERING.map(row)), help()] };
}

export async function all() {
  const { items } = await mini("/memorial/halls");
  return {
    title: "网上纪念馆",
    body: [items.length ? rows(items.map(line)) : empty("flower", "还没有您的纪念馆。家人给了您编号，就可以进去看看。"),
      rows(row({ to: "#/memorial/enter", title: "输编号，进纪念馆", more: "编号在墓前、树下的小牌上，或者问家人", sign: "scan" }),
        row({ to: "#/memorial/open", title: "申请设纪念馆", more: "近亲属可以申请，不收费", sign: "case" })),
      rows(row({ to: "#/days", title: "纪念日", more: "忌日、清明、中元，到时提醒我", sign: "calendar" }),
        row({ to: "#/memorial/shown", title: "我写的、传的", more: "有没有显示，为什么", sign: "mail" }),
        row({ to: "#/memorial/concerns", title: "我提的意见", more: "看答复", sign: "ask" }),
        row({ to: "#/memorial/reports", title: "我的举报", more: "看处理结果", sign: "warn" })), help()],
  };
}

const line = (one) => row({ to: `#${at(one.id)}`, title: one.title, tags: [tag(one.role_zh), one.state_zh === "开放" ? null : tag(one.state_zh, "off")],
  more: one.names.join("、"), mark: one.names[0]?.[0] ?? "念" });

export async function enter(number, code) {
  const name = "memorial.enter";
  const fields = [text({ name: "number", label: "纪念馆的编号", hint: "JN 开头，像 JN261122-00001-7", needed: "请填编号", maxlength: 32, value: number }),
    text({ name: "code", label: "邀请码（没有就不填）", hint: "公开的纪念馆不用邀请码", maxlength: 200, value: code })];
  const made = form(name, fields, "进去看看", async (told) => {
    const hall = await once("/memorial/enter", told);
    dropDraft(name);
    go(`#${at(hall.id)}`);
  });
  return { title: "进纪念馆", body: [made, help()] };
}

// -- one hall

export async function hall(id) {
  const [one, said, now] = await Promise.all([mini(at(id)), mini(`/tributes/halls/${id}`), today()]);
  const photos = one.media.filter((each) => each.kind === "photo" && each.state === "shown");
  return {
    title: one.title,
    body: [h("article", { class: `hall theme-${one.theme}` }, resting(one), remembered(one, photos[0]), one.state === "open" ? offering(one, said, now) : null,
      story(one), album(one, photos.slice(1)), sounds(one), tree(one), words(said)), more(one), help()],
  };
}

function resting(one) {
  if (one.state === "open") return null;
  return note("warn", one.state === "closed" ? "纪念馆已经关闭。管理人可以再打开。" : "家人正在商量，暂时不能修改，也先不收新的心意。");
}

function remembered(one, photo) {
  return h("section", { class: "card remembered" }, photo ? picture(one, photo) : null,
    one.dead.map((each) => h("div", { class: "life" }, h("p", { class: "name" }, each.name),
      each.born_zh ? h("p", {}, h("span", {}, `生于 ${each.born_zh}`), h("span", { class: "moon" }, each.born_lunar_zh)) : null,
      h("p", {}, h("span", {}, `逝于 ${each.died_zh}`), h("span", { class: "moon" }, each.lunar_zh)))));
}

function story(one) {
  if (!one.thoughts.length) return null;
  return turning("生平", "段", one.thoughts.map((thought) => () => h("p", { class: "thought" }, thought)), reporting("hall_story", one.id));
}

function album(one, photos) {
  return photos.length ? turning("照片", "张", photos.map((each) => () => h("div", {}, picture(one, each), reporting("hall_media", each.id)))) : null;
}

function sounds(one) {
  const items = one.media.filter((each) => each.kind === "sound" && each.state === "shown");
  return items.length ? card("留下的声音", items.map((each) => h("div", { class: "sound" }, picture(one, each), reporting("hall_media", each.id)))) : null;
}

function tree(one) {
  if (!one.tree.length) return null;
  return card("家谱", h("dl", { class: "facts" }, one.tree.map((each) => [h("dt", {}, each.relation_zh), h("dd", {}, each.name, each.dead ? "（已故）" : "")])));
}

function words(said) {
  if (!said.shown.length) return null;
  return card("大家的话", said.shown.map((each) => h("blockquote", {}, h("p", {}, each.words), h("footer", {}, `${each.who}，${each.day.replaceAll("-", ".")}`), reporting("tribute", each.id))));
}

const reporting = (subject, id) => h("a", { class: "link aside", href: `#/memorial/report/${subject}/${id}` }, "这里不合适？");

// What this person may do here, and nothing that they may not.
function more(one) {
  const may = (act) => one.acts.includes(act), to = (page) => `#${at(one.id)}/${page}`;
  return rows(
    row({ to: to("mine"), title: "我的心意和话", more: "献过的花，写过的话", sign: "mail" }),
    row({ to: `#/days/${one.id}`, title: "纪念日", more: "下一次是哪天，要不要提醒", sign: "calendar" }),
    may("media") || one.media.length ? row({ to: to("photos"), title: "照片和录音", more: may("media") ? "加一张，删一张" : "看全部", sign: "camera" }) : "",
    may("edit") || one.story_new || (may("remove") && one.story) ? row({ to: to("story"), title: "生平", more: "写一写一辈子的事", sign: "book" }) : "",
    may("edit") || (may("remove") && one.tree.length) ? row({ to: to("tree"), title: "家谱", more: "把亲人的名字写上", sign: "people" }) : "",
    one.role ? row({ to: to("people"), title: one.people.length ? "谁在一起管" : "我和纪念馆", more: `您是${one.role_zh}`, sign: "hand" }) : "",
    may("privacy") || may("edit") || may("close") || may("restore") ? row({ to: to("settings"), title: "谁能看、样式、关闭", more: one.privacy_zh, sign: "shield" }) : "",
    row({ to: to("objection"), title: "有问题，告诉我们", more: may("dispute") ? "家人有不同意见，请人调解" : "内容不合适、人还健在", sign: "ask" }));
}
