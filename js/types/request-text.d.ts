export declare class RequestText {
    /** The text, and the number of bytes written of it. */
    text: string;
    written: number;
    /**
     * A boundary between two characters, in bytes and in units: reading continues here, as most spans are read in order.
     */
    bytes: number;
    units: number;
    /**
     * Takes another text.
     * @param {string} text
     * @param {number} written
     */
    begin(text: string, written: number): void;
    /**
     * The UTF-16 unit at which a byte of the text lies. A text that was written whole and has as many bytes as units is
     * ASCII.
     * @param {number} byte
     */
    unit(byte: number): number;
}
