// Funeral services: for whom, which of the list, and the bill, that can still be changed before it is ordered.

import { mini, once, post, today } from "../api.js";
import { go, goInstead, h, say } from "../dom.js";
import { choice, day, form, select, text } from "../forms.js";
import { actButton, button, card, dayWords, facts, help, linkButton, note, para, row, rows, showProblem, steps } from "../parts.js";
import { addToDraft, draft, dropDraft } from "../store.js";
import { bill, WAIVER, yuan } from "./funerals.js";

const NAME = "funeral", ALL_STEPS = 3;

export async function whom() {
  const [now, { items }] = await Promise.all([today(), mini("/cases/places")]);
  const fields = [text({ name: "dead_name", label: "逝者的姓名", hint: "和身份证上一样", needed: "请填姓名", maxlength: 32 }),
    day({ name: "day", label: "哪一天办？", hint: "今天起三十天内", value: now, needed: "请填日期" }),
    select({ name: "division", label: "在哪个镇街？", choices: items.map((one) => [one.code, one.name]) })];
  return { title: "为谁办？", body: [steps(1, ALL_STEPS), para("请节哀。一步一步来，算好价钱再决定。", "soft"),
    form(NAME, fields, "下一步", () => go("#/funerals/new/items")), help()] };
}

export async function items() {
  const told = draft(NAME);
  if (!told.dead_name) return goInstead("#/funerals/new");
  const { items: all } = await mini("/burial-prices"), kept = told.items ?? {};
  const groups = [...new Set(all.map((one) => one.group))];
  const words = (one) => [one.title, h("span", { class: "row-more" }, `每${one.unit} ${yuan(one.price)}`)];
  const fields = groups.map((group) => choice({ name: group, label: group, many: true, value: Object.keys(kept), choices: all.filter((one) => one.group === group).map((one) => [one.item, words(one)]) }));
  const place = h("div", {});
  const made = form("funeral.items", fields, "算一算", (chosen) => {
    const found = Object.values(chosen).flat();
    if (!found.length) return showProblem(place, { title: "还没有选", detail: "请至少选一样。" });
    addToDraft(NAME, { items: Object.fromEntries(found.map((item) => [item, kept[item] ?? 1])) });
    return go("#/funerals/new/bill");
  }, [place]);
  made.addEventListener("change", () => place.replaceChildren());
  made.classList.add("one-column");
  return { title: "要哪些？", body: [steps(2, ALL_STEPS), para("只选要的，一样都不勉强。", "soft"), made, help()] };
}

const asked = ({ dead_name, day: date, division, items: chosen }) => ({ dead_name, day: date, division, items: Object.entries(chosen).map(([item, quantity]) => ({ item, quantity })) });

export async function check() {
  const told = draft(NAME);
  if (!told.items) return goInstead("#/funerals/new");
  const place = h("div", { class: "stack", "aria-live": "polite" });
  const redraw = async (focus) => {
    const found = await post("/funeral-orders/quote", asked(draft(NAME)));
    place.replaceChildren(bill(found, (one, at) => counter(one, at, redraw)), waiver(found));
    place.querySelector(focus ?? "nothing")?.focus();
  };
  await redraw();
  const order = async () => {
    const made = await once("/funeral-orders", asked(draft(NAME)));
    for (const name of [NAME, "funeral.items"]) dropDraft(name);
    goInstead(`#/funerals/orders/${made.number}/new`);
  };
  return {
    title: "看一遍账单",
    body: [steps(3, ALL_STEPS), card(null, facts([["逝者", told.dead_name], ["日期", dayWords(told.day)]])), place,
      note("", "现在不付钱。办完之前随时能取消。"), actButton("就这样，下单", order),
      rows(row({ to: "#/funerals/new/items", title: "改要哪些" }), row({ to: "#/funerals/new", title: "改姓名、日期" })), help()],
  };
}

// One more, one less; the last one goes by "改要哪些", so that nothing disappears under a finger.
function counter(one, place, redraw) {
  const item = Object.keys(draft(NAME).items)[place], id = `n${place}`;
  const to = (step) => async () => {
    const kept = draft(NAME).items;
    addToDraft(NAME, { items: { ...kept, [item]: kept[item] + step } });
    await redraw(`#${id}${step > 0 ? "more" : "less"}`);
    say(`${one.title} ${one.quantity + step} ${one.unit}`);
  };
  const sign = (words, step, name) => { const made = button(words, to(step), ""); made.id = `${id}${name}`; made.setAttribute("aria-label", `${one.title}${step > 0 ? "加" : "减"}一${one.unit}`); return made; };
  return h("div", { class: "counter" }, one.quantity > 1 ? sign("减一", -1, "less") : null, sign("加一", 1, "more"));
}

const waiver = (found) => (Number(found.waived) ? note("good", `惠民殡葬已经批准，减掉 ${yuan(found.waived)}。`)
  : note("warn", h("p", { class: "strong" }, "低保、特困等困难家庭，基本服务能免"), h("p", {}, "先申请惠民殡葬，批下来再下单，账单会自动减。"), linkButton("去申请惠民殡葬", WAIVER, "")));
