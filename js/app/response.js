// What counts as a Response, and copies of Responses.

/**
 * @typedef {number | ResponseInit | undefined} Init a status, or what the constructor of Response takes
 */

/** Content types. Response itself sets TEXT for strings. */
export const TEXT = "text/plain;charset=UTF-8";
export const HTML = "text/html;charset=UTF-8";
export const JSON_TYPE = "application/json";
export const NO_TYPE = "";

/** Options of Response; the last three are workerd's own. */
const INIT_KEYS = new Set(["status", "statusText", "headers", "cf", "encodeBody", "webSocket"]);

/** Statuses whose responses have no body (Fetch, "null body status"). */
const NULL_BODY = new Set([101, 103, 204, 205, 304]);

/**
 * @param {string} call what was called, for the error's text
 * @param {ResponseInit} init
 */
export function checkInit(call, init) {
  const wrong = Object.keys(init).find((key) => !INIT_KEYS.has(key));
  if (wrong === undefined) return;
  throw new TypeError(`${call} has no option ${wrong}; its options are status, statusText, headers`);
}

/** @param {unknown} value */
export function isPromise(value) {
  return value instanceof Promise || typeof (/** @type {any} */ (value)?.then) === "function";
}

/** @param {unknown} status */
function isStatus(status) {
  return Number.isInteger(status) && ((Number(status) >= 200 && Number(status) <= 599) || status === 101);
}

/**
 * Whether a value is a Response, of this realm or of another one, such as npm's `undici`. A value whose getters throw
 * is not.
 * @param {any} value
 * @returns {value is Response}
 */
export function isResponse(value) {
  try {
    if (value instanceof Response) return isStatus(value.status); // Response.error() has the status 0
    return typeof value === "object" && value !== null && isStatus(value.status) && hasParts(value);
  } catch {
    return false;
  }
}

/** Whether a value has the members of a Response. @param {any} value */
function hasParts({ headers, body }) {
  if (typeof headers?.get !== "function" || typeof headers.forEach !== "function") return false;
  return body === null || (typeof body?.getReader === "function" && typeof body.cancel === "function");
}

/**
 * Whether a response must reach the host unchanged: it upgrades the connection, or carries a WebSocket of workerd.
 * @param {Response} response
 */
export function isUpgrade(response) {
  return response.status === 101 || Boolean(/** @type {any} */ (response).webSocket);
}

/**
 * A response of this realm, with mutable headers that belong to no other request. Copies a response without a body,
 * because many requests may return the same one. A response with a body can be sent only once, so it is copied only if
 * its headers are immutable, as those of `fetch` and Response.redirect are.
 * @param {Response} response
 * @returns {Response}
 */
export function owned(response) {
  if (!(response instanceof Response)) return converted(response);
  if (response.body === null) return new Response(null, response);
  return isImmutable(response.headers) ? new Response(response.body, response) : response;
}

/** @param {Headers} headers */
function isImmutable(headers) {
  try {
    headers.delete("x-is-immutable"); // throws even if there is no such field (Fetch, "validate")
    return false;
  } catch {
    return true;
  }
}

/**
 * A response of another realm as one of this realm.
 * @param {any} foreign
 */
export function converted(foreign) {
  const headers = new Headers();
  foreign.headers.forEach((/** @type {string} */ value, /** @type {string} */ name) => {
    if (name !== "set-cookie") headers.append(name, value);
  });
  const joined = foreign.headers.get("set-cookie") ?? [];
  const cookies = typeof foreign.headers.getSetCookie === "function" ? foreign.headers.getSetCookie() : [joined].flat();
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  const { status, statusText } = foreign;
  const body = NULL_BODY.has(status) ? null : streamOfThisRealm(foreign.body);
  return new Response(body, { status, statusText: statusText ?? "", headers });
}

/**
 * @param {any} body
 * @returns {ReadableStream | null}
 */
function streamOfThisRealm(body) {
  if (body === null || body instanceof ReadableStream) return body;
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/**
 * Cancels a body that will not be read, unless something has begun to read it.
 * @param {Response} response
 */
export function discard(response) {
  if (response.bodyUsed) return;
  const { body } = response;
  if (body !== null && !body.locked) body.cancel().catch(() => {});
}

/**
 * The response to HEAD: the response to GET without its body. Bun itself drops the body, and keeps its length.
 * @param {Response} response
 */
export function headResponse(response) {
  if (response.body === null || isUpgrade(response) || "Bun" in globalThis) return response;
  discard(response);
  // Without a body Deno sends `content-length: 0`, unlike GET. With an empty stream it sends no length.
  const isDeno = "Deno" in globalThis;
  return new Response(isDeno ? new ReadableStream({ pull: (controller) => controller.close() }) : null, response);
}

/**
 * JSON as a string, which Response encodes once. It would copy bytes.
 * @param {unknown} value
 */
export function jsonText(value) {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`c.json: JSON cannot represent a value of type ${typeof value}`);
  return text;
}
