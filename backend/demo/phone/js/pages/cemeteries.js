// 现场祭扫: the cemeteries, one's own graves, and the visits one has booked.

import { mini } from "../api.js";
import { go, goInstead, h, say } from "../dom.js";
import { button, buttons, card, empty, facts, help, linkButton, longDay, note, para, row, rows, tag } from "../parts.js";
import { acting, keepDraft, session } from "../store.js";
import { actions, head, kind, options } from "./bookings.js";

export const VISIT = "grave.visit";
const OVER = new Set(["cancelled", "done", "no_show"]);

export const cemeteries = async () => (await mini("/cemeteries")).items;
export const plots = async () => (await mini("/cemeteries/plots")).items;

export async function all() {
  const items = await cemeteries();
  return {
    title: "祭扫预约",
    body: [note("", "清明前后人多，先约好时间，去了不用等。不收费。"), session() ? own() : null, ...items.map(place),
      items.length ? null : empty("place", "现在没有要预约的陵园，可以直接去。"), help()],
  };
}

const own = () => rows(row({ to: "#/cemeteries/visits", title: acting() ? `${acting().name}的祭扫预约` : "我的祭扫预约", more: "看号码、改时间、取消", sign: "calendar" }),
  row({ to: "#/cemeteries/errands", title: "代祭扫", more: "请人代扫的，照片在这里看", sign: "hand" }),
  row({ to: "#/cemeteries/mine", title: "我家的墓位", more: "在哪里、用到哪一天", sign: "place" }));

function place(one) {
  return card([one.name, tag(one.kind)], facts([["在哪里", one.address], ["电话", one.phone]]),
    one.zones.length ? para(`${one.zones.join("、")}要预约。别的区随时可以去。`) : para("不用预约，随时可以去。"),
    buttons(one.zones.length ? linkButton("预约祭扫", `#/cemeteries/at/${one.code}/visit`) : null,
      linkButton("来不了，请人代祭扫", `#/cemeteries/at/${one.code}/errand`, "")), byPhone(one.phone));
}

// The green channel: nobody needs a telephone of this kind to visit a grave.
const byPhone = (phone) => note("", h("p", { class: "strong" }, "家里老人不用手机？"), h("p", {}, "打个电话，工作人员帮您约；也可以直接到大门口，找工作人员。"),
  h("a", { class: "link", href: `tel:${phone}` }, `打电话 ${phone}`));

// -- one's own graves

export async function mine() {
  const items = await plots();
  return {
    title: "我家的墓位",
    body: [...items.map(grave), items.length ? null : empty("place", "没有登记在您名下的墓位。墓证在别的家人名下，也能预约祭扫。", linkButton("去预约", "#/cemeteries", "")), help(items[0]?.phone)],
  };
}

function grave(one) {
  const begin = () => { keepDraft(VISIT, { ...one, name: one.place }); go("#/cemeteries/visit/people"); };
  return card([one.place, tag(`${one.zone} ${one.plot}`)], facts([["墓证号", one.certificate], ["用到", longDay(one.until)]]),
    para(`快到期时会告诉您。想续用，请打 ${one.phone}。`, "soft"),
    buttons(one.booked ? button("预约祭扫", begin) : null, linkButton("请人代祭扫", `#/cemeteries/at/${one.cemetery}/errand`, "")));
}

// -- one's own visits

export async function visits() {
  const { items } = await mini("/cemeteries/visits");
  const live = items.filter((one) => !OVER.has(one.state)), over = items.filter((one) => OVER.has(one.state));
  const line = (one) => row({ to: `#/cemeteries/visits/${one.booking_id}`, title: one.when, tags: [tag(one.state_zh, kind(one.state))], more: `${one.place} ${one.grave}，${one.persons} 人` });
  return {
    title: acting() ? `${acting().name}的祭扫预约` : "我的祭扫预约",
    body: [live.length ? rows(live.map(line)) : empty("calendar", "现在没有约好的祭扫。", linkButton("去预约", "#/cemeteries")),
      over.length ? h("section", {}, h("h2", {}, "以前的"), rows(over.map(line))) : null, help()],
  };
}

// Whoever acts for somebody in these things alone sees the number; the appointment itself is another permission.
const appointment = (id) => mini(`/bookings/${id}`).catch((problem) => { if (acting() && problem.status === 403) return null; throw problem; });

export async function visit(id, fresh) {
  const [booking, { items }] = await Promise.all([appointment(id), mini("/cemeteries/visits")]);
  const one = items.find((each) => each.booking_id === id), phone = booking?.office.phone;
  if (!one) return goInstead("#/cemeteries/visits");
  if (fresh) say(`约好了。预约号 ${one.number}`);
  return {
    title: fresh ? "约好了" : "祭扫预约",
    body: [one.state === "displaced" ? null : head(one, fresh, "到了陵园，给门口的工作人员看，或报预约号。"), booking ? next(booking) : note("", "要改时间、取消，请本人来办，或请本人让您代办“预约”。"),
      about(one, booking?.office), phone && !OVER.has(one.state) ? byPhone(phone) : null, booking ? actions(booking) : null, help(phone)],
  };
}

function next(booking) {
  const closed = booking.state === "displaced";
  return card(closed ? "请换个时间" : "下一步", booking.note ? note("warn", booking.note) : null, options(booking), para(booking.next));
}

const about = (one, office) => card("预约内容", facts([["时间", one.when], ["几个人", `${one.persons} 人`], ["墓位", one.grave], ["陵园", one.place],
  ["地址", office?.address], ["怎么走", office?.directions]]), para("文明祭扫：带鲜花就好，不烧纸、不放鞭炮。", "soft"));
