/* The router as wasm, and as the native library: see compare.mjs. */
import { RouteTable } from "#wye";
import { tableHost } from "../conformance/table-host.mjs";
import { Driver } from "../native/driver.mjs";
import { added, refusal, removed, write, writeAll } from "./compare.mjs";

/** RouteTable, in this process. */
export function wasmContender() {
  const host = tableHost("wasm", RouteTable);
  const one = (table, step) => {
    if (step.ask) return step.ask.bytes ? null : look(table, step.ask);
    if (step.all) return step.all.bytes ? null : lookForAll(table, step.all);
    if (step.list) return JSON.stringify(table.routes().map(listed));
    if (step.build) return table.build(step.build.name, step.build.params);
    return step.remove ? removed(table.remove(step.remove)) : added(table.add(step.add));
  };
  const look = (table, { method, url, path }) => {
    const answer = url ? table.matchUrl(method, path) : table.match(method, path);
    return write(answer, answer.pattern, answer.params);
  };
  const lookForAll = (table, { method, url, path }) => {
    const matches = url ? table.matchAllUrl(method, path) : table.matchAll(method, path);
    return writeAll(matches, ({ id, pattern }) => `${id} ${pattern}`, ({ params }) => params);
  };
  const guarded = (table, step) => {
    try {
      return one(table, step);
    } catch (error) {
      return refusal(error);
    }
  };
  return {
    name: "wasm",
    run({ options, steps }) {
      const table = host.create(options);
      const texts = steps.map((step) => guarded(table, step));
      table.free();
      return texts;
    },
    expect(step, expected) {
      if (step.all) return step.all.bytes ? null : expectAll(expected.inUnits);
      if (!step.ask) return expected;
      return step.ask.bytes ? null : write(expected.inUnits, expected.inUnits.pattern, expected.inUnits.params);
    },
  };
}

/* `matchAll` gives no spans. */
const expectAll = (matches) =>
  writeAll(
    matches.map((match) => ({ ...match, spans: undefined })),
    ({ outcome, pattern }) => `${outcome} ${pattern}`,
    ({ params }) => Object.fromEntries(params),
  );

const listed = ({ id, method, pattern, host, name }) => ({ id, method, pattern, host, name });

/* Whether a span begins or ends inside a character: then a value is no text. */
const cuts = ({ spans }, utf8) => spans.flat().some((offset) => (utf8[offset] & 0xc0) === 0x80);

/** The native library, in the driver program, which is restarted if it dies; spans count bytes. */
export function nativeContender(name, file) {
  let driver = new Driver(file);
  const one = async (table, step) => {
    if (step.ask) return look(table, step.ask);
    if (step.all) return lookForAll(table, step.all);
    if (step.list) return JSON.stringify((await table.routes()).map(listed));
    if (step.build) return table.build(step.build.name, step.build.params);
    return step.remove ? removed(await table.remove(step.remove)) : added(await table.add(step.add));
  };
  const look = async (table, { method, url, utf8, isText }) => {
    const answer = await table.lookUp(url ? "url" : "match", method, utf8);
    return write(answer, answer.route, isText && !cuts(answer, utf8) ? answer.values : []);
  };
  const lookForAll = async (table, { method, url, utf8, isText }) => {
    const matches = await table.findAll(url ? "allurl" : "all", method, utf8);
    return writeAll(matches, ({ route }) => route, (match) => (isText && !cuts(match, utf8) ? match.values : []));
  };
  const guarded = (table, step) => one(table, step).catch((error) => (error.code ? refusal(error) : error.message));
  return {
    name,
    async run({ options, steps }) {
      if (driver.dead) driver = new Driver(file);
      const table = await driver.table(options);
      return Promise.all(steps.map((step) => guarded(table, step)));
    },
    end: () => driver.end(),
    expect(step, expected) {
      if (step.all) return expectAllBytes(step.all, expected);
      if (!step.ask) return expected;
      const { inBytes, inUnits } = expected;
      const isWhole = step.ask.isText && !cuts(inBytes, step.ask.utf8);
      const values = isWhole ? inUnits.params.map(([, value]) => value) : [];
      return write(inBytes, inBytes.route, values);
    },
  };
}

function expectAllBytes({ isText, utf8 }, { inBytes, inUnits }) {
  const values = inUnits.map(({ params = [] }) => params.map(([, value]) => value));
  const valuesOf = (match) => (isText && !cuts(match, utf8) ? values[inBytes.indexOf(match)] : []);
  return writeAll(inBytes, ({ route }) => route, valuesOf);
}
