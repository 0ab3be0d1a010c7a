// What one has done: the records with their evaluation, asking for a correction, and the certificate (志愿服务证明).

import { once, own, save, today } from "../api.js";
import { h, icon, say } from "../dom.js";
import { day, form, long } from "../forms.js";
import { actButton, card, done, empty, facts, help, lasting, linkButton, longDay, momentWords, note, para, reload, tag } from "../parts.js";
import { dropDraft } from "../store.js";

const stars = (count) => h("span", { class: "given", role: "img", "aria-label": `${count} 颗星` }, "★".repeat(count));

export async function all() {
  const { minutes, items } = await own("/activities/records");
  return {
    title: "我的服务记录",
    body: [h("section", { class: "card booked" }, para("一共帮过", "soft"), h("p", { class: "number" }, lasting(minutes)), linkButton("开志愿服务证明", "#/certificates", "")),
      ...items.map(record), items.length ? null : empty("book", "还没有记录。帮过一次忙，这里就有了。"), help()],
  };
}

function record(one) {
  const gone = one.state === "void";
  return card([one.name, tag(gone ? "已撤销" : lasting(one.minutes), gone ? "off" : "")], facts([["做了什么", one.kind_zh], ["什么时候", momentWords(one.started_at)], ["在哪里", one.place], ["谁组织", one.organiser]]),
    one.quality || one.evaluation ? h("p", {}, "评价：", one.quality ? stars(one.quality) : null, " ", one.evaluation) : null,
    one.why ? note("warn", one.why) : null,
    one.asked_at ? note("warn", `${momentWords(one.asked_at)} 您说：${one.asked_why}。工作人员会核对。`) : gone ? null : h("a", { class: "link", href: `#/records/${one.id}/ask` }, "记得不对？", icon("next")));
}

export async function correct(id) {
  const { items } = await own("/activities/records"), name = `record.${id}`, place = h("div", { "aria-live": "polite" });
  const one = items.find((each) => each.id === id);
  if (!one) return all();
  const made = form(name, [long({ name: "why", label: "哪里不对？", hint: "比如：那天做到五点，少记了半小时", needed: "请写一写哪里不对", maxlength: 500 })], "请工作人员核对", async (told) => {
    await once(`/activities/records/${id}/ask`, told, { own: true });
    dropDraft(name);
    made.remove();
    place.replaceChildren(done("收到了", "工作人员核对后，会告诉您结果。", "#/records", "回到我的记录"));
  });
  return { title: "记得不对", body: [card(one.name, facts([["记了", lasting(one.minutes)], ["从", momentWords(one.started_at)], ["到", momentWords(one.ended_at)]])), made, place, help()] };
}

// -- certificates

export async function certificates() {
  const [{ items }, now] = await Promise.all([own("/volunteers/me/certificates"), today()]);
  const name = "certificate";
  const fields = [day({ name: "since", label: "从哪天起？", value: `${now.slice(0, 4)}-01-01`, needed: "请填日期" }), day({ name: "until", label: "到哪天为止？", value: now, needed: "请填日期" })];
  const send = async (told) => {
    await once("/volunteers/me/certificates", told, { own: true });
    dropDraft(name);
    say("证明开好了");
    reload();
  };
  return {
    title: "志愿服务证明",
    body: [note("good", "想开几份就开几份，不收费。任何人扫上面的码都能查真假。"), ...items.map(paper), items.length ? null : empty("case", "还没有开过证明。"),
      h("h2", {}, "开一份新的"), form(name, fields, "开证明", send), help()],
  };
}

function paper(one) {
  const name = `志愿服务证明 ${one.number}.pdf`;
  return card([`${longDay(one.since)}到${longDay(one.until)}`, one.revoked ? tag("已撤销", "bad") : null], facts([["编号", one.number], ["时长", lasting(one.minutes)]]),
    one.revoked ? note("bad", one.revoked) : actButton("打开证明（PDF）", () => save(`/mini/volunteers/me/certificates/${one.id}.pdf`, name, { own: true }), "main"),
    h("a", { class: "btn", href: one.verify, target: "_blank", rel: "noopener" }, icon("shield"), "查真假的网页"));
}
