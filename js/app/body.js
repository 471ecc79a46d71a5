// Request bodies, read into memory up to a limit.

import { joinPieces, readPieces } from "../base/read-pieces.js";
import { HttpError } from "./http-error.js";

/**
 * The request's body. Rejects with a 413 as soon as more than `maxBody` bytes are declared or have arrived (without
 * reading the rest), and with a 400 if the body breaks off. Allocates the bytes, twice if they come in several pieces.
 * @param {Request} request
 * @param {number} maxBody
 * @returns {Promise<import("#app").Bytes>}
 */
export async function readBody(request, maxBody) {
  const tooLarge = () => new HttpError(413, `the body has more than ${maxBody} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > maxBody) throw tooLarge();
  if (request.bodyUsed || request.body?.locked)
    throw new TypeError("c.read: the body was already read from c.request; read it with c alone, as often as you like");
  if (request.body === null) return new Uint8Array(0);
  // Firefox does not stream the bodies of requests: there, `body` is undefined.
  const reader = (request.body ?? (await request.blob().catch(incomplete)).stream()).getReader();
  const read = await readPieces(reader, maxBody).catch(incomplete);
  if (read.length <= maxBody) return joinPieces(read);
  reader.cancel().catch(() => {}); // fails if the client has gone; otherwise it gets its 413
  throw tooLarge();
}

/**
 * A body that cannot be read is the client's fault: it broke off, or is malformed.
 * @param {unknown} cause
 * @returns {never}
 */
function incomplete(cause) {
  throw new HttpError(400, "the body is incomplete", { cause });
}

const decoder = new TextDecoder();

/** The text without a leading byte order mark, as Request.text returns it. @param {Uint8Array} bytes UTF-8 */
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
