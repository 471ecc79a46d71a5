/** How a field is set. */
export declare const SET = 0;
export declare const APPEND = 1;
export declare const REMOVE = 2;
declare class Field {
    name: string;
    value: string;
    tag: number;
    /** @type {Field} */
    next: Field;
    /**
     * @param {string} name in lower case
     * @param {string} value
     * @param {number} tag
     */
    constructor(name: string, value: string, tag: number);
}
export type Fields = Field | undefined;
/**
 * Checks a field now, while the stack shows who sets it: later it would spoil the error response too.
 * @param {string} call what was called, for the error's text
 * @param {unknown} name
 * @param {unknown} value undefined: the field is removed
 * @returns {string} the name in lower case
 */
export declare function checkedField(call: string, name: unknown, value: unknown): string;
/**
 * The list with one more field.
 * @param {Fields} fields
 * @param {number} step the index of the step that sets it
 * @param {string} name in lower case
 * @param {string} value
 * @param {number} how
 * @param {boolean} applied the response has it already
 */
export declare function withField(fields: Fields, step: number, name: string, value: string, how: number, applied: boolean): Field;
/**
 * Changes header fields as `c.header` was told to.
 * @param {Headers} headers
 * @param {string} name
 * @param {string} value
 * @param {number} how
 */
export declare function change(headers: Headers, name: string, value: string, how: number): void;
/**
 * Gives a step's response the fields that the step has set and the response lacks.
 * @param {Field} fields
 * @param {number} step
 * @param {Response} response
 * @param {boolean} made `c` made the response in this step: it has the fields set before, and those set since
 *   then win
 */
export declare function apply(fields: Field, step: number, response: Response, made: boolean): void;
/**
 * Whether a step has set, appended or removed any.
 * @param {Fields} fields
 * @param {number} step
 */
export declare function hasFields(fields: Fields, step: number): boolean;
/**
 * Whether a step has set fields only: none was appended or removed.
 * @param {Fields} fields
 * @param {number} step
 */
export declare function onlySets(fields: Fields, step: number): boolean;
/**
 * Sets the fields that a step has set, for a response that `c` has made in it.
 * @param {Field} fields
 * @param {number} step
 * @param {Headers} headers
 */
export declare function setAll(fields: Field, step: number, headers: Headers): void;
/**
 * The header fields for a response that `c` makes: those that its step has set, then `given`, which win.
 * @param {Fields} fields
 * @param {number} step
 * @param {HeadersInit | undefined} given
 * @param {string} type the default content type
 */
export declare function headersFor(fields: Fields, step: number, given: HeadersInit | undefined, type: string): Headers;
/**
 * Returns a function that drops what was added to a list since.
 * @param {Fields} fields
 * @returns {(fields: Fields) => Fields}
 */
export declare function savepoint(fields: Fields): (fields: Fields) => Fields;
/**
 * The fields after a step has returned another response than its `next` gave: what steps inside it had set belonged to
 * the other one.
 * @param {Fields} fields
 * @param {number} step
 */
export declare function withoutInner(fields: Fields, step: number): Fields;
/**
 * The fields after a step has thrown: those that describe content are dropped, whoever set them; the other fields of
 * the step, and of those inside it, now belong to the heir. Among these a later value replaces an earlier one, but no
 * step undoes what another has appended or set: so no removal is kept, and appended values come last.
 * @param {Field} fields
 * @param {number} heir
 */
export declare function afterThrow(fields: Field, heir: number): Fields;
export {};
