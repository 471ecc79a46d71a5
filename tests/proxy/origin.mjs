// The server that requests are sent on to.

import http from "node:http";
import zlib from "node:zlib";

/** Whatever the request says, back as JSON. */
function echo(request, body) {
  const { method, url, rawHeaders } = request;
  const fields = [];
  for (let i = 0; i < rawHeaders.length; i += 2) fields.push([rawHeaders[i].toLowerCase(), rawHeaders[i + 1]]);
  return JSON.stringify({ method, url, fields, length: body.length, text: body.subarray(0, 100).toString() });
}

const TEXT = "hello, hello, hello";
export const CODED = {
  gzip: zlib.gzipSync(TEXT),
  deflate: zlib.deflateSync(TEXT),
  br: zlib.brotliCompressSync(TEXT),
  zstd: Buffer.concat([Buffer.from("28b52ffd2013990000", "hex"), Buffer.from(TEXT)]), // a frame of one raw block
  rot13: Buffer.from("uryyb"),
};

/** @type {Record<string, (request: any, response: any, argument: string, log: string[]) => any>} */
const PAGES = {
  async echo(request, response) {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    response.setHeader("content-type", "application/json");
    response.end(echo(request, Buffer.concat(pieces)));
  },
  coded(request, response, coding) {
    const bytes = CODED[coding];
    response.setHeader("content-encoding", coding);
    response.setHeader("content-length", bytes.length);
    response.end(bytes);
  },
  status(request, response, status) {
    response.writeHead(Number(status), { location: "/elsewhere", etag: '"1"' });
    response.end();
  },
  said(request, response) {
    const cookies = ["a=1; Expires=Wed, 02 Jan 2030 03:04:05 GMT", "b=2"];
    response.writeHead(200, "All Fine", { "set-cookie": cookies, "x-own": "1" });
    response.end("said");
  },
  cors(request, response) {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-credentials", "true");
    response.setHeader("vary", "Origin");
    response.end("cors");
  },
  hop(request, response) {
    response.setHeader("connection", "x-hop, close");
    response.setHeader("x-hop", "1");
    response.setHeader("x-own", "1");
    response.setHeader("proxy-authenticate", "Basic");
    response.setHeader("trailer", "x-late");
    response.setHeader("upgrade", "h2c");
    response.end("hop");
  },
  slow(request, response, ms, log) {
    log.push("slow");
    response.on("close", () => log.push(response.writableFinished ? "slow done" : "slow left"));
    setTimeout(() => response.end("slow"), Number(ms));
  },
  stream(request, response, count, log) {
    response.on("close", () => log.push(response.writableFinished ? "stream done" : "stream left"));
    let i = 0;
    const timer = setInterval(() => {
      if (i++ < Number(count)) return response.write("0123456789");
      clearInterval(timer);
      return response.end();
    }, 5);
    response.on("close", () => clearInterval(timer));
  },
  async upload(request, response, _, log) {
    let length = 0;
    try {
      for await (const piece of request) {
        length += piece.length;
        if (log.at(-1) !== "upload") log.push("upload");
      }
      log.push(`uploaded ${length}`);
    } catch {
      log.push("upload left");
    }
    response.end(String(length));
  },
  broken(request, response) {
    response.writeHead(200, { "content-length": "100" });
    response.write("half");
    setTimeout(() => response.destroy(), 20);
  },
  reset(request, response) {
    response.destroy();
  },
};

/** @returns {Promise<{ port: number, log: string[], stop(): void }>} */
export async function startOrigin() {
  const log = [];
  const server = http.createServer((request, response) => {
    const [, page, argument] = request.url.split(/[/?]/);
    const serve = PAGES[page] ?? PAGES.echo;
    response.on("error", () => {});
    serve(request, response, argument, log);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: server.address().port, log, stop };
}
