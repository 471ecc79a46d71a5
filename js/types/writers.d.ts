export type WriterOf = (buffer: ArrayBuffer, offset: number, capacity: number) => (text: string) => number;
/** @typedef {(buffer: ArrayBuffer, offset: number, capacity: number) => (text: string) => number} WriterOf */
/** @returns {WriterOf} */
export declare function fastestWriter(): WriterOf;
/**
 * A writer in JavaScript: four characters to a store while all are ASCII.
 * @param {ArrayBuffer} buffer
 * @param {number} offset where the bytes go, on a 4-byte boundary
 * @param {number} capacity a multiple of 4
 * @returns {(text: string) => number}
 */
export declare function loopWriter(buffer: ArrayBuffer, offset: number, capacity: number): (text: string) => number;
