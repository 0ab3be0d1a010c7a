// Who keeps a hall together, whom they invite, what they do not agree about, and taking everything home.

import { mini, once, post, save } from "../api.js";
import { goInstead, h, say } from "../dom.js";
import { choice, form, long, text, yesNo } from "../forms.js";
import { act, at, home } from "../halls.js";
import { actButton, askButton, card, dayWords, done, empty, facts, help, linkButton, note, para, reload, tag } from "../parts.js";
import { dropDraft } from "../store.js";

export async function people(id) {
  const one = await mini(at(id)), may = (what) => one.acts.includes(what);
  return {
    title: one.people.length ? "谁在一起管" : "我和纪念馆",
    body: [para(one.title, "soft"), ...one.people.map((each) => member(one, each)), one.people.length ? null : para(`您是${one.role_zh}。`),
      may("people") ? inviting(one) : null, may("export") ? takingHome(one) : null, one.role ? leaving(one) : null, home(id), help()],
  };
}

function member(one, each) {
  const set = (action, more, words) => act(one.id, action, { target: each.id, ...more }, words), keeps = one.acts.includes("people");
  const helps = each.role === "editor" ? ["不再共同编辑", "family"] : [`请${each.name}一起编辑`, "editor"];
  return card([each.name, tag(each.role_zh, each.role === "keeper" ? "" : "off"), each.successor ? tag("以后的管理人") : null], para(each.relation_zh, "soft"),
    !keeps || each.role === "keeper" ? null : h("div", { class: "buttons" },
      each.role === "guest" ? askButton("不再邀请", `不再让${each.name}进来？`, "不再邀请", set("send-away", {}, "好了"), "") : actButton(helps[0], set("appoint", { choice: helps[1] }, "改好了"), ""),
      each.near && !each.successor ? actButton(`以后由${each.name}管`, set("successor", {}, "记下了"), "") : null,
      each.near ? askButton(`现在就交给${each.name}管`, `交给${each.name}以后，由${each.name}做主。您还能一起编辑。`, `交给${each.name}`, set("hand-over", {}, `以后由${each.name}管`), "") : null));
}

// -- whom they invite

function inviting(one) {
  const place = h("div", { "aria-live": "polite" });
  const ask = async () => place.replaceChildren(invitation(await once(`${at(one.id)}/invite`)));
  return card("邀请亲友", one.privacy === "family" ? note("warn", "现在只有家人能看。要请亲友来，先到“谁能看”里改。")
    : [para("给亲友一个邀请码。换了新的，旧的就不能用了。", "soft"), place, actButton("要一个邀请码", ask, "")]);
}

function invitation({ number, invite_code: code }) {
  const words = `纪念馆编号 ${number}，邀请码 ${code}`;
  return h("div", { class: "buttons" }, facts([["编号", h("span", { class: "code" }, number)], ["邀请码", h("span", { class: "code" }, code)]]),
    actButton("复制，发给亲友", async () => { await navigator.clipboard.writeText(words).catch(() => { throw { title: "没有复制成", detail: "请用手指按住上面的字，再选复制。" }; }); say("复制好了"); }),
    h("a", { class: "link", href: `#/memorial/enter/${number}/${code}` }, "亲友打开的样子"));
}

const takingHome = (one) => card("留存一份", para("全部文字、照片和录音，一个文件，家里自己存。", "soft"),
  actButton("存到手机", () => save(`/mini${at(one.id)}/export`, `纪念馆 ${one.title}.zip`), ""));

function leaving(one) {
  const gone = async () => { await post(`${at(one.id)}/leave`); say("已退出"); goInstead("#/memorial/halls"); };
  const after = one.role === "keeper" ? "您退出以后，由您指定的人或最早的近亲属来管。" : one.role === "guest" ? "退出以后，要再进来请家人再邀请。" : "退出以后，要再加入请带关系证明到窗口。";
  return askButton("我要退出", after, "退出", gone, "");
}

// -- what is objected

export async function objection(id) {
  const [one, { concerns }] = await Promise.all([mini(at(id)), mini("/memorial/choices")]);
  const near = one.acts.includes("dispute");
  return { title: "有问题，告诉我们", body: [para(one.title, "soft"), near ? dispute(one) : null, near ? correction(one) : null, complaint(one, concerns), home(id), help()] };
}

const told = (number) => done(`收到了，编号 ${number}`, "工作人员会看，请在“我提的意见”里看答复。", "#/memorial/concerns", "我提的意见");

// A form that gives way to its receipt.
function saying(name, fields, words, send) {
  const place = h("div", { "aria-live": "polite" });
  const made = form(name, fields, words, async (values) => {
    const { number } = await send(values);
    dropDraft(name);
    made.remove();
    place.replaceChildren(told(number));
    place.firstChild.tabIndex = -1;
    place.firstChild.focus();
  });
  return h("div", {}, made, place);
}

function dispute(one) {
  const fields = [long({ name: "words", label: "您怎么想？", hint: "写清楚哪里不同意", needed: "请写一写", maxlength: 1000 }),
    yesNo({ name: "yes", label: "说清楚以前，先不要改？", yes: "先不要改", no: "不用", value: "no" })];
  return h("section", { class: "gaps" }, h("h2", {}, "家人有不同意见"), para("工作人员来调解，不收费。", "soft"),
    saying(`dispute.${one.id}`, fields, "请人调解", (values) => once(`${at(one.id)}/dispute`, { words: values.words, yes: values.yes === "yes" })));
}

function correction(one) {
  const fields = [long({ name: "words", label: "哪里写错了？", hint: "姓名、生日或去世的日子，应该是什么", needed: "请写一写", maxlength: 1000 }), contact()];
  return h("section", { class: "gaps" }, h("h2", {}, "逝者的信息写错了"), para("工作人员凭证明改，请带证明到窗口。", "soft"),
    saying(`correction.${one.id}`, fields, "告诉工作人员", (values) => once(`${at(one.id)}/correction`, { words: values.words, contact: values.contact || null })));
}

const contact = () => text({ name: "contact", label: "怎么联系您？（可不写）", maxlength: 64 });
const OPEN_TO_ALL = ["complaint", "living", "martyr"];

function complaint(one, concerns) {
  const fields = [choice({ name: "choice", label: "是什么问题？", needed: "请选一样", choices: OPEN_TO_ALL.map((code) => [code, code === "complaint" ? "内容不合适" : concerns[code]]) }),
    long({ name: "words", label: "请写清楚", needed: "请写一写", maxlength: 1000 }), contact()];
  return h("section", {}, h("h2", {}, "别的问题"), h("div", { class: "one-column" },
    saying(`complaint.${one.id}`, fields, "告诉工作人员", (values) => once(`${at(one.id)}/complaint`, { ...values, contact: values.contact || null }))));
}

export async function concerns() {
  const { items } = await mini("/memorial/concerns");
  return {
    title: "我提的意见",
    body: [...items.map(concern), items.length ? null : empty("ask", "还没有提过意见。"), linkButton("去纪念馆", "#/memorial/halls", ""), help()],
  };
}

function concern(one) {
  return card([one.kind_zh, tag(one.state_zh, one.standing ? "warn" : "")], h("p", { class: "said" }, one.words),
    facts([["纪念馆", one.hall], ["编号", one.number], ["哪天提的", dayWords(one.at)], ["最迟答复", one.standing ? dayWords(one.due_on) : null], ["商量得怎样", one.mediated_zh]]),
    one.first_answer ? answer("第一次的答复", one.first_answer) : null, one.answer ? answer("答复", one.answer) : null, one.again ? para(`您说：${one.again}`, "soft") : null,
    one.may_ask_again ? askAgain(one) : null);
}

const answer = (title, words) => note("", h("p", { class: "strong" }, title), h("p", {}, words));

// Once, to somebody who had no part in the first answer.
function askAgain(one) {
  const name = `again.${one.id}`;
  const made = form(name, [long({ name: "words", label: "为什么不同意？", needed: "请写一写", maxlength: 1000 })], "请再看一次", async (told) => {
    await once(`/memorial/concerns/${one.id}/again`, told);
    dropDraft(name);
    say("收到了，换一位工作人员再看");
    reload();
  });
  return h("details", {}, h("summary", {}, "我不同意"), made);
}
