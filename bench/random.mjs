// Seeded random numbers: the same seed gives the same requests on every machine and in every Node.

/**
 * @param {number} seed any integer
 * @returns {{ below(n: number): number, pick<T>(list: ArrayLike<T>): T, shuffle<T>(list: T[]): T[] }}
 */
export function seededRandom(seed) {
  let state = (seed | 0) || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  // The first numbers of small seeds resemble each other.
  for (let i = 0; i < 16; i++) next();
  const below = (n) => Math.floor((next() / 2 ** 32) * n);
  return { below, pick: (list) => list[below(list.length)], shuffle: (list) => shuffle(list, below) };
}

function shuffle(list, below) {
  for (let i = list.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}
