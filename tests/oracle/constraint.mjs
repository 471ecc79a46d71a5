/* Constraints of parameters, read as they stand in a pattern: types, `<int(1..500)>`, and expressions, `(\d{4})`. */
import { bad } from "./error.mjs";
import { closingOf, readExpression } from "./expression.mjs";
import { bytesOf, latin1 } from "./units.mjs";

const isBetween = (low, value, high) => low <= value && value <= high;

/** A day that there is, in the calendar of today. */
function isDate(text) {
  const [year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).slice(1).map(Number);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month !== undefined && isBetween(1, day, days[month - 1] ?? 0);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const INT = { least: -(2n ** 63n), most: 2n ** 63n - 1n, bound: /^-?[0-9]+$/, measure: BigInt };
const UINT = { least: 0n, most: 2n ** 64n - 1n, bound: /^[0-9]+$/, measure: BigInt };
const LENGTH = { ...UINT, measure: (text) => BigInt(text.length) };

/* What a value looks like, and what its bounds are about. */
const TYPES = new Map(
  Object.entries({
    int: { fits: (text) => /^-?[0-9]+$/.test(text), bounds: INT },
    uint: { fits: (text) => /^[0-9]+$/.test(text), bounds: UINT },
    hex: { fits: (text) => /^[0-9A-Fa-f]+$/.test(text), bounds: LENGTH },
    alpha: { fits: (text) => /^[A-Za-z]+$/.test(text), bounds: LENGTH },
    alnum: { fits: (text) => /^[A-Za-z0-9]+$/.test(text), bounds: LENGTH },
    slug: { fits: (text) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text), bounds: LENGTH },
    uuid: { fits: (text) => UUID.test(text), bounds: null },
    date: { fits: isDate, bounds: null },
  }),
);

/** One end of the bounds; `otherwise` where nothing is written. */
function readBound(text, at, kind, otherwise) {
  if (text === "") return otherwise;
  if (!kind.bound.test(text)) bad(at, "a bound that is no number");
  const value = BigInt(text);
  return isBetween(kind.least, value, kind.most) ? value : bad(at, "a bound out of range");
}

/** What is in the brackets of the bounds; `at` is after the `(`. */
function readBounds(text, at, kind) {
  const dots = text.indexOf("..");
  if (dots < 0) return bad(at, "bounds are written (1..9)");
  const low = readBound(text.slice(0, dots), at, kind, kind.least);
  const high = readBound(text.slice(dots + 2), at + dots + 2, kind, kind.most);
  if (low > high) bad(at, "the lower bound is above the upper bound");
  return { low, high };
}

/** The type in the text between `<` and `>`; `at` is the byte of the pattern where it begins. */
function readType(text, at) {
  const name = /^[^(]*/.exec(text)[0];
  const type = TYPES.get(name) ?? bad(at, "an unknown type");
  if (name === text) return { ...type, low: type.bounds?.least, high: type.bounds?.most };
  const open = at + name.length;
  if (!type.bounds) bad(open, "this type has no bounds");
  const close = text.indexOf(")");
  if (close < 0) bad(open, "no ) closes the bounds");
  const bounds = text.slice(name.length + 1, close);
  if (bounds === "" || bounds === "..") bad(open, "bounds without a number");
  if (close + 1 < text.length) bad(at + close + 1, "what follows the bounds?");
  return { ...type, ...readBounds(bounds, open + 1, type.bounds) };
}

const textOf = (characters) => String.fromCodePoint(...characters);

function typeHolds({ fits, bounds, low, high }) {
  const holds = (text) => fits(text) && (!bounds || isBetween(low, bounds.measure(text), high));
  return (characters) => holds(textOf(characters));
}

const isType = (bytes, start) => latin1([bytes[start]]) === "<";

/** Where the constraint ends that begins at `start`, a `<` or a `(`: after its closing bracket. */
export function constraintEnd(bytes, start) {
  const close = isType(bytes, start) ? bytes.indexOf(bytesOf(">")[0], start) : closingOf(bytes, start);
  return close < 0 ? bad(start, "no > closes this type") : close + 1;
}

/**
 * Reads the constraint from `start` to `end`.
 * @returns {(characters: number[]) => boolean} whether a value holds
 */
export function readConstraint(bytes, start, end) {
  if (!isType(bytes, start)) return readExpression(bytes, start, end - 1);
  return typeHolds(readType(latin1(bytes.subarray(start + 1, end - 1)), start + 1));
}
