export type Parcel = import("./flights.js").Parcel;
/** @typedef {import("./flights.js").Parcel} Parcel */
/**
 * Whether other requests may get this response. Not if it is personal (Set-Cookie, Cache-Control: private or no-store),
 * depends on fields that are not in the key, is partial, is sent piece by piece, or upgrades the connection; nor if it
 * is already encoded, because a host may encode it again.
 * @param {Response} response
 * @param {Set<string>} vary names in the key
 */
export declare function isShareable(response: Response, vary: Set<string>): boolean;
/**
 * A response as a parcel; undefined if its body has more than `maxBytes`.
 * @param {Response} response
 * @param {ReadableStreamDefaultReader<Uint8Array> | undefined} reader of a copy of its body
 * @param {number} maxBytes
 * @returns {Promise<Parcel | undefined>}
 */
export declare function pack({ status, statusText, headers }: Response, reader: ReadableStreamDefaultReader<Uint8Array> | undefined, maxBytes: number): Promise<Parcel | undefined>;
/**
 * Makes a response for one request.
 * @param {Parcel} parcel
 */
export declare function unpack({ status, statusText, headers, body }: Parcel): Response;
