// Request bodies, read into memory up to a limit.

import { HttpError } from "./http-error.js";

/** @param {number} most */
function tooLarge(most) {
  return new HttpError(413, `the body has more than ${most} bytes`);
}

/**
 * The request's body. Rejects with a 413 as soon as more than `most` bytes are declared or have come; the rest is not
 * read. Allocates the bytes, once more if they come in several pieces.
 * @param {Request} request
 * @param {number} most
 * @returns {Promise<Uint8Array>}
 */
export async function readBody(request, most) {
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge(most);
  if (request.body === null) return new Uint8Array(0);
  /** @type {Uint8Array[]} */
  const pieces = [];
  let length = 0;
  const reader = request.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.byteLength;
    if (length > most) {
      reader.cancel().catch(() => {}); // the client may have gone; it gets its 413 if it has not
      throw tooLarge(most);
    }
    pieces.push(next.value);
  }
  return pieces.length === 1 ? pieces[0] : join(pieces, length);
}

/**
 * @param {Uint8Array[]} pieces
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

/** @param {Uint8Array} bytes of UTF-8; a byte order mark at its beginning is dropped, as Request.text does */
export function bodyText(bytes) {
  return decoder.decode(bytes);
}

/** @param {Uint8Array} bytes */
export function bodyJson(bytes) {
  try {
    return JSON.parse(bodyText(bytes));
  } catch (cause) {
    throw new HttpError(400, "the body is no JSON", { cause });
  }
}
