// Ports for programs that cannot choose a free one themselves, as others do with port 0.

import { once } from "node:events";
import net from "node:net";

const LOWEST = 20_000, COUNT = 12_000;

/**
 * A free port of 127.0.0.1, below those that systems give for port 0 (from 32768 on), so that no server of another
 * test gets it before the program listens.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
  }
}

async function isFree(port) {
  const server = net.createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}
