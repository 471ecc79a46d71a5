// Contenders run in processes of their own, and are asked for one measurement at a time.

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { median, rotated } from "./statistics.mjs";

/**
 * @typedef {object} Contestant a contender that runs
 * @property {string} title
 * @property {Record<string, string>} kinds the kinds of work that it is asked for, by the column they go to
 * @property {{ refused: number, why?: object, wrong: null | { id: number, params: number }, kinds: string[] }} hello
 * @property {(line: string) => Promise<any>} ask
 * @property {() => void} stop
 */

/**
 * Starts a process that prints a line of JSON when it is ready and one for each line that it is sent.
 * @param {{ title: string, command: string, args: string[], kinds?: Record<string, string> }} what
 * @returns {Promise<Contestant>}
 */
export async function start({ title, command, args, kinds = { id: "id", params: "params" } }) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  const complaint = lastWords(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${title}: ${await complaint}`);
    return JSON.parse(value);
  };
  const ask = (line) => (child.stdin.write(`${line}\n`), read());
  const hello = await read();
  return { title, kinds: offered(kinds, hello), hello, ask, stop: () => child.stdin.end() };
}

function offered(kinds, hello) {
  return Object.fromEntries(Object.entries(kinds).filter(([, kind]) => hello.kinds.includes(kind)));
}

async function lastWords(child) {
  let text = "";
  child.stdin.on("error", () => {});
  for await (const chunk of child.stderr) text += chunk;
  return text.split("\n").find((line) => /error/i.test(line)) ?? (text.trim() || "it ended early");
}

/**
 * Times all contestants in turns, so that noise hits each of them: a round is one measurement of each kind for each.
 * @param {Contestant[]} contestants
 * @param {{ rounds: number, ms: number, cold?: boolean }} effort cold: with no warming
 * @returns {Promise<Map<Contestant, Record<string, { ns: number, all: number[], bytes?: number, calls?: number }>>>}
 */
export async function measure(contestants, effort) {
  const figures = new Map(contestants.map((contestant) => [contestant, emptyFigures(contestant)]));
  if (!effort.cold) await warmUp(contestants, effort.ms);
  for (let round = 0; round < effort.rounds; round++) {
    for (const contestant of rotated(contestants, round)) {
      await timeRound(contestant, effort.ms, figures.get(contestant));
    }
  }
  for (const contestant of contestants) await finish(contestant, figures.get(contestant));
  return figures;
}

// As many at a time as there are cores, since nothing is timed yet.
async function warmUp(contestants, ms) {
  const waiting = [...contestants];
  const warmNext = async () => {
    for (let next; (next = waiting.shift()); ) await eachKind(next, (kind) => next.ask(`warm ${kind} ${ms}`));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, warmNext));
}

function emptyFigures({ kinds }) {
  return Object.fromEntries(Object.keys(kinds).map((column) => [column, { ns: 0, all: [] }]));
}

async function eachKind({ kinds }, visit) {
  for (const [column, kind] of Object.entries(kinds)) await visit(kind, column);
}

async function timeRound(contestant, ms, figures) {
  await eachKind(contestant, async (kind, column) => {
    figures[column].all.push((await contestant.ask(`time ${kind} ${ms}`)).ns);
  });
}

async function finish(contestant, figures) {
  await eachKind(contestant, async (kind, column) => {
    Object.assign(figures[column], await contestant.ask(`bytes ${kind}`), { ns: median(figures[column].all) });
  });
}
