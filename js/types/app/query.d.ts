/**
 * The first value of a name; undefined if there is none. Makes only the string that it returns. It compares names
 * without decoding them: the platform takes about ten microseconds for each malformed one, and a client may send
 * thousands.
 * @param {string} url
 * @param {number} pathEnd where the path ends; a `?` there begins the query
 * @param {string} name
 */
export declare function queryValue(url: string, pathEnd: number, name: string): string | undefined;
/**
 * The whole query.
 * @param {string} url
 * @param {number} pathEnd
 */
export declare function queryOf(url: string, pathEnd: number): URLSearchParams;
