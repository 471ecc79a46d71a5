// workerd's inspector: the DevTools protocol, over as much of a WebSocket as it needs. (Node 20 has no client.)

import crypto from "node:crypto";
import net from "node:net";

/** Opens the WebSocket: gives its connection when the head of the answer has been read. */
async function upgrade(port) {
  const [{ webSocketDebuggerUrl }] = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const { host, pathname } = new URL(webSocketDebuggerUrl);
  const key = crypto.randomBytes(16).toString("base64");
  const socket = net.connect(port, "127.0.0.1");
  const fields = ["Upgrade: websocket", "Sec-WebSocket-Version: 13", `Sec-WebSocket-Key: ${key}`];
  socket.write([`GET ${pathname} HTTP/1.1`, `Host: ${host}`, "Connection: Upgrade", ...fields, "", ""].join("\r\n"));
  let head = "";
  for await (const bytes of socket.iterator({ destroyOnReturn: false })) {
    head += bytes.toString("latin1");
    if (head.includes("\r\n\r\n")) break; // nothing follows before we ask
  }
  if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(`the inspector answered: ${head}`);
  return socket;
}

/** A frame with a whole text. A client has to mask what it sends; a mask of zeros leaves it as it is. */
function frame(text) {
  const payload = Buffer.from(text);
  const size = payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), payload]);
}

/** Where the payload of the first frame begins and ends; undefined if it is not all there. */
function extent(bytes) {
  if (bytes.length < 10) return undefined; // no answer is as short
  const short = bytes[1] & 127;
  const from = short < 126 ? 2 : short === 126 ? 4 : 10;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return bytes.length < from + length ? undefined : { from, to: from + length };
}

/**
 * Calls methods of the inspector, one after the other, and closes it again.
 * @template T
 * @param {number} port
 * @param {(call: (method: string) => Promise<any>) => Promise<T>} use
 * @returns {Promise<T>}
 */
async function inspect(port, use) {
  const socket = await upgrade(port);
  let bytes = Buffer.alloc(0);
  let id = 0;
  const waiting = new Map();
  const read = (more) => {
    bytes = Buffer.concat([bytes, more]);
    for (let part = extent(bytes); part !== undefined; part = extent(bytes)) {
      const text = bytes.subarray(part.from, part.to).toString();
      const opcode = bytes[0] & 15;
      bytes = bytes.subarray(part.to);
      if (opcode === 1) answer(JSON.parse(text));
    }
  };
  const answer = ({ id: of, result, error }) => {
    const { resolve, reject } = waiting.get(of) ?? {};
    if (error) reject?.(new Error(error.message));
    else resolve?.(result);
  };
  const lost = () => waiting.forEach(({ reject }) => reject(new Error("the inspector closed its connection")));
  socket.on("data", read).on("close", lost).on("error", lost).resume();
  const call = (method) =>
    new Promise((resolve, reject) => {
      waiting.set(++id, { resolve, reject });
      socket.write(frame(JSON.stringify({ id, method })));
    });
  try {
    return await use(call);
  } finally {
    socket.destroy();
  }
}

/**
 * Bytes of an isolate's heap that are in use, when the garbage has been collected.
 * @param {number} port
 * @param {() => Promise<unknown>} wake asks the worker for something: an isolate without requests collects nothing
 */
export async function heapInUse(port, wake) {
  return inspect(port, async (call) => {
    for (let round = 0; round < 3; round++) {
      const collected = call("HeapProfiler.collectGarbage");
      for (let tries = 0; (await Promise.race([collected, wake()])) === undefined; tries++)
        if (tries === 2000) throw new Error("the inspector does not answer");
    }
    return (await call("Runtime.getHeapUsage")).usedSize;
  });
}
