// The layers as a table, and a check of every #include and import against it. A row may use itself and the rows above
// it, except that no row may use src/build. A row can say otherwise:
//
//     only     these rows, and no others
//     except   all rows above but these
//     builds   it may use src/build
//
// A name that ends with "/" means the files of that folder, without its subfolders.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const LAYERS = [
  { folder: "include" },
  { folder: "src/base" },
  { folder: "src/language" },
  { folder: "src/image" },
  { folder: "src/build" },
  { folder: "src/lookup" },
  { folder: "src/reverse", builds: true },
  { folder: "src/analysis", builds: true },
  { folder: "src/pool" },
  { folder: "src/ratelimit" },
  { folder: "src/http" },
  { folder: "src/command", only: ["include"] },
  { folder: "wasm", builds: true, except: ["src/command"] },
];

/** The layers of JavaScript. "js/" has the entries, which are the public API. */
export const JS_LAYERS = [
  { folder: "js/base", only: [] },
  { folder: "js/wasm", only: ["js/base"] },
  { folder: "js/table", only: ["js/base", "js/wasm"] },
  { folder: "js/app", only: ["js/base", "js/table"] },
  { folder: "js/middleware", only: ["js/base", "js/"] },
  { folder: "js/" },
];

export const root = new URL("../../", import.meta.url).pathname;

/** The source files of a layer. */
export function filesOf(folder) {
  const recursive = !folder.endsWith("/");
  const names = readdirSync(path.join(root, folder), { recursive }).map((name) => path.join(folder, name));
  return names.filter((name) => /\.([chm]|js|mjs)$/.test(name) && !name.includes(".d.")).sort();
}

const withoutComments = (text) => text.replace(/\/\*[^]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");

/** The files that a file names: in `#include "..."`, from include/, src/ or its own folder; in imports, by path. */
export function usesOf(file, text) {
  const code = withoutComments(text);
  if (/\.[ch]$/.test(file))
    return Array.from(code.matchAll(/^\s*#\s*include\s*"([^"]+)"/gm), ([, name]) => included(file, name));
  const imports = code.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return [...imports].map(([, name]) => path.join(path.dirname(file), name));
}

function included(file, name) {
  const candidates = name.includes("/") ? [`src/${name}`] : [`include/${name}`, path.join(path.dirname(file), name)];
  return candidates.find((candidate) => existsSync(path.join(root, candidate))) ?? name;
}

const isIn = (folder, file) =>
  folder.endsWith("/") ? `${path.dirname(file)}/` === folder : file.startsWith(`${folder}/`);

function mayUse(layers, from, to) {
  const row = layers.findIndex(({ folder }) => isIn(folder, from));
  const { folder, only, builds, except } = layers[row];
  const wanted = layers.findIndex((other) => isIn(other.folder, to));
  if (isIn(folder, to) || only) return isIn(folder, to) || only.some((other) => isIn(other, to));
  if (wanted < 0 || wanted > row || except?.includes(layers[wanted].folder)) return false;
  return layers[wanted].folder !== "src/build" || Boolean(builds);
}

/**
 * The arrows that the table does not allow, as `file -> file`.
 * @param {{ folder: string }[]} layers
 * @param {Iterable<[string, string]>} files each with its text
 * @returns {string[]}
 */
export function wrongArrows(layers, files) {
  const arrows = [...files].flatMap(([file, text]) => usesOf(file, text).map((used) => [file, used]));
  return arrows.filter(([file, used]) => !mayUse(layers, file, used)).map((arrow) => arrow.join(" -> "));
}

/** All files of these layers, each with its text. */
export const filesIn = (layers) =>
  layers.flatMap(({ folder }) => filesOf(folder)).map((file) => [file, readFileSync(path.join(root, file), "utf8")]);
