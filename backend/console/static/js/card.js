// @ts-check
// One alarm's card: filled from the data, and changed only where the data changed.

import { dayTime, flagsOf, iconOf, splitPlace, spokenWords, stateWords, stopwatch } from "./words.js";

/** @typedef {import("./words.js").Alarm} Alarm */

const sheet = /** @type {string} */ (document.querySelector(".brand use")?.getAttribute("href")).split("#")[0];
const template = /** @type {HTMLTemplateElement} */ (document.getElementById("alarm-card"));
const MAIN_ACTION = { ringing: "acknowledge", accepted: "on_my_way", on_the_way: "arrive", arrived: "close" };

/** @param {string} id @returns {HTMLElement} */
export const newCard = (id) => {
  const part = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const card = /** @type {HTMLElement} */ (part.firstElementChild);
  card.dataset.alarm = id;
  card.id = `alarm-${id}`;
  return card;
};

/** @param {HTMLElement} card @param {string} name @param {string} words */
const put = (card, name, words) => {
  const slot = /** @type {HTMLElement} */ (card.querySelector(`[data-f=${name}]`));
  if (slot.textContent !== words) slot.textContent = words;
  slot.hidden = words === "";
};

/** @param {HTMLElement} card @param {Alarm} alarm @param {number} now milliseconds */
export const fill = (card, alarm, now) => {
  const { site, spot } = splitPlace(alarm.subject.place);
  card.className = `alarm sev-${alarm.severity} is-${alarm.state}${alarm.siren ? " rings" : ""}`;
  card.dataset.fence = String(alarm.fence);
  card.dataset.state = alarm.state;
  card.dataset.about = `${alarm.kind_name} · ${spot} ${alarm.subject.name}`;
  card.dataset.since = alarm.raised_at;
  card.dataset.next = alarm.next_step_at ?? "";
  card.setAttribute("aria-label", spokenWords(alarm));
  card.querySelector(".alarm-icon use")?.setAttribute("href", `${sheet}#${iconOf(alarm.kind)}`);
  put(card, "kind", alarm.kind_name);
  put(card, "severity", alarm.severity_name);
  put(card, "site", site);
  put(card, "place", spot);
  put(card, "who", alarm.subject.name === alarm.subject.place ? "" : alarm.subject.name);
  put(card, "text", typeof alarm.detail.text === "string" ? alarm.detail.text : "");
  put(card, "at", `${dayTime(alarm.raised_at, now)} 起`);
  put(card, "next", alarm.next_text ?? "");
  card.querySelector("[data-f=place]")?.setAttribute("href", `/console/alarms/${alarm.id}`);
  fillState(card, alarm);
  fillFlags(card, flagsOf(alarm, now));
  fillActions(card, alarm);
};

/** @param {HTMLElement} card @param {Alarm} alarm */
const fillState = (card, alarm) => {
  put(card, "state", stateWords(alarm));
  const chip = /** @type {HTMLElement} */ (card.querySelector(".alarm-state"));
  chip.className = `chip alarm-state state-${alarm.state}`;
};

/** @param {HTMLElement} card @param {[string, string][]} flags */
const fillFlags = (card, flags) => {
  const slot = /** @type {HTMLElement} */ (card.querySelector("[data-f=flags]"));
  slot.hidden = flags.length === 0;
  slot.replaceChildren(...flags.map(([tone, words]) => {
    const chip = document.createElement("span");
    chip.className = `chip flag-${tone}`;
    chip.textContent = words;
    return chip;
  }));
};

/** @param {HTMLElement} card @param {Alarm} alarm */
const fillActions = (card, alarm) => {
  const main = MAIN_ACTION[/** @type {keyof typeof MAIN_ACTION} */ (alarm.state)];
  for (const button of card.querySelectorAll("[data-action]")) {
    const name = /** @type {HTMLElement} */ (button).dataset.action ?? "";
    /** @type {HTMLElement} */ (button).hidden = !alarm.actions.includes(name);
    button.classList.toggle("act-main", name === main);
  }
};

/** Move the stopwatches on. @param {HTMLElement} card @param {number} now */
export const tick = (card, now) => {
  const since = /** @type {HTMLElement} */ (card.querySelector("[data-since]"));
  const countdown = /** @type {HTMLElement} */ (card.querySelector("[data-countdown]"));
  const words = stopwatch(now - Date.parse(card.dataset.since ?? ""));
  if (since.textContent !== words) since.textContent = words;
  const left = card.dataset.next ? Date.parse(card.dataset.next) - now : NaN;
  const coming = Number.isNaN(left) ? "" : left > 0 ? `还有 ${stopwatch(left)}` : "正在进行";
  if (countdown.textContent !== coming) countdown.textContent = coming;
};

