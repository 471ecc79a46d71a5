// Reads as much of the WebAssembly binary format as the tests of the module ask about.

import assert from "node:assert/strict";

const SECTION = { type: 1, function: 3, memory: 5, global: 6, export: 7, start: 8, data: 11 };
const VALUE_TYPES = { 0x7f: "i32", 0x7e: "i64", 0x7d: "f32", 0x7c: "f64", 0x7b: "v128" };
const KINDS = ["function", "table", "memory", "global"];
const I32_CONST = 0x41;

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** LEB128 without sign: counts, indexes, lengths. */
  number() {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** LEB128 with sign, of 32 bits at most. */
  integer() {
    for (let value = 0, shift = 0; ; ) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) return byte & 0x40 && shift < 32 ? value | (-1 << shift) : value;
    }
  }

  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text() {
    return new TextDecoder().decode(this.take(this.number()));
  }

  list(read) {
    return Array.from({ length: this.number() }, () => read(this));
  }

  /** The only constant expression that occurs here: one i32. */
  constant() {
    assert.equal(this.byte(), I32_CONST);
    const value = this.integer();
    assert.equal(this.byte(), 0x0b);
    return value;
  }
}

const readers = {
  type(reader) {
    assert.equal(reader.byte(), 0x60);
    const [parameters, results] = [0, 1].map(() => reader.list((r) => VALUE_TYPES[r.byte()]));
    return `(${parameters.join(", ")}) -> ${results.join(", ") || "nothing"}`;
  },
  function: (reader) => reader.number(),
  memory(reader) {
    const limited = reader.byte() === 1;
    return { initial: reader.number(), maximum: limited ? reader.number() : undefined };
  },
  global: (reader) => ({ type: VALUE_TYPES[reader.byte()], mutable: reader.byte() === 1, value: reader.constant() }),
  export: (reader) => ({ name: reader.text(), kind: reader.byte(), index: reader.number() }),
  data(reader) {
    assert.equal(reader.number(), 0, "an active segment of memory 0");
    return { offset: reader.constant(), length: reader.take(reader.number()).length };
  },
};

/** The sections by their ids, and the names of the custom ones. */
function sectionsOf(bytes) {
  const reader = new Reader(bytes);
  assert.deepEqual([...reader.take(8)], [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], "the head of a module");
  const found = { byId: new Map(), custom: [] };
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const content = reader.take(reader.number());
    if (id === 0) found.custom.push(new Reader(content).text());
    else found.byId.set(id, content);
  }
  return found;
}

/** What a module without imports is made of. */
export function readModule(bytes) {
  const { byId, custom } = sectionsOf(bytes);
  const list = (name) => (byId.has(SECTION[name]) ? new Reader(byId.get(SECTION[name])).list(readers[name]) : []);
  const [types, functions] = [list("type"), list("function")];
  const signature = ({ kind, index }) => (kind === 0 ? types[functions[index]] : KINDS[kind]);
  return {
    custom,
    hasStart: byId.has(SECTION.start),
    memories: list("memory"),
    globals: list("global"),
    data: list("data"),
    exports: Object.fromEntries(list("export").map((entry) => [entry.name, signature(entry)])),
  };
}
