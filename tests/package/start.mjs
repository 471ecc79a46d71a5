// Programs that serve, started as a user would.

import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { local } from "../support/files.mjs";

export const WRANGLER = local("build/wrangler/node_modules/wrangler/bin/wrangler.js");
export const SERVERS = local("build/package-servers/node_modules");

/** Copies packages from SERVERS into a consumer's node_modules. */
export function addPackages(folder, names) {
  for (const name of names) fs.cpSync(`${SERVERS}/${name}`, `${folder}/node_modules/${name}`, { recursive: true });
}

/**
 * Starts a program in a folder, waits until it prints the URL that it serves, and ends it after `use`.
 * @param {string} folder
 * @param {string[]} command
 * @param {(url: string, output: () => string) => Promise<void>} use gets the URL, without a slash at its end
 * @param {Record<string, string>} [env]
 */
export async function serving(folder, [program, ...args], use, env = {}) {
  const options = { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: "1", ...env }, detached: true };
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  let output = "";
  try {
    const url = await new Promise((resolve, reject) => {
      const read = (piece) => {
        output += piece;
        const [, port] = /http:\/\/(?:localhost|127\.0\.0\.1|\[::\]):(\d+)\D/.exec(output) ?? [];
        if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
      };
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", read);
      ended.then(() => reject(new Error(`${program} ${args.join(" ")} ended:\n${output}`)), reject);
    });
    await use(url, () => output);
  } finally {
    child.kill();
    await ended;
    endGroup(child.pid);
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
  }
}

/** Ends a program that was started with `detached`, and all that it has started itself. @param {number} pid */
export function endGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
