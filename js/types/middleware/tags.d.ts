export type Context = import("#app").Context;
/**
 * Whether the request already has the representation with this tag: its If-None-Match is `*`, or lists the tag. The
 * comparison is the weak one (RFC 9110 13.1.2). Of a malformed list only the well-formed tags count.
 * @param {Context} c
 * @param {string} tag
 */
export declare function isKnown(c: Context, tag: string): boolean;
/**
 * The response to a client that already has the representation. The caller discards the body of the 200.
 * @param {{ headers: Headers | [string, string][] }} response the 200 that it replaces
 */
export declare function notModified(response: {
    headers: Headers | [string, string][];
}): Response;
