// Paths as a server would get them: new strings each time.

import { Buffer } from "node:buffer";

/**
 * The requests' paths as strings whose hash nobody has asked for yet: flat, in one piece, cut from nothing. A path that
 * is used twice has its hash cached by V8, which flatters every router that looks it up in a Map or an object.
 * `renew` makes those from one index up to another anew, and is never timed.
 * @param {{ path: string }[]} requests
 * @returns {{ pool: string[], renew(from?: number, to?: number): void }}
 */
export function freshPaths(requests) {
  const pieces = requests.map((request) => Buffer.from(request.path));
  const bytes = Buffer.concat(pieces);
  const ascii = bytes.every((byte) => byte < 0x80);
  const offsets = offsetsOf(pieces);
  const pool = requests.map((request) => request.path);
  const decode = ascii ? (start, end) => bytes.latin1Slice(start, end) : (start, end) => bytes.utf8Slice(start, end);
  const renew = (from = 0, to = pool.length) => {
    for (let i = from; i < to; i++) pool[i] = decode(offsets[i], offsets[i + 1]);
  };
  return { pool, renew };
}

function offsetsOf(pieces) {
  const offsets = [0];
  for (const piece of pieces) offsets.push(offsets.at(-1) + piece.length);
  return offsets;
}
