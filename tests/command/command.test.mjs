/*
 * The command, natively and as the package brings it, under Node's WASI: the same arguments, files and standard input
 * give the same bytes and the same exit code. tests/wasmtime/test_command.py runs the same cases under wasmtime.
 *
 * cases.json: `files` are there for all cases, in one folder. A text is a string, or a list of strings and
 * { repeat: [text, count] }. A file may also be { image: routes, options, cut, flip }: the image of a table with these
 * routes and options (the sum that wye_builder_new takes), so many bytes of it only, or with the bits of one byte
 * turned over. What a case does not name is empty. An output may be { contains: [text] }.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { expand } from "../conformance/runner.mjs";
import { local, read } from "../support/files.mjs";
import { requireAll, unless } from "../support/skip.mjs";
import { imageOf, loadModule } from "./image.mjs";

const { files, cases } = JSON.parse(read("tests/command/cases.json"));

const hosts = [
  { name: "native", command: [local("build/wye")] },
  { name: "native, with the sanitizers", command: [local("build/asan/wye")] },
  { name: "the package's", command: [process.execPath, local("dist/command.js")] },
].filter(({ command }) => requireAll || existsSync(command.at(-1)));

let folder;

function contents(file, wye) {
  if (file.image === undefined) return expand(file);
  const image = imageOf(wye, file.image, file.options);
  if (file.flip !== undefined) image[file.flip] ^= 0xff;
  return image.subarray(0, file.cut);
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), "wye-command-"));
  const wye = loadModule(local("build/wye.wasm"));
  for (const [name, file] of Object.entries(files)) writeFileSync(join(folder, name), contents(file, wye));
});

after(() => rmSync(folder, { recursive: true }));

function run({ command: [program, ...first] }, args, stdin, cwd = folder) {
  const options = { cwd, input: stdin, maxBuffer: 1 << 26 };
  const { status, stdout, stderr } = spawnSync(program, [...first, ...args], options);
  return { stdout: stdout.toString(), stderr: stderr.toString(), code: status };
}

function compare(expected, actual, what) {
  if (!expected?.contains) return assert.equal(actual, expand(expected) ?? "", what);
  for (const text of expected.contains) assert.ok(actual.includes(text), `${what}: no ${text} in\n${actual}`);
}

for (const { name, command } of hosts) {
  describe(name, () => {
    for (const { title, args, stdin, stdout, stderr, code } of cases) {
      test(title, () => {
        const actual = run({ command }, args.map(expand), expand(stdin) ?? "");
        compare(stderr, actual.stderr, "standard error");
        compare(stdout, actual.stdout, "standard output");
        assert.equal(actual.code, code);
      });
    }
  });
}

const noFull = !existsSync("/dev/full") && "no /dev/full";
const alone = unless(hosts.length >= 2, "a C compiler and dist");

describe("all hosts", { skip: alone }, () => {
  test("the native command and the package's are both there", () => {
    assert.ok(hosts.length >= 2, "no C compiler, or no dist?");
  });

  test("all write the same bytes, also where a case names only a part of them", () => {
    for (const { args, stdin, stdout, stderr } of cases) {
      if (!stdout?.contains && !stderr?.contains) continue;
      const [first, ...others] = hosts.map((host) => run(host, args.map(expand), expand(stdin) ?? ""));
      for (const other of others) assert.deepEqual(other, first);
    }
  });
});

/** Two folders with files, and links from one into the other. */
function place() {
  const [top, here, other] = ["place", "place/sub", "other"].map((name) => join(folder, name));
  if (existsSync(top)) return { here, other };
  for (const each of [here, other]) mkdirSync(each, { recursive: true });
  writeFileSync(join(here, "r.txt"), "GET /here\n");
  writeFileSync(join(top, "up.txt"), "GET /up\n");
  writeFileSync(join(other, "r.txt"), "GET /other\n");
  const links = { "link.txt": "../up.txt", "absolute.txt": `${other}/r.txt`, "folder": "../../other", "loop": "loop" };
  for (const [name, to] of Object.entries(links)) symlinkSync(to, join(here, name));
  return { here, other };
}

/** Writes a line, waits for its answer, writes the next. */
async function talk({ command: [program, ...first] }, lines) {
  const options = { cwd: folder, stdio: ["pipe", "pipe", "inherit"] };
  const child = spawn(program, [...first, "match", "routes.txt", "GET"], options);
  const answers = [];
  for (const line of lines) {
    child.stdin.write(line);
    answers.push(await new Promise((resolve) => child.stdout.once("data", (data) => resolve(data.toString()))));
  }
  child.stdin.end();
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { answers, code };
}

for (const host of hosts) {
  test(`${host.name}: each answer is written before the next line is read`, { timeout: 20000 }, async () => {
    const { answers, code } = await talk(host, ["/users/1\n", "/\n"]);
    assert.deepEqual(answers, ["ok\t1\t/users/:id\tid=1\n", "ok\t0\t/\n"]);
    assert.equal(code, 0);
  });

  test(`${host.name}: output that cannot be written is an error`, { skip: noFull }, () => {
    const [program, ...first] = host.command;
    const args = ["-c", '"$0" "$@" >/dev/full', program, ...first, "list", "routes.txt"];
    const { status, stderr } = spawnSync("sh", args, { cwd: folder });
    assert.equal(stderr.toString(), "wye: standard output: cannot be written\n");
    assert.equal(status, 2);
  });

  test(`${host.name}: it ends when nobody reads the output`, () => {
    const [program, ...first] = host.command;
    writeFileSync(join(folder, "many.txt"), Array.from({ length: 20000 }, (_, i) => `GET /${i}\n`).join(""));
    const script = '{ "$0" "$@"; echo $? >code; } | head -n 1';
    const { stdout, stderr } = spawnSync("sh", ["-c", script, program, ...first, "list", "many.txt"], { cwd: folder });
    assert.equal(stdout.toString(), "0\tGET\t/0\n");
    assert.equal(stderr.toString(), "");
    assert.equal(readFileSync(join(folder, "code"), "utf8"), "141\n");
  });

  test(`${host.name}: files are found in any folder`, () => {
    const { here, other } = place();
    const patterns = [
      ["r.txt", "/here"], ["./../sub/r.txt", "/here"], ["../up.txt", "/up"], ["../../other/r.txt", "/other"],
      [`${other}/r.txt`, "/other"], [`/${other}/r.txt`, "/other"], ["../../../../../../../../dev/null", undefined],
      ["link.txt", "/up"], ["absolute.txt", "/other"], ["folder/r.txt", "/other"],
    ];
    for (const [name, pattern] of patterns) {
      const stdout = pattern ? `0\tGET\t${pattern}\n` : "";
      assert.deepEqual(run(host, ["list", name], "", here), { stdout, stderr: "", code: 0 }, name);
    }
    const troubles = [
      ["../none.txt", "no such file"], [`${other}/none.txt`, "no such file"], ["", "no such file"],
      // Not the absolute name.
      [`${other}/r.txt`.slice(1), "no such file"],
      ["..", "is a directory"], ["folder", "is a directory"], ["/", "is a directory"],
      ["loop", "cannot be read"], ["r.txt/", "cannot be read"],
    ];
    for (const [name, trouble] of troubles) {
      const stderr = `wye: ${name}: ${trouble}\n`;
      assert.deepEqual(run(host, ["list", name], "", here), { stdout: "", stderr, code: 2 });
    }
  });

  // As in `wye check <(generate)`.
  test(`${host.name}: a named pipe is read`, { skip: !existsSync("/dev/fd") && "no /dev/fd" }, () => {
    const [program, ...first] = host.command;
    const script = 'echo GET /piped | { exec 7<&0; "$0" "$@" /dev/fd/7 </dev/null; }';
    const { stdout, stderr } = spawnSync("sh", ["-c", script, program, ...first, "list"], { cwd: folder });
    assert.equal(stderr.toString(), "");
    assert.equal(stdout.toString(), "0\tGET\t/piped\n");
  });
}
