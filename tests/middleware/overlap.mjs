// A workerd of a certain date and flags, requests to it that overlap, and clients that leave.

import http from "node:http";
import net from "node:net";
import { serve } from "../../examples/worker/serve.mjs";
import { writeConfig } from "../support/workerd.mjs";

export class Host {
  #worker;

  /**
   * Serves worker.js of the folder `build`.
   * @param {string} build
   * @param {{ name: string, date: string, flags: string[] }} kind
   */
  static async start(build, kind) {
    return new Host(await serve(writeConfig(build, { ...kind, network: ["private"] }), 0));
  }

  constructor(worker) {
    this.#worker = worker;
  }

  stop() {
    return this.#worker.stop();
  }

  /**
   * Sends a request. `text` is its answer, status and body; `parts` grows as they come. `leave` resets the connection.
   * @param {string} path
   * @param {string} [body] of a POST
   */
  ask(path, body) {
    const method = body === undefined ? "GET" : "POST";
    const request = http.request({ host: "127.0.0.1", port: this.#worker.port, method, path, agent: false });
    const asked = { parts: "", headers: {}, leave: () => request.socket.resetAndDestroy() };
    asked.text = new Promise((resolve, reject) => {
      request.on("error", reject).on("response", (response) => {
        asked.headers = response.headers;
        response.setEncoding("utf8").on("data", (part) => (asked.parts += part));
        response.on("end", () => resolve(`${response.statusCode} ${asked.parts}`)).on("error", reject);
      });
    });
    asked.text.catch(() => {}); // of those that leave
    request.end(body);
    return asked;
  }

  /**
   * Sends the head of an upload and a part of its body. `more` sends the rest, `reset` and `close` break it off.
   * @param {string} path
   * @param {string} part
   * @param {string} [rest]
   */
  upload(path, part, rest = "and the rest") {
    const socket = net.connect(this.#worker.port, "127.0.0.1");
    const length = part.length + rest.length;
    socket.write(`POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${part}`);
    let text = "";
    socket.setEncoding("latin1").on("data", (data) => (text += data));
    const response = new Promise((resolve) => void socket.on("close", () => resolve(text)).on("error", () => {}));
    const more = () => socket.write(rest);
    return { response, more, reset: () => socket.resetAndDestroy(), close: () => socket.end() };
  }

  many(count, path) {
    return Array.from({ length: count }, () => this.ask(path));
  }

  /** What the worker counts. */
  async state() {
    return JSON.parse((await this.ask("/state").text).slice("200 ".length));
  }

  /** Opens gates. */
  async open(...names) {
    await this.ask("/open", JSON.stringify(names)).text;
  }
}

export const texts = (asked) => Promise.all(asked.map(({ text }) => text));
