// @ts-check
// From a button to the server: what must be asked first, what is sent, and what is said when it did not work.

import { act, getJson, Problem } from "./api.js";

const SLOW_MS = 1_000;
const TOAST_MS = 9_000;
/** Actions that ask something first. The others are sent at once. */
const ASKS = ["close", "call", "assign", "note", "escalate"];

/** @typedef {(alarm: import("./words.js").Alarm | null, id: string) => void} Done called after success, and with null when the picture was stale */

/** @type {Done} */
let done = () => {};
/** @type {HTMLElement | null} */
let subject = null; // the card or page whose button was pressed

/** @param {Done} whenDone */
export const start = (whenDone) => {
  done = whenDone;
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", onDigit);
};

/** @param {string} words */
export const toast = (words) => {
  const note = document.createElement("p");
  note.className = "toast-note";
  note.textContent = words;
  document.getElementById("toasts")?.append(note);
  setTimeout(() => note.remove(), TOAST_MS);
};

/** @param {MouseEvent} event */
const onClick = (event) => {
  const target = /** @type {Element} */ (event.target);
  const button = target.closest("[data-action]");
  if (button instanceof HTMLButtonElement) begin(button);
  if (target.closest("[data-dismiss]")) target.closest("dialog")?.close();
};

/** Press an action's button. @param {HTMLButtonElement} button */
export const begin = (button) => {
  const action = button.dataset.action ?? "";
  const of = button.closest("[data-alarm]");
  if (!(of instanceof HTMLElement) || isBusy(button)) return;
  subject = of;
  if (ASKS.includes(action)) open(action, of);
  else send(action, {}, button).catch((problem) => toast(problem.message));
};

/** @param {string} action @param {HTMLElement} of */
const open = (action, of) => {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById(`dialog-${action}`));
  dialog.querySelector("form")?.reset();
  showError(dialog, "");
  /** @type {HTMLElement} */ (dialog.querySelector("[data-about]")).textContent = of.dataset.about ?? "";
  dialog.showModal();
  if (action === "call") fillNumbers(dialog, of.dataset.alarm ?? "");
  if (action === "assign") fillColleagues(dialog, of.dataset.alarm ?? "");
};

/** @param {SubmitEvent} event */
const onSubmit = async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const dialog = form.closest("dialog");
  if (!form.dataset.send || !dialog) return;
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
  if (isBusy(button)) return;
  try {
    await send(form.dataset.send, Object.fromEntries(new FormData(form)), button);
    dialog.close();
  } catch (problem) {
    showError(dialog, problem instanceof Problem ? problem.message : "页面出错了，请刷新后再试。");
  }
};

/**
 * Send an action with the fence of the picture it was pressed on. A stale picture is read again and said.
 * @param {string} action @param {Record<string, unknown>} body @param {HTMLButtonElement} button
 */
const send = async (action, body, button) => {
  const of = /** @type {HTMLElement} */ (subject);
  const id = of.dataset.alarm ?? "";
  const free = busy(button);
  try {
    done(await act(id, action, { ...body, fence: Number(of.dataset.fence) }), id);
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 409) done(null, id);
    throw problem;
  } finally {
    free();
  }
};

/** @param {HTMLButtonElement} button */
const isBusy = (button) => button.getAttribute("aria-busy") === "true";

/** Show that something is under way, with words once it takes over a second; the focus stays. @param {HTMLButtonElement} button */
const busy = (button) => {
  const label = /** @type {HTMLElement} */ (button.querySelector(".act-label") ?? button);
  const words = label.textContent ?? "";
  button.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => { label.textContent = "正在提交…"; }, SLOW_MS);
  return () => {
    clearTimeout(slow);
    label.textContent = words;
    button.removeAttribute("aria-busy");
  };
};

/** @param {HTMLDialogElement} dialog @param {string} words */
const showError = (dialog, words) => {
  const slot = /** @type {HTMLElement} */ (dialog.querySelector("[data-error]"));
  slot.textContent = words;
  slot.hidden = words === "";
};

/** @param {HTMLDialogElement} dialog @param {string} id */
const fillNumbers = async (dialog, id) => {
  const list = /** @type {HTMLElement} */ (dialog.querySelector("[data-numbers]"));
  list.replaceChildren(line("正在查电话…"));
  try {
    const { items } = await getJson(`/console/alarms/${id}/numbers`);
    list.replaceChildren(...(items.length ? items.map(numberLine) : [line("没有登记电话，请直接前往。")]));
  } catch (problem) {
    list.replaceChildren(line(/** @type {Error} */ (problem).message));
  }
};

/** @param {string} words */
const line = (words) => Object.assign(document.createElement("li"), { textContent: words });

/** @param {{name: string, relation: string, phone: string}} one */
const numberLine = (one) => {
  const link = document.createElement("a");
  link.href = `tel:${one.phone}`;
  const who = Object.assign(document.createElement("span"), { textContent: `${one.relation} ${one.name}` });
  const phone = Object.assign(document.createElement("strong"), { textContent: one.phone, className: "num" });
  link.append(who, phone);
  const item = document.createElement("li");
  item.append(link);
  return item;
};

/** @param {HTMLDialogElement} dialog @param {string} id */
const fillColleagues = async (dialog, id) => {
  const choices = /** @type {HTMLElement} */ (dialog.querySelector("[data-colleagues]"));
  const legend = /** @type {HTMLElement} */ (choices.querySelector("legend"));
  choices.replaceChildren(legend, Object.assign(document.createElement("p"), { textContent: "正在读取名单…" }));
  try {
    const { items } = await getJson(`/console/alarms/${id}/colleagues`);
    choices.replaceChildren(legend, ...items.map(colleague));
  } catch (problem) {
    showError(dialog, /** @type {Error} */ (problem).message);
  }
};

/** @param {{id: string, name: string, roles: string[], on_duty: boolean}} one */
const colleague = (one) => {
  const label = Object.assign(document.createElement("label"), { className: "choice" });
  const radio = Object.assign(document.createElement("input"), { type: "radio", name: "staff_id", value: one.id, required: true });
  const words = Object.assign(document.createElement("span"), { textContent: `${one.name}（${one.roles.join("、")}）` });
  label.append(radio, words);
  if (one.on_duty) label.append(Object.assign(document.createElement("span"), { className: "chip state-arrived", textContent: "当班" }));
  return label;
};

/** A digit chooses a disposition, except while somebody writes. @param {KeyboardEvent} event */
const onDigit = (event) => {
  const dialog = document.querySelector("dialog[open]");
  if (!dialog || event.target instanceof HTMLTextAreaElement) return;
  const choice = dialog.querySelector(`[data-digit="${CSS.escape(event.key)}"]`);
  if (choice instanceof HTMLInputElement) choice.click();
};
