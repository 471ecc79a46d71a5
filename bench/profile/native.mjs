// Where a lookup's time goes in C: samples of the running program, told by the function that they lie in.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { writeLoad } from "../budgets/load.mjs";
import { ALLOCATOR } from "../budgets/native.mjs";
import { grid } from "../report.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const out = `${root}build/profile/`;

const TABLES = ["github-2013-overlaps", "github-2026", "language"];

/**
 * The stages, in the order in which a request meets them. A sample belongs to the first of RULES that knows a frame of
 * it: the function, with those that it is inlined into.
 */
const STAGES = [
  "loop over the requests", "copy of the string", "method's number", "authority, hosts", "call, checks",
  "path's end, slash mask", "descend", "descend: static children", "backtracking", "constraints",
  "escapes, dot segments", "policies: slash, clean path", "outcome", "spans read", "elsewhere"
];

const RULES = [
  ["constraints", /constraint\.c/],
  ["copy of the string", /^copy_text|mem(cpy|move)/],
  ["spans read", /^read_spans|^wye_param\b/],
  ["method's number", /^wye_table_method/],
  ["backtracking", /backtrack\.c/],
  ["path's end, slash mask", /^find_end|^wye__look|^wye__window_at|^wye__readable|^wye__marks/],
  ["descend: static children", /^wye__static_child|^wye__same_tail|^wye__hash|memcmp/],
  ["outcome", /^wye__finish|^wye__ref_for_method|^wye__context_clear/],
  ["descend", /^descend|^untried/],
  ["policies: slash, clean path", /policies\.c|location\.c|^wye__match_form/],
  ["escapes, dot segments", /\/(encoding|dot_segments)\.[ch]/],
  ["authority, hosts", /authority\.c|hosts?\.c/],
  ["policies: slash, clean path", /^search\b/],
  ["call, checks", /context\.[ch]|match(_url)?\.c/],
  ["loop over the requests", /native\.c/]
];

function run(command, args, input) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", input, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
  return stdout;
}

/** Builds the program with the library's sources in it, as it ships, but with the names of what is inlined. */
function build() {
  mkdirSync(out, { recursive: true });
  writeLoad(`${out}load.tsv`);
  const sources = readdirSync(`${root}src`, { recursive: true }).filter((name) => /^(?!command\/).*\.c$/.test(name));
  const library = sources.map((name) => `${root}src/${name}`);
  const own = ["profile/native", "budgets/native/load", "budgets/native/count"].map((name) => `${root}bench/${name}.c`);
  const folders = ["include", "src", "bench/budgets/native"].map((name) => `-I${root}${name}`);
  const flags = ["-std=c11", "-O3", "-g", "-static", ...folders];
  const program = `${out}native`;
  const wraps = ALLOCATOR.map((name) => `-Wl,--wrap=${name}`); // for count.c, which load.c needs
  run(process.env.CC ?? "cc", [...flags, "-o", program, ...own, ...library, ...wraps]);
  return program;
}

/** The stage of each address: addr2line gives, for each, its frames, the innermost first. */
function stagesOf(program, addresses) {
  const lines = run("addr2line", ["-a", "-i", "-f", "-e", program], addresses.join("\n")).trimEnd().split("\n");
  const stages = new Map();
  let address, frames = [];
  const close = () => address && stages.set(address, stageOf(frames));
  for (let i = 0; i < lines.length; ) {
    if (!lines[i].startsWith("0x")) {
      frames.push(`${lines[i]} ${lines[i + 1]}`);
      i += 2;
      continue;
    }
    close();
    address = BigInt(lines[i++]);
    frames = [];
  }
  close();
  return stages;
}

function stageOf(frames) {
  const rule = RULES.find(([, pattern]) => frames.some((frame) => pattern.test(frame)));
  return rule ? rule[0] : "elsewhere";
}

/**
 * @param {number} ms of the processor's time, for each table
 * @returns {string} the table
 */
export function nativeProfile(ms) {
  const program = build();
  const columns = TABLES.map((table) => profileOf(program, table, ms));
  const cell = ({ ns, counts, total }, stage) => ((ns * (counts.get(stage) ?? 0)) / total).toFixed(1);
  const rows = STAGES.filter((stage) => columns.some(({ counts }) => counts.has(stage)));
  const all = ["all", ...columns.map(({ ns }) => ns.toFixed(1)), ""];
  const head = ["", ...TABLES, ""];
  return grid("where a request's time goes in C, ns (by URL, requests of the budgets' load)",
    [head, ...rows.map((stage) => [stage, ...columns.map((column) => cell(column, stage)), ""]), all]);
}

function profileOf(program, table, ms) {
  const { ns, samples } = JSON.parse(run(program, [`${out}load.tsv`, table, String(ms)]));
  const stages = stagesOf(program, [...new Set(samples)]);
  const counts = new Map();
  for (const sample of samples) {
    const stage = stages.get(BigInt(sample));
    counts.set(stage, (counts.get(stage) ?? 0) + 1);
  }
  return { ns, counts, total: samples.length };
}
