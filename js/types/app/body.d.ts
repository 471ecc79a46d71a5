/**
 * The request's body. Rejects with a 413 as soon as more than `most` bytes are declared or have arrived (it does not
 * read the rest), and with a 400 if the body breaks off. Allocates the bytes, twice if they come in several pieces.
 * @param {Request} request
 * @param {number} most
 * @returns {Promise<import("#app").Bytes>}
 */
export declare function readBody(request: Request, most: number): Promise<import("#app").Bytes>;
/** @param {Uint8Array} bytes UTF-8; drops a leading byte order mark, as Request.text does */
export declare function bodyText(bytes: Uint8Array): string;
/** @param {Uint8Array} bytes */
export declare function bodyJson(bytes: Uint8Array): any;
/**
 * @param {import("#app").Bytes} bytes
 * @param {string | null} type the request's Content-Type
 * @returns {Promise<FormData>}
 */
export declare function bodyForm(bytes: import("#app").Bytes, type: string | null): Promise<FormData>;
