export type Context = import("#app").Context;
export type CookieOptions = import("./app/cookies.js").CookieOptions;
export type Secret = string | readonly string[];
export type Prefix = {
    /**
     * puts `__Secure-` or `__Host-` before the name: browsers accept such a cookie
     * only over HTTPS, the second one only from this very host
     */
    prefix?: "secure" | "host";
};
/**
 * Sets a cookie with a signature (HMAC-SHA256 over its name and value), so that `getSignedCookie` knows whether the app
 * made it. Anyone can read the value, and its owner can send it again at any later time: to limit that, put an expiry
 * time into the value.
 *
 *     await setSignedCookie(c, "user", id, c.env.SECRET, { prefix: "host", httpOnly: true });
 *
 * @param {Context} c
 * @param {string} name
 * @param {string} value
 * @param {Secret} secret
 * @param {CookieOptions & Prefix} [options] those of `c.setCookie`, and `prefix`, which implies `secure`
 */
export declare function setSignedCookie(c: Context, name: string, value: string, secret: Secret, options?: CookieOptions & Prefix): Promise<void>;
/**
 * The value of a cookie that `setSignedCookie` has set under this name; undefined if there is none, or if it was
 * changed, forged, or signed with another secret or for another name.
 *
 *     const id = await getSignedCookie(c, [c.env.SECRET, c.env.OLD_SECRET], "user", { prefix: "host" });
 *
 * @param {Context} c
 * @param {Secret} secret
 * @param {string} name
 * @param {Prefix} [options] as it was set
 * @returns {Promise<string | undefined>}
 */
export declare function getSignedCookie(c: Context, secret: Secret, name: string, options?: Prefix): Promise<string | undefined>;
