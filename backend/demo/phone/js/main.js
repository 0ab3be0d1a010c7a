// The frame: which address is which page, who acts for whom, large type, and the way back.

import { call, mini, Problem } from "./api.js";
import { go, goInstead, h, icon, say } from "./dom.js";
import { help, problemBox } from "./parts.js";
import { PAGES } from "./pages.js";
import { acting, elder, keepActing, keepElder, session } from "./store.js";

const TABS = [["#/home", "首页", "home"], ["#/bookings", "预约", "calendar"], ["#/inbox", "消息", "mail"], ["#/me", "我的", "me"]];
const COUNTING = /^\/(home|bookings|inbox|me)(\/|$)/; // pages after which there may be new messages
const main = document.getElementById("main");
let shown = 0, leave = null, unread = 0;

function found(address) {
  const path = address.replace(/^#/, "").split("?")[0] || "/home";
  for (const [pattern, page, open] of PAGES) {
    const match = path.match(pattern);
    if (match) return { page, open, counts: COUNTING.test(path), facts: match.slice(1).map((one) => one && decodeURIComponent(one)) };
  }
  return null;
}

async function open() {
  const mine = (shown += 1), address = location.hash || "#/home", match = found(address);
  leave?.();
  leave = null;
  main.setAttribute("aria-busy", "true");
  if (!match) return goInstead("#/home");
  if (!match.open && !session()) {
    sessionStorage.setItem("shouwang.wanted", address);
    return goInstead("#/login");
  }
  const timer = setTimeout(() => main.replaceChildren(h("p", { class: "loading", role: "status" }, "正在打开…")), 150);
  const made = await match.page(...match.facts).catch(failed);
  clearTimeout(timer);
  if (mine !== shown || !made) return;
  draw(made, address);
  if (match.counts || mine === 1) count();
}

function failed(problem) {
  if (!(problem instanceof Problem)) throw problem;
  return { title: problem.title, body: [problemBox(problem, open), help()] };
}

function draw({ title, body, hello, left, focus }, address) {
  const head = h("h1", { tabindex: "-1" }, title);
  main.replaceChildren(...(hello ? [hello(head)] : [head]), ...body.filter(Boolean));
  leave = left ?? null;
  main.dataset.at = address;
  main.removeAttribute("aria-busy");
  document.title = `${title} · 示范县民政`;
  drawFrame(address);
  scrollTo(0, 0);
  (focus ?? head).focus({ preventScroll: true });
}

function drawFrame(address) {
  const atHome = /^#\/(home|login)/.test(address), tab = TABS.find(([to]) => address === to || address.startsWith(`${to}/`));
  document.getElementById("back").hidden = atHome;
  document.getElementById("brand").hidden = !atHome;
  document.getElementById("tabs").hidden = !session();
  document.getElementById("tabs").replaceChildren(...TABS.map(([to, words, sign]) => h("a", { href: to, "aria-current": tab?.[0] === to ? "page" : null },
    icon(sign), h("span", {}, words), sign === "mail" && unread ? h("span", { class: "badge" }, `${unread}`, h("span", { class: "sr-only" }, "条未读")) : null)));
  drawActing();
}

function drawActing() {
  const whom = acting(), strip = document.getElementById("acting");
  strip.hidden = !whom || !session();
  if (!whom) return;
  const stop = h("button", { type: "button", onclick: () => { keepActing(null); say("现在办的是自己的事"); go("#/home"); drawActing(); open(); } }, "不代办了");
  strip.replaceChildren(h("span", {}, `正在为 ${whom.name} 办理`), stop);
}

export async function count() {
  if (!session()) return;
  const me = await mini("/me").catch(() => null);
  if (!me) return;
  unread = me.unread;
  if (elder() === null && me.large_type) showElder(true);
  drawFrame(location.hash || "#/home");
}

function showElder(on) {
  document.documentElement.classList.toggle("elder", on);
  const button = document.getElementById("elder");
  button.setAttribute("aria-pressed", String(on));
}

export function setElder(on) {
  keepElder(on);
  showElder(on);
  say(on ? "已换成长辈版大字" : "已换成普通字号");
  if (session()) call("PATCH", "/mini/me", { body: { large_type: on } }).catch(() => null);
}

addEventListener("shouwang:elder", (event) => setElder(event.detail));
addEventListener("shouwang:count", count);
addEventListener("hashchange", open);
addEventListener("online", () => { document.getElementById("offline").hidden = true; });
addEventListener("offline", () => { document.getElementById("offline").hidden = false; });
document.getElementById("offline").hidden = navigator.onLine;
document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
document.getElementById("back").addEventListener("click", () => (history.length > 1 ? history.back() : go("#/home")));
document.getElementById("elder").addEventListener("click", () => setElder(!document.documentElement.classList.contains("elder")));
showElder(elder() === true);
open();
