// @ts-check
// The screen in the hall: looks every two seconds, shows what is new, and speaks only if somebody switched it on.

const EVERY_MS = 2_000;
const LOST_MS = 10_000;
const KEY = "shouwang.queue.speak";
const slot = /** @type {HTMLElement} */ (document.getElementById("queue"));
const lost = /** @type {HTMLElement} */ (document.getElementById("lost"));
const button = /** @type {HTMLButtonElement} */ (document.getElementById("speak"));
let shown = "";
let heard = Date.now();
let known = /** @type {Set<string> | null} */ (null);
let speaking = false;
try { speaking = localStorage.getItem(KEY) === "1"; } catch { /* private windows may refuse storage */ }

const showSwitch = () => {
  button.setAttribute("aria-pressed", String(speaking));
  button.textContent = `语音叫号：${speaking ? "开" : "关"}`;
  button.hidden = !("speechSynthesis" in window);
};

/** @param {string} text spoken twice, slowly: A012 as A 0 1 2 */
const say = (text) => {
  const words = new SpeechSynthesisUtterance(text.replace(/\d/g, (digit) => ` ${digit} `));
  Object.assign(words, { lang: "zh-CN", rate: 0.85 });
  for (let time = 0; time < 2; time += 1) speechSynthesis.speak(words);
};

const announce = () => {
  const calls = [...slot.querySelectorAll("[data-call]")].filter((one) => one instanceof HTMLElement);
  const fresh = known === null ? [] : calls.filter((one) => !known?.has(one.dataset.call ?? ""));
  for (const one of fresh) {
    one.classList.add("fresh-call");
    if (speaking) say(one.dataset.say ?? "");
  }
  known = new Set(calls.map((one) => one.dataset.call ?? ""));
};

const look = async () => {
  try {
    const answer = await fetch(slot.dataset.live ?? "", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = await answer.text();
    heard = Date.now();
    if (page !== shown) {
      shown = page;
      slot.innerHTML = page; // drawn by our own server, every name in it escaped
      announce();
    }
  } catch { /* the banner says it when it lasts */ }
  lost.hidden = Date.now() - heard < LOST_MS;
  setTimeout(look, EVERY_MS);
};

button.addEventListener("click", () => {
  speaking = !speaking;
  try { localStorage.setItem(KEY, speaking ? "1" : "0"); } catch { /* then for this visit only */ }
  showSwitch();
  if (speaking) say("语音叫号已打开");
});
showSwitch();
look();
