export type Context = import("#app").Context;
export type OriginPattern = string | RegExp;
export type DecideOrigin<C = any> = (origin: string, c: C) => unknown;
export type Origins<C = any> = OriginPattern | readonly OriginPattern[] | DecideOrigin<C>;
/**
 * @typedef {import("#app").Context} Context
 * @typedef {string | RegExp} OriginPattern
 */
/**
 * @template [C=any]
 * @callback DecideOrigin
 * @param {string} origin
 * @param {C} c
 * @returns {unknown} true, or the origin itself: allowed; false, undefined, null or another origin: not; or a promise
 *   of one of these
 */
/**
 * @template [C=any]
 * @typedef {OriginPattern | readonly OriginPattern[] | DecideOrigin<C>} Origins
 */
/**
 * The list of origins; undefined for a function.
 * @param {string} call
 * @param {Origins} origins
 * @returns {OriginPattern[] | undefined}
 */
export declare function originList(call: string, origins: Origins): OriginPattern[] | undefined;
/**
 * Whether a request's origin is among those that an option names.
 * @param {string} call
 * @param {Origins} origins
 * @returns {(origin: string, c: Context) => boolean | Promise<boolean>}
 */
export declare function originTest(call: string, origins: Origins): (origin: string, c: Context) => boolean | Promise<boolean>;
