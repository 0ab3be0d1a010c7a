// @ts-check
// Wall mode: nothing but the alarms, in letters for five metres.

const button = /** @type {HTMLButtonElement} */ (document.getElementById("wall-toggle"));

/** @type {{release(): Promise<void>} | null} */
let lock = null;

/** A wall that goes to sleep is no wall. */
const stayAwake = async () => {
  try {
    lock = document.body.classList.contains("wall") ? await navigator.wakeLock.request("screen") : (await lock?.release(), null);
  } catch { /* not every browser can; the screen's own setting then decides */ }
};

/** A wall is not scrolled: say how many alarms do not fit. */
export const showBelow = () => {
  const note = /** @type {HTMLElement} */ (document.getElementById("below"));
  const cards = document.body.classList.contains("wall") ? [...document.querySelectorAll(".alarm")] : [];
  const hidden = cards.filter((card) => card.getBoundingClientRect().bottom > innerHeight).length;
  note.hidden = hidden === 0;
  note.textContent = `下面还有 ${hidden} 条`;
};

const toggle = () => {
  const on = document.body.classList.toggle("wall");
  button.setAttribute("aria-pressed", String(on));
  history.replaceState(null, "", on ? "?wall=1" : location.pathname);
  if (on) document.documentElement.requestFullscreen?.().catch(() => {});
  else if (document.fullscreenElement) document.exitFullscreen();
  stayAwake();
  showBelow();
};

/** @returns {() => void} the switch, for the keyboard */
export const startWall = () => {
  button.addEventListener("click", toggle);
  document.addEventListener("visibilitychange", () => document.hidden || stayAwake());
  addEventListener("resize", showBelow);
  stayAwake();
  return toggle;
};
