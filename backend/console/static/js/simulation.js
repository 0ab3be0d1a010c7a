// @ts-check
// A simulation with its progress: the server says after each portion how far it is, and at the end what it found.

const form = /** @type {HTMLFormElement} */ (document.getElementById("simulation"));
const progress = /** @type {HTMLElement} */ (document.getElementById("simulation-progress"));
const bar = /** @type {HTMLProgressElement} */ (document.getElementById("simulation-bar"));
const done = /** @type {HTMLElement} */ (document.getElementById("simulation-done"));
const problem = /** @type {HTMLElement} */ (document.getElementById("simulation-problem"));
const result = /** @type {HTMLElement} */ (document.getElementById("simulation-result"));

const PATIENCE_MS = 1000; // what takes less needs no bar
let finished = false;

/** @param {string} words */
const say = (words) => {
  problem.textContent = words;
  problem.hidden = words === "";
};

/** @param {string} line */
const take = (line) => {
  const said = JSON.parse(line);
  if (said.html !== undefined) {
    result.innerHTML = said.html;
    finished = true;
    return;
  }
  bar.max = said.of;
  bar.value = said.done;
  done.textContent = `${said.done} / ${said.of} 户`;
};

/** @param {ReadableStream<Uint8Array>} body */
const readAll = async (body) => {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  }
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));
  const asked = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  button.disabled = true;
  say("");
  result.replaceChildren();
  done.textContent = "";
  bar.value = 0;
  finished = false;
  const impatient = setTimeout(() => (progress.hidden = false), PATIENCE_MS);
  try {
    const answer = await fetch(`${form.dataset.run}?${asked}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.body === null) throw new Error();
    await readAll(answer.body);
    if (!finished) throw new Error();
    history.replaceState(null, "", `?${asked}`);
  } catch {
    say("没有算完。请检查填写的数字，再试一次。");
  }
  clearTimeout(impatient);
  progress.hidden = true;
  button.disabled = false;
});
