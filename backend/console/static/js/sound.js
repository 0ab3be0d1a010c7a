// @ts-check
// The bell: made of tones, so that there is no file that could fail to load. Browsers allow it only after a gesture.

const KEY = "shouwang.sound";
/** Tones in hertz and how often the pattern comes again, in seconds; the most urgent alarm decides. */
const PATTERNS = {
  critical: { tones: [960, 720, 960, 720, 960], every: 2 },
  high: { tones: [820, 660], every: 3 },
  medium: { tones: [620], every: 6 },
  low: { tones: [520], every: 12 },
};
const TONE_S = 0.16;

/** @typedef {keyof typeof PATTERNS} Severity */

export class Bell extends EventTarget {
  /** @type {AudioContext | null} */ #context = null;
  /** @type {Severity | null} */ #severity = null;
  #lastAt = -Infinity;
  #wanted = true;

  constructor() {
    super();
    try { this.#wanted = localStorage.getItem(KEY) !== "0"; } catch { /* then it is on for this page */ }
    // A kiosk may start with sound allowed; otherwise the first touch or key anywhere is the gesture.
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, (event) => this.#onGesture(event), { capture: true });
    if (this.#wanted) this.#open();
    setInterval(() => this.#beat(), 200);
  }

  get on() {
    return this.#wanted && this.#context?.state === "running";
  }

  /** Switch by the person's own hand. */
  async toggle() {
    this.#wanted = !this.on;
    try { localStorage.setItem(KEY, this.#wanted ? "1" : "0"); } catch { /* kept for this page only */ }
    if (this.#wanted) await this.#open();
    if (this.on) this.#play(PATTERNS.low.tones);
    this.dispatchEvent(new Event("change"));
  }

  /** @param {string | null} severity of the most urgent ringing alarm */
  ring(severity) {
    if (severity !== this.#severity) this.#lastAt = -Infinity;
    this.#severity = /** @type {Severity | null} */ (severity);
    this.#beat();
  }

  /** One soft tone: something new that does not ring. */
  chime() {
    if (this.on && !this.#severity) this.#play(PATTERNS.medium.tones);
  }

  /** @param {Event} event */
  #onGesture(event) {
    const onButton = event.target instanceof Element && event.target.closest("#sound"); // that one speaks for itself
    if (this.#wanted && !onButton) this.#open();
  }

  async #open() {
    this.#context ??= new AudioContext();
    const before = this.#context.state;
    if (before !== "running") await Promise.race([this.#context.resume(), new Promise((done) => setTimeout(done, 500))]);
    if (before !== this.#context.state) this.dispatchEvent(new Event("change"));
  }

  #beat() {
    if (!this.#severity || !this.on) return;
    const pattern = PATTERNS[this.#severity];
    if (performance.now() - this.#lastAt < pattern.every * 1000) return;
    this.#lastAt = performance.now();
    this.#play(pattern.tones);
  }

  /** @param {number[]} tones */
  #play(tones) {
    const context = /** @type {AudioContext} */ (this.#context);
    tones.forEach((hertz, index) => {
      const start = context.currentTime + index * (TONE_S + 0.04);
      const tone = new OscillatorNode(context, { type: "triangle", frequency: hertz });
      const volume = new GainNode(context, { gain: 0 });
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.5, start + 0.02);
      volume.gain.linearRampToValueAtTime(0, start + TONE_S);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + TONE_S);
    });
  }
}

/** Tie the bell to its button. @param {Bell} bell */
export const showBell = (bell) => {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("sound"));
  const sheet = button.querySelector("use")?.getAttribute("href")?.split("#")[0];
  const show = () => {
    button.setAttribute("aria-pressed", String(bell.on));
    button.querySelector("use")?.setAttribute("href", `${sheet}#${bell.on ? "sound" : "mute"}`);
    /** @type {HTMLElement} */ (button.querySelector("span")).textContent = bell.on ? "铃声已开启" : "铃声未开启 · 点这里开启";
  };
  bell.addEventListener("change", show);
  button.addEventListener("click", () => bell.toggle());
  show();
};
