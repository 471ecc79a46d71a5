import { WyeError } from "./error.js";
export type TableOptions = {
    /**
     * of a path that no route serves unchanged: whether to try
     * it with one last slash more or less, and redirect there or serve it
     */
    trailingSlash?: "strict" | "redirect" | "ignore";
    /**
     * whether to redirect a path that nothing matches to its cleaned form
     */
    cleanPath?: "off" | "redirect";
    /**
     * default true
     */
    caseSensitive?: boolean;
    /**
     * default true: tell 405 from 404
     */
    methodNotAllowed?: boolean;
};
/** @param {string} detail what is wrong, and what to write instead */
export declare function badArgument(detail: string): WyeError;
/** A step that stands for several has them here: they are taken in its place. Bundles share it by its name. */
export declare const STEPS: unique symbol;
/**
 * Steps without lists, and without those that stand for several.
 * @param {any[]} steps
 * @returns {any[]}
 */
export declare function flattened(steps: any[]): any[];
/**
 * The type of a wrong argument, for the error's text.
 * @param {unknown} value
 */
export declare function typeName(value: unknown): "bigint" | "boolean" | "function" | "null" | "number" | "object" | "string" | "symbol" | "undefined";
/** @param {string} text */
export declare function isToken(text: string): boolean;
/**
 * @param {string} what
 * @param {unknown} value
 * @returns {string}
 */
export declare function text(what: string, value: unknown): string;
/**
 * @param {string} what
 * @param {unknown} value
 * @returns {object}
 */
export declare function object(what: string, value: unknown): object;
/** @param {unknown} method */
export declare function verb(method: unknown): string;
/** @param {unknown} id */
export declare function handlerId(id: unknown): number;
/** The options of a table. */
export declare const OF_TABLE: string[];
/** @param {TableOptions} options */
export declare function packOptions(options: TableOptions): number;
/**
 * Refuses unknown options: they are mistyped, or another library's.
 * @param {string} call the function that takes them, for the error's text
 * @param {unknown} options
 * @param {readonly string[]} known
 */
export declare function checkOptions(call: string, options: unknown, known: readonly string[]): void;
