// A photo of a paper is read on a screen: a phone's 12 megapixels only make the village's network wait.

import { h, icon } from "./dom.js";
import { showProblem } from "./parts.js";

const LONGEST = 2200, SMALL = 1_500_000, QUALITY = 0.85;

export async function shrunk(file) {
  if (file.size <= SMALL || !file.type.startsWith("image/")) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob((made) => done(made ?? file), "image/jpeg", QUALITY); });
}

// A button that picks one file and sends it; what went wrong is said at ``place``.
export function fileButton(words, facts, send, place) {
  const input = h("input", { type: "file", ...facts }), label = h("label", { class: "btn upload" }, icon("camera"), h("span", {}, words), input);
  input.addEventListener("change", async () => {
    if (!input.files[0]) return;
    label.setAttribute("aria-disabled", "true");
    try {
      await send(input.files[0]);
    } catch (problem) {
      showProblem(place, problem);
    } finally {
      label.removeAttribute("aria-disabled");
      input.value = "";
    }
  });
  return label;
}
