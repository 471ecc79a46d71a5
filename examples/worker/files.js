// The files below files/, embedded as texts by the bundler.

import page from "./files/index.html";
import start from "./files/guide/start.txt";
import words from "./files/guide/words.txt";

const HTML = "text/html; charset=utf-8";
const TEXT = "text/plain; charset=utf-8";

export const files = new Map([
  ["index.html", { type: HTML, text: page }],
  ["guide/start.txt", { type: TEXT, text: start }],
  ["guide/words.txt", { type: TEXT, text: words }],
]);
