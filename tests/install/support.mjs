// What the tests of `make install` share.

import fs from "node:fs";
import path from "node:path";
import { read } from "../support/files.mjs";

/** Everything below a folder but folders, sorted; a link as "name -> target". */
export function filesBelow(folder) {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const name = path.relative(folder, file);
    return entry.isSymbolicLink() ? `${name} -> ${fs.readlinkSync(file)}` : name;
  });
  return files.sort();
}

/** Names have a space in them, as prefixes may. */
export const FOLDER = "wye install-";

export const { version } = JSON.parse(read("package.json"));

/** The part of the version that is in the name by which programs load the shared library. */
export const soversion = version.replace(/^(0\.\d+|\d+)\..*/, "$1");
