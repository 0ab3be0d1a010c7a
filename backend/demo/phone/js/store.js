// What the phone remembers. Forms live in the session's storage: they survive a reload, not a closed browser.

const SESSION = "shouwang.session", ELDER = "shouwang.elder", ACTING = "shouwang.acting", DRAFTS = "shouwang.draft.", REPORTS = "shouwang.reports", MOST_REPORTS = 20;

function read(storage, name) {
  try {
    return JSON.parse(storage.getItem(name));
  } catch {
    return null;
  }
}

function write(storage, name, value) {
  if (value === null) storage.removeItem(name);
  else storage.setItem(name, JSON.stringify(value));
}

export const session = () => read(localStorage, SESSION);
export const keepSession = (value) => write(localStorage, SESSION, value);
export const acting = () => read(localStorage, ACTING);
export const keepActing = (value) => write(localStorage, ACTING, value);
export const elder = () => read(localStorage, ELDER);
export const keepElder = (on) => write(localStorage, ELDER, on);

export const draft = (name) => read(sessionStorage, DRAFTS + name) ?? {};
export const keepDraft = (name, value) => write(sessionStorage, DRAFTS + name, value);
export const addToDraft = (name, more) => keepDraft(name, { ...draft(name), ...more });
export const dropDraft = (name) => write(sessionStorage, DRAFTS + name, null);

// Reports are nobody's by name: only this phone knows their codes.
export const reports = () => read(localStorage, REPORTS) ?? [];
export const keepReport = (one) => write(localStorage, REPORTS, [one, ...reports()].slice(0, MOST_REPORTS));

export function forgetPerson() {
  keepSession(null);
  keepActing(null);
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(DRAFTS)) sessionStorage.removeItem(name);
}

// One key for one form: a second tap is answered with the first one's answer.
export function keyOf(name) {
  const kept = draft(`key.${name}`);
  if (kept.key) return kept.key;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  keepDraft(`key.${name}`, { key });
  return key;
}

export const dropKey = (name) => dropDraft(`key.${name}`);
