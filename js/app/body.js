// Request bodies, read into memory up to a limit.

import { HttpError } from "./http-error.js";

/** @param {number} most */
function tooLarge(most) {
  return new HttpError(413, `the body has more than ${most} bytes`);
}

/**
 * The request's body. Rejects with a 413 as soon as more than `most` bytes are declared or have arrived (it does not
 * read the rest), and with a 400 if the body breaks off. Allocates the bytes, twice if they come in several pieces.
 * @param {Request} request
 * @param {number} most
 * @returns {Promise<import("#app").Bytes>}
 */
export async function readBody(request, most) {
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge(most);
  if (request.bodyUsed || request.body?.locked)
    throw new TypeError("c.read: the body was already read from c.request; read it with c alone, as often as you like");
  if (request.body === null) return new Uint8Array(0);
  /** @type {import("#app").Bytes[]} */
  const pieces = [];
  let length = 0;
  // Firefox does not stream the bodies of requests: there, `body` is undefined.
  const reader = (request.body ?? (await request.blob().catch(brokeOff)).stream()).getReader();
  for (let next = await read(reader); !next.done; next = await read(reader)) {
    length += next.value.byteLength;
    if (length > most) {
      reader.cancel().catch(() => {}); // fails if the client has gone; otherwise it gets its 413
      throw tooLarge(most);
    }
    pieces.push(next.value);
  }
  return pieces.length === 1 ? pieces[0] : join(pieces, length);
}

/** @param {ReadableStreamDefaultReader<import("#app").Bytes>} reader */
async function read(reader) {
  try {
    return await reader.read();
  } catch (cause) {
    return brokeOff(cause);
  }
}

/**
 * A failing body is the client's fault: it broke off, or was malformed.
 * @param {unknown} cause
 * @returns {never}
 */
function brokeOff(cause) {
  throw new HttpError(400, "the body is incomplete", { cause });
}

/**
 * @param {import("#app").Bytes[]} pieces
 * @param {number} length
 */
function join(pieces, length) {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

const decoder = new TextDecoder();

/** @param {Uint8Array} bytes UTF-8; drops a leading byte order mark, as Request.text does */
export function bodyText(bytes) {
  return decoder.decode(bytes);
}

/** @param {Uint8Array} bytes */
export function bodyJson(bytes) {
  try {
    return JSON.parse(bodyText(bytes));
  } catch (cause) {
    throw new HttpError(400, "the body is not valid JSON", { cause });
  }
}

/** The types of forms that browsers send and `formData` reads (HTML, "form submission"). */
const TYPES = ["multipart/form-data", "application/x-www-form-urlencoded"];
const FORM = new RegExp(`^\\s*(${TYPES.join("|")})\\s*(;|$)`, "i");

/**
 * @param {import("#app").Bytes} bytes
 * @param {string | null} type the request's Content-Type
 * @returns {Promise<FormData>}
 */
export async function bodyForm(bytes, type) {
  if (type === null || !FORM.test(type))
    throw new HttpError(415, `the body is not a form: its type is neither ${TYPES.join(" nor ")}`);
  try {
    return await new Response(bytes, { headers: { "content-type": type } }).formData();
  } catch (cause) {
    throw new HttpError(400, "the body is not a valid form", { cause });
  }
}
