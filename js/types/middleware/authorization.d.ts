export type Context = import("#app").Context;
export type UserOf<Result, Otherwise> = Exclude<Given<Result>, boolean | null | undefined> | (true extends Given<Result> ? Otherwise : never);
export type Given<Result> = Awaited<[Result][Result extends unknown ? 0 : never]>;
/** @typedef {import("#app").Context} Context */
/**
 * The user whom a `verify` lets pass: its result, or `Otherwise` where that is only `true`.
 * @template Result, Otherwise
 * @typedef {Exclude<Given<Result>, boolean | null | undefined> | (true extends Given<Result> ? Otherwise : never)}
 *   UserOf
 */
/**
 * The awaited result; written so that the compiler infers it from `verify` alone.
 * @template Result
 * @typedef {Awaited<[Result][Result extends unknown ? 0 : never]>} Given
 */
/**
 * What follows the scheme in Authorization (RFC 9110 11.4); undefined without the field, or with another scheme.
 * @param {Context} c
 * @param {string} scheme in lower case; that of a request may be in any
 */
export declare function credentials(c: Context, scheme: string): string | undefined;
/**
 * Ends the request with an HttpError that carries the challenge. It also sets the field, so that the challenge is sent
 * whatever `onError` makes of the error (RFC 9110 11.6.1).
 * @param {Context} c
 * @param {number} status
 * @param {string} challenge
 * @param {string} message
 * @returns {never}
 */
export declare function refuse(c: Context, status: number, challenge: string, message: string): never;
/**
 * `realm="..."`, as a challenge has it.
 * @param {string} call
 * @param {unknown} realm
 */
export declare function realmOf(call: string, realm: unknown): string;
/**
 * Compares what a client gave with the secret, in constant time: for the `verify` of basicAuth and bearerAuth. Anything
 * but two strings, such as a variable that is not set, is an error.
 * @param {string} given
 * @param {string} secret
 */
export declare function sameSecret(given: string, secret: string): Promise<boolean>;
/** A list of secrets, of which a client needs one. */
export declare class Secrets {
    #private;
    /** @param {readonly string[]} texts */
    constructor(texts: readonly string[]);
    /**
     * The index of the one that was given; -1: none. It compares with all of them, so the time reveals nothing. The first
     * request makes the digests, because a Worker cannot before; several first requests make the same ones.
     * @param {string} given
     */
    indexOf(given: string): Promise<number>;
}
