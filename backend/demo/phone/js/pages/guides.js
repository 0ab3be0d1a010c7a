// 办事指南 and questions.

import { mini, post } from "../api.js";
import { h, icon, say } from "../dom.js";
import { form, long } from "../forms.js";
import { actButton, button, card, facts, help, law, linkButton, list, momentWords, note, para, row, rows, tag } from "../parts.js";
import { dropDraft, session } from "../store.js";

const BOOKABLE = new Set(["marriage_registration", "divorce_application", "divorce_certificate", "divorce_withdrawal",
  "certificate_reissue", "no_record_proof", "premarital_counselling", "family_counselling", "award_ceremony", "group_wedding"]);

export async function all() {
  const { groups } = await mini("/guides");
  return {
    title: "办事指南",
    body: [...groups.map((group) => h("section", {}, h("h2", {}, group.name),
      rows(group.items.map((one) => row({ to: `#/guides/${one.code}`, title: one.title, more: first(one.plain) }))))),
    linkButton("没找到？问一问", "#/ask", ""), help()],
  };
}

const first = (words) => `${words.split("。")[0]}。`;

export async function one(code) {
  const item = await mini(`/guides/${code}`);
  const cites = [...new Set(item.law.map((one) => `${one.name}${one.article}`))];
  return {
    title: item.title,
    body: [
      card(null, h("p", {}, item.plain), aloud(item.plain)),
      BOOKABLE.has(code) ? linkButton("去办这件事", `#/marriage/${code}`) : null,
      item.bring.length ? card("带什么", list(item.bring.map((one) => [h("span", { class: "strong" }, one.paper), `（${one.why}）`]))) : null,
      item.never_asked.length ? note("good", h("p", { class: "strong" }, "这些都不要"), h("p", {}, item.never_asked.join("、"))) : null,
      card("谁能办", list(item.who)), card("怎么办", list(item.steps, "ol")),
      card("去哪里、多久、多少钱", facts([["去哪里", item.where.text], ["多久", item.how_long.promised],
        ["收费", item.free ? "不收费" : `${item.fee} 元`], ["怎么约", item.how_to_book]])),
      item.tips.length ? card("小提醒", list(item.tips)) : null,
      item.answers.length ? card("常见问题", item.answers.map(answer)) : null,
      card(null, h("details", {}, h("summary", {}, "法律依据"), law(cites))), help(item.phone),
    ],
  };
}

const answer = (one) => h("details", {}, h("summary", {}, one.heading), h("p", {}, one.answer),
  one.law.length ? law(one.law.map((cite) => `${cite.name}${cite.article}`)) : null);

function aloud(words) {
  if (!("speechSynthesis" in window)) return null;
  const made = button("读给我听", () => {
    const spoken = new SpeechSynthesisUtterance(words);
    spoken.lang = "zh-CN";
    speechSynthesis.cancel();
    speechSynthesis.speak(spoken);
  }, "");
  made.prepend(icon("speaker"));
  return made;
}

export async function ask() {
  const answers = h("div", { "aria-live": "polite", class: "buttons" });
  const fields = [long({ name: "text", label: "想问什么？", hint: "一句话就行，比如：领结婚证要带户口本吗", needed: "请写一句想问的话", maxlength: 200 })];
  const asking = form("ask", fields, "问一问", async ({ text }) => {
    const found = await post("/questions", { text });
    answers.replaceChildren(note("", found.hint), ...found.answers.map(found_), person(found, answers));
    dropDraft("ask");
    say(found.answers.length ? `找到 ${found.answers.length} 个回答` : found.hint);
    answers.scrollIntoView({ block: "nearest" });
  });
  return { title: "问一问", body: [asking, answers, await mine(), help()] };
}

const found_ = (one) => card(one.heading, h("p", {}, one.answer), law(one.law.map((cite) => `${cite.name}${cite.article}`)),
  h("a", { class: "link", href: `#/guides/${one.guide}` }, `看完整的“${one.title}”`));

function person(found, answers) {
  if (!found.can_ask_a_person) return "";
  const asked = () => post(`/questions/${found.id}/ask-a-person`, {}, { own: true }).then(() => {
    answers.replaceChildren(note("good", "已转给工作人员。有了答复，“消息”里会告诉您。"));
  });
  return session() ? actButton("请工作人员回答", asked, "") : linkButton("登录后请工作人员回答", "#/login", "");
}

async function mine() {
  if (!session()) return null;
  const { items } = await mini("/questions");
  if (!items.length) return null;
  return h("section", {}, h("h2", {}, "我请工作人员回答的"), items.map((one) => card(null, h("p", { class: "strong" }, one.text, " ", tag(one.state_name, one.answer ? "" : "warn")),
    one.answer ? h("p", {}, one.answer) : null, para(momentWords(one.asked_at), "soft small"))));
}
