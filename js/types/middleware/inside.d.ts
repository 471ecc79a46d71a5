import { HttpError } from "../app/http-error.js";
/** The refusal of a limit of this host, which says nothing about the backend. */
declare class Refusal extends HttpError {
}
/**
 * The error of a request that never reaches its handler.
 * @param {any} c
 * @param {number} status
 * @param {string} message
 * @param {Record<string, string>} [headers]
 */
export declare function refusal(c: any, status: number, message: string, headers?: Record<string, string>): Refusal;
/**
 * @param {any} c
 * @param {boolean} is
 */
export declare function keptOut(c: any, is: boolean): void;
/**
 * Whether a request did not reach its handler. `c` knows, even if a step has turned the error into a response; so does
 * the error, even if another request caused it, as with coalesce.
 * @param {any} c
 * @param {unknown} [error]
 */
export declare function wasRefused(c: any, error?: unknown): boolean;
/**
 * @param {any} c
 * @param {Promise<unknown>} rest the rest of the chain, which nobody awaits anymore
 */
export declare function giveUp(c: any, rest: Promise<unknown>): void;
/**
 * Whether a timeout has responded for the rest of the chain.
 * @param {any} c
 */
export declare function wasGivenUp(c: any): boolean;
/**
 * Calls `done` when the rest of the chain has ended: at once, unless a timeout inside has given it up.
 * @param {any} c
 * @param {() => void} done
 */
export declare function whenOver(c: any, done: () => void): void;
export {};
