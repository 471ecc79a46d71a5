// wye/proxy: forwards a request to another server, and returns its response.

import { HttpError } from "./index.js";
import {
  badArgument,
  checkOptions,
  isToken,
  requireBoolean,
  requireFunction,
  requireMilliseconds,
  typeName,
} from "./base/arguments.js";
import { onAbort } from "./middleware/lib/abort-signal.js";

/**
 * @typedef {import("#app").Context} Context
 *
 * @typedef {object} ProxyOptions
 * @property {Record<string, string | undefined> | Iterable<[string, string]>} [headers] fields to set in the
 *   forwarded request, or to remove with `undefined`
 * @property {(url: string, init: any) => Response | Promise<Response>} [fetch] default: the host's own
 * @property {number} [timeout] milliseconds within which the response must begin; default: no limit
 * @property {boolean} [keepCors] keeps the `Access-Control-*` fields of the response. Default false: they are about the
 *   other server's origin; use `cors` for the app's
 */

/** Fields of one connection (RFC 9110 7.6.1), and `Expect`, which this host has already handled. */
const HOP_BY_HOP = [
  "connection",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Codings that the host's fetch decodes while it keeps the field. Workers pass the bytes on unchanged. */
const DECODED = new Set(decodedCodings());

function decodedCodings() {
  const { Deno, navigator, process } = /** @type {any} */ (globalThis);
  if (navigator?.userAgent === "Cloudflare-Workers") return [];
  if (Deno !== undefined) return ["gzip", "x-gzip", "br"];
  const hasZstd = !(Number.parseInt(process?.versions?.undici) < 7); // Node 20 and 22 lack it
  return ["gzip", "x-gzip", "deflate", "br", ...(hasZstd ? ["zstd"] : [])];
}

/** Tells Workers the length of a stream; other hosts take it from Content-Length. */
const { FixedLengthStream } = /** @type {any} */ (globalThis);

/**
 * What a URL parser would resolve or drop: dot segments, backslashes, control characters. Also dot segments with path
 * parameters (`/..;x/`), which some servers resolve.
 */
const UNSAFE = /[\\\0-\x1f]|\/(\.|%2e){1,2}(?=[;/]|$)/i;

/**
 * Forwards the request, and returns the response:
 *
 *     app.all("/api/*", (c) => proxy(`https://origin.example${c.path}`, c, { timeout: 10_000 }));
 *
 * It sends the method, the header fields, the body, and the query, unless the target has its own (a `?` at the end of
 * the target is an empty one). It streams both bodies, and removes hop-by-hop fields both ways, including those that
 * `Connection` lists. `Host` is the target's; `X-Forwarded-*` pass unchanged: set yours with `headers`. Redirects go to
 * the client. On hosts that decode bodies, it removes `Content-Encoding` and `Content-Length`.
 *
 * It aborts the request if the client leaves, or if a `timeout` around it expires. If the server cannot be reached, the
 * result is a 502 with the error as its `cause`; if it takes too long, a 504; if the client's body breaks off, a 400.
 *
 * A target that contains what the client sent must not lead elsewhere: a path with a segment `.` or `..`, a backslash
 * or a control character is a 400. Use `c.rawParam` for parameters in it, because a decoded one may contain `/`, `?` or
 * `#`. WebSockets are not forwarded: in Workers, use `fetch(target, c.request)`.
 * @param {string | URL} target
 * @param {Context} c
 * @param {ProxyOptions} [options]
 * @returns {Promise<Response>}
 */
export async function proxy(target, c, options = {}) {
  checkOptions("proxy", options, ["headers", "fetch", "timeout", "keepCors"]);
  const send = options.fetch ?? fetch;
  requireFunction("proxy: fetch", send);
  const ms = options.timeout === undefined ? undefined : requireMilliseconds("proxy: timeout", options.timeout);
  const keepCors = requireBoolean("proxy: keepCors", options.keepCors, false);
  const url = urlOf(target, c);
  const exchange = new Exchange(c, ms);
  const body = await bodyOf(c, exchange);
  const init = { method: c.method, headers: requestFields(c, options.headers ?? {}, body), redirect: "manual" };
  const more = body === null ? {} : { body, duplex: "half" };
  let response;
  try {
    response = await send(url, { ...init, ...more, signal: exchange.signal });
  } catch (cause) {
    throw exchange.failure ?? new HttpError(502, "502 Bad Gateway", { cause });
  } finally {
    exchange.stopTimer();
  }
  return responseOf(response, keepCors);
}

// ---------------------------------------------------------------- the request

/**
 * @param {unknown} target
 * @param {Context} c
 */
function urlOf(target, c) {
  const text = typeof target === "string" ? target : /** @type {any} */ (target)?.href;
  if (typeof text !== "string" || !/^https?:\/\//i.test(text) || !URL.canParse(text))
    throw badArgument(`proxy: the target must be an absolute URL of http: or https:, not ${JSON.stringify(target)}`);
  const { username, password } = new URL(text);
  if (username !== "" || password !== "")
    throw badArgument("proxy: the target must not contain a user or a password; set authorization in headers");
  if (UNSAFE.test(text.split(/[?#]/)[0])) throw new HttpError(400, "400 Bad Request: the path leads elsewhere");
  const [sent] = text.split("#");
  return sent.includes("?") ? sent : sent + (/^[^?#]*(\?[^#]*)/.exec(c.url)?.[1] ?? "");
}

/**
 * The fields without hop-by-hop fields.
 * @param {Headers} given
 */
function endToEnd(given) {
  const headers = new Headers(given);
  const listed = (headers.get("connection") ?? "").split(",").map((name) => name.trim());
  for (const name of [...HOP_BY_HOP, ...listed.filter(isToken)]) headers.delete(name);
  return headers;
}

/**
 * @param {Context} c
 * @param {NonNullable<ProxyOptions["headers"]>} changes
 * @param {unknown} body
 */
function requestFields(c, changes, body) {
  const headers = endToEnd(c.request.headers);
  headers.delete("host");
  if (DECODED.size > 0) headers.delete("accept-encoding"); // the host asks for what it can decode
  if (body === null) headers.delete("content-length");
  for (const [name, value] of Symbol.iterator in changes ? changes : Object.entries(changes)) {
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
  }
  return headers;
}

/**
 * The body to send: the request's, or, if `c` has read it, its bytes.
 * @param {any} c
 * @param {Exchange} exchange
 * @returns {Promise<any>}
 */
async function bodyOf(c, exchange) {
  const { body } = c.request; // undefined in Firefox, which does not stream the bodies of requests
  if (body === null) return null;
  if (c.method === "GET" || c.method === "HEAD") {
    if (body === undefined) return null;
    throw new HttpError(400, `400 Bad Request: a ${c.method} with a body cannot be proxied`);
  }
  if (c.request.bodyUsed) return c.read();
  if (body === undefined) return c.request.blob();
  return exchange.upload(c.request);
}

// ---------------------------------------------------------------- the response

/**
 * @param {any} response
 * @param {boolean} keepCors
 */
function responseOf(response, keepCors) {
  if (typeof response?.headers?.get !== "function")
    throw badArgument(`proxy: fetch must return a Response, not ${typeName(response)}`);
  const headers = endToEnd(response.headers);
  const codings = headers.get("content-encoding")?.toLowerCase().split(",");
  if (codings?.every((coding) => DECODED.has(coding.trim()))) {
    headers.delete("content-encoding");
    headers.delete("content-length");
  }
  if (!keepCors) for (const name of [...headers.keys()]) if (name.startsWith("access-control-")) headers.delete(name);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

// ---------------------------------------------------------------- failures

/** A request to the other server. If it fails, this knows whose fault it is. */
class Exchange {
  #controller = new AbortController();
  #timer;
  /** The reason of a failure that is not the other server's fault. @type {HttpError | undefined} */
  failure;

  /**
   * @param {any} c
   * @param {number | undefined} ms
   */
  constructor(c, ms) {
    const abort = (/** @type {HttpError} */ reason) => {
      this.failure ??= reason;
      this.#controller.abort(reason);
    };
    // That of a `timeout` around this, and that of the client.
    for (const signal of new Set([c.get("signal"), c.request.signal]))
      onAbort(signal, () => {
        const { reason } = signal;
        abort(reason instanceof HttpError ? reason : new HttpError(499, "the client has gone", { cause: reason }));
      });
    const late = () => abort(new HttpError(504, `504 Gateway Timeout: no response within ${ms} ms`));
    this.#timer = ms === undefined ? undefined : setTimeout(late, ms);
  }

  get signal() {
    return this.#controller.signal;
  }

  /**
   * The client's body, as a stream to forward.
   * @param {Request} request
   */
  upload({ body, headers }) {
    const reader = /** @type {ReadableStream<Uint8Array>} */ (body).getReader();
    const length = headers.get("content-length");
    const stream = new ReadableStream(
      {
        pull: async (controller) => {
          try {
            const { done, value } = await reader.read();
            if (done) controller.close();
            else controller.enqueue(value);
          } catch (cause) {
            this.failure ??= new HttpError(400, "the body is incomplete", { cause });
            controller.error(cause);
          }
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
    if (length === null || FixedLengthStream === undefined) return stream;
    return stream.pipeThrough(new FixedLengthStream(Number(length)));
  }

  /** The response has begun, or never will. */
  stopTimer() {
    clearTimeout(this.#timer);
  }
}
