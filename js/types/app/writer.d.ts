export type Written = {
    piece: any;
    read: () => void;
    drop: (reason: unknown) => void;
};
/**
 * Passes a handle to a function, and iterates over what the function writes, then over what it returns, if it is a
 * generator. A write waits until it is read, and fails when the reader has gone. (A TransformStream would do, but
 * workerd never frees one in a request that it has dropped.)
 */
export declare class Writer {
    #private;
    /**
     * @param {(writer: any) => any} run
     * @param {(error: unknown) => void} failed called with what listeners throw
     */
    constructor(run: (writer: any) => any, failed: (error: unknown) => void);
    /** @returns {Promise<IteratorResult<any>>} */
    next(): Promise<IteratorResult<any>>;
    /** The reader has gone. @returns {Promise<IteratorResult<any>>} */
    return(): Promise<IteratorResult<any>>;
}
