// @ts-check
// Words, icons and times as people read them. Nothing here touches the page.

/**
 * @typedef {{id: string, name: string}} Named
 * @typedef {{
 *   id: string, kind: string, kind_name: string, severity: string, severity_name: string, state: string, state_name: string,
 *   acknowledged: boolean, acknowledged_by: Named | null, assigned_to: Named | null, cleared: boolean, device_cancelled: boolean,
 *   press_count: number, raised_at: string, occurred_at: string, last_press_at: string, delayed: boolean, clock_bad: boolean,
 *   device: Named | null, subject: {id: string, kind: string, name: string, place: string}, detail: Record<string, unknown>,
 *   next_step_at: string | null, next_text: string | null, siren: boolean, fence: number, actions: string[]
 * }} Alarm
 */

/** @type {Record<string, string>} */
const ICONS = {
  sos: "sos", fall: "fall", fall_suspected: "fall", smoke: "fire", heat: "fire", gas: "gas", carbon_monoxide: "gas",
  water_leak: "water", bed_exit: "bed", inactivity: "still", geofence: "place", heart_rate: "heart", breathing_rate: "heart",
  spo2: "heart", body_temperature: "heart", vital_abnormal: "heart", no_data: "offline", device_offline: "offline",
  gateway_offline: "offline", battery_low: "battery", power_lost: "battery", contact: "door", system: "gear",
};

/** @param {string} kind */
export const iconOf = (kind) => ICONS[kind] ?? "device";

const clockFormat = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const dayFormat = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric" });

/** @param {string | number} moment ISO text or milliseconds */
export const clockTime = (moment) => clockFormat.format(new Date(moment));

/** The time, with the day in front unless it is today. @param {string} moment @param {number} now milliseconds */
export const dayTime = (moment, now) => {
  const day = dayFormat.format(new Date(moment));
  return day === dayFormat.format(new Date(now)) ? clockTime(moment) : `${day} ${clockTime(moment)}`;
};

/** `03:05`, `1:02:03`, `3 天`. @param {number} milliseconds */
export const stopwatch = (milliseconds) => {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds >= 86400) return `${Math.floor(seconds / 86400)} 天`;
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
};

/**
 * The house or town first, small; the door last, large; a remark in brackets stays small.
 * @param {string} place @returns {{site: string, spot: string}}
 */
export const splitPlace = (place) => {
  const remark = place.match(/\s*[（(]([^）)]+)[）)]\s*$/);
  const words = (remark ? place.slice(0, remark.index) : place).split(" ").filter(Boolean);
  const site = words.length > 1 ? words[0] : "";
  const spot = words.slice(site ? 1 : 0).join(" ");
  return { site: [site, remark?.[1]].filter(Boolean).join(" · "), spot: spot || place };
};

/** What somebody must know besides who and where. @param {Alarm} alarm @param {number} now @returns {[string, string][]} tone, words */
export const flagsOf = (alarm, now) => {
  /** @type {[boolean, string, string][]} */
  const flags = [
    [alarm.press_count > 1, "bad", `已按 ${alarm.press_count} 次`],
    [alarm.delayed, "warn", `延迟到达（发生于 ${dayTime(alarm.occurred_at, now)}）`],
    [alarm.clock_bad, "warn", "设备时钟不准"],
    [alarm.device_cancelled, "warn", "用户取消·待核实"],
    [alarm.cleared, "good", "已恢复·未确认"],
    [alarm.assigned_to !== null, "plain", `指派给 ${alarm.assigned_to?.name}`],
  ];
  return flags.filter(([shown]) => shown).map(([, tone, words]) => [tone, words]);
};

/** @param {Alarm} alarm */
export const stateWords = (alarm) =>
  alarm.acknowledged_by ? `${alarm.state_name} · ${alarm.acknowledged_by.name}` : alarm.state_name;

/** One sentence for ears. @param {Alarm} alarm */
export const spokenWords = (alarm) =>
  `${alarm.severity_name}：${alarm.kind_name}，${alarm.subject.place} ${alarm.subject.name}，${stateWords(alarm)}`;
