export declare class Methods {
    #private;
    /**
     * @param {Iterable<[string, number]>} methods with their numbers
     * @param {number} none the number for every other method
     */
    constructor(methods: Iterable<[string, number]>, none: number);
    /** @param {string} method */
    number(method: string): number;
}
