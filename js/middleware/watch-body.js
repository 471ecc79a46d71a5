// When a response is over: when its body is.

/**
 * The same response, whose body tells of each part that is read, and of its end: that all of it was read, that it
 * failed, or was cancelled. A response without a body (or with a WebSocket in its place) is over at once.
 * @param {Response} response
 * @param {() => void} part
 * @param {() => void} end may be called more than once
 */
export function watchBody(response, part, end) {
  if (response.body === null || /** @type {any} */ (response).webSocket) {
    end();
    return response;
  }
  const reader = response.body.getReader();
  const body = new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          part();
          if (!done) return controller.enqueue(value);
          end();
          controller.close();
        } catch (error) {
          end();
          controller.error(error);
        }
      },
      cancel(reason) {
        end();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 }, // nothing is read ahead of the client
  );
  return new Response(body, response);
}
