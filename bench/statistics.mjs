// What becomes of many measurements.

/** Of an even number of figures the mean of the two in the middle. @param {number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The figure below which this share of the others lies, from 0 to 1. */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)];
}

/** @param {number[]} numbers */
export function geometricMean(numbers) {
  return Math.exp(numbers.reduce((sum, number) => sum + Math.log(number), 0) / numbers.length);
}

/**
 * Nanoseconds of one request, in a pass in which each batch takes its median time of all passes: a garbage collection
 * or another program takes milliseconds, and so disturbs many passes, but few batches.
 * @param {number[][]} batches for each batch its times in all passes, in milliseconds
 * @param {number} count requests in a pass
 */
export function medianPass(batches, count) {
  return (batches.reduce((sum, times) => sum + median(times), 0) * 1e6) / count;
}

/** The list from another place on, so that all take turns. */
export const rotated = (list, by) => [...list.slice(by % list.length), ...list.slice(0, by % list.length)];
