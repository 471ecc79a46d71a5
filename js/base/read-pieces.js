// Reads streams of bytes into memory, up to a limit.

/** @typedef {import("#app").Bytes} Bytes */

/**
 * Reads to the end, or up to and including the piece that exceeds `limit` bytes.
 * @param {{ read: () => Promise<{ done: boolean, value?: any }> }} reader
 * @param {number} limit
 * @returns {Promise<{ pieces: Bytes[], length: number }>} `length` of all pieces; above `limit`: the stream is longer
 */
export async function readPieces(reader, limit) {
  const pieces = [];
  let length = 0;
  while (length <= limit) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    length += value.byteLength;
  }
  return { pieces, length };
}

/**
 * Pieces as one. A single piece is not copied.
 * @param {{ pieces: Bytes[], length: number }} of
 * @returns {Bytes}
 */
export function joinPieces({ pieces, length }) {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
