// @ts-check
// Knowing that something changed, and knowing when nothing is known any more.
// Events come by the server's stream; a poll runs beside it, so that a proxy that swallows the stream loses nothing.

import { getJson } from "./api.js";

const POLL_MS = 5_000;
const POLL_TIMEOUT_MS = 4_000;
const SILENT_MS = 6_000;
const STREAM_AGAIN_MS = 15_000;

/** @typedef {{stamp: string, now: string, open: number, ringing: number}} Pulse */

/** Fires `pulse` (detail: Pulse) on every word from the server and `silence` (detail: seconds, 0 = fine) twice a second. */
export class Live extends EventTarget {
  #heardAt = performance.now();
  #offset = 0;

  start() {
    this.#openStream();
    this.#poll();
    setInterval(() => this.#poll(), POLL_MS);
    setInterval(() => this.#watch(), 500);
    document.addEventListener("visibilitychange", () => document.hidden || this.#poll());
    addEventListener("online", () => this.#poll());
  }

  /** The server's time in milliseconds: a workstation's own clock may be wrong. */
  now() {
    return performance.now() + this.#offset;
  }

  #openStream() {
    const stream = new EventSource("/console/events");
    stream.addEventListener("alarms", (event) => this.#heard(JSON.parse(event.data)));
    stream.addEventListener("error", () => {
      // A refused stream is not tried again by the browser.
      if (stream.readyState === EventSource.CLOSED) setTimeout(() => this.#openStream(), STREAM_AGAIN_MS);
    });
    addEventListener("pagehide", () => stream.close());
  }

  async #poll() {
    try {
      this.#heard(await getJson("/console/pulse", POLL_TIMEOUT_MS));
    } catch {
      this.#watch(); // the banner says what a failed poll means
    }
  }

  /** @param {Pulse} pulse */
  #heard(pulse) {
    this.#heardAt = performance.now();
    this.#offset = Date.parse(pulse.now) - this.#heardAt;
    this.dispatchEvent(new CustomEvent("pulse", { detail: pulse }));
    this.#watch();
  }

  #watch() {
    const silent = performance.now() - this.#heardAt;
    const seconds = silent > SILENT_MS ? Math.floor(silent / 1000) : 0;
    this.dispatchEvent(new CustomEvent("silence", { detail: seconds }));
  }
}

/** Show or hide the banner of a lost connection. @param {Live} live */
export const showSilence = (live) => {
  const banner = /** @type {HTMLElement} */ (document.getElementById("lost"));
  const seconds = /** @type {HTMLElement} */ (document.getElementById("lost-for"));
  live.addEventListener("silence", (event) => {
    const silent = /** @type {CustomEvent<number>} */ (event).detail;
    banner.hidden = silent === 0;
    document.body.classList.toggle("is-lost", silent > 0);
    seconds.textContent = silent ? `（已 ${silent} 秒）` : "";
  });
};
