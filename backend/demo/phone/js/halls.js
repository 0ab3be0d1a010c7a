// A hall's address, what is done in it, and the way back to it.

import { once } from "./api.js";
import { say } from "./dom.js";
import { linkButton, reload } from "./parts.js";

export const at = (id) => `/memorial/halls/${id}`;
export const home = (id) => linkButton("回到纪念馆", `#${at(id)}`, "");

export const act = (id, action, body, words) => async () => {
  await once(`${at(id)}/${action}`, body);
  say(words);
  reload();
};
