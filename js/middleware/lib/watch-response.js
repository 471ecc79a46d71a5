// Reports when a response is complete: when its body is.

/** @typedef {{ response: Response, begun: Promise<unknown> }} Watched */

/**
 * The same response, with a body that reports each part, and its end: complete, failed, or cancelled. It reads two
 * parts ahead of the client, so a body of one part ends even if the client has left and nothing reads it; `begun`
 * settles after these two. A response without a body, or with a WebSocket, ends at once, and so does one whose body
 * something else reads.
 * @param {Response} response
 * @param {() => void} part
 * @param {() => void} end may be called more than once
 * @returns {Watched}
 */
export function watchResponse(response, part, end) {
  if (response.body === null || response.bodyUsed || response.body.locked || /** @type {any} */ (response).webSocket) {
    end();
    return { response, begun: Promise.resolve() };
  }
  const reader = response.body.getReader();
  const read = () => {
    const next = reader.read();
    next.then(({ done }) => (done ? end() : part()), end);
    return next;
  };
  const first = read();
  let next = first;
  const body = new ReadableStream({
    async pull(controller) {
      const { done, value } = await next; // if that fails, so does this stream
      if (done) return controller.close();
      controller.enqueue(value);
      next = read();
    },
    cancel(reason) {
      end();
      return reader.cancel(reason);
    },
  });
  const begun = first.then(() => next).catch(() => {}); // the body's reader gets the error
  return { response: new Response(body, response), begun };
}
