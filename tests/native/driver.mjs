/*
 * Talks to the driver program (driver.c, which describes the protocol) and answers as a host of the conformance suite
 * does.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const built = (name) => fileURLToPath(new URL(`../../build/${name}`, import.meta.url));

/*
 * The drivers that the Makefile builds: with the sanitizers, and optimized as the library is shipped, which reads
 * further than a sanitizer would let it.
 */
const files = { sanitized: built("tests/driver"), optimized: built("tests/driver-optimized") };

/**
 * The names and files of the drivers that there are; WYE_DRIVER= names the one to use in their place, and WYE_EMULATOR=
 * the program that runs it, if it is for another machine.
 */
export const drivers = Object.entries(process.env.WYE_DRIVER ? { given: process.env.WYE_DRIVER } : files)
  .map(([name, file]) => ({ name: `native, ${name}`, file }))
  .filter(({ file }) => existsSync(file));

/** Why a test of the native library is left out, where there is no driver. */
export const noDriver = "there is no driver: make test-native builds it";

const toHex = (bytes) => (bytes.length ? Buffer.from(bytes).toString("hex") : ".");
const textToHex = (text) => (text === undefined || text === null ? "-" : toHex(Buffer.from(text, "utf8")));
const hexToBytes = (hex) => Buffer.from(hex === "." || hex === "-" ? "" : hex, "hex");
const hexToText = (hex) => hexToBytes(hex).toString("utf8");

const packOptions = ({ trailingSlash = "strict", cleanPath, caseSensitive, methodNotAllowed, maxPath = 0 }) =>
  ["strict", "redirect", "ignore"].indexOf(trailingSlash) +
  (cleanPath === "redirect" ? 4 : 0) +
  (caseSensitive === false ? 8 : 0) +
  (methodNotAllowed === false ? 16 : 0) +
  maxPath * 65536;

/** The UTF-16 unit at which a byte of the text's UTF-8 lies. */
const unitOf = (bytes, offset) => bytes.toString("utf8", 0, offset).length;

/** One driver process. Commands may be sent without waiting; the answers come in order. */
export class Driver {
  #child;
  #waiting = [];
  #lines = "";
  #errors = "";
  #dead = null;

  /** @param {string} file */
  constructor(file) {
    const [command, ...args] = process.env.WYE_EMULATOR ? [process.env.WYE_EMULATOR, file] : [file];
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stderr.on("data", (data) => (this.#errors += data));
    this.#child.stdin.on("error", () => {});
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#take(line));
    this.#child.on("close", (code, signal) => this.#fail(`the driver ended: ${code ?? signal} ${this.#errors}`));
  }

  #take(line) {
    if (line.startsWith("broken ")) this.#errors += line;
    else this.#waiting.shift()?.resolve(line);
  }

  #fail(message) {
    this.#dead = new Error(message);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#dead);
  }

  /** Whether the process has ended. */
  get dead() {
    return this.#dead !== null;
  }

  /** Sends one line; the answer line. */
  send(line) {
    if (this.#dead) return Promise.reject(this.#dead);
    if (this.#lines === "") queueMicrotask(() => this.#flush());
    this.#lines += `${line}\n`;
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /* Lines that are sent together are written together. */
  #flush() {
    this.#child.stdin.write(this.#lines);
    this.#lines = "";
  }

  /** Begins a table; the one before is gone. `reload`: its image is copied elsewhere and opened there for lookups. */
  async table(options, reload = false) {
    const answer = await this.send(`table ${packOptions(options)}`);
    if (answer !== "ok") throw new Error(answer);
    return new DriverTable(this, reload);
  }

  /** Ends the process; leaks and the like are errors of the process. */
  end() {
    return new Promise((resolve, reject) => {
      const ended = (code) => (code === 0 ? resolve() : reject(new Error(`driver: ${code} ${this.#errors}`)));
      if (this.#dead) ended(this.#child.exitCode);
      this.#child.on("close", ended);
      this.#child.stdin.end();
    });
  }
}

/** An `error ...` line as an error; any other unexpected line too. */
function errorOf(line) {
  const [word, code, offset, text] = line.split(" ");
  if (word !== "error") return new Error(line);
  return Object.assign(new Error(hexToText(text)), { code, offset: Number(offset) });
}

/** What answers say of parameters, `index:offset:length:value` for each, with spans in bytes; the values decoded. */
function parseParams(pieces) {
  const params = pieces.map((piece) => piece.split(":"));
  return {
    indexes: params.map(([index]) => Number(index)),
    spans: params.map(([, start, length]) => [Number(start), Number(start) + Number(length)]),
    values: params.map(([, , , value]) => hexToText(value)),
  };
}

/** What a lookup's answer line says. */
function parseAnswer(line) {
  const [word, ...rest] = line.split(" ");
  if (word === "broken" || word === "error") throw errorOf(line);
  if (word !== "hit") return { ...NO_HIT, outcome: word, ...more(word, rest[0]) };
  return { ...NO_HIT, outcome: Number(rest[0]), route: Number(rest[1]), ...parseParams(rest.slice(2)) };
}

const NO_HIT = { route: -1, indexes: [], spans: [], values: [], allow: "", location: "" };

/* What follows the name of an outcome. */
function more(outcome, text) {
  if (text === undefined) return {};
  return outcome === "REDIRECT" ? { location: hexToText(text) } : { allow: hexToText(text) };
}

/** What `all` answers: a list of { id, route, indexes, spans, values }. */
function parseMatches(line) {
  const [word, ...rest] = line.split(" ");
  if (word !== "all") throw errorOf(line);
  const starts = [...rest.keys()].filter((index) => rest[index].includes("/"));
  return starts.map((start, i) => {
    const [id, route] = rest[start].split("/").map(Number);
    return { id, route, ...parseParams(rest.slice(start + 1, starts[i + 1])) };
  });
}

/** The driver's present table. */
export class DriverTable {
  #driver;
  #routes = null;
  #reload;
  #opened = false;

  constructor(driver, reload) {
    this.#driver = driver;
    this.#reload = reload;
  }

  async add({ method, pattern, host, name, id }) {
    const texts = [method, pattern, name, host].map(textToHex).join(" ");
    return this.#change(await this.#driver.send(`add ${texts} ${id ?? "-"}`));
  }

  /** Whether there was such a route. */
  async remove({ method, pattern, host }) {
    const texts = [method, pattern, host].map(textToHex).join(" ");
    return this.#change(await this.#driver.send(`remove ${texts}`)) === 1;
  }

  #change(answer) {
    if (!answer.startsWith("ok ")) throw errorOf(answer);
    this.#routes = null;
    this.#opened = false;
    return Number(answer.slice(3));
  }

  /** A lookup with spans in bytes. */
  async lookUp(command, method, bytes) {
    if (this.#reload && !this.#opened) await this.#open();
    return parseAnswer(await this.#driver.send(`${command} ${textToHex(method)} ${toHex(bytes)}`));
  }

  match(method, path) {
    return this.#answer("match", method, path);
  }

  matchUrl(method, url) {
    return this.#answer("url", method, url);
  }

  /** All matches with spans in bytes. */
  async findAll(command, method, bytes) {
    if (this.#reload && !this.#opened) await this.#open();
    return parseMatches(await this.#driver.send(`${command} ${textToHex(method)} ${toHex(bytes)}`));
  }

  matchAll(method, path) {
    return this.#matches("all", method, path);
  }

  matchAllUrl(method, url) {
    return this.#matches("allurl", method, url);
  }

  async matchAllBytes(method, bytes) {
    return Promise.all((await this.findAll("all", method, bytes)).map((match) => this.#describe(match)));
  }

  async #matches(command, method, text) {
    const bytes = Buffer.from(text, "utf8");
    const matches = await this.findAll(command, method, bytes);
    const one = async (match) => {
      const names = await this.#names(match.route);
      const spans = match.spans.map((span) => span.map((offset) => unitOf(bytes, offset)));
      const params = match.values.map((value, i) => [names[match.indexes[i]], value]);
      return { ...(await this.#describe(match)), spans, params };
    };
    return Promise.all(matches.map(one));
  }

  async matchBytes(method, bytes) {
    return this.#describe(await this.lookUp("match", method, bytes));
  }

  /** Spans in UTF-16 units. */
  async #answer(command, method, text) {
    const bytes = Buffer.from(text, "utf8");
    const answer = await this.#describe(await this.lookUp(command, method, bytes));
    const names = answer.outcome >= 0 ? await this.#names(answer.route) : [];
    const spans = answer.spans.map((span) => span.map((offset) => unitOf(bytes, offset)));
    const raw = spans.map(([start, end]) => text.slice(start, end));
    return { ...answer, spans, raw, params: answer.values.map((value, i) => [names[answer.indexes[i]], value]) };
  }

  /** The URL that the first route of that name and values make. */
  async build(name, params) {
    if (this.#reload && !this.#opened) await this.#open();
    const pairs = Object.entries(params).flatMap(([param, value]) => [param, String(value)]);
    const answer = await this.#driver.send(["build", ...[name, ...pairs].map(textToHex)].join(" "));
    if (!answer.startsWith("text ")) throw errorOf(answer);
    return hexToText(answer.slice("text ".length));
  }

  async #describe(answer) {
    const route = answer.route < 0 ? null : (await this.routes())[answer.route];
    return { ...answer, pattern: route?.pattern ?? null, name: route?.name ?? null, params: [], raw: [] };
  }

  async #names(route) {
    const answer = await this.#driver.send(`names ${route}`);
    return answer.split(" ").slice(1).map(hexToText);
  }

  async routes() {
    this.#routes ??= (await this.#driver.send("routes")).split(" ").slice(1).map((route) => {
      const [id, ...texts] = route.split(":");
      const [method, pattern, name, host] = texts.map((text) => (text === "-" ? null : hexToText(text)));
      return { id: Number(id), method, pattern, name, host };
    });
    return this.#routes;
  }

  async #open() {
    const answer = await this.load(await this.image());
    if (answer !== "ok") throw errorOf(answer);
    this.#opened = true;
  }

  /** Opens an image in place of the table's own. */
  load(bytes) {
    return this.#driver.send(`load ${toHex(bytes)}`);
  }

  /** The table's image, as bytes. */
  async image() {
    return hexToBytes((await this.#driver.send("image")).slice("image ".length));
  }

  free() {}
}

/** A host of the conformance suite; it holds one table at a time. `reload`: see Driver.table. */
export const driverHost = (name, driver, reload = false) => ({
  name,
  bytes: true,
  sentences: true,
  utf8: true,
  create: (options) => driver.table(options, reload),
});
