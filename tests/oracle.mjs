/*
 * The slow oracle: the dullest matcher that can be written. It has no tree. For every route it tries every way to split
 * the path among the route's parameters, writes each way as a vector that spells the match order out, and takes the
 * least vector of all. It shares no code with the router, on purpose.
 *
 * A text becomes a list of UNITS, which is its normal form: a number 0..255 is a byte (or the escape of one that equals
 * it), ESCAPED + byte is an escape that equals only itself (`%2F`, `%40`, `%25`). Everything is compared unit by unit.
 *
 * A vector is a list of numbers, compared from the left; one that is the beginning of another comes first. Each thing
 * that a pattern does at a position of the path writes one slot:
 *
 *     static unit                           0
 *     parameter bounded by a literal        1, -(units of the literal), the rank of each of them,
 *                                           (constraint rank: none yet), the place where the parameter ends
 *     constrained parameter, rest of the segment    2, rank        (none yet)
 *     plain parameter, rest of the segment  3
 *     catch-all                             4
 */

const ESCAPED = 256;
const SLASH = 0x2f;
const DOT = 0x2e;

const LIMITS = { path: 65535, authority: 4096, pattern: 4096, params: 64, methods: 32, method: 64, name: 255 };
const MAX_ID = 2147483647;

/** What `add` throws. */
export class OracleError extends Error {
  /**
   * @param {string} code the status name
   * @param {number} offset the byte in the pattern
   * @param {string} message
   */
  constructor(code, offset, message = code) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

/* ------------------------------------------------------------------ units */

const bytesOf = (text) => new TextEncoder().encode(text);

const isHex = (byte) => byte !== undefined && /[0-9A-Fa-f]/.test(String.fromCharCode(byte));

/* The characters that may stand raw in a path and whose escape means something else; and `%`, which starts escapes. */
const RESERVED = new Set(bytesOf("!$&'()*+,;=:@/[]%"));

const HEX = Array.from({ length: 256 }, (_, byte) => isHex(byte));

/** The byte that the escape at `at` stands for, or -1. */
function escapeAt(bytes, at) {
  if (bytes[at] !== 0x25 || !HEX[bytes[at + 1]] || !HEX[bytes[at + 2]]) return -1;
  return parseInt(String.fromCharCode(bytes[at + 1], bytes[at + 2]), 16);
}

const foldUnit = (unit, fold) => (fold && unit >= 0x41 && unit <= 0x5a ? unit + 32 : unit);

/** The unit at `at` and how many bytes it takes. */
function unitAt(bytes, at, fold) {
  const byte = escapeAt(bytes, at);
  if (byte < 0) return { unit: foldUnit(bytes[at], fold), size: 1 };
  return { unit: RESERVED.has(byte) ? ESCAPED + byte : foldUnit(byte, fold), size: 3 };
}

/** The path in `bytes` from `start` to `end` as units, with the offset of each, and the path's end behind the last. */
function pathUnits(bytes, start, end, fold) {
  const path = bytes.subarray(start, end);
  const units = [];
  const offsets = [];
  for (let at = 0; at < path.length; ) {
    const { unit, size } = unitAt(path, at, fold);
    units.push(unit);
    offsets.push(start + at);
    at += size;
  }
  offsets.push(end);
  return { units, offsets };
}

const isDots = (units) => units.length > 0 && units.length <= 2 && units.every((unit) => unit === DOT);

/** Whether one of the segments is `.` or `..`. */
function hasDotSegment(units) {
  for (let start = 0; start < units.length; ) {
    let end = units.indexOf(SLASH, start + 1);
    if (end < 0) end = units.length;
    if (isDots(units.slice(start + 1, end))) return true;
    start = end;
  }
  return false;
}

/* ------------------------------------------------------------------ patterns */

const bad = (offset, message) => {
  throw new OracleError("BAD_PATTERN", offset, message);
};

const isNameStart = (byte) => byte !== undefined && /[A-Za-z_]/.test(String.fromCharCode(byte));
const isNamePart = (byte) => byte !== undefined && /[A-Za-z0-9_]/.test(String.fromCharCode(byte));

/** The name at `at`, which may be empty. */
function readName(bytes, at) {
  if (!isNameStart(bytes[at])) return "";
  let end = at;
  while (isNamePart(bytes[end])) end++;
  return String.fromCharCode(...bytes.subarray(at, end));
}

/** A name may stand once in a pattern. */
function refuseTwice(name, at, tokens) {
  if (name !== "" && tokens.some((token) => token.name === name)) bad(at, `the name ${name} stands twice`);
}

const isSeparator = (token) => token.kind === "unit" && token.unit === SLASH;

function readParameter(bytes, at, tokens) {
  const name = readName(bytes, at + 1);
  if (tokens.at(-1).kind === "param") bad(at, "two parameters touch");
  if (name === "") bad(at, "a parameter needs a name");
  refuseTwice(name, at + 1, tokens);
  const end = at + 1 + name.length;
  if (bytes[end] === 0x2a || bytes[end] === 0x2b || bytes[end] > 0x7f) bad(end, "what stands behind the name?");
  tokens.push({ kind: "param", name, offset: at });
  return end;
}

function readStar(bytes, at, tokens) {
  const name = readName(bytes, at + 1);
  const end = at + 1 + name.length;
  const separator = bytes[end] === SLASH || (bytes[end] === 0x5c && bytes[end + 1] === SLASH);
  if (!isSeparator(tokens.at(-1))) bad(at, "a * inside a segment");
  refuseTwice(name, at + 1, tokens);
  if (end === bytes.length) tokens.push({ kind: "rest", name: name || "*", offset: at });
  else if (name === "" && separator) tokens.push({ kind: "param", name: null, offset: at });
  else bad(at, "a * that is no whole segment, or a catch-all that is not the last");
  return end;
}

function readLiteral(bytes, at, tokens, fold) {
  const raw = bytes[at] === 0x5c;
  if (raw && at + 1 === bytes.length) bad(at, "nothing behind the backslash");
  if (!raw && "(<?#{}".includes(String.fromCharCode(bytes[at]))) bad(at, "write a backslash before it");
  const { unit, size } = raw ? { unit: foldUnit(bytes[at + 1], fold), size: 2 } : unitAt(bytes, at, fold);
  tokens.push({ kind: "unit", unit, offset: at });
  return at + size;
}

/** Refuses a segment that is `.` or `..`, once its end, at `end`, is read. */
function closeSegment(tokens, end) {
  const start = tokens.findLastIndex((token, index) => index < end && isSeparator(token)) + 1;
  const segment = tokens.slice(start, end);
  const units = segment.map((token) => (token.kind === "unit" ? token.unit : -1));
  if (isDots(units)) bad(segment[0].offset, "a dot segment");
}

/** The pattern as a list of units, parameters and at most one catch-all. */
function tokenize(bytes, fold) {
  const tokens = [];
  if (bytes[0] !== SLASH) bad(0, "a pattern starts with /");
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] === 0x3a) at = readParameter(bytes, at, tokens);
    else if (bytes[at] === 0x2a) at = readStar(bytes, at, tokens);
    else at = readLiteral(bytes, at, tokens, fold);
    if (isSeparator(tokens.at(-1))) closeSegment(tokens, tokens.length - 1);
  }
  closeSegment(tokens, tokens.length);
  return tokens;
}

/** The parameters' names, the anonymous ones by their index. */
function namesOf(tokens) {
  const params = tokens.filter((token) => token.kind !== "unit");
  if (params.length > LIMITS.params) throw new OracleError("TOO_MANY_PARAMS", params[LIMITS.params].offset);
  return params.map((param, index) => param.name ?? String(index));
}

/** The steps of a match: static units, parameters with the literal that bounds them (empty: none), a catch-all. */
function stepsOf(tokens) {
  const steps = [];
  let open = null; /* the parameter whose literal is being read */
  for (const token of tokens) {
    const inLiteral = open !== null && token.kind === "unit" && token.unit !== SLASH;
    if (inLiteral) open.literal.push(token.unit);
    else steps.push((open = token.kind === "param" ? { kind: "param", literal: [] } : null) ?? token);
  }
  return steps;
}

const shapeOf = (tokens) => tokens.map((token) => (token.kind === "unit" ? token.unit : token.kind)).join(" ");

/**
 * @param {Uint8Array} bytes
 * @param {boolean} fold
 */
function parsePattern(bytes, fold) {
  if (bytes.length > LIMITS.pattern) throw new OracleError("PATTERN_TOO_LONG", LIMITS.pattern);
  const tokens = tokenize(bytes, fold);
  return { names: namesOf(tokens), steps: stepsOf(tokens), shape: shapeOf(tokens) };
}

/* ------------------------------------------------------------------ splitting a path */

/* By bytes; where two are the same, the raw one comes before the escape. */
const unitRank = (unit) => (unit >= ESCAPED ? 2 * (unit - ESCAPED) + 1 : 2 * unit);

const literalSlots = (literal) => [-literal.length, ...literal.map(unitRank)];

function segmentEnd(units, at) {
  const end = units.indexOf(SLASH, at);
  return end < 0 ? units.length : end;
}

const fits = (units, at, literal) => literal.every((unit, index) => units[at + index] === unit);

/*
 * Every way for the steps from `step` on to match the units from `at` on: calls `found` for each, and says whether
 * there was one. `way` holds what the steps before have written: { vector, spans, dead }; dead are the places that
 * led nowhere, so that a miss takes no time beyond reason.
 */
function split(steps, step, units, at, way, found) {
  const depth = way.vector.length;
  while (step < steps.length && steps[step].kind === "unit" && units[at] === steps[step].unit) {
    way.vector.push(0);
    step++;
    at++;
  }
  const some = splitHere(steps, step, units, at, way, found);
  way.vector.length = depth;
  return some;
}

function splitHere(steps, step, units, at, way, found) {
  if (step < steps.length && steps[step].kind === "unit") return false;
  if (step < steps.length && steps[step].kind === "param") return splitParameter(steps, step, units, at, way, found);
  if (step === steps.length && at < units.length) return false;
  if (step === steps.length) found(way.vector, way.spans);
  else found([...way.vector, 4], [...way.spans, [at, units.length]]);
  return true;
}

function splitParameter(steps, step, units, at, way, found) {
  const place = step * (units.length + 1) + at;
  if (way.dead.has(place)) return false;
  const { literal } = steps[step];
  const last = segmentEnd(units, at) - literal.length;
  const first = literal.length ? at + 1 : Math.max(last, at + 1);
  let some = false;
  for (let end = first; end <= last; end++)
    if (fits(units, end, literal) && splitBehind(steps, step, units, at, end, way, found)) some = true;
  if (!some) way.dead.add(place);
  return some;
}

/* The parameter at `step` runs from `at` to `end`. */
function splitBehind(steps, step, units, at, end, way, found) {
  const { literal } = steps[step];
  const depth = way.vector.length;
  way.vector.push(...(literal.length ? [1, ...literalSlots(literal), end] : [3]));
  way.spans.push([at, end]);
  const some = split(steps, step + 1, units, end + literal.length, way, found);
  way.spans.pop();
  way.vector.length = depth;
  return some;
}

/** Less than 0 if `a` comes first. */
export function compareVectors(a, b) {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

/** The route's least vector for the path with its spans; null if it does not match. */
function leastSplit(route, units) {
  let best = null;
  split(route.steps, 0, units, 0, { vector: [], spans: [], dead: new Set() }, (vector, spans) => {
    if (best !== null && compareVectors(vector, best.vector) >= 0) return;
    best = { route, vector: [...vector], spans: [...spans] };
  });
  return best;
}

/* ------------------------------------------------------------------ values */

/** How many of the bytes at `at` make one well-formed UTF-8 character; 0: none. */
function characterLength(bytes, at) {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    try {
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes.slice(at, at + length)));
      return length;
    } catch {
      continue;
    }
  }
  return 0;
}

/** One run of escapes: whole characters are decoded, what belongs to none stays. */
function decodeRun(run) {
  const bytes = run.match(/%../g).map((escape) => parseInt(escape.slice(1), 16));
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    const piece = run.slice(3 * at, 3 * (at + (length || 1)));
    text += length ? decodeURIComponent(piece) : piece;
    at += length || 1;
  }
  return text;
}

/** Percent-decodes a raw value; what is no escape, or no UTF-8, stays as it is written. */
export const decodeValue = (raw) => raw.replace(/(?:%[0-9A-Fa-f]{2})+/g, decodeRun);

/* ------------------------------------------------------------------ texts and offsets */

const SPECIAL = { 0x2f: true, 0x3f: true, 0x23: true };

/** Where the path that begins at `start` ends: at the first `?` or `#`. */
function pathEnd(bytes, start) {
  let end = start;
  while (end < bytes.length && bytes[end] !== 0x3f && bytes[end] !== 0x23) end++;
  return end;
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

const latin1 = (bytes) => String.fromCharCode(...bytes);

const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[^[\]:@\s]+)(?::[0-9]*)?$/;

/** Where the path of an absolute URL starts, or -1 if there is no scheme or no proper authority. */
function urlPathStart(bytes) {
  const head = latin1(bytes.subarray(0, LIMITS.authority + 1));
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(head);
  if (!scheme) return -1;
  let start = scheme[0].length;
  while (start < bytes.length && !SPECIAL[bytes[start]]) start++;
  if (start > LIMITS.authority) return -1;
  const authority = head.slice(scheme[0].length, start);
  return HOST.test(authority.slice(authority.lastIndexOf("@") + 1)) ? start : -1;
}

/* ------------------------------------------------------------------ the table */

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const miss = (outcome, allow = "") => ({ outcome, route: -1, pattern: null, name: null, names: [], spans: [], allow });

/** A linear list of routes. */
export class Oracle {
  /** @param {{ caseSensitive?: boolean, methodNotAllowed?: boolean }} [options] */
  constructor(options = {}) {
    this.fold = options.caseSensitive === false;
    this.tells405 = options.methodNotAllowed !== false;
    this.list = [];
  }

  /**
   * @param {string} method
   * @param {string} pattern
   * @param {{ name?: string, id?: number }} [options]
   * @returns {number} the handler id
   */
  add(method, pattern, { name, id } = {}) {
    this.#checkWords(method, name, id);
    const route = { method, pattern, name: name ?? null, ...parsePattern(bytesOf(pattern), this.fold) };
    this.#checkPlace(route);
    const handler = id ?? 1 + Math.max(-1, ...this.list.map((other) => other.id));
    if (handler > MAX_ID) throw new OracleError("BAD_ID", 0);
    this.list.push({ ...route, id: handler });
    return handler;
  }

  #checkWords(method, name, id) {
    if (!TOKEN.test(method) || bytesOf(method).length > LIMITS.method) throw new OracleError("BAD_METHOD", 0);
    if (name !== undefined && bytesOf(name).length > LIMITS.name) throw new OracleError("BAD_NAME", 0);
    const whole = id === undefined || (Number.isInteger(id) && id >= 0 && id <= MAX_ID);
    if (!whole) throw new OracleError("BAD_ID", 0);
  }

  #checkPlace(route) {
    const twin = this.list.find((other) => other.method === route.method && other.shape === route.shape);
    const text = `conflict: ${route.method} "${route.pattern}" has the same shape as `;
    if (twin) throw new OracleError("CONFLICT", 0, `${text}${twin.method} "${twin.pattern}"`);
    const methods = new Set([...this.list, route].map((other) => other.method));
    methods.delete("*");
    if (methods.size > LIMITS.methods) throw new OracleError("TOO_MANY_METHODS", 0);
  }

  routes() {
    return this.list.map(({ id, method, pattern, name }) => ({ id, method, pattern, name }));
  }

  /** Looks a path up; spans count UTF-16 units of the string. */
  match(method, path) {
    return this.inUnits(path, this.matchBytes(method, bytesOf(path)));
  }

  /** Looks an absolute URL up; spans count UTF-16 units of the string. */
  matchUrl(method, url) {
    return this.inUnits(url, this.matchUrlBytes(method, bytesOf(url)));
  }

  /** An answer about the bytes of a string as one about the string, with its values. */
  inUnits(text, answer) {
    const ascii = !/[^\0-\x7f]/.test(text);
    const map = ascii ? null : unitsOfBytes(text);
    const spans = ascii ? answer.spans : answer.spans.map((span) => span.map((offset) => map[offset]));
    const raw = spans.map(([start, end]) => text.slice(start, end));
    const values = raw.map(decodeValue);
    return { ...answer, spans, raw, params: answer.names.map((name, index) => [name, values[index]]) };
  }

  /**
   * The same on bytes, which need not be UTF-8; spans count bytes.
   * @param {string} method
   * @param {Uint8Array} bytes
   */
  matchBytes(method, bytes) {
    return this.#look(method, bytes, 0);
  }

  matchUrlBytes(method, bytes) {
    const start = urlPathStart(bytes);
    if (start < 0) return miss("BAD_PATH");
    if (bytes[start] === SLASH) return this.#look(method, bytes, start);
    const answer = this.#look(method, bytesOf("/"), 0);
    return { ...answer, spans: answer.spans.map(() => [start, start]) };
  }

  #look(method, bytes, start) {
    const end = pathEnd(bytes, start);
    if (bytes[start] !== SLASH || end === start) return miss("BAD_PATH");
    if (end - start > LIMITS.path) return miss("PATH_TOO_LONG");
    const { units, offsets } = pathUnits(bytes, start, end, this.fold);
    const ways = hasDotSegment(units) ? [] : this.list.map((route) => leastSplit(route, units)).filter(Boolean);
    const best = this.#best(method, ways);
    if (best === null) return this.#missed(ways);
    const { id, pattern, name, names } = best.route;
    const spans = best.spans.map((span) => span.map((unit) => offsets[unit]));
    return { outcome: id, route: this.list.indexOf(best.route), pattern, name, names, spans, allow: "" };
  }

  /** The first in match order of the routes that serve the method. */
  #best(method, ways) {
    const serving = ways.filter(({ route }) => route.method === "*" || route.method === method);
    const anyMethod = ({ route }) => (route.method === "*" ? 1 : 0);
    serving.sort((a, b) => compareVectors(a.vector, b.vector) || anyMethod(a) - anyMethod(b));
    return serving[0] ?? null;
  }

  #missed(ways) {
    if (ways.length === 0 || !this.tells405) return miss("NOT_FOUND");
    const methods = [...new Set(ways.map(({ route }) => route.method))];
    return miss("METHOD_NOT_ALLOWED", methods.sort((a, b) => (a < b ? -1 : 1)).join(", "));
  }
}
