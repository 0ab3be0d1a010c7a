// 申请救助: what there is, what it takes, and the first step; and what hangs out for everybody to see (公示).

import { mini, post } from "../api.js";
import { goInstead, h, icon } from "../dom.js";
import { form, long, select, text } from "../forms.js";
import { card, dayWords, empty, facts, help, law, linkButton, list, note, para, row, rows, steps, tag } from "../parts.js";
import { acting, dropDraft, dropKey, keyOf, session } from "../store.js";

export const ALL_STEPS = 4;
const LIVE = new Set(["draft", "returned", "submitted", "in_progress", "published", "decided"]), OPEN = new Set(["draft", "returned"]);

export const matterOf = async (code) => (await mini("/cases/matters")).items.find((one) => one.code === code);

export async function matters() {
  const { items } = await mini("/cases/matters");
  return {
    title: "申请救助",
    body: [note("good", "生活遇到难处，都可以申请。不收费，不用托人。"),
      rows(row({ to: "#/cases", title: acting() ? `${acting().name}的申请` : "我的申请", more: "填到一半的、正在办的都在这里", sign: "case" })),
      rows(items.filter(online).map((one) => row({ to: `#/help/${one.code}`, title: one.title, more: one.summary }))),
      rows(row({ to: "#/leads", title: "身边有人困难", more: "替邻居、孤老说一声，镇街上门看望", sign: "people" })),
      atWindow(items.filter((one) => !online(one))), linkButton("看公示", "#/board", ""), help()],
  };
}

const online = (one) => one.applicants.some((each) => each !== "clerk");
const atWindow = (items) => (items.length ? note("", `${items.map((one) => one.title).join("、")}请到镇街窗口申请。`) : null);
const allowed = (one) => (acting() ? one.applicants.includes("proxy") : one.applicants.some((each) => ["self", "head"].includes(each)));

export async function matter(code) {
  const one = await matterOf(code);
  if (!one) return goInstead("#/help");
  return {
    title: one.title,
    body: [card(null, para(one.summary)), await entrance(one), papersCard(one),
      one.never_asked.length ? note("good", h("p", { class: "strong" }, "这些都不要，我们自己核对"), h("p", {}, one.never_asked.join("、"))) : null,
      card("怎么办", list(one.steps, "ol"), facts([["多久", `受理后最多 ${one.workdays} 个工作日`], ["收费", "不收费"]])),
      card(null, h("details", {}, h("summary", {}, "法律依据"), law([one.article]))), help()],
  };
}

const papersCard = (one) => (one.papers.length
  ? card("准备什么", list(one.papers.map((each) => [h("span", { class: "strong" }, each.title), each.required ? "（要交）" : "（有就交）", each.help && h("span", { class: "row-more" }, each.help)])))
  : note("good", "什么材料都不用准备。"));

// The way in; whoever has begun already goes on where they stopped.
async function entrance(one) {
  if (!allowed(one)) return note("warn", acting() ? `“${one.title}”不能代别人申请，请本人申请或到镇街窗口。` : `“${one.title}”请到镇街窗口申请。`);
  const { items } = session() ? await mini("/cases").catch(() => ({ items: [] })) : { items: [] };
  const there = items.find((each) => each.matter === one.code && LIVE.has(each.state));
  if (!there) return linkButton(acting() ? `为${acting().name}申请` : "我要申请", `#/help/${one.code}/start`);
  return OPEN.has(there.state) ? linkButton("接着填", `#/cases/${there.id}/form`) : linkButton("看办到哪一步了", `#/cases/${there.id}`);
}

export async function start(code) {
  const [one, { items }] = await Promise.all([matterOf(code), mini("/cases/places")]);
  const name = `case.start.${code}.${acting()?.id ?? "me"}`;
  const places = [["", "请选择"], ...items.map((each) => [each.code, each.name])];
  const fields = [select({ name: "division", label: acting() ? `${acting().name}住在哪个镇街？` : "您住在哪个镇街？", hint: "户口在那里、或常住在那里都行", choices: places, needed: "请选一个镇街" })];
  const send = async ({ division }) => {
    const made = await post("/cases", { matter: code, division }, { key: keyOf(name) });
    dropKey(name);
    dropDraft(name);
    goInstead(`#/cases/${made.id}/form`);
  };
  return { title: one.title, body: [steps(1, ALL_STEPS), form(name, fields, "开始填", send), para("填的内容会自动存着，可以分几次填。", "soft"), help()] };
}

// -- 公示

export async function boards() {
  const { items } = await mini("/cases/places");
  return {
    title: "公示",
    body: [para("谁家拟得到救助、多少钱，都在这里公开几天。有不同意见可以提。", "soft"),
      rows(items.map((one) => row({ to: `#/board/${one.code}`, title: one.name, sign: "board" }))), help()],
  };
}

export async function board(code) {
  const { division, items } = await mini(`/cases/board/${code}`);
  return {
    title: `${division}公示`,
    body: [...items.map(notice), items.length ? null : empty("board", "现在没有公示。"), help()],
  };
}

const yuan = (amount) => (/^[\d.]+$/.test(amount ?? "") ? `${amount} 元` : amount);

function notice(one) {
  return card([one.name, tag(one.matter)], facts([["人数", `${one.members} 人`], ["拟发金额", yuan(one.amount)], ["公示到", dayWords(one.last_day)]]),
    h("a", { class: "link", href: `#/objection/${one.id}` }, "我有不同意见", icon("next")));
}

export async function objection(id) {
  const name = `objection.${id}`, done = h("div", { "aria-live": "polite" });
  const fields = [long({ name: "text", label: "哪里不对？", hint: "写清楚是怎么回事，好去核实", needed: "请写一写哪里不对", maxlength: 500 }),
    text({ name: "contact", label: "怎么联系您？（可不填）", hint: "不填也会核实", maxlength: 100 })];
  const made = form(name, fields, "提交意见", async ({ text: said, contact }) => {
    const { words } = await post(`/cases/board/${id}/objections`, { text: said, contact: contact || null }, { own: true });
    dropDraft(name);
    made.remove();
    done.replaceChildren(note("good", h("p", { class: "strong" }, words), linkButton("回到公示", "#/board", "")));
  });
  return { title: "提不同意见", body: [note("", "您的姓名和联系方式不会告诉别人。"), made, done, help()] };
}
