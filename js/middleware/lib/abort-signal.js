// Tells when nobody waits for the response anymore: the client has left, or a `timeout` around this step has responded.

/**
 * The signal of a `timeout` around this step, or the request's own, where the host has one.
 * @param {any} c
 * @returns {AbortSignal | undefined}
 */
export function signalOf(c) {
  return c.get("signal") ?? c.request.signal;
}

/**
 * Calls a function when the signal is aborted: at once if it already is.
 * @param {AbortSignal | undefined} signal
 * @param {() => void} call
 */
export function onAbort(signal, call) {
  if (signal?.aborted) call();
  else signal?.addEventListener("abort", call, { once: true });
}
