// Files of the checkout, and folders for what tests write.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout, with a slash at its end. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The path of a file or folder of the checkout. @param {string} name */
export const local = (name) => root + name;

/** The text of a file of the checkout. @param {string} name */
export const read = (name) => fs.readFileSync(local(name), "utf8");

/**
 * The folder below build/ that belongs to one test file, made if need be: test files run at the same time, so no two of
 * them may write to the same place.
 * @param {string} url the test file's import.meta.url
 * @param {string} [part] a folder in it, for one of several tests that run at the same time
 */
export function folderOf(url, part = "") {
  const name = path.relative(local("tests"), fileURLToPath(url)).replace(/\.test\.mjs$/, "");
  const folder = path.join(local(`build/tests/${name}`), part);
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Makes a folder outside of the checkout, so that nothing in it resolves to the checkout.
 * @param {{ after(remove: () => void): void }} t whose end removes the folder
 * @param {string} prefix of the folder's name
 */
export function scratch(t, prefix) {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), prefix));
  // A program that was killed a moment ago may still write there.
  t.after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  return folder;
}
