/**
 * The path of a URL as the request wrote it, even if the URL is malformed.
 * @param {string} url
 */
export declare function pathOf(url: string): string;
