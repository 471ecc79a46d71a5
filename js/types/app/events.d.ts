export type Event = {
    /**
     * a string is sent unchanged, line by line; anything else as JSON
     */
    data?: unknown;
    /**
     * its type; default "message"
     */
    event?: string;
    /**
     * what the browser sends as Last-Event-ID when it connects again
     */
    id?: string;
    /**
     * milliseconds until it does
     */
    retry?: number;
    /**
     * the page does not see it; keeps proxies from closing the connection
     */
    comment?: string;
};
export type EventLike = string | Event;
export type Events = AsyncIterable<EventLike> | Iterable<EventLike> | ReadableStream<EventLike>;
export type Sender = {
    send: (event: EventLike) => Promise<void>;
    onAbort: (listener: () => void) => void;
    aborted: boolean;
};
export type EventSource = Events | ((sender: Sender) => Events | Promise<void> | void);
/**
 * @typedef {object} Event
 * @property {unknown} [data] a string is sent unchanged, line by line; anything else as JSON
 * @property {string} [event] its type; default "message"
 * @property {string} [id] what the browser sends as Last-Event-ID when it connects again
 * @property {number} [retry] milliseconds until it does
 * @property {string} [comment] the page does not see it; keeps proxies from closing the connection
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
export declare const EVENTS = "text/event-stream";
/**
 * The stream of a source's events.
 * @param {EventSource} source
 * @param {(error: unknown) => void} failed
 */
export declare function eventsOf(source: EventSource, failed: (error: unknown) => void): ReadableStream<Uint8Array<ArrayBufferLike>>;
