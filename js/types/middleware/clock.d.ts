export declare function monotonicTime(): number;
/**
 * A clock in milliseconds that advances as far as the source that advanced most. A wall clock that is set back does not
 * stop it, nor does a monotonic clock that stops while the machine sleeps. A wall clock that is set forward takes it
 * along: things expire early, once.
 * @param {(() => number)[]} sources
 * @returns {() => number}
 */
export declare function steadyClock(sources?: (() => number)[]): () => number;
