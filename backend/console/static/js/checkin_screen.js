// @ts-check
// The check-in screen: a new code before the old one is over. A screen that has lost the server says so.

const EVERY_MS = 10_000;
const LOST_MS = 45_000;
const slot = /** @type {HTMLElement} */ (document.getElementById("live"));
const lost = /** @type {HTMLElement} */ (document.getElementById("lost"));
let heard = Date.now();

const look = async () => {
  try {
    const answer = await fetch(slot.dataset.live ?? "", { cache: "no-store", redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    slot.innerHTML = await answer.text();
    heard = Date.now();
  } catch { /* the banner says it; the next look tries again */ }
  lost.hidden = Date.now() - heard < LOST_MS;
};

setInterval(look, EVERY_MS);
