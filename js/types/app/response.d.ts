export type Init = number | ResponseInit | undefined;
/**
 * @typedef {number | ResponseInit | undefined} Init a status, or what the constructor of Response takes
 */
/** Content types. That of a text is set by Response itself. */
export declare const TEXT = "text/plain;charset=UTF-8";
export declare const MARKUP = "text/html;charset=UTF-8";
export declare const JSON_TEXT = "application/json";
export declare const NO_TYPE = "";
/**
 * @param {string} call what was called, for the error's text
 * @param {ResponseInit} init
 */
export declare function checkInit(call: string, init: ResponseInit): void;
/** @param {unknown} value */
export declare function isPromise(value: unknown): boolean;
/**
 * Whether a value is a Response, of this realm or of another one, such as npm's `undici`. A value whose properties
 * throw is none.
 * @param {any} value
 * @returns {value is Response}
 */
export declare function isResponse(value: any): value is Response;
/**
 * Whether a response must reach the host unchanged: it upgrades the connection, or carries a WebSocket of workerd.
 * @param {Response} response
 */
export declare function isUpgrade(response: Response): boolean;
/**
 * A response of this realm, with mutable fields that belong to no other request. Copies one without a body, because it
 * may be a constant that many requests return. One with a body can be sent only once, so it is copied only if its
 * fields are immutable, as those of `fetch` and Response.redirect are.
 * @param {Response} response
 * @returns {Response}
 */
export declare function own(response: Response): Response;
/**
 * A response of another realm as one of this realm.
 * @param {any} foreign
 */
export declare function converted(foreign: any): Response;
/**
 * Cancels the body of a response that nobody will read, unless somebody has begun to read it.
 * @param {Response} response
 */
export declare function discard(response: Response): void;
/**
 * The response to HEAD: the fields of the response to GET. Bun drops the body itself, and keeps its length.
 * @param {Response} response
 */
export declare function forHead(response: Response): Response;
/**
 * JSON as a string: the Response encodes it once. Bytes it would copy.
 * @param {unknown} value
 */
export declare function jsonText(value: unknown): string;
