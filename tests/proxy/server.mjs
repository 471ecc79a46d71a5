// Serves an app over HTTP in Node, as its adapters do: bodies are streamed both ways, and a client that leaves aborts.

import http from "node:http";
import { Readable } from "node:stream";

/** @param {{ fetch(request: Request): Response | Promise<Response> }} app */
export async function serveInNode(app) {
  const server = http.createServer(async (incoming, outgoing) => {
    const controller = new AbortController();
    outgoing.on("close", () => outgoing.writableFinished || controller.abort());
    const { method, url, headers } = incoming;
    const hasBody = "content-length" in headers || "transfer-encoding" in headers;
    const body = hasBody && method !== "GET" && method !== "HEAD" ? Readable.toWeb(incoming) : null;
    const fields = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
    const init = { method, headers: fields, body, duplex: "half", signal: controller.signal };
    const response = await app.fetch(new Request(`http://${headers.host}${url}`, init));
    const cookies = response.headers.getSetCookie();
    outgoing.writeHead(response.status, response.statusText, {
      ...Object.fromEntries(response.headers),
      ...(cookies.length > 0 && { "set-cookie": cookies }),
    });
    if (response.body === null) return outgoing.end();
    return Readable.fromWeb(response.body).on("error", () => outgoing.destroy()).pipe(outgoing);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: server.address().port, stop };
}
