// In Node, Deno and Bun: `process.mjs WAY MS FILE`; the file has the paths.

import { readFileSync } from "node:fs";
import process from "node:process";
import { timeWay } from "./ways.mjs";

const [way, ms, file] = process.argv.slice(2);
console.log(JSON.stringify(timeWay(way, JSON.parse(readFileSync(file, "utf8")), Number(ms), 0)));
