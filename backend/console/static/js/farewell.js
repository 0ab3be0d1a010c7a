// @ts-check
// A farewell in a browser, for a guest and for the family. It signs in as the phone does; nothing is kept here.

const SESSION = "shouwang.session";
const STRANGE = "现在打不开。请过一会儿再试，或给家属打个电话。";
const root = /** @type {HTMLElement} */ (document.getElementById("farewell"));

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

/** @param {string} method @param {string} path @param {unknown} [body] */
async function send(method, path, body) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", Authorization: `Bearer ${session()?.access_token ?? ""}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return fetch(`/api/v1/mini${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
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
  if (answer?.status === 401 && (await renewed())) answer = await send(method, path, body);
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
  root.prepend(part("p", { class: "wrong", role: "alert" }, error instanceof Refused ? error.message : STRANGE));
  scrollTo(0, 0);
}

function signIn() {
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

/** @param {any} one */
function show(one) {
  history.replaceState(null, "", `/farewell/#${one.id}`);
  root.replaceChildren(
    part("h1", {}, `送别${one.name}`),
    part("p", {}, `${when(one.starts_at)}开始，在${one.place}。`),
    ...door(one), ...(one.kin ? family(one) : []), ...book(one),
  );
}

/** @param {any} one */
function door(one) {
  if (one.state === "cancelled") return [part("p", { class: "wrong" }, `这场告别取消了：${one.why}。请不要前往。`)];
  if (one.can_watch) return [button("看告别仪式", "main", () => enter(one))];
  if (one.has_recording) return [button("看录像", "main", () => enter(one)), part("p", { class: "quiet" }, `录像看到 ${one.recording_until} 为止。`)];
  if (one.state === "planned") return [part("p", { class: "done" }, `${when(one.opens_at)}以后，打开这一页就能看。`)];
  return [part("p", { class: "done" }, "告别仪式已经结束。谢谢您来送一程。")];
}

/** The address is asked for when it is needed, and stands on no page that was kept. @param {any} one */
async function enter(one) {
  const { address } = await call("POST", `/farewells/${one.id}/enter`);
  const link = part("a", { class: "main", href: address, target: "_blank", rel: "noopener noreferrer" }, "打开画面");
  root.querySelector("button")?.replaceWith(link);
}

/** @param {any} one */
function book(one) {
  const shown = one.words.map((/** @type {any} */ entry) => line(one, entry));
  const head = part("h2", {}, "留言");
  const none = part("p", { class: "quiet" }, "还没有留言。");
  return [head, shown.length ? part("ul", { id: "words" }, ...shown) : none, ...(one.can_write ? writing(one) : [])];
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
    root.prepend(part("p", { class: "done", role: "status" }, "谢谢您。看过没有问题，大家就能看到。"));
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

/** @param {any} one */
function deciding(one) {
  const agree = button(one.agreed ? "不同意录像了（马上删除）" : "同意录像", "plain", async () => {
    show(await call("POST", `/farewells/${one.id}/consent`, { agreed: !one.agreed }));
  });
  const told = one.agreed ? "您同意了录像。录像到期会删除，您随时可以收回。" : "没有您的同意，不会录像。";
  return [part("h2", {}, "录像"), part("p", { class: "quiet" }, told), agree, ...cancelling(one)];
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
  root.replaceChildren(part("h1", {}, "告别仪式"), lines.length ? part("ul", {}, ...lines) : part("p", {}, "现在没有请您的告别仪式。"));
}

async function begin() {
  const { code } = root.dataset;
  if (!session()) return signIn();
  if (code) return show(await call("POST", "/farewells/join", { code }));
  return location.hash ? open(location.hash.slice(1)) : mine();
}

begin().catch((error) => { root.replaceChildren(); say(error); });
