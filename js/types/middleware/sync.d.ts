/** @param {any} value */
export declare function isPromise(value: any): boolean;
/**
 * Continues with a value, or with what it resolves to.
 * @template T, R
 * @param {T | Promise<T>} value
 * @param {(value: T) => R} use
 * @returns {R | Promise<R>}
 */
export declare function when<T, R>(value: T | Promise<T>, use: (value: T) => R): R | Promise<R>;
/**
 * Runs a function, such as `next`, and continues with its result, or with what it throws.
 * @template T, R
 * @param {() => T | Promise<T>} run
 * @param {(value: T) => R} done
 * @param {(error: unknown) => R} failed
 * @returns {R | Promise<R>}
 */
export declare function settle<T, R>(run: () => T | Promise<T>, done: (value: T) => R, failed: (error: unknown) => R): R | Promise<R>;
/**
 * The default `report`. It looks `console.error` up late: tests and tools replace it.
 * @param {unknown} error
 */
export declare function print(error: unknown): void;
/**
 * Calls a listener. Its failure must not fail the request, nor, if it comes later, end the process.
 * @param {(...what: any[]) => unknown} listener
 * @param {...unknown} what
 */
export declare function tell(listener: (...what: any[]) => unknown, ...what: unknown[]): void;
