// @ts-check
// Talking to the server: JSON in, JSON out, and errors as sentences a person can act on.

const TIMEOUT_MS = 10_000;
const csrf = document.querySelector("meta[name=csrf-token]")?.getAttribute("content") ?? "";

/** Something the server refused, in its own words. */
export class Problem extends Error {
  /** @param {number} status @param {string} code @param {string} detail */
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

const lost = () => new Problem(0, "lost", "没有连上系统，这一步没有提交。请再试一次；紧急情况请直接打电话。");

/** @param {Response} response */
const refusal = async (response) => {
  const body = await response.json().catch(() => ({}));
  return new Problem(response.status, body.code ?? "", body.detail ?? "系统没有回应。请再试一次。");
};

const signIn = () => location.assign(`/console/login?next=${encodeURIComponent(location.pathname + location.search)}`);

/**
 * @param {string} url
 * @param {RequestInit} options
 * @param {number} [timeout] milliseconds
 * @returns {Promise<Response>}
 */
const ask = async (url, options, timeout = TIMEOUT_MS) => {
  let response;
  try {
    response = await fetch(url, { ...options, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(timeout) });
  } catch {
    throw lost();
  }
  // A page answers a stranger with the way to the sign-in page, the API with 401.
  if (response.type === "opaqueredirect" || response.status === 401) {
    signIn();
    throw new Problem(401, "not_signed_in", "登录已过期，正在转到登录页。");
  }
  if (!response.ok) throw await refusal(response);
  return response;
};

/** @param {string} url @param {number} [timeout] @returns {Promise<any>} */
export const getJson = async (url, timeout) => (await ask(url, { headers: { Accept: "application/json" } }, timeout)).json();

/** @param {string} url @returns {Promise<string>} */
export const getPage = async (url) => (await ask(url, { headers: { Accept: "text/html" } })).text();

/** @param {string} url @param {Record<string, unknown>} body @returns {Promise<any>} */
export const postJson = async (url, body) => {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf, Accept: "application/json" };
  return (await ask(url, { method: "POST", headers, body: JSON.stringify(body) })).json();
};

/**
 * Do something with an alarm.
 * @param {string} id
 * @param {string} action as the server names it: `on_my_way`
 * @param {Record<string, unknown>} body
 * @returns {Promise<import("./words.js").Alarm>}
 */
export const act = async (id, action, body) => {
  return postJson(`/api/v1/staff/alarms/${id}/${action.replaceAll("_", "-")}`, body);
};
