// @ts-check
// The progress of an import, asked for every second until it is over; then the report of bad rows is put in.

import { getJson } from "./api.js";
import { refresh } from "./fragment.js";

const EVERY_MS = 1_000;
const COUNTS = ["done", "added", "known", "bad"];
const place = /** @type {HTMLElement} */ (document.getElementById("import"));
const report = /** @type {HTMLElement} */ (document.getElementById("import-report"));
const bar = /** @type {HTMLProgressElement} */ (document.getElementById("import-bar"));

/** @param {string} name @param {string} text */
const write = (name, text) => {
  const part = /** @type {HTMLElement} */ (document.getElementById(`import-${name}`));
  if (part.textContent !== text) part.textContent = text;
  if (name === "why") part.hidden = text === "";
};

/** @param {string} state */
const isOver = (state) => state === "done" || state === "failed";

const look = async () => {
  let run;
  try {
    run = await getJson(place.dataset.progress ?? "");
  } catch {
    setTimeout(look, 5 * EVERY_MS); // the import goes on without this page; the next look tries again
    return;
  }
  for (const name of COUNTS) write(name, String(run[name]));
  write("words", run.words);
  write("why", run.why ?? "");
  bar.value = run.done;
  if (isOver(run.state)) await refresh(report);
  else setTimeout(look, EVERY_MS);
};

if (!isOver(place.dataset.state ?? "")) look();
