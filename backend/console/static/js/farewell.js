// @ts-check
// A farewell in a browser, for a guest and for the family. It signs in as the phone does; nothing is kept here.

const SESSION = "shouwang.session";
const STRANGE = "现在打不开。请过一会儿再试，或给家属打个电话。";
const LEFT = "家属收回了这份邀请，或这里已经关上。请给家属打个电话。";
const LOOK_MS = 15_000; // how soon an open page hears that something has changed
const root = /** @type {HTMLElement} */ (document.getElementById("farewell"));
const ROOM = root.dataset.room; // in the mini-program's web-view: one farewell, by the cookie of this room
let csrf = "";

/** @returns {{access_token: string, refresh_token: string} | null} */
function session() {
  try {
    return JSON.parse(localStorage.getItem(SESSION) ?? "null");
  } catch {
    return null;
  }
}

class Refused extends Error {}
class SignedOut extends Error {}
class Left extends Error {}

/** @param {string} method @param {string} path @param {unknown} [body] */
async function send(method, path, body) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", ...proof() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return fetch(address(method, path), { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

/** @returns {Record<string, string>} */
function proof() {
  return ROOM ? { "X-CSRF-Token": csrf } : { Authorization: `Bearer ${session()?.access_token ?? ""}` };
}

/** The room answers under its own address, and knows one farewell only. @param {string} method @param {string} path */
function address(method, path) {
  if (!ROOM) return `/api/v1/mini${path}`;
  const inner = path.replace(`/farewells/${ROOM}`, "");
  return `/farewell/room/${ROOM}${method === "GET" ? "/now" : inner}`;
}

async function renewed() {
  const mine = session();
  if (!mine) return false;
  const answer = await send("POST", "/session/refresh", { refresh_token: mine.refresh_token });
  if (answer.ok) localStorage.setItem(SESSION, JSON.stringify({ ...mine, ...(await answer.json()) }));
  return answer.ok;
}

/** @param {string} method @param {string} path @param {unknown} [body] */
async function call(method, path, body) {
  let answer = await send(method, path, body).catch(() => null);
  if (!ROOM && answer?.status === 401 && (await renewed())) answer = await send(method, path, body);
  if (ROOM && answer?.status === 401) throw new Left((await answer.json()).detail);
  if (answer?.status === 401) throw new SignedOut();
  if (!answer?.ok) throw new Refused((await answer?.json().catch(() => null))?.detail ?? STRANGE);
  return answer.status === 204 ? null : answer.json();
}

// -- pieces of a page; everything somebody wrote goes in as text, never as HTML

/** @param {string} name @param {Record<string, string>} [said] @param {(Node | string)[]} inner @returns {any} */
function part(name, said = {}, ...inner) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(said)) made.setAttribute(key, value);
  made.append(...inner);
  return made;
}

/** @param {string} text @param {string} look @param {() => Promise<void>} act */
function button(text, look, act) {
  const made = part("button", { type: "button", class: look }, text);
  made.addEventListener("click", () => once(made, act));
  return made;
}

/** One tap is enough. @param {HTMLButtonElement} tapped @param {() => Promise<void>} act */
async function once(tapped, act) {
  tapped.disabled = true;
  await act().catch(say);
  tapped.disabled = false;
}

/** @param {unknown} error */
function say(error) {
  document.querySelector(".wrong")?.remove();
  if (error instanceof SignedOut) return signIn();
  if (error instanceof Left) return leave(error.message);
  root.prepend(part("p", { class: "wrong", role: "alert" }, error instanceof Refused ? error.message : STRANGE));
  scrollTo(0, 0);
}

/** Nothing of the room stays on the page, no words and no address. @param {string} why */
function leave(why) {
  watched = "";
  root.replaceChildren(part("h1", {}, "您已离开"), part("p", { class: "done", role: "alert" }, why));
}

function signIn() {
  watched = "";
  const words = /** @type {HTMLTemplateElement} */ (document.getElementById("sign-in"));
  root.replaceChildren(words.content.cloneNode(true));
}

/** @param {string} at */
function when(at) {
  const moment = new Date(at);
  const said = new Intl.DateTimeFormat("zh-CN", {
    month: "long", day: "numeric", weekday: "long", hour: "numeric", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai",
  });
  return said.format(moment);
}

// -- one farewell

let watched = "";
let door_ = "";

/** @param {any} one */
function show(one) {
  watched = one.id;
  csrf = one.csrf ?? csrf;
  history.replaceState(null, "", ROOM ? `/farewell/room/${ROOM}` : `/farewell/#${one.id}`);
  root.replaceChildren(
    part("h1", {}, `送别${one.name}`), part("section", { id: "now" }), ...(one.kin ? family(one) : []),
    part("h2", {}, "留言"), part("section", { id: "book" }), ...(one.can_write ? writing(one) : []),
  );
  door_ = "";
  refresh(one);
}

/** What changes by itself; what somebody is writing is left alone. @param {any} one */
function refresh(one) {
  const now = JSON.stringify([one.state, one.starts_at, one.can_watch, one.stream_state, one.has_recording, one.recorded]);
  if (now !== door_) document.getElementById("now")?.replaceChildren(...where(one), ...door(one));
  door_ = now;
  document.getElementById("book")?.replaceChildren(...book(one));
}

/** An open page hears of a new time, a broken picture, and that it may not be here any more. */
async function look() {
  if (!watched) return;
  const known = watched;
  const answer = await send("GET", `/farewells/${known}`).catch(() => null);
  if (watched !== known || !answer) return;
  if (answer.ok) return refresh(await answer.json());
  if (answer.status === 404) leave(LEFT);
  if (ROOM && answer.status === 401) leave((await answer.json()).detail);
}

/** @param {any} one */
function where(one) {
  if (one.state === "displaced") return [];
  return [part("p", {}, `${when(one.starts_at)}开始，在${one.place}。`), ...(one.recorded ? [part("p", { class: "quiet" }, `家属同意录像，最多保存到 ${one.consent_until}，之后删除，不能下载。`)] : [])];
}

/** @param {any} one */
function door(one) {
  if (one.state === "cancelled") return [part("p", { class: "wrong" }, `这场告别取消了：${one.why}。请不要前往。`)];
  if (one.state === "displaced") return [part("p", { class: "done" }, "时间要改，定了会告诉您。现在不用做什么。")];
  if (one.can_watch && one.stream_state === "broken") return [part("p", { class: "done", role: "status" }, "请稍等。画面断了，工作人员正在处理，好了这里会自己变。")];
  if (one.can_watch && one.stream_state === "none") return [part("p", { class: "done", role: "status" }, "请稍等。直播还没接通，好了这里会自己变。")];
  if (one.can_watch) return [button("看告别仪式", "main", () => enter(one))];
  if (one.has_recording) return [button("看录像", "main", () => enter(one)), part("p", { class: "quiet" }, `录像看到 ${one.recording_until} 为止，之后删除，不能下载。`)];
  if (one.state === "planned") return [part("p", { class: "done" }, `${when(one.opens_at)}以后，打开这一页就能看。`)];
  return [part("p", { class: "done" }, "告别仪式已经结束。谢谢您来送一程。")];
}

/** The address is asked for when it is needed, and stands on no page that was kept. @param {any} one */
async function enter(one) {
  const { address } = await call("POST", `/farewells/${one.id}/enter`);
  const link = part("a", { class: "main", href: address, target: "_blank", rel: "noopener noreferrer" }, "打开画面");
  document.querySelector("#now button")?.replaceWith(link);
}

/** @param {any} one */
function book(one) {
  const shown = one.words.map((/** @type {any} */ entry) => line(one, entry));
  return [shown.length ? part("ul", { id: "words" }, ...shown) : part("p", { class: "quiet" }, "还没有留言。")];
}

/** @param {any} one @param {any} entry */
function line(one, entry) {
  const made = part("li", {}, part("p", {}, entry.words), part("p", { class: "quiet" }, `${entry.by}${entry.mine ? `（${entry.state_zh}）` : ""}`));
  if (entry.mine || one.kin) {
    made.append(button("撤下这条", "plain", async () => {
      await call("DELETE", `/farewells/${one.id}/words/${entry.id}`);
      await open(one.id);
    }));
  }
  return made;
}

/** @param {any} one */
function writing(one) {
  const text = part("textarea", { id: "say", rows: "3", maxlength: "300" });
  const send_ = button("写好了", "plain", async () => {
    show(await call("POST", `/farewells/${one.id}/words`, { words: text.value }));
    root.prepend(part("p", { class: "done", role: "status" }, one.state === "open" ? "谢谢您。仪式正在进行，工作人员会先看这一条，看过大家就能看到。" : "谢谢您。看过没有问题，大家就能看到。"));
  });
  return [part("label", { for: "say" }, "给家属写几句话"), text, send_];
}

// -- what only the family sees

/** @param {any} one */
function family(one) {
  const lines = one.guests.map((/** @type {any} */ guest) => guestLine(one, guest));
  return [part("h2", {}, "请了谁"), part("ul", { id: "guests" }, ...lines), ...inviting(one), ...deciding(one)];
}

/** @param {any} one @param {any} guest */
function guestLine(one, guest) {
  const how = guest.came_at ? "来过了" : guest.joined ? "已打开邀请" : "还没打开邀请";
  return part("li", {}, part("p", {}, `${guest.name}：${how}`), button("收回邀请", "plain", async () => {
    await call("DELETE", `/farewells/${one.id}/guests/${guest.id}`);
    await open(one.id);
  }));
}

/** @param {any} one */
function inviting(one) {
  if (!["planned", "open"].includes(one.state)) return [];
  const name = part("input", { id: "guest", maxlength: "20" });
  const add = button("请这位亲友", "main", async () => {
    const made = await call("POST", `/farewells/${one.id}/guests`, { name: name.value });
    await open(one.id);
    const head = /** @type {HTMLElement} */ (document.getElementById("guests"));
    head.after(part("p", {}, "把这个链接发给本人，只显示这一次："), part("p", { class: "link" }, location.origin + made.path));
  });
  return [part("label", { for: "guest" }, "您怎么称呼这位亲友？比如：王阿姨"), name, add];
}

/** One no of the family is enough. @param {any} one */
function deciding(one) {
  const say_ = (/** @type {boolean} */ agreed, /** @type {string} */ words) => button(words, "plain", async () => {
    show(await call("POST", `/farewells/${one.id}/consent`, { agreed }));
  });
  const no = say_(false, one.my_consent ? "不同意录像了（马上删除）" : "不同意录像");
  const buttons = one.my_consent ? [no] : one.my_consent === false ? [say_(true, "同意录像")] : [say_(true, "同意录像"), no];
  return [part("h2", {}, "录像"), part("p", { class: "quiet" }, consentWords(one)), ...buttons, ...cancelling(one)];
}

/** @param {any} one */
function consentWords(one) {
  if (one.my_consent === false) return "您不同意，不会录像。";
  if (one.my_consent && one.agreed) return `您同意了录像。最多保存到 ${one.consent_until}，之后删除，您随时可以收回。`;
  if (one.my_consent) return "您同意了，还有家人不同意，不会录像。";
  return one.agreed ? "家人同意了录像。您不同意的话，马上删除。" : "家人没有同意，不会录像。";
}

/** @param {any} one */
function cancelling(one) {
  if (!["planned", "open"].includes(one.state)) return [];
  const why = part("input", { id: "why", maxlength: "100" });
  const stop = button("取消这场告别", "plain", async () => show(await call("POST", `/farewells/${one.id}/cancel`, { why: why.value })));
  return [part("h2", {}, "不办了"), part("label", { for: "why" }, "为什么取消？亲友都会收到通知"), why, stop];
}

// -- one's own, and the way in

/** @param {string} id */
async function open(id) {
  show(await call("GET", `/farewells/${id}`));
}

async function mine() {
  const { items } = await call("GET", "/farewells");
  const lines = items.map((/** @type {any} */ one) => part("li", {}, part("p", {}, `送别${one.name}，${when(one.starts_at)}，${one.state_zh}`), button("打开", "plain", () => open(one.id))));
  watched = "";
  root.replaceChildren(part("h1", {}, "告别仪式"), lines.length ? part("ul", {}, ...lines) : part("p", {}, "现在没有请您的告别仪式。"), ...joining());
}

/** The code of a slip of paper, typed by hand. */
function joining() {
  const typed = part("input", { id: "code", maxlength: "20", autocomplete: "off", autocapitalize: "characters" });
  const join = button("打开邀请", "plain", async () => show(await call("POST", "/farewells/join", { code: typed.value })));
  return [part("h2", {}, "有纸上的邀请？"), part("label", { for: "code" }, "邀请码"), typed, join];
}

async function begin() {
  const { code } = root.dataset;
  if (ROOM) return room();
  if (!session()) return signIn();
  if (code) return show(await call("POST", "/farewells/join", { code }));
  return location.hash ? open(location.hash.slice(1)) : mine();
}

/** The hand-over after the # is used up and gone from the address at once; after that the cookie is enough. */
async function room() {
  const token = location.hash.slice(1);
  history.replaceState(null, "", `/farewell/room/${ROOM}`);
  show(await (token ? call("POST", "/door", { token }) : call("GET", "")));
}

setInterval(look, LOOK_MS);
document.addEventListener("visibilitychange", () => document.hidden || look());
begin().catch((error) => { root.replaceChildren(); say(error); });
