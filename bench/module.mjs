// The forms that the module can have in a JavaScript file: the size of each, and the time to decode it once in a
// process that has just started. Each form is a file of its own that the process runs.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { encodeBytes } from "../js/wasm/load/bytes.js";
import { median } from "./statistics.mjs";
import { grid } from "./report.mjs";

const out = fileURLToPath(new URL("../build/bench/module/", import.meta.url));
const bytesFile = new URL("../js/wasm/load/bytes.js", import.meta.url).href;
const wasm = readFileSync(new URL("../js/wasm/wye.wasm", import.meta.url));

const wasmHash = createHash("sha256").update(wasm).digest("hex");

/** By title: the text, and the expression that decodes it. */
const FORMS = {
  "text that compresses (js/wasm/load/bytes.js)": [encodeBytes(wasm), "decodeBytes(text)"],
  "base64, Buffer": [wasm.toString("base64"), 'Buffer.from(text, "base64")'],
  "base64, atob": [wasm.toString("base64"), "Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0))"],
  "base64, Uint8Array.fromBase64": [wasm.toString("base64"), "Uint8Array.fromBase64?.(text)"]
};

const program = (text, decode) => `import { createHash } from "node:crypto";
import { decodeBytes } from ${JSON.stringify(bytesFile)};
const text = ${JSON.stringify(text)};
void decodeBytes;
Buffer.alloc(1);
const begin = performance.now();
const bytes = ${decode};
const ms = performance.now() - begin;
const hash = bytes && createHash("sha256").update(bytes).digest("hex");
console.log(JSON.stringify({ ms, hash }));
`;

/**
 * @param {{ title: string, path: string }} runtime
 * @param {number} rounds
 */
export function compareTexts({ title, path }, rounds) {
  mkdirSync(out, { recursive: true });
  const bytesOnly = [["the bytes alone", String(wasm.length), String(gzipSync(wasm, { level: 9 }).length), "", ""]];
  const rows = Object.entries(FORMS).map(([form, [text, decode]], i) => {
    const file = `${out}${i}.mjs`;
    writeFileSync(file, program(text, decode));
    const all = Array.from({ length: rounds }, () => decodeOnce(path, file)).filter(Boolean);
    const ms = all.length > 0 ? median(all).toFixed(2) : "not there";
    return [form, String(text.length), String(gzipSync(text, { level: 9 }).length), ms, ""];
  });
  const head = ["", "bytes", "gzip -9", "ms to decode", ""];
  console.log(`\n${grid(`wye.wasm in a JavaScript file, ${title}`, [head, ...bytesOnly, ...rows])}`);
  return rows;
}

function decodeOnce(command, file) {
  const { status, stdout, stderr } = spawnSync(command, [file], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const { ms, hash } = JSON.parse(stdout);
  if (hash === undefined) return undefined;
  if (hash !== wasmHash) throw new Error(`${file} decodes to other bytes`);
  return ms;
}
