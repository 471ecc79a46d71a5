// Server-sent events (HTML, "server-sent events"): c.events.

import { badArgument, checkOptions, requireString, typeName } from "../base/arguments.js";
import { bytesOf, checkSource, streamOf } from "./stream.js";

/**
 * @typedef {object} Event
 * @property {unknown} [data] a string is sent unchanged, line by line; anything else as JSON
 * @property {string} [event] its type; default "message"
 * @property {string} [id] what the browser sends as Last-Event-ID when it reconnects
 * @property {number} [retry] milliseconds after which it reconnects
 * @property {string} [comment] invisible to the page; keeps proxies from closing the connection
 *
 * @typedef {string | Event} EventLike
 * @typedef {AsyncIterable<EventLike> | Iterable<EventLike> | ReadableStream<EventLike>} Events
 * @typedef {object} Sender
 * @property {(event: EventLike) => Promise<void>} send
 * @property {(listener: () => void) => void} onAbort
 * @property {boolean} aborted
 *
 * @typedef {Events | ((sender: Sender) => Events | Promise<void> | void)} EventSource
 */

export const EVENTS = "text/event-stream";

const KEYS = ["data", "event", "id", "retry", "comment"];
const LINE_END = /\r\n|\r|\n/;

/**
 * @param {string} key
 * @param {unknown} value
 */
function oneLine(key, value) {
  if (typeof value === "string" && !/[\r\n\0]/.test(value)) return `${key}: ${value}\n`;
  throw badArgument(`c.events: ${key} must be a string of one line, not ${JSON.stringify(value)}`);
}

/**
 * @param {string} prefix
 * @param {string} text
 */
function lines(prefix, text) {
  const all = text.split(LINE_END).map((line) => `${prefix} ${line}\n`);
  return all.join("");
}

/** @param {EventLike} given */
function eventText(given) {
  const event = typeof given === "string" ? { data: given } : given;
  if (typeof event !== "object" || event === null)
    throw badArgument(`c.events: an event must be a string or an object, not ${typeName(event)}`);
  checkOptions("an event of c.events", event, KEYS);
  const { event: type, id, retry, comment } = event;
  const data = event.data === undefined && type !== undefined ? "" : event.data; // or browsers drop it
  let text = comment === undefined ? "" : lines(":", requireString("c.events: comment", comment));
  if (type !== undefined) text += oneLine("event", type);
  if (id !== undefined) text += oneLine("id", id);
  if (retry !== undefined) {
    if (!Number.isSafeInteger(retry) || Number(retry) < 0)
      throw badArgument(`c.events: retry must be an integer of milliseconds, 0 or more, not ${String(retry)}`);
    text += `retry: ${retry}\n`;
  }
  if (data !== undefined) {
    const dataText = typeof data === "string" ? data : JSON.stringify(data);
    if (dataText === undefined) throw badArgument(`c.events: JSON cannot represent data of type ${typeof data}`);
    text += lines("data:", dataText);
  }
  return `${text}\n`;
}

/** An event that `send` has encoded, so that a wrong one throws there. */
class Sent {
  /** @param {EventLike} event */
  constructor(event) {
    this.text = eventText(event);
  }
}

/** @param {EventLike | Sent} event */
function eventBytes(event) {
  return bytesOf(event instanceof Sent ? event.text : eventText(event));
}

/**
 * The stream of a source's events.
 * @param {EventSource} source
 * @param {(error: unknown) => void} failed
 */
export function eventStream(source, failed) {
  checkSource("c.events", source);
  if (typeof source !== "function") return streamOf(/** @type {any} */ (source), failed, eventBytes);
  const write = (/** @type {any} */ writer) =>
    source({
      send: (event) => writer.write(new Sent(event)),
      onAbort: writer.onAbort,
      get aborted() {
        return writer.aborted;
      },
    });
  return streamOf(/** @type {any} */ (write), failed, eventBytes);
}
