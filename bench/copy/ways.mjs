// The ways to copy a string into memory as bytes, and the time that each takes. It is bundled for every runtime.

import { fastestWriter, loopWriter, mixedWriter, nativeWriter } from "../../js/wasm/string-writers.js";

const SIZE = 69632;

/** @type {Record<string, (buffer: ArrayBuffer) => ((text: string) => number) | undefined>} undefined: not there */
export const WAYS = {
  "nothing": () => (text) => text.length,
  "loop, one character a store": (buffer) => byteLoop(new Uint8Array(buffer)),
  "loop, four characters a store": (buffer) => loopWriter(buffer, 0, SIZE),
  "TextEncoder.encodeInto": (buffer) => {
    const encoder = new TextEncoder(), bytes = new Uint8Array(buffer);
    return (text) => encoder.encodeInto(text, bytes).written;
  },
  "Buffer.utf8Write": (buffer) => ("Buffer" in globalThis ? nativeWriter(buffer, 0, SIZE) : undefined),
  "the loop if short, else utf8Write": (buffer) => ("Buffer" in globalThis ? mixedWriter(buffer, 0, SIZE) : undefined),
  "Buffer.latin1Write": (buffer) => {
    if (!("Buffer" in globalThis)) return undefined;
    const bytes = Buffer.from(buffer);
    return (text) => bytes.latin1Write(text, 0, SIZE);
  }
};

/** The name of the way that the package uses here. */
export const chosen = () => {
  const writer = fastestWriter();
  if (writer === nativeWriter) return "Buffer.utf8Write";
  return writer === loopWriter ? "loop, four characters a store" : "the loop if short, else utf8Write";
};

function byteLoop(bytes) {
  return (text) => {
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return text.length;
  };
}

/**
 * @param {string} way
 * @param {string[]} paths
 * @param {number} ms how long to go on
 * @param {number} step of the clock, in milliseconds; a measurement takes longer than that
 * @returns {{ ns?: number, chosen: string }} nanoseconds per copy; undefined: there is no such way here
 */
export function timeWay(way, paths, ms, step) {
  const { buffer } = new WebAssembly.Memory({ initial: 2 });
  const write = WAYS[way](buffer);
  if (write === undefined) return { chosen: chosen() };
  for (const path of paths) verify(write, path, new Uint8Array(buffer), way);
  const encoded = paths.map((path) => new TextEncoder().encode(path));
  const decoder = new TextDecoder();
  const all = [];
  const passes = Math.ceil((2 * step) / (paths.length * 30e-6)) || 1;
  const end = performance.now() + ms;
  do {
    const fresh = Array.from({ length: passes }, () => encoded.map((bytes) => decoder.decode(bytes)));
    const begin = performance.now();
    let sum = 0;
    for (const texts of fresh) for (let i = 0; i < texts.length; i++) sum += write(texts[i]);
    all.push((performance.now() - begin) / passes);
    if (sum === 0) throw new Error(`${way} writes nothing`);
  } while (performance.now() < end);
  all.sort((a, b) => a - b);
  const middle = step === 0 ? all[all.length >> 1] : all.reduce((a, b) => a + b) / all.length;
  return { ns: (middle * 1e6) / paths.length, chosen: chosen() };
}

function verify(write, path, bytes, way) {
  bytes.fill(0, 0, 256);
  const written = write(path);
  const text = new TextDecoder().decode(bytes.subarray(0, written));
  if (way !== "nothing" && text !== path) throw new Error(`${way} copies ${path} as ${text}`);
}
