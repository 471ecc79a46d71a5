// What there is to be measured: the public functions, as the headers and the classes have them.

import { readdirSync, readFileSync } from "node:fs";

const include = new URL("../../include/", import.meta.url);

/** @returns {string[]} the public headers */
export function headers() {
  return readdirSync(include).filter((name) => name.endsWith(".h")).sort();
}

/**
 * The functions that a header declares.
 * @param {string} header
 * @returns {string[]}
 */
export function functionsOf(header) {
  return declared(readFileSync(new URL(header, include), "utf8"));
}

/** The same from its text: declarations outside of all braces, without types and macros. */
export function declared(source) {
  let text = source.replace(/\/\*[^]*?\*\//g, "").replace(/^#.*(?:\\\n.*)*$/gm, "").replace(/extern "C" \{/g, "");
  while (/\{[^{}]*\}/.test(text)) text = text.replace(/\{[^{}]*\}/g, "");
  const declarations = text.split(";").filter((declaration) => !/\btypedef\b/.test(declaration));
  return declarations.flatMap((declaration) => declaration.match(/\b(wye_\w+)\s*\(/)?.[1] ?? []);
}

/**
 * The public members of the classes, as `Class.member`.
 * @returns {Promise<string[]>}
 */
export async function members() {
  const { ContextPool, Router, RouteTable } = await import("#wye");
  const Context = await classOfC(Router);
  const classes = { RouteTable, ContextPool, Router, Context };
  return Object.entries(classes).flatMap(([name, type]) => membersOf(type).map((member) => `${name}.${member}`));
}

// `c` has a class, which is not exported.
async function classOfC(Router) {
  let found;
  const app = new Router().get("/", (c) => ((found = c.constructor), c.text("")));
  await app.request("/");
  return found;
}

function membersOf(type) {
  const inherited = Object.getPrototypeOf(type.prototype);
  const own = Object.getOwnPropertyNames(type.prototype).filter((name) => name !== "constructor");
  const fetch = type.name === "Router" ? ["fetch"] : [];
  return inherited === Object.prototype ? own : [...own, ...fetch, ...membersOf(inherited.constructor)];
}
