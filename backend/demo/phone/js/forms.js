// Forms that lose nothing: what is typed is kept at once, a refusal says at which field what is wrong.

import { h } from "./dom.js";
import { button, showProblem } from "./parts.js";
import { addToDraft, draft } from "./store.js";

let count = 0;
const newId = () => `f${(count += 1)}`;

function wrap(facts, control, id, tag = "div") {
  const wrong = h("p", { class: "wrong", id: `${id}-wrong`, hidden: true });
  const head = tag === "fieldset" ? h("legend", {}, facts.label) : h("label", { for: id }, facts.label);
  const hint = facts.hint && h("p", { class: "hint", id: `${id}-hint` }, facts.hint);
  const node = h(tag, { class: "field" }, head, hint, control, wrong);
  return { ...facts, node, wrong, hint: hint ? `${id}-hint` : "" };
}

function told(field, controls, words) {
  field.wrong.hidden = !words;
  field.wrong.textContent = words ? `${words.replace(/。$/, "")}。` : "";
  const described = [field.hint, words ? field.wrong.id : ""].filter(Boolean).join(" ");
  for (const one of controls) {
    one.toggleAttribute("aria-invalid", Boolean(words));
    if (words) one.setAttribute("aria-invalid", "true");
    if (described) one.setAttribute("aria-describedby", described);
  }
}

function plain(facts, control, id) {
  const field = wrap(facts, control, id);
  told(field, [control], "");
  return Object.assign(field, {
    read: () => control.value.trim(), write: (value) => { control.value = value ?? ""; },
    wrongWords: (words) => told(field, [control], words), first: control,
  });
}

export function text(facts) {
  const id = newId();
  const { inputmode, maxlength = 64, autocomplete = "off" } = facts;
  return plain(facts, h("input", { id, type: "text", inputmode, maxlength, autocomplete }), id);
}

export function long(facts) {
  const id = newId();
  return plain(facts, h("textarea", { id, maxlength: facts.maxlength ?? 500, rows: 3 }), id);
}

export function select(facts) {
  const id = newId();
  const options = facts.choices.map(([value, words]) => h("option", { value }, words));
  const field = plain(facts, h("select", { id }, options), id);
  return Object.assign(field, { write: (value) => { field.first.value = value || facts.choices[0][0]; } });
}

// Radio buttons (one) or boxes (many) as large chips.
export function choice(facts) {
  const id = newId(), type = facts.many ? "checkbox" : "radio";
  const boxes = facts.choices.map(([value]) => h("input", { type, name: id, value }));
  const chips = facts.choices.map(([, words], place) => h("label", { class: "chip" }, boxes[place], h("span", {}, words)));
  const field = wrap(facts, h("div", { class: "chips" }, chips), id, "fieldset");
  told(field, boxes, "");
  const chosen = () => boxes.filter((one) => one.checked).map((one) => one.value);
  return Object.assign(field, {
    read: () => (facts.many ? chosen() : chosen()[0] ?? ""),
    write: (value) => boxes.forEach((one) => { one.checked = [value ?? []].flat().includes(one.value); }),
    wrongWords: (words) => told(field, boxes, words), first: boxes[0],
  });
}

// Many chips: the first stay, the others wait behind a button, unless one of them is chosen.
export function folded(field, shown, words) {
  const rare = [...field.node.querySelectorAll(".chip")].slice(shown);
  const open = () => { for (const one of rare) one.hidden = false; more.remove(); };
  const more = button(words, () => { open(); rare[0].querySelector("input").focus(); }, "");
  for (const one of rare) one.hidden = true;
  field.node.querySelector(".chips").after(more);
  const { write } = field;
  return Object.assign(field, { write: (value) => { write(value); if (rare.some((one) => one.querySelector("input").checked)) open(); } });
}

export const yesNo = (facts) => choice({ ...facts, choices: [["yes", facts.yes ?? "是"], ["no", facts.no ?? "否"]] });

// Year, month and day as numbers: nobody has to turn through decades in a picker. Reads 1996-05-20.
export function day(facts) {
  const id = newId();
  const boxes = [["年", 4], ["月", 2], ["日", 2]].map(([unit, digits]) =>
    h("input", { type: "text", inputmode: "numeric", maxlength: digits, "aria-label": `${facts.label}${unit}`, autocomplete: "off" }));
  const units = boxes.map((one, place) => h("label", {}, one, h("span", { "aria-hidden": "true" }, "年月日"[place])));
  const field = wrap(facts, h("div", { class: "date" }, units), id, "fieldset");
  told(field, boxes, "");
  const read = () => {
    const [year, month, date] = boxes.map((one) => one.value.trim());
    return year || month || date ? `${year.padStart(4, "0")}-${month.padStart(2, "0")}-${date.padStart(2, "0")}` : "";
  };
  return Object.assign(field, {
    read, write: (value) => (value ?? "").split("-").forEach((part, place) => { boxes[place].value = part.replace(/^0+/, ""); }),
    wrongWords: (words) => told(field, boxes, words), first: boxes[0],
    odd: () => (read() && !isDay(read()) ? "请按年、月、日填，如 1996 年 5 月 20 日" : ""),
  });
}

function isDay(words) {
  const [year, month, date] = words.split("-").map(Number);
  const made = new Date(Date.UTC(year, month - 1, date));
  return year > 1899 && made.getUTCMonth() === month - 1 && made.getUTCDate() === date;
}

function missing(field) {
  const value = field.read();
  if (field.odd?.()) return field.odd();
  return field.needed && !value.length ? field.needed : "";
}

// ``send(values)`` may throw a problem: it is shown, and what was typed stays.
export function form(name, fields, words, send, extra = []) {
  const place = h("div", {}), submit = button(words, null), kept = draft(name);
  submit.type = "submit";
  for (const field of fields) field.write(kept[field.name] ?? field.value);
  const values = () => Object.fromEntries(fields.map((field) => [field.name, field.read()]));
  const made = h("form", { novalidate: true, class: "card" }, fields.map((field) => field.node), extra, place, submit);
  const keep = () => addToDraft(name, values());
  made.addEventListener("input", keep);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    keep();
    if (submit.getAttribute("aria-disabled") || !complete(fields)) return;
    submit.setAttribute("aria-disabled", "true");
    try {
      place.replaceChildren();
      await send(values());
    } catch (problem) {
      blame(fields, problem);
      showProblem(place, problem);
    } finally {
      submit.removeAttribute("aria-disabled");
    }
  });
  return made;
}

function complete(fields) {
  const wrong = fields.map((field) => [field, missing(field)]);
  for (const [field, words] of wrong) field.wrongWords(words);
  const first = wrong.find(([, words]) => words);
  first?.[0].first.focus();
  return !first;
}

function blame(fields, problem) {
  for (const field of fields) {
    const found = Object.entries(problem.errors ?? {}).find(([path]) => path.split(".").includes(field.name) || path.split("：")[0] === field.label);
    field.wrongWords(found ? `${found[0].split("：")[1] ?? ""}${found[1]}` : "");
  }
}
