// What pages are made of.

import { h, icon } from "./dom.js";

export const card = (title, ...inside) => h("section", { class: "card" }, title && h("h2", {}, title), ...inside);
export const note = (kind, ...words) => h("div", { class: `note ${kind ? `note-${kind}` : ""}` }, ...words);
export const list = (items, tag = "ul") => h(tag, {}, items.map((one) => h("li", {}, one)));
export const tag = (words, kind = "") => h("span", { class: `tag ${kind && `tag-${kind}`}` }, words);
export const para = (words, name) => h("p", { class: name }, words);

export function facts(pairs) {
  const shown = pairs.filter(([, value]) => value);
  return h("dl", { class: "facts" }, shown.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

export function row({ to, title, more, tags = [], sign, mark, onclick, name = "" }) {
  const inside = [
    sign && icon(sign), mark && h("span", { class: "avatar", "aria-hidden": "true" }, mark),
    h("span", { class: "row-text" }, h("span", { class: "row-title" }, title, tags), more && h("span", { class: "row-more" }, more)),
    icon("next", "go"),
  ];
  return h("li", { class: name }, to ? h("a", { class: "row", href: to }, inside) : h("button", { class: "row", type: "button", onclick }, inside));
}

export const rows = (...items) => h("ul", { class: "rows" }, ...items);

export function button(words, onclick, kind = "main") {
  return h("button", { type: "button", class: `btn ${kind && `btn-${kind}`}`, onclick }, words);
}

export const linkButton = (words, to, kind = "main") => h("a", { class: `btn ${kind && `btn-${kind}`}`, href: to }, words);
export const buttons = (...inside) => h("div", { class: "buttons" }, ...inside);

export const empty = (sign, words, ...more) => h("div", { class: "empty" }, icon(sign), h("p", {}, words), ...more);

export function help(phone = "12345") {
  return h("a", { class: "help", href: `tel:${phone}` }, icon("phone"), h("span", {}, "有困难请打 ", h("strong", {}, phone)));
}

export function steps(now, all) {
  return h("div", { class: "steps" }, h("p", {}, `第 ${now} 步，共 ${all} 步`),
    h("progress", { value: now, max: all, "aria-label": "办到哪一步" }));
}

export const law = (articles) => h("p", { class: "article" }, `依据：${articles.join("、")}`);

const STEPS = {
  log_in: ["去登录", "#/login"], phone: ["去绑定手机号", "#/me/phone"], real_name: ["去实名认证", "#/me/identity"],
  consent: ["去看说明并同意", "#/me/consents"],
};

// A problem as a person meets it: what happened, all its reasons, and a button to the next step.
export function problemBox(problem, again) {
  const [words, to] = STEPS[problem.next] ?? (problem.detail?.includes("“我的预约”") ? ["看我的预约", "#/bookings"] : []);
  const reasons = (problem.reasons ?? []).slice(1).map((one) => h("p", {}, one.words));
  const box = note("bad", h("p", { class: "strong" }, problem.title ?? "没有办成"), h("p", {}, problem.detail ?? "请再试一次，或打 12345。"),
    reasons, problem.reasons?.length ? law([...new Set(problem.reasons.map((one) => one.article))]) : null,
    to && linkButton(words, to, ""), !to && again && button("再试一次", again, ""));
  box.setAttribute("role", "alert");
  box.tabIndex = -1;
  return box;
}

// A button that does one thing at a time: a second tap while the first one works is nothing.
export function actButton(words, act, kind = "main", where = null) {
  const place = where ?? h("div", {});
  const made = button(words, async () => {
    if (made.getAttribute("aria-disabled")) return;
    made.setAttribute("aria-disabled", "true");
    try {
      place.replaceChildren();
      await act();
    } catch (problem) {
      showProblem(place, problem);
    } finally {
      made.removeAttribute("aria-disabled");
    }
  }, kind);
  return where ? made : h("div", {}, made, place);
}

export function showProblem(place, problem, again) {
  const box = problemBox(problem, again);
  place.replaceChildren(box);
  box.focus();
}

const WEEK = "日一二三四五六";

export const reload = () => dispatchEvent(new HashChangeEvent("hashchange"));

const CHINA_MS = 8 * 3600_000, ELSEWHERE = /T.*(Z|[+-]00:00)$/;

// Days and times are the county's own: an API that answers in another zone is read in ours.
const here = (iso) => (ELSEWHERE.test(iso) ? new Date(Date.parse(iso) + CHINA_MS).toISOString() : iso);

export const dayOf = (iso) => here(iso).slice(0, 10);
export const parts = (given, iso = here(given)) => ({ year: +iso.slice(0, 4), month: +iso.slice(5, 7), day: +iso.slice(8, 10), time: iso.slice(11, 16) });

export function dayWords(iso) {
  const { year, month, day } = parts(iso);
  return `${month}月${day}日 周${WEEK[new Date(Date.UTC(year, month - 1, day)).getUTCDay()]}`;
}

// 90 → 1小时30分钟, as the time bank says it: nobody has to divide by sixty.
export function lasting(minutes) {
  const whole = Math.abs(minutes), hours = Math.floor(whole / 60), rest = whole % 60;
  return [hours && `${hours}小时`, (rest || !hours) && `${rest}分钟`].filter(Boolean).join("");
}

// The day so many days after ``day``, both as 2026-11-24.
export const later = (day, days) => new Date(Date.parse(`${day}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

export const longDay = (iso) => `${parts(iso).year}年${parts(iso).month}月${parts(iso).day}日`;
export const momentWords = (iso) => `${parts(iso).month}月${parts(iso).day}日 ${parts(iso).time}`;

export function ask(question, words, act) {
  const box = h("div", { class: "note note-warn", role: "alertdialog", "aria-label": question, tabindex: "-1" }, h("p", { class: "strong" }, question));
  box.append(actButton(words, act, "bad"), button("不，先不要", () => box.remove(), ""));
  return box;
}

// What a page says once something is done, in the place of its form.
export const done = (words, more, to, leads) => note("good", h("p", { class: "strong" }, words), more && h("p", {}, more), linkButton(leads, to, ""));

// A question in place of a pop-up: below the button that asks it.
export function askButton(words, question, yes, act, kind = "bad") {
  const place = h("div", {});
  return h("div", { class: "buttons" }, button(words, () => {
    const box = ask(question, yes, act);
    place.replaceChildren(box);
    box.focus();
  }, kind), place);
}

