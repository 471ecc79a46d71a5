export type Watched = {
    response: Response;
    begun: Promise<unknown>;
};
/** @typedef {{ response: Response, begun: Promise<unknown> }} Watched */
/**
 * The same response, with a body that reports each part, and its end: complete, failed, or cancelled. It reads two
 * parts ahead of the client, so that a body of one part ends by itself, even if the client has left and nobody reads
 * it; then `begun` settles. A response without a body, or with a WebSocket, is over at once; so is one whose body
 * somebody else reads.
 * @param {Response} response
 * @param {() => void} part
 * @param {() => void} end may be called more than once
 * @returns {Watched}
 */
export declare function watchBody(response: Response, part: () => void, end: () => void): Watched;
