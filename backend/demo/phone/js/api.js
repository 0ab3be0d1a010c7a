// The same calls as the mini-program makes. Errors are problem documents: their detail can be shown as it is.

import { acting, dropKey, forgetPerson, keepSession, keyOf, session } from "./store.js";

const OFFLINE = {
  code: "offline", title: "连不上网络", next: "retry",
  detail: "现在连不上。填好的内容都还在，请检查网络后再点一次。",
};
const STRANGE = { code: "strange", title: "暂时打不开", next: "retry", detail: "系统暂时有问题，请稍后再试，或打 12345。" };

export class Problem extends Error {
  constructor(body) {
    super(body.detail);
    Object.assign(this, body);
  }
}

// Every phone counts for itself when somebody logs in often: a village shares one address.
function device() {
  const kept = localStorage.getItem("shouwang.device");
  if (kept) return kept;
  const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
  localStorage.setItem("shouwang.device", made);
  return made;
}

async function send(method, path, { body, key, own } = {}) {
  const headers = { Accept: "application/json", "X-Device-Id": device() };
  const me = session(), whom = acting();
  if (me) headers.Authorization = `Bearer ${me.access_token}`;
  if (whom && !own) headers["X-Acting-For"] = whom.id;
  if (key) headers["Idempotency-Key"] = key;
  const file = body instanceof FormData;
  if (body !== undefined && !file) headers["Content-Type"] = "application/json";
  try {
    return await fetch(`/api/v1${path}`, { method, headers, body: file || body === undefined ? body : JSON.stringify(body) });
  } catch {
    throw new Problem(OFFLINE);
  }
}

let renewing = null;

// Tokens live for a quarter of an hour; several calls that find theirs over renew it once.
function renew() {
  renewing ??= renewed().finally(() => { renewing = null; });
  return renewing;
}

async function renewed() {
  const me = session();
  if (!me) return false;
  keepSession({ ...me, access_token: "" });
  const answer = await send("POST", "/mini/session/refresh", { body: { refresh_token: me.refresh_token } });
  if (!answer.ok) return false;
  keepSession({ ...me, ...(await answer.json()) });
  return true;
}

export async function call(method, path, more) {
  let answer = await send(method, path, more);
  if (answer.status === 401 && session()) {
    if (await renew()) answer = await send(method, path, more);
    else forgetPerson();
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  throw new Problem(await answer.json().catch(() => STRANGE));
}

// A file of one's own: the address alone opens nothing, the token goes in the header.
async function file(path, more) {
  const answer = await send("GET", path, more);
  if (!answer.ok) throw new Problem(await answer.json().catch(() => STRANGE));
  return answer.blob();
}

// The same as an address that a picture or a sound can carry.
export async function dataUrl(path) {
  const blob = await file(path);
  return new Promise((found, failed) => {
    const reader = new FileReader();
    reader.onload = () => found(reader.result);
    reader.onerror = failed;
    reader.readAsDataURL(blob);
  });
}

// Put into the phone's downloads.
export async function save(path, name, more) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await file(path, more));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export const mini = (path, more) => call("GET", `/mini${path}`, more);
export const post = (path, body, more) => call("POST", `/mini${path}`, { body: body ?? {}, ...more });
export const own = (path) => mini(path, { own: true });

// Something that must happen once: a second tap, or a try after a lost answer, is answered with the first one's answer.
export async function once(path, body = {}, more = {}) {
  const name = `${path} ${JSON.stringify(body)}`;
  const answer = await post(path, body, { ...more, key: keyOf(name) });
  dropKey(name);
  return answer;
}

// The county's day: a demonstration's clock can be ahead of the browser's.
export const today = async () => (await demo("/today")).day;
export const demo = (path, body) => call(body ? "POST" : "GET", `/demo/phone${path}`, { body, own: true });
