// docs/image.md, docs/lookup.md and docs/memory.md: the numbers of their examples are those of the built module.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { imageOf, loadModule } from "../command/image.mjs";
import { blocks, codes, read, root, tableBelow } from "./markdown.mjs";

const wye = loadModule(fileURLToPath(new URL("build/wye.wasm", root)));

function example(file) {
  const text = read(file);
  const [routes] = blocks(text, "routes");
  const bytes = imageOf(wye, routes);
  return { text, bytes, view: new DataView(bytes.buffer) };
}

/** Where the header has the sections: for each its offset and its count. */
const SECTIONS = 36;

const section = (view, number) => [0, 4].map((offset) => view.getUint32(SECTIONS + 8 * number + offset, true));

test("docs/image.md: the bytes are those of the image", () => {
  const { text, bytes } = example("docs/image.md");
  const lines = Array.from(text.matchAll(/^([0-9a-f]{4}) {2}((?:[0-9a-f]{2} ?){1,16})(?: |$)/gm));
  const shown = lines.map(([, at, row]) => `${at}  ${row.trim()}`);
  const hex = (row) => Array.from(row, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const real = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, i) => {
    return `${(16 * i).toString(16).padStart(4, "0")}  ${hex(bytes.subarray(16 * i, 16 * i + 16))}`;
  });
  assert.deepEqual(shown, real);
  assert.ok(text.includes(` ${bytes.length.toLocaleString("en")} bytes.`), "the size in the text");
});

test("docs/image.md: the sections and their records are as large as they are drawn", () => {
  const { text, view } = example("docs/image.md");
  const [drawn] = blocks(text, "").filter((block) => block.includes("| header "));
  const rows = drawn.split("\n");
  const cells = [rows[1], rows[3]].flatMap((row) => row.split("|")).map((cell) => cell.trim());
  const names = cells.filter((name) => name && !/header|pad/.test(name));
  const sizes = [rows[2], rows[4]].flatMap((row) => row.match(/\d+/g).map(Number));
  assert.deepEqual([names.length, sizes.length], [16, 16]);
  let end = Number(rows[0].match(/\d+$/));
  for (const [i, name] of names.entries()) {
    const [offset, count] = section(view, i);
    assert.equal(offset, end, name);
    end += count * sizes[i];
  }
  assert.equal((end + 7) & ~7, view.byteLength);
});

/** The hash of a host, as the document writes it. */
function hostHash(host) {
  const add = (hash, byte) => BigInt.asUintN(64, (hash << 7n) | (hash >> 57n)) ^ BigInt(byte);
  const mix = (hash) => BigInt.asUintN(64, (hash ^ (hash >> 32n)) * 0x9e3779b97f4a7c15n);
  return Number(mix(mix([...Buffer.from(host)].reduce(add, 0n))) >> 32n);
}

test("docs/image.md: hosts are in the slots that their hashes choose", () => {
  const hosts = ["a.b", "api.example.com", ":.example.com", "*.example.com", "[::1]"];
  const bytes = imageOf(wye, hosts.map((host) => `GET ${host.replace(/^:/, ":x")}/\n`).join(""));
  const view = new DataView(bytes.buffer);
  const [at, count] = section(view, 12);
  const [slots, size] = section(view, 14);
  const [text] = section(view, 15);
  assert.deepEqual([count, size], [5, 16]);
  for (let i = 0; i < count; i++) {
    const [start, length] = [0, 4].map((offset) => view.getUint32(at + 8 * i + offset, true));
    let slot = hostHash(bytes.subarray(text + start, text + start + length)) & (size - 1);
    while (view.getUint32(slots + 4 * slot, true) !== 1 + i) {
      assert.notEqual(view.getUint32(slots + 4 * slot, true), 0, hosts[i]);
      slot = (slot + 1) & (size - 1);
    }
  }
});

/** The columns of the table of vertices. */
function vertexRow({ bytes, view }, index) {
  const at = section(view, 0)[0] + 64 * index;
  const word = (offset) => view.getUint32(at + offset, true);
  const length = word(16);
  const key = length === 0xffffffff ? "" : `\`${Buffer.from(bytes.subarray(at, at + length))}\``;
  const isEmpty = key === "" && bytes.subarray(at, at + 64).every((byte, i) => byte === 0 || (i >= 16 && i < 20));
  const kind = isEmpty ? "empty" : bytes[at + 44] & 64 ? "point" : "node";
  const slots = kind === "point" ? word(36) : word(32) && word(36) + 1;
  return {
    number: index,
    kind,
    key,
    statics: word(32),
    slots,
    shift: kind === "point" ? 0 : bytes[at + 44],
    param: word(28),
    branch: word(40),
    refs: word(56) & 0x7fffffff,
  };
}

test("docs/lookup.md: the vertices are those of the image", () => {
  const { text, ...image } = example("docs/lookup.md");
  const rows = tableBelow(text, "## The tree as an array");
  const shown = rows.map(([number, , ...cells]) => [number, ...cells].join(" | "));
  const [, count] = section(image.view, 0);
  const real = Array.from({ length: count }, (_, i) => Object.values(vertexRow(image, i)).join(" | "));
  assert.deepEqual(shown, real);
});

/** wye__hash, of a segment of at most 16 bytes. */
function hashOf(segment) {
  const key = new DataView(new ArrayBuffer(16));
  Array.from(Buffer.from(segment), (byte, i) => key.setUint8(i, byte));
  const [low, high] = [key.getBigUint64(0, true), key.getBigUint64(8, true)];
  const rotated = (high << 29n) | (high >> 35n);
  return BigInt.asUintN(64, (low ^ rotated) * 0x9e3779b97f4a7c15n);
}

test("docs/lookup.md: the hashes", () => {
  const { text, ...image } = example("docs/lookup.md");
  for (const [segment, hash, from24, from25, vertex] of tableBelow(text, "### Which child?")) {
    const [name] = codes(segment);
    const real = hashOf(name);
    assert.equal(hash, `\`${real.toString(16).padStart(16, "0")}\``);
    assert.deepEqual([from24, from25].map(BigInt), [(real >> 24n) & 3n, (real >> 25n) & 3n], name);
    assert.equal(vertexRow(image, Number(vertex)).key, segment);
  }
});

test("docs/lookup.md: the slashes", () => {
  const [marks, closed] = blocks(read("docs/lookup.md"), "").filter((block) => /^slashes/m.test(block));
  const [, request] = /^path +(.*)$/m.exec(marks);
  const bits = (wanted) => Array.from(request).reduce((sum, c, i) => sum + (wanted.includes(c) ? 2 ** i : 0), 0);
  const shown = Array.from((marks + closed).matchAll(/0x([0-9a-f]+)$/gm), ([, digits]) => parseInt(digits, 16));
  assert.deepEqual(shown, [bits("/"), bits("?#%"), bits("/") + 2 ** request.indexOf("?")]);
});

/** Bytes of a context for a table of these routes. */
function contextSize(routes) {
  const image = imageOf(wye, routes);
  const table = wye.wye_alloc(image.length);
  new Uint8Array(wye.memory.buffer).set(image, table);
  assert.equal(wye.wye_table_open(table, image.length), 0);
  const context = wye.wye_context_new(table);
  const view = new DataView(wye.memory.buffer, context);
  const memory = 32 + 8 * view.getUint8(25) + 16 * view.getUint32(28, true);
  return memory + 24 + Number(view.getBigUint64(memory, true));
}

test("docs/memory.md: the contexts are as large as it says", () => {
  const text = read("docs/memory.md").replaceAll("\n", " ");
  const [routes] = blocks(read("docs/lookup.md"), "routes");
  assert.match(text, new RegExp(`a context has ${contextSize(routes)} bytes`));
  const examples = Array.from(text.matchAll(/for `(\/:\S+)`, ([\d,]+)/g));
  assert.equal(examples.length, 3);
  for (const [, pattern, bytes] of examples) {
    assert.equal(contextSize(`GET ${pattern}`).toLocaleString("en"), bytes, pattern);
  }
});
