// 祭扫: a flower, words, a letter, a song; my own words and where they stand.

import { mini, once } from "../api.js";
import { goInstead, h, icon, say } from "../dom.js";
import { choice, form, long } from "../forms.js";
import { at, home } from "../halls.js";
import { actButton, askButton, card, empty, help, linkButton, list, longDay, note, para, reload, tag } from "../parts.js";
import { dropDraft } from "../store.js";
import { appeal, itemsOf, standing } from "./shown.js";

const GESTURES = [["flower", "献花"], ["candle", "点烛"], ["incense", "上香"], ["bow", "鞠躬"]];
const WRITING = [["words", "留言"], ["letter", "写信"], ["song", "听一首歌"]];
const DONE = { flower: "今天已献花", candle: "今天已点烛", incense: "今天已上香", bow: "今天已鞠躬", words: "今天已留言", letter: "今天已写信", song: "今天已听歌" };
const SEEN_FIRST = "工作人员先看一看，再给大家看。每天可以写一次。";

// -- in the hall

export function offering(hall, said, today) {
  const brought = new Set(said.mine.filter((one) => one.day === today && (one.words !== null || !["words", "letter"].includes(one.kind))).map((one) => one.kind));
  const place = h("div", {});
  return h("section", { class: "card" }, h("h2", {}, "献上心意"),
    h("div", { class: "offers" }, GESTURES.map(([kind, words]) => (brought.has(kind) ? given(kind) : gesture(hall, kind, words, place))),
      WRITING.map(([kind, words]) => (brought.has(kind) ? given(kind) : linkButton(words, `#${at(hall.id)}/give/${kind}`, "")))),
    place, broughtByAll(said.counts));
}

const given = (kind) => h("p", { class: "given-today", tabindex: "-1" }, icon("check"), DONE[kind]);

// The button gives way to what was done, in its place.
function gesture(hall, kind, words, place) {
  const made = actButton(words, async () => {
    await once("/tributes", { hall_id: hall.id, kind });
    const mark = given(kind);
    made.replaceWith(mark);
    mark.focus();
    say(DONE[kind]);
  }, "", place);
  return made;
}

// Quiet figures, in a fixed order: nobody is first.
function broughtByAll(counts) {
  const words = [...GESTURES, ...WRITING].filter(([kind]) => counts[kind]).map(([kind, name]) => `${name} ${counts[kind]} 次`);
  return words.length ? para(`大家的心意：${words.join("，")}`, "soft") : null;
}

// -- words, a letter, a song

export async function give(id, kind) {
  const [hall, choices] = await Promise.all([mini(at(id)), mini("/tributes/choices")]);
  if (kind === "song") return song(hall, choices);
  const name = `tribute.${kind}.${id}`, letter = kind === "letter";
  const fields = [long({ name: "words", label: letter ? "想写什么？" : "想说什么？", needed: "请写一句话", maxlength: choices.longest[kind], hint: `最多 ${choices.longest[kind]} 个字` }),
    ...(letter ? [choice({ name: "shared", label: "给谁看？", value: "no", choices: [["no", "只留给自己"], ["yes", "也给大家看"]] })] : [])];
  const made = form(name, fields, letter ? "写好了" : "留言", async (told) => {
    await once("/tributes", { hall_id: id, kind, words: told.words, shared: told.shared === "yes" });
    dropDraft(name);
    say("收到了");
    goInstead(`#${at(id)}/mine`);
  }, [note("", letter ? `只留给自己的，别人看不到。给大家看的，${SEEN_FIRST}` : SEEN_FIRST)]);
  return { title: letter ? "写一封信" : "留一句话", body: [para(`给：${hall.title}`, "soft"), made, home(id), help()] };
}

function song(hall, { songs }) {
  const name = `tribute.song.${hall.id}`;
  const made = form(name, [choice({ name: "song", label: "送哪一首？", needed: "请选一首", choices: Object.entries(songs) })], "送这首歌", async (told) => {
    await once("/tributes", { hall_id: hall.id, kind: "song", song: told.song });
    dropDraft(name);
    say(DONE.song);
    goInstead(`#${at(hall.id)}/mine`);
  });
  return { title: "听一首歌", body: [para(`给：${hall.title}`, "soft"), h("div", { class: "one-column" }, made), home(hall.id), help()] };
}

// -- mine

export async function mine(id) {
  const [hall, said, items, { songs }] = await Promise.all([mini(at(id)), mini(`/tributes/halls/${id}`), itemsOf(), mini("/tributes/choices")]);
  const written = said.mine.filter((one) => one.standing);
  return {
    title: "我的心意和话",
    body: [para(hall.title, "soft"), ...written.map((one) => own(one, items.find((item) => item.subject_id === one.id))),
      said.mine.length ? card("我来过", list(said.mine.filter((one) => !one.standing).map((one) => `${longDay(one.day)}　${one.song ? `送上《${songs[one.song]}》` : one.kind_zh}`)))
        : empty("flower", "还没有留下什么。献一束花，说一句话，都可以。"),
      home(id), help()],
  };
}

function own(one, item) {
  const act = (verb, body, words) => async () => { await once(`/tributes/${one.id}/${verb}`, body); say(words); reload(); };
  const sharing = one.shared ? ["只留给自己", act("share", { shared: false }, "别人看不到了")] : ["也给大家看", act("share", { shared: true }, "好，先由工作人员看一看")];
  const [mark, waits] = one.words === null ? [tag("已收回", "off")] : standing(one, item);
  return card([`${longDay(one.day)} ${one.kind_zh}`, mark], one.words && h("p", { class: "said" }, one.words), waits, item && one.words !== null ? appeal(item) : null,
    one.words === null ? null : h("div", { class: "buttons" }, one.kind === "letter" ? actButton(sharing[0], sharing[1], "") : null,
      askButton("收回", "收回以后，别人看不到，您自己也看不到了。", "收回", act("take-back", {}, "已收回"), "")));
}
