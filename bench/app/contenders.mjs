// The frameworks that are compared, and what stands for none.

/**
 * @typedef {object} Contender
 * @property {string} title
 * @property {string} app the file beside this one whose default export makes the application
 * @property {[string, string]} [framework] the module, and the export of it that makes a router
 * @property {string} [module] the npm package, for its version
 * @property {boolean} [baseline] it is told the answers
 */

/** @type {Record<string, Contender>} */
export const CONTENDERS = {
  host: { title: "the host's objects alone", app: "host.mjs", baseline: true },
  "by-hand": { title: "switch, by hand", app: "by-hand.mjs" },
  wye: { title: "wye", app: "wye.mjs", framework: ["wye", "Router"] },
  hono: hono("Hono", "hono"),
  "hono-quick": hono("Hono, quick", "hono/quick"),
  "hono-tiny": hono("Hono, tiny", "hono/tiny"),
  itty: itty("itty-router", "Router"),
  "itty-auto": itty("itty-router, AutoRouter", "AutoRouter")
};

export const STYLES = ["sync", "async"];

function hono(title, module) {
  return { title, module: "hono", app: "hono.mjs", framework: [module, "Hono"] };
}

function itty(title, name) {
  return { title, module: "itty-router", app: "itty.mjs", framework: ["itty-router", name] };
}

/**
 * The application of a contender, in this process.
 * @param {string} name
 * @param {"sync" | "async"} style of its middleware
 * @param {import("./routes.mjs").Answer[]} [answers] for the baseline
 * @returns {Promise<{ fetch(request: Request, env: object): Response | Promise<Response> }>}
 */
export async function makeContender(name, style, answers) {
  const { app, framework } = CONTENDERS[name];
  const { default: makeApp } = await import(`./${app}`);
  return makeApp(framework && (await import(framework[0]))[framework[1]], style, answers);
}

/** The same as the source of a module that has `makeContender(style, answers)`, to be bundled for a worker. */
export function contenderSource(contender, folder) {
  const { app, framework } = CONTENDERS[contender];
  const [module, name] = framework ?? [];
  return `${module ? `import { ${name} as Framework } from "${module}"` : "const Framework = undefined"};
import makeApp from "${folder}${app}";
const makeContender = (style, answers) => makeApp(Framework, style, answers);
`;
}
