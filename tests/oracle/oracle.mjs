/*
 * The slow oracle: the dullest router that can be written. It has no tree. It is a list of routes; a lookup goes
 * through all of them and takes the first in match order of those that match (tests/oracle/split.mjs). It shares no
 * code with the router, on purpose.
 *
 * The steps of a lookup are methods of their own, so that a test can put a wrong one in the place of each.
 */
import { OracleError } from "./error.mjs";
import { readAuthority, readHost } from "./host.mjs";
import { readConstraints, readForms, readPattern } from "./pattern.mjs";
import { cleanPath, compareVectors, readPath, splitPath, vectorOf, withLettersOf } from "./split.mjs";
import { writeRoute } from "./reverse.mjs";
import {
  BACKSLASH,
  SLASH,
  bytesOf,
  decodeRest,
  decodeValue,
  escapeInvisible,
  escapeStray,
  latin1,
} from "./units.mjs";

export { OracleError, compareVectors, decodeValue };

const LIMITS = { params: 64, methods: 64, method: 64, name: 255 };
const MAX_ID = 2147483647;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/* Where a route without a host is among those with one. */
const HOSTLESS = [3];

const NO_HIT = { route: -1, pattern: null, name: null, names: [], kinds: [], spans: [], allow: "", location: "" };

const miss = (outcome, more = {}) => ({ ...NO_HIT, outcome, ...more });

/* ------------------------------------------------------------------ texts and offsets */

/** Where the path that begins at `start` ends: at the first `?` or `#`. */
function pathEnd(bytes, start) {
  const end = bytes.findIndex((byte, at) => at >= start && (byte === 0x3f || byte === 0x23));
  return end < 0 ? bytes.length : end;
}

/** For each byte of a text's UTF-8, and for its end, the UTF-16 unit in which it lies. */
function unitsOfBytes(text) {
  const map = [];
  let at = 0;
  for (const character of text) {
    for (let i = bytesOf(character).length; i > 0; i--) map.push(at);
    at += character.length;
  }
  map.push(at);
  return map;
}

/** The other form of a path: without its last slash, or with one more; null for `/`. */
function otherForm(path) {
  if (path.length === 1) return null;
  return path.at(-1) === SLASH ? path.subarray(0, -1) : Uint8Array.from([...path, SLASH]);
}

const isSlashes = (path) => path[0] === SLASH && path[1] === SLASH;

/** Makes all the checks and throws the first error, which carries `all`: of several any may be told. */
function refuseAll(checks) {
  const all = [];
  for (const check of checks) {
    try {
      check();
    } catch (error) {
      all.push(error);
    }
  }
  if (all.length > 0) throw Object.assign(all[0], { all });
}

/* ------------------------------------------------------------------ the table */

/** A linear list of routes. */
export class Oracle {
  /**
   * @param {{
   *   trailingSlash?: string, cleanPath?: string, caseSensitive?: boolean, methodNotAllowed?: boolean, maxPath?: number
   * }} [options]
   */
  constructor(options = {}) {
    this.slash = options.trailingSlash ?? "strict";
    this.cleans = options.cleanPath === "redirect";
    this.fold = options.caseSensitive === false;
    this.tells405 = options.methodNotAllowed !== false;
    this.maxPath = options.maxPath ?? 8192;
    this.list = [];
    this.nextId = 0;
    this.views = new Map();
  }

  /* ---------------------------------------------------------------- routes */

  /**
   * @param {string} method
   * @param {string} pattern
   * @param {{ name?: string, id?: number, host?: string }} [options]
   * @returns {number} the handler id
   */
  add(method, pattern, { name, id, host } = {}) {
    this.#checkWords(method, name, id);
    const route = { method, pattern, name: name || null, hostText: host || null };
    refuseAll([
      () => (route.host = readHost(host ?? "")),
      () => (route.forms = readPattern(bytesOf(pattern), this.fold)),
      () => route.forms && readConstraints(bytesOf(pattern), route.forms),
      () => route.forms && route.host && this.#checkNames(route),
    ]);
    this.#checkPlace(route);
    const handler = id ?? this.nextId;
    if (handler > MAX_ID) throw new OracleError("BAD_ID", 0);
    this.nextId = Math.max(this.nextId, handler + 1);
    this.list.push({ ...route, id: handler });
    this.views.clear();
    return handler;
  }

  #checkWords(method, name, id) {
    if (name !== undefined && bytesOf(name).length > LIMITS.name) throw new OracleError("BAD_NAME", 0);
    if (!TOKEN.test(method) || bytesOf(method).length > LIMITS.method) throw new OracleError("BAD_METHOD", 0);
    const whole = id === undefined || (Number.isInteger(id) && id >= 0 && id <= MAX_ID);
    if (!whole) throw new OracleError("BAD_ID", 0);
  }

  /** The names of the host's parameters and of the path's. */
  #checkNames({ host: { names, offsets }, forms }) {
    const taken = names.findIndex((name) => forms[0].names.includes(name));
    if (taken >= 0) throw new OracleError("BAD_HOST", offsets[taken] + 1, "the pattern has this name");
    if (names.length + forms[0].names.length > LIMITS.params) throw new OracleError("TOO_MANY_PARAMS", 0);
  }

  #checkPlace(route) {
    const shapes = ({ host, forms }) => forms.map(({ shape }) => `${host?.shape ?? ""}/${shape}`);
    const mine = shapes(route);
    const clashes = (other) => other.method === route.method && shapes(other).some((shape) => mine.includes(shape));
    const twin = this.list.find(clashes);
    const text = `conflict: ${route.method} "${route.pattern}" has the same shape as `;
    if (twin) throw new OracleError("CONFLICT", 0, `${text}${twin.method} "${twin.pattern}"`);
    const same = (other) => other.pattern === route.pattern && other.hostText === route.hostText;
    const rival = this.list.find((other) => route.name !== null && other.name === route.name && !same(other));
    if (rival) throw new OracleError("BAD_NAME", 0, `the name of ${rival.method} "${rival.pattern}"`);
    const methods = new Set([...this.list, route].map((other) => other.method));
    methods.delete("*");
    if (methods.size > LIMITS.methods) throw new OracleError("TOO_MANY_METHODS", 0);
  }

  /** Takes the route away that was added with these texts; false if there is none. */
  remove(method, pattern, host) {
    const same = (route) => route.method === method && route.pattern === pattern && route.hostText === (host || null);
    const index = this.list.findIndex(same);
    if (index < 0) return false;
    this.list.splice(index, 1);
    this.views.clear();
    return true;
  }

  routes() {
    return this.list.map(({ id, method, pattern, hostText, name }) => ({ id, method, pattern, host: hostText, name }));
  }

  /* ---------------------------------------------------------------- lookups */

  /** Looks a path up; spans count UTF-16 units of the string. */
  match(method, path) {
    return this.inUnits(path, this.matchBytes(method, bytesOf(path)));
  }

  /** Looks an absolute URL up; spans count UTF-16 units of the string. */
  matchUrl(method, url) {
    return this.inUnits(url, this.matchUrlBytes(method, bytesOf(url)));
  }

  /** A parameter's value: decoded, but for that of a host. */
  valueOf(raw, kind) {
    if (kind === "label") return raw;
    return kind === "rest" || kind === "run" ? decodeRest(raw) : decodeValue(raw);
  }

  /** An answer about the bytes of a string as one about the string, with its values. */
  inUnits(text, answer) {
    const ascii = !/[^\0-\x7f]/.test(text);
    const map = ascii ? null : unitsOfBytes(text);
    const spans = ascii ? answer.spans : answer.spans.map((span) => span.map((offset) => map[offset]));
    const raw = spans.map(([start, end]) => text.slice(start, end));
    const values = raw.map((value, index) => this.valueOf(value, answer.kinds[index]));
    return { ...answer, spans, raw, params: answer.names.map((name, index) => [name, values[index]]) };
  }

  /**
   * The same on bytes, which need not be UTF-8; spans count bytes.
   * @param {string} method
   * @param {Uint8Array} bytes
   */
  matchBytes(method, bytes) {
    const end = pathEnd(bytes, 0);
    return this.look({ method, bytes, authority: null, start: 0, end, path: bytes.subarray(0, end) });
  }

  matchUrlBytes(method, bytes) {
    const authority = readAuthority(bytes);
    if (authority === null) return miss("BAD_PATH");
    const { path: start } = authority;
    const end = pathEnd(bytes, start);
    const path = end > start ? bytes.subarray(start, end) : bytesOf("/");
    return this.look({ method, bytes, authority, start, end, path });
  }

  /* ---------------------------------------------------------------- every route that matches */

  /** What each route alone would answer, of those that take the path. */
  matchAll(method, path) {
    return this.each((alone) => alone.match(method, path));
  }

  matchAllUrl(method, url) {
    return this.each((alone) => alone.matchUrl(method, url));
  }

  matchAllBytes(method, bytes) {
    return this.each((alone) => alone.matchBytes(method, bytes));
  }

  matchAllUrlBytes(method, bytes) {
    return this.each((alone) => alone.matchUrlBytes(method, bytes));
  }

  /* Redirects do not count; the other slash does where it is ignored. */
  each(ask) {
    const answers = this.list.map((route, index) => ({ ...ask(this.alone(route)), route: index }));
    return answers.filter(({ outcome }) => typeof outcome === "number");
  }

  /* A table of the one route, whose constraints have the ranks that they have among all. */
  alone(route) {
    const trailingSlash = this.slash === "ignore" ? "ignore" : "strict";
    const oracle = new Oracle({ trailingSlash, caseSensitive: !this.fold, maxPath: this.maxPath });
    oracle.list.push(route);
    oracle.views.set(this.fold, this.viewOf(this.fold).filter((entry) => entry.route === route));
    return oracle;
  }

  /* ---------------------------------------------------------------- a lookup */

  /*
   * A request is { method, bytes, authority, start, end, path }: the path is in the bytes from `start` to `end`;
   * a URL without one has the path `/`, which does not stand there.
   */
  look(request) {
    if (request.path[0] !== SLASH) return miss("BAD_PATH");
    if (request.path.length > this.maxPath) return miss("PATH_TOO_LONG");
    if (request.path.includes(BACKSLASH)) return miss("BAD_PATH");
    const ways = this.waysOf(this.fold, request.path, request);
    const best = this.best(ways, request);
    if (best) return this.hit(best, request);
    return this.bySlash(request) ?? this.byCleaning(request) ?? this.missed(ways, request);
  }

  hit({ route, form, host, spans, path }, { authority, start, end }) {
    const inPath = spans.map((span) => span.map((unit) => Math.min(start + path.offsets[unit], end)));
    const inHost = host.map((span) => span.map((offset) => authority.start + offset));
    const { id, pattern, name } = route;
    const names = [...(route.host?.names ?? []), ...form.names];
    const kinds = [...inHost.map(() => "label"), ...kindsOf(form)];
    const found = { route: this.list.indexOf(route), pattern, name, names, kinds, spans: [...inHost, ...inPath] };
    return { ...NO_HIT, ...found, outcome: id };
  }

  /** What the slash policy says of a path that no route serves as it stands; null: nothing. */
  bySlash(request) {
    const other = this.slash === "strict" ? null : otherForm(request.path);
    const best = other && this.best(this.waysOf(this.fold, other, request), request);
    if (!best) return null;
    return this.slash === "ignore" ? this.hit(best, request) : this.redirect(other, request);
  }

  byCleaning(request) {
    if (!this.cleans) return null;
    const cleaned = cleanPath(request.path);
    for (const fold of [this.fold, true]) {
      const target = this.cleanTarget(fold, cleaned, request);
      if (target && latin1(target) !== latin1(request.path)) return this.redirect(target, request);
    }
    return null;
  }

  /** The cleaned path as a route has it that serves it, under the slash policy; null if none does. */
  cleanTarget(fold, cleaned, request) {
    const other = this.slash === "strict" ? null : otherForm(cleaned);
    for (const path of [cleaned, other].filter(Boolean)) {
      const best = this.best(this.waysOf(fold, path, request), request);
      if (!best) continue;
      const target = withLettersOf(best.form, best.path, best.spans);
      return this.slash === "ignore" && path === other ? otherFormOf(target, cleaned) : target;
    }
    return null;
  }

  /** A redirect to a path, followed by what followed the request's; null if it begins with two slashes. */
  redirect(target, { bytes, end }) {
    if (isSlashes(target)) return null;
    return miss("REDIRECT", { location: escapeStray(target) + escapeInvisible(bytes.subarray(end)) });
  }

  missed(ways, request) {
    const other = this.slash === "ignore" ? otherForm(request.path) : null;
    const all = [...ways, ...(other ? this.waysOf(this.fold, other, request) : [])];
    if (all.length === 0 || !this.tells405) return miss("NOT_FOUND");
    const methods = [...new Set(all.map(({ route }) => route.method))];
    return miss("METHOD_NOT_ALLOWED", { allow: methods.sort((a, b) => (a < b ? -1 : 1)).join(", ") });
  }

  /** The first in match order of those that serve the method; null if none does. */
  best(ways, { method }) {
    const serving = ways.filter(({ route }) => route.method === "*" || route.method === method);
    const anyMethod = ({ route }) => (route.method === "*" ? 1 : 0);
    serving.sort((a, b) => compareVectors(a.vector, b.vector) || anyMethod(a) - anyMethod(b));
    return serving[0] ?? null;
  }

  /** Every form of a route, of any method, that matches the path and the request's host, with its vector. */
  waysOf(fold, bytes, { authority }) {
    const path = readPath(bytes, fold);
    const ways = [];
    for (const { route, form, rankOf } of this.viewOf(fold)) {
      const host = route.host === null ? [] : authority && route.host.match(authority.host);
      const spans = host && splitPath(form, path);
      if (!spans) continue;
      const vector = [...(route.host?.order ?? HOSTLESS), ...vectorOf(form, spans, rankOf)];
      ways.push({ route, form, host, spans, path, vector });
    }
    return ways;
  }

  /* The forms of all routes, as a table reads them that compares with or without case. */
  viewOf(fold) {
    if (!this.views.has(fold)) this.views.set(fold, this.makeView(fold));
    return this.views.get(fold);
  }

  /* Of forms of one method that are equal but for case the first counts. */
  makeView(fold) {
    const seen = new Set();
    const ranks = new Map();
    const view = [];
    this.list.forEach((route) => {
      const forms = fold === this.fold ? route.forms : readAgain(route, fold);
      const host = route.host?.shape ?? "";
      const placeOf = (step) => [host, step.before, step.literal.join(" "), step.constraint.text].join("\n");
      for (const form of forms) {
        for (const step of form.steps.filter(({ constraint }) => constraint))
          if (!ranks.has(placeOf(step))) ranks.set(placeOf(step), ranks.size);
        const key = [route.method, host, form.shape].join("\n");
        if (!seen.has(key)) view.push({ route, form, rankOf: (step) => ranks.get(placeOf(step)) });
        seen.add(key);
      }
    });
    return view;
  }

  /* ---------------------------------------------------------------- reverse */

  /**
   * The URL of the route of that name, which reaches it with these values.
   * @param {string} name
   * @param {Record<string, unknown>} values
   */
  url(name, values = {}) {
    const route = this.list.find((other) => other.name === name);
    if (!route) throw new OracleError("NOT_FOUND", 0, "no route of that name");
    const { text, given } = writeRoute(route, values);
    const method = route.method === "*" ? "" : route.method;
    const answer = route.host ? this.matchUrl(method, `x:${text}`) : this.match(method, text);
    if (answer.outcome === "PATH_TOO_LONG") throw new OracleError("PATH_TOO_LONG", 0);
    if (answer.route >= 0 && this.list[answer.route] !== route)
      throw new OracleError("CONFLICT", 0, `${text} reaches ${answer.pattern}`);
    const isRead = ([param, value], index) => answer.params[index]?.[0] === param && answer.params[index][1] === value;
    const other = given.find((param, index) => !isRead(param, index));
    if (other) throw new OracleError("BAD_VALUE", other[2], `${text} would be read otherwise`);
    if (answer.route < 0) throw new OracleError("BAD_VALUE", 0, `${text} reaches no route`);
    return text;
  }
}

/** "param", "run" or "rest" for each parameter of a form. */
const kindsOf = ({ tokens }) => tokens.map(({ kind }) => kind).filter((kind) => kind !== "unit");

/** The forms of a route as a table reads them that compares with or without case. */
function readAgain({ pattern }, fold) {
  const forms = readForms(bytesOf(pattern), fold);
  readConstraints(bytesOf(pattern), forms);
  return forms;
}

/** A target of the other form in the form that the cleaned path has. */
function otherFormOf(target, cleaned) {
  return target.length > cleaned.length ? target.subarray(0, -1) : Uint8Array.from([...target, SLASH]);
}
