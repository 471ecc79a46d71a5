/** An error of the router: what went wrong by its name (`code`), in a sentence (`message`), and where (`offset`). */
export declare class WyeError extends Error {
    /** @type {string} */
    code: string;
    /** @type {number | undefined} */
    offset: number | undefined;
    /**
     * @param {string} code the status' name, such as "BAD_PATTERN"
     * @param {string} message what and where, and what to write instead
     * @param {number} [offset] the byte where it went wrong, in the pattern as UTF-8 (in the host, if that is at fault)
     */
    constructor(code: string, message: string, offset?: number);
}
