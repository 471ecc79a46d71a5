// The suite in every host, with the packed tarball installed. HOSTS is the table of hosts; hosts/ has what they run.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as esbuild from "esbuild";
import { BUN, DENO } from "../../bench/runtimes.mjs";
import { allCases } from "../conformance/cases.mjs";
import { local } from "../support/files.mjs";
import { freePort } from "../support/ports.mjs";
import { without } from "../support/skip.mjs";
import { REQUESTS, wrong } from "./app.mjs";
import { consumer, noTarball } from "./install.mjs";
import { endGroup } from "./start.mjs";

const node = (name) => local(`build/nodes/node_modules/${name}/bin/node`);
const inHosts = (file) => local(`build/package-hosts/node_modules/${file}`);
const inPool = (file) => local(`build/package-pool/node_modules/${file}`);

const NODES = { "20.0": node("node20"), "22": node("node22"), "24": node("node24"), "26": node("node26") };
const NODE = process.execPath;
const NEW_NODE = NODES[24]; // newer than what some hosts ask for
const WORKERD = local("node_modules/workerd/bin/workerd");
const WRANGLER = inHosts("wrangler/bin/wrangler.js");
const NEXT = inHosts("next/dist/bin/next");

/**
 * files     the folder in hosts/ whose files go into the app's
 * links     what is linked into its node_modules: packages
 * before    what is run first: a command, or a function of the folder
 * prints    a command that prints what the suite gives
 * serves    a command that serves suite/worker.mjs on PORT, under `at`
 * Commands are lists: a program and its arguments.
 * @typedef {{ files?: string, links?: string[], before?: (string[] | ((folder: string) => unknown))[],
 *   prints?: string[], serves?: string[], at?: string[], same?: boolean }} Host
 */

/** @type {Record<string, Host>} */
const HOSTS = {
  ...inNode("the running one", NODE),
  ...Object.assign({}, ...Object.entries(NODES).map(([version, program]) => inNode(version, program))),
  "Deno without permissions": { prints: [DENO, "run", "--quiet", "--no-prompt", "suite/print.mjs"] },
  "Bun, import": { prints: [BUN, "run", "suite/print.mjs"] },
  "Bun, require": { prints: [BUN, "run", "suite/print.cjs"] },
  "workerd": {
    before: [bundleForWorkerd, (folder) => writeConfig(folder, ["worker.js", "wye.wasm"])],
    serves: [WORKERD, "serve", "out/config.capnp", "config", "--socket-addr=http=127.0.0.1:PORT"],
  },
  "miniflare": {
    files: "miniflare",
    links: [inHosts("miniflare")],
    before: [bundleForWorkerd],
    serves: [NEW_NODE, "serve.mjs", "PORT"],
  },
  "wrangler dev": {
    files: "workers",
    serves: [NEW_NODE, WRANGLER, "dev", "--ip=127.0.0.1", "--port=PORT"],
  },
  "wrangler deploy --dry-run, in workerd": {
    files: "workers",
    before: [
      [NEW_NODE, WRANGLER, "deploy", "--dry-run", "--outdir=out"],
      (folder) => writeConfig(folder, ["worker.js", ...filesOf(`${folder}/out`, ".wasm")]),
    ],
    serves: [WORKERD, "serve", "out/config.capnp", "config", "--socket-addr=http=127.0.0.1:PORT"],
  },
  "@cloudflare/vitest-pool-workers": {
    files: "workers",
    links: [inPool("vitest"), inPool("@cloudflare/vitest-pool-workers")],
    prints: [NEW_NODE, inPool("vitest/vitest.mjs"), "run"],
  },
  "edge-runtime": {
    files: "edge",
    before: [bundleForEdgeRuntime],
    serves: [NODE, inHosts("edge-runtime/dist/cli/index.js"), "--listen", "--port=PORT", "out/worker.js"],
  },
  "Next.js, Turbopack": inNext("--turbopack"),
  "Next.js, webpack": inNext("--webpack"),
  "Jest, CommonJS": { files: "jest", prints: [NODE, inHosts("jest/bin/jest.js"), "cjs.spec"] },
  "Jest, CommonJS, Node 24": { files: "jest", prints: [NEW_NODE, inHosts("jest/bin/jest.js"), "cjs.spec"] },
  "Jest, ES modules": {
    files: "jest",
    prints: [NODE, "--experimental-vm-modules", inHosts("jest/bin/jest.js"), "esm.spec"],
  },
  "Vitest": inVitest("forks"),
  "Vitest, vmThreads": inVitest("vmThreads"),
};

/** `require` gives what `import` gives in every Node that has "module-sync". */
function inNode(version, program) {
  return {
    [`Node ${version}, import`]: { prints: [program, "suite/print.mjs"] },
    [`Node ${version}, require`]: { prints: [program, "suite/print.cjs"] },
    [`Node ${version}, require and import`]: { prints: [program, "suite/same.cjs"], same: version !== "20.0" },
  };
}

function inNext(bundler) {
  return {
    files: "next",
    links: ["next", "react", "react-dom"].map(inHosts),
    before: [[NEW_NODE, NEXT, "build", bundler]],
    serves: [NEW_NODE, NEXT, "start", "--hostname=127.0.0.1", "--port=PORT"],
    at: ["/edge", "/node"],
  };
}

function inVitest(pool) {
  const prints = [NEW_NODE, inHosts("vitest/vitest.mjs"), "run", `--pool=${pool}`];
  return { files: "vitest", links: [inHosts("vitest")], prints };
}

async function bundleForWorkerd(folder) {
  const options = { bundle: true, format: /** @type {const} */ ("esm"), external: ["*.wasm"], conditions: ["workerd"] };
  await esbuild.build({ ...options, entryPoints: [`${folder}/suite/worker.mjs`], outfile: `${folder}/out/worker.js` });
  fs.copyFileSync(`${folder}/node_modules/wye/dist/workerd/wye.wasm`, `${folder}/out/wye.wasm`);
}

async function bundleForEdgeRuntime(folder) {
  await esbuild.build({ bundle: true, entryPoints: [`${folder}/worker.mjs`], outfile: `${folder}/out/worker.js` });
}

const filesOf = (folder, extension) => fs.readdirSync(folder).filter((name) => name.endsWith(extension));

/** What workerd serves: modules of the folder out/, the script first. */
function writeConfig(folder, names) {
  const kind = (name) => (name.endsWith(".wasm") ? "wasm" : "esModule");
  const modules = names.map((name) => `(name = "${name}", ${kind(name)} = embed "${name}")`);
  fs.writeFileSync(`${folder}/out/config.capnp`, `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "app", worker = (modules = [${modules}], compatibilityDate = "2026-06-01"))],
  sockets = [(name = "http", http = (), service = "app")],
);\n`);
}

/** What every host must report. A RouteTable takes no paths that are bytes. */
const ROWS = allCases().flatMap(({ rows }) => rows.filter(({ pathHex }) => pathHex === undefined));
const EXPECTED = { ran: ROWS.length + REQUESTS.length, failures: [] };

for (const [name, host] of Object.entries(HOSTS)) {
  const commands = [host.prints, host.serves, ...(host.before ?? [])].filter(Array.isArray);
  const needed = [...commands.flat(), ...(host.links ?? [])].filter((text) => path.isAbsolute(text));
  const missing = needed.find((file) => !fs.existsSync(file));
  const noHost = missing && without(missing, `${path.relative(local("."), missing)}: make hosts`);
  test(name, { skip: noTarball || noHost }, async (t) => {
    const folder = appOf(host, t);
    for (const step of host.before ?? []) await (Array.isArray(step) ? output(step, folder) : step(folder));
    if (host.serves) await checkServer(host, folder);
    else assert.deepEqual(resultIn(await output(host.prints, folder)), host.same ?? EXPECTED);
  });
}

/** @param {Host} host */
function appOf({ files, links = [] }, t) {
  const folder = consumer(t);
  if (files) fs.cpSync(local(`tests/package/hosts/${files}`), folder, { recursive: true });
  for (const target of links) {
    const link = path.join(folder, "node_modules", target.slice(target.lastIndexOf("node_modules/") + 13));
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(target, link);
  }
  return folder;
}

/** A host writes nothing to the user's own folders, and sends nothing to its maker. */
function start([program, ...args], folder) {
  const quiet = { CI: "1", NO_COLOR: "1", NEXT_TELEMETRY_DISABLED: "1", WRANGLER_SEND_METRICS: "false" };
  const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...inherited } = process.env;
  const env = { ...inherited, ...quiet, CLOUDFLARE_CF_FETCH_ENABLED: "false", HOME: folder };
  const child = spawn(program, args, { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const texts = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => texts.push(text));
  const text = () => `${[program, ...args].join(" ")}\n${texts.join("")}`;
  return { child, text };
}

async function output(command, folder) {
  const { child, text } = start(command, folder);
  const [code, signal] = await once(child, "close");
  assert.equal(code ?? signal, 0, text());
  return text();
}

/** The line of JSON among whatever else a host prints. */
function resultIn(text) {
  const line = /^.*?(\{"ran":.*\}|true|false)$/m.exec(text);
  assert.ok(line, `no result in: ${text}`);
  return JSON.parse(line[1]);
}

async function checkServer({ serves, at = [""] }, folder) {
  const port = await freePort();
  const { child, text } = start(serves.map((argument) => argument.replace("PORT", String(port))), folder);
  const closed = once(child, "close");
  try {
    while (!(await answers(`http://127.0.0.1:${port}`))) {
      assert.equal(child.exitCode ?? child.signalCode, null, text());
      await sleep(50);
    }
    for (const prefix of at) await checkApp(`http://127.0.0.1:${port}${prefix}`, text);
  } finally {
    endGroup(child.pid);
    await closed;
  }
}

const answers = (url) => fetch(url).then((response) => response.arrayBuffer(), () => undefined);

/** The suite inside of the host, and the app's requests over HTTP. */
async function checkApp(base, text) {
  const response = await fetch(`${base}/suite`);
  assert.equal(response.status, 200, text());
  assert.deepEqual(await response.json(), EXPECTED);
  for (const asked of REQUESTS) {
    const { path: target, method, headers, body } = asked;
    const fault = await wrong(asked, await fetch(base + target, { method, headers, body, redirect: "manual" }));
    assert.equal(fault, undefined, `${base}: ${fault}`);
  }
}
