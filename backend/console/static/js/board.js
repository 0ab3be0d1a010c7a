// @ts-check
// The duty board: keeps what is shown equal to what is true, rings, and says when it cannot.

import { getJson } from "./api.js";
import { fill, newCard, tick } from "./card.js";
import { start as startDialogs, toast } from "./dialogs.js";
import { selected, startKeys } from "./keys.js";
import { Live, showSilence } from "./live.js";
import { Bell, showBell } from "./sound.js";
import { showSurroundings } from "./surroundings.js";
import { showBelow, startWall } from "./wall.js";
import { spokenWords } from "./words.js";

/** @typedef {import("./words.js").Alarm} Alarm */

const SHOWN = 100;
const list = /** @type {HTMLElement} */ (document.getElementById("alarms"));
const live = new Live();
const bell = new Bell();
/** @type {Map<string, {card: HTMLElement, json: string, alarm: Alarm}>} */
const cards = new Map();
let [stamp, total, fetching, again, first] = ["", 0, false, false, true];

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Read the list; changes that come meanwhile are read once more afterwards. */
const refresh = async () => {
  again = fetching;
  if (fetching) return;
  fetching = true;
  try {
    const { items } = await getJson(`/api/v1/staff/alarms?status=open&limit=${SHOWN}`);
    show(items);
  } catch {
    stamp = ""; // so that the next pulse asks again; the banner tells the person
  } finally {
    fetching = false;
  }
  if (again) setTimeout(refresh, 200);
};

/** @param {Alarm[]} items */
const show = (items) => {
  const focused = document.activeElement;
  const news = items.filter(isNews);
  drop(new Set(items.map((alarm) => alarm.id)));
  items.forEach((alarm, index) => place(alarm, index));
  if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
  at("loading").hidden = true;
  at("calm").hidden = items.length > 0;
  total = Math.max(total, items.length);
  showCounts(items);
  announce(items, news);
  showThumbBar();
  showBelow();
};

/** New, or pressed again. @param {Alarm} alarm */
const isNews = (alarm) => {
  const known = cards.get(alarm.id);
  return !known || known.alarm.press_count < alarm.press_count || (known.alarm.acknowledged && !alarm.acknowledged);
};

/** @param {Set<string>} kept */
const drop = (kept) => {
  for (const [id, { card }] of cards) {
    if (kept.has(id)) continue;
    if (card.contains(document.activeElement)) at("main").focus({ preventScroll: true });
    card.remove();
    cards.delete(id);
  }
};

/** @param {Alarm} alarm @param {number} index */
const place = (alarm, index) => {
  const json = JSON.stringify(alarm);
  const known = cards.get(alarm.id);
  const card = known?.card ?? newCard(alarm.id);
  if (known?.json !== json) {
    const focused = card.contains(document.activeElement) ? document.activeElement : null;
    fill(card, alarm, live.now());
    tick(card, live.now());
    // A button that is no longer possible hands the focus to its card.
    if (focused instanceof HTMLElement && focused.hidden) card.focus({ preventScroll: true });
  }
  cards.set(alarm.id, { card, json, alarm });
  if (list.children[index] !== card) list.insertBefore(card, list.children[index] ?? null);
};

/** @param {Alarm[]} items */
const showCounts = (items) => {
  const rest = total - items.length;
  at("rest").hidden = rest <= 0;
  at("rest").textContent = `另有 ${rest} 条较轻的报警没有列出，处理完上面的会自动补上`;
  /** @type {Map<string, {name: string, count: number}>} */
  const bySeverity = new Map();
  for (const alarm of items) {
    const one = bySeverity.get(alarm.severity) ?? { name: alarm.severity_name, count: 0 };
    bySeverity.set(alarm.severity, { ...one, count: one.count + 1 });
  }
  // The list is cut off at its end, so only the last count can be too small.
  const chips = [...bySeverity].map(([severity, { name, count }], index) =>
    countChip(severity, name, count, rest > 0 && index === bySeverity.size - 1));
  at("counts").replaceChildren(...chips);
};

/** @param {string} severity @param {string} name @param {number} count @param {boolean} more */
const countChip = (severity, name, count, more) => {
  const item = document.createElement("li");
  item.className = `count sev-${severity}`;
  const number = Object.assign(document.createElement("strong"), { textContent: more ? `${count}+` : String(count) });
  item.append(`${name} `, number);
  return item;
};

/** Ring, speak, and change the tab's name. @param {Alarm[]} items @param {Alarm[]} news */
const announce = (items, news) => {
  const ringing = items.filter((alarm) => alarm.siren);
  bell.ring(ringing[0]?.severity ?? null);
  if (news.length && !first && !ringing.length) bell.chime();
  const words = first ? `现在有 ${items.length} 条报警` : news.slice(0, 3).map(spokenWords).join("。");
  if (words && (news.length || first)) at("spoken").textContent = words;
  const loudest = ringing[0] ?? items.find((alarm) => alarm.state === "ringing");
  document.title = loudest ? `(${total}) ${loudest.kind_name} ${loudest.subject.place} · 守望` : items.length ? `(${total}) 看板 · 守望` : "看板 · 守望";
  at("favicon").setAttribute("href", `/console/static/${ringing.length ? "favicon-alarm" : "favicon"}.svg`);
  first = false;
};

/** One thumb: the selected alarm's main button and the telephone, at the lower edge of a phone. */
const showThumbBar = () => {
  const card = selected(list);
  at("thumb-bar").hidden = !card;
  if (!card) return;
  at("thumb-bar").className = card.className.replace("alarm", "thumb-bar").replace("rings", "");
  Object.assign(at("thumb-bar").dataset, { alarm: card.dataset.alarm, fence: card.dataset.fence, about: card.dataset.about });
  at("thumb-about").textContent = card.dataset.about ?? "";
  const buttons = [...card.querySelectorAll(".act-main:not([hidden]), [data-action=call]:not([hidden])")];
  at("thumb-actions").replaceChildren(...buttons.map((button) => button.cloneNode(true)));
};

/** @param {Event} event */
const onFocus = (event) => {
  const card = event.target instanceof Element ? event.target.closest(".alarm") : null;
  if (!card) return;
  list.querySelector(".is-selected")?.classList.remove("is-selected");
  card.classList.add("is-selected");
  showThumbBar();
};

live.addEventListener("pulse", (event) => {
  const pulse = /** @type {CustomEvent<import("./live.js").Pulse>} */ (event).detail;
  total = pulse.open;
  if (pulse.stamp === stamp) return;
  stamp = pulse.stamp;
  refresh();
});
setInterval(() => cards.forEach(({ card }) => tick(card, live.now())), 500);
list.addEventListener("focusin", onFocus);
startDialogs((alarm, id) => {
  if (!alarm && cards.has(id)) toast("情况有变化，已换成最新的画面。");
  refresh();
});
const wall = startWall();
startKeys(list, { m: () => bell.toggle(), "?": () => /** @type {HTMLDialogElement} */ (at("dialog-help")).showModal(), f: wall });
at("help-open").addEventListener("click", () => /** @type {HTMLDialogElement} */ (at("dialog-help")).showModal());
showSilence(live);
showBell(bell);
showSurroundings(live);
live.start();
