// Programs that serve, started as a user would.

import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { fileURLToPath } from "node:url";

export const local = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

export const DENO = local("build/runtimes/node_modules/@deno/linux-x64-glibc/deno");
export const BUN = local("build/runtimes/node_modules/@oven/bun-linux-x64/bin/bun");
export const WRANGLER = local("build/wrangler/node_modules/wrangler/bin/wrangler.js");
export const SERVERS = local("build/servers/node_modules");

/** Why a test without this file is skipped; false: it is there, or nothing may be skipped. */
export const without = (file, what) => !fs.existsSync(file) && !process.env.WYE_REQUIRE_ALL && `needs ${what}`;

/** Copies packages of build/servers into a consumer's node_modules. */
export function take(folder, names) {
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

/** What a program has started itself, and left behind. */
function endGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
