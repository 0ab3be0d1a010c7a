// 代祭扫: somebody of the cemetery sweeps the grave for a family that cannot come, and sends pictures.

import { dataUrl, mini, once, today } from "../api.js";
import { goInstead, h } from "../dom.js";
import { day, form, long, text } from "../forms.js";
import { button, card, dayWords, empty, facts, help, later, linkButton, note, para, row, rows, tag } from "../parts.js";
import { acting, dropDraft } from "../store.js";
import { cemeteries, plots } from "./cemeteries.js";
import { PLOT } from "./visiting.js";

const KIND = { asked: "warn", refused: "bad" };

export async function all() {
  const { items } = await mini("/cemeteries/errands");
  const line = (one) => row({ to: `#/cemeteries/errands/${one.id}`, title: dayWords(one.day), tags: [tag(one.state_zh, KIND[one.state])], more: `${one.place} ${one.grave}` });
  return {
    title: acting() ? `${acting().name}的代祭扫` : "我的代祭扫",
    body: [items.length ? rows(items.map(line)) : empty("hand", "还没有请过代祭扫。来不了的时候，工作人员替您去看看。", linkButton("请人代祭扫", "#/cemeteries")), help()],
  };
}

export async function ask(code) {
  const [items, own, now] = await Promise.all([cemeteries(), plots(), today()]);
  const one = items.find((each) => each.code === code), name = `sweeping.${code}`;
  if (!one) return goInstead("#/cemeteries");
  const fields = [text({ name: "zone", label: "区", hint: one.zones.length ? `比如：${one.zones[0]}` : "墓证上写着", needed: "请填哪个区", maxlength: 32 }), text(PLOT),
    day({ name: "day", label: "哪一天去？", hint: "最早明天", value: later(now, 1), needed: "请填日期" }),
    long({ name: "words", label: "想在墓前说的话（可不写）", hint: "工作人员替您念", maxlength: 200 })];
  const send = async (told) => {
    const made = await once("/cemeteries/errands", { cemetery: code, ...told });
    dropDraft(name);
    goInstead(`#/cemeteries/errands/${made.id}`);
  };
  return {
    title: "请人代祭扫",
    body: [note("good", "不收费。工作人员替您打扫干净，拍照片，只给您看。"), para(one.name, "strong"), graves(own.filter((each) => each.cemetery === code), fields),
      form(name, fields, "请人去一趟", send), help(one.phone)],
  };
}

// One's own graves fill the form with one tap.
const graves = (own, [zone, plot]) => (own.length
  ? h("div", { class: "buttons" }, own.map((one) => button(`${one.zone} ${one.plot}（我家的）`, () => { zone.write(one.zone); plot.write(one.plot); zone.first.dispatchEvent(new Event("input", { bubbles: true })); plot.first.focus(); }, ""))) : null);

const NEXT = { asked: "收到了。扫好以后会告诉您，照片就在这一页看。", done: "已经替您扫好了。", refused: "这次去不了，很抱歉。" };

export async function one(id) {
  const { items } = await mini("/cemeteries/errands");
  const found = items.find((each) => each.id === id);
  if (!found) return goInstead("#/cemeteries/errands");
  const pictures = await Promise.all(found.photos.map((photo) => dataUrl(`/mini/cemeteries/errands/${id}/photos/${photo}`)));
  const picture = (src, place) => h("img", { class: "kept", src, alt: `代祭扫的照片，第 ${place + 1} 张，共 ${pictures.length} 张` });
  return {
    title: "代祭扫",
    body: [card([tag(found.state_zh, KIND[found.state])], para(NEXT[found.state], "strong"), found.answer ? note("warn", found.answer) : null,
      facts([["哪一天", dayWords(found.day)], ["墓位", found.grave], ["陵园", found.place], ["替您说的话", found.words]])),
      pictures.length ? card("照片", pictures.map(picture)) : null,
      found.state === "refused" ? linkButton("换一天再请", "#/cemeteries", "") : null, help(found.phone)],
  };
}
