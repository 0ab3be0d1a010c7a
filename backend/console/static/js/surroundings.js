// @ts-check
// What stands around the alarms: the time, who is on duty, whether the devices are heard.

import { getJson } from "./api.js";
import { clockTime, dayTime } from "./words.js";

const EVERY_MS = 30_000;

/** @typedef {{last_alarm_at: string | null, devices: {total: number, in_contact: number}, duty: {site: string, names: string[]}[], silent: string[]}} Around */

/** @param {string} id @param {string} words */
const put = (id, words) => {
  const slot = /** @type {HTMLElement} */ (document.getElementById(id));
  if (slot.textContent !== words) slot.textContent = words;
};

/** Sites with the same people stand together. @param {Around["duty"]} duty */
const dutyWords = (duty) => {
  /** @type {Map<string, string[]>} */
  const byNames = new Map();
  for (const { site, names } of duty) {
    const who = names.join("、") || "无人当班";
    byNames.set(who, [...(byNames.get(who) ?? []), site]);
  }
  if (byNames.size === 1 && duty.length > 1) return `当班：${[...byNames.keys()][0]}`;
  return [...byNames].map(([who, sites]) => `${sites.join("、")}：${who}`).join("　");
};

/** @param {Around} around @param {number} now */
const show = (around, now) => {
  const { total, in_contact: heard } = around.devices;
  put("calm-last", around.last_alarm_at ? `上一次报警：${dayTime(around.last_alarm_at, now)}` : "还没有过报警");
  put("calm-devices", total ? `设备 ${total} 台，${heard === total ? "全部在联系中" : `${heard} 台在联系中，${total - heard} 台失联`}` : "还没有登记设备");
  put("on-duty", dutyWords(around.duty));
  const silent = document.getElementById("silent");
  if (silent) silent.hidden = around.silent.length === 0;
  put("silent", around.silent.length ? `系统有故障：${around.silent.join("、")} 没有响应，通知可能发不出去，请盯住画面并联系管理员` : "");
  document.getElementById("on-duty")?.classList.toggle("nobody", around.duty.some(({ names }) => names.length === 0));
};

/** @param {import("./live.js").Live} live */
export const showSurroundings = (live) => {
  const look = async () => {
    try {
      show(await getJson("/console/around"), live.now());
    } catch { /* the banner of the lost connection says it */ }
  };
  const tick = () => put("clock", clockTime(live.now()));
  live.addEventListener("pulse", () => {
    look();
    tick();
    setInterval(tick, 500);
  }, { once: true });
  setInterval(look, EVERY_MS);
};
