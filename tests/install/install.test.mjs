// `make install` and `make uninstall`: what they copy and remove, and that C programs, shared objects and CMake
// projects are built against it.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root, scratch } from "../support/files.mjs";
import { compiler, run } from "../support/run.mjs";
import { needs } from "../support/skip.mjs";
import { FOLDER, filesBelow, soversion, version } from "./support.mjs";

const there = needs("make", compiler, "pkg-config", "nm");
const write = (folder, name, text) => fs.writeFileSync(path.join(folder, name), text);

const PROGRAM = `#include <stdio.h>
#include <wye.h>
#include <wye_app.h>
int main(void) { return printf("%s %s %s\\n", wye_status_text(WYE_CONFLICT), wye_reason(404), wye_version()) < 0; }
`;
const PRINTS = `conflict Not Found ${version}`;

const MODULES = ["wye-cli.wasm", "wye.wasm"];

/** What is installed where the modules are built. */
const installed = [
  "bin/wye",
  ...["wye.h", "wye_app.h", "wye_pool.h", "wye_ratelimit.h"].map((name) => `include/${name}`),
  ...["cmake/wye/wye-config-version.cmake", "cmake/wye/wye-config.cmake", "libwye.a"].map((name) => `lib/${name}`),
  `lib/libwye.so -> libwye.so.${soversion}`,
  `lib/libwye.so.${soversion} -> libwye.so.${version}`,
  ...[`libwye.so.${version}`, "pkgconfig/wye.pc"].map((name) => `lib/${name}`),
  "share/man/man1/wye.1",
  ...MODULES.map((name) => `share/wye/${name}`),
];

/** Installs below a prefix; what is not installed must be said. */
function install(prefix, ...more) {
  const said = run("make", ["install", `PREFIX=${prefix}`, ...more]);
  for (const module of MODULES) {
    if (!said.includes(`not installed: build/${module} is `)) continue;
    const to = more.find((arg) => arg.startsWith("DESTDIR="))?.slice("DESTDIR=".length) ?? "";
    assert.ok(!fs.existsSync(path.join(to, prefix, "share/wye", module)), said);
    fs.mkdirSync(path.join(to, prefix, "share/wye"), { recursive: true });
    fs.writeFileSync(path.join(to, prefix, "share/wye", module), "");
  }
}

/** What pkg-config prints, as the shell would read it. */
function pkgConfig(prefix, ...args) {
  const env = { PKG_CONFIG_PATH: path.join(prefix, "lib/pkgconfig") };
  return run("sh", ["-c", `eval "printf '%s\\n' $(pkg-config ${args.join(" ")} wye)"`], { env }).split("\n");
}

function installedIn(t) {
  const folder = scratch(t, FOLDER);
  const prefix = path.join(folder, "usr");
  install(prefix);
  write(folder, "main.c", PROGRAM);
  return { folder, prefix, lib: path.join(prefix, "lib") };
}

const loading = (lib) => ({ env: { LD_LIBRARY_PATH: lib } });

test("a C program is built against what was installed, shared or static", there, (t) => {
  const { folder, prefix, lib } = installedIn(t);
  assert.deepEqual(filesBelow(prefix), installed);
  const build = (name, flags) => {
    run(compiler, ["-o", name, "main.c", ...flags], { cwd: folder });
    return path.join(folder, name);
  };
  const shared = build("shared", pkgConfig(prefix, "--cflags", "--libs"));
  assert.equal(run(shared, [], loading(lib)), PRINTS);
  assert.match(run("readelf", ["-d", shared]), new RegExp(`NEEDED.*\\[libwye\\.so\\.${soversion}\\]`));
  assert.equal(run(build("static", ["-static", ...pkgConfig(prefix, "--static", "--cflags", "--libs")]), []), PRINTS);
  assert.equal(run(path.join(prefix, "bin/wye"), ["--version"]), `wye ${version}`);
  assert.deepEqual(pkgConfig(prefix, "--modversion"), [version]);
  assert.deepEqual(filesBelow(pkgConfig(prefix, "--variable=wasmdir").join(" ")), MODULES);
});

test("the static library links into a shared object, and hides there what is not public", there, (t) => {
  const { folder, prefix, lib } = installedIn(t);
  const source = '#include <wye.h>\nconst char *plugin(void);\nconst char *plugin(void) { return wye_version(); }\n';
  write(folder, "plugin.c", source);
  const archive = ["-Wl,--whole-archive", path.join(lib, "libwye.a"), "-Wl,--no-whole-archive"];
  const flags = ["-shared", "-fPIC", "-Wl,-z,text", `-I${prefix}/include`];
  run(compiler, [...flags, "-o", "plugin.so", "plugin.c", ...archive], { cwd: folder });
  const exported = run("nm", ["-D", "--defined-only", "plugin.so"], { cwd: folder });
  assert.match(exported, / T plugin$/m);
  assert.doesNotMatch(exported, /wye__/);
});

/** The functions that the headers declare. */
function declared() {
  const headers = ["wye.h", "wye_app.h", "wye_pool.h", "wye_ratelimit.h"];
  const text = headers.map((name) => fs.readFileSync(path.join(root, "include", name), "utf8")).join("");
  const code = text.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/^#.*$/gm, "");
  return Array.from(code.matchAll(/^(?!typedef)[a-z][\w ]*[ *](wye_\w+)\([^{}]*?\);/gm), ([, name]) => name).sort();
}

const NEEDED = ["memcmp", "memcpy", "memmove", "memset"];

test("the shared library shows what the headers declare, and needs four functions", there, (t) => {
  const { lib } = installedIn(t);
  const names = (...args) => run("nm", args).split("\n").map((line) => line.trim().split(/[ @]+/));
  const library = path.join(lib, "libwye.so");
  assert.deepEqual(names("-D", "--defined-only", library).map(([, , name]) => name).sort(), declared());
  const wanted = names("-D", "--undefined-only", library).filter(([kind]) => kind === "U").map(([, name]) => name);
  assert.deepEqual(wanted.filter((name) => !NEEDED.includes(name)), []);
  assert.match(run("readelf", ["-d", library]), new RegExp(`SONAME.*\\[libwye\\.so\\.${soversion}\\]`));
  assert.doesNotMatch(run("readelf", ["-d", library]), /TEXTREL/);
});

test("a program in C++ includes the headers", needs("make", "c++"), (t) => {
  const folder = scratch(t, FOLDER);
  write(folder, "main.cc", PROGRAM.replace("stdio.h", "cstdio"));
  const flags = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-fsyntax-only", `-I${root}include`];
  run("c++", [...flags, "main.cc"], { cwd: folder });
});

// ---------------------------------------------------------------- folders

test("DESTDIR is before the prefix, and in no installed file", there, (t) => {
  const destination = path.join(scratch(t, FOLDER), "stage");
  install("/opt/wye", `DESTDIR=${destination}`);
  assert.deepEqual(filesBelow(path.join(destination, "opt/wye")), installed);
  const pc = fs.readFileSync(path.join(destination, "opt/wye/lib/pkgconfig/wye.pc"), "utf8");
  assert.match(pc, /^prefix=\/opt\/wye$/m);
  assert.match(pc, new RegExp(`^Version: ${version}$`, "m"));
  for (const file of ["pkgconfig/wye.pc", "cmake/wye/wye-config.cmake"]) {
    assert.ok(!fs.readFileSync(path.join(destination, "opt/wye/lib", file), "utf8").includes(destination), file);
  }
});

test("each folder can be another one", there, (t) => {
  const prefix = path.join(scratch(t, FOLDER), "usr");
  const folders = { BINDIR: "tools", LIBDIR: "lib/arch", INCLUDEDIR: "include/wye", MANDIR: "man", DATADIR: "data" };
  const args = Object.entries(folders).map(([name, folder]) => `${name}=${prefix}/${folder}`);
  run("make", ["install", `PREFIX=${prefix}/`, ...args]);
  const usual = [["bin/", "tools/"], ["lib/", "lib/arch/"], ["include/", "include/wye/"], ["share/man/", "man/"]];
  const wanted = installed.map((file) => usual.reduce((name, [from, to]) => name.replace(from, to), file));
  const withoutModules = (files) => files.filter((file) => !file.endsWith(".wasm"));
  assert.deepEqual(withoutModules(filesBelow(prefix)), withoutModules(wanted).sort());
  const env = { PKG_CONFIG_PATH: path.join(prefix, folders.LIBDIR, "pkgconfig") };
  assert.equal(run("pkg-config", ["--variable=includedir", "wye"], { env }), `${prefix}/include/wye`);
});

test("a folder that is no absolute path is refused, with what to write", there, () => {
  const refused = (...args) => assert.throws(() => run("make", ["install", ...args]), (error) => {
    const [name, folder] = args.at(-1).split("=");
    const wanted = name === "PREFIX" ? `PREFIX=${root}${folder}` : `${name}=/opt/wye/${folder}`;
    assert.ok(error.message.includes(`${args.at(-1)} is not an absolute path: write ${wanted}\n`), error.message);
    return true;
  });
  refused("PREFIX=somewhere");
  refused("PREFIX=");
  refused("PREFIX=/opt/wye", "LIBDIR=lib64");
  assert.ok(!fs.existsSync(path.join(root, "somewhere")));
});

test("a folder that pkg-config or CMake would misread is refused", there, () => {
  for (const folder of ['/a"b', "/a#b", "/a$$b", "/a;b", "/a\\b"]) {
    const name = folder.replace("$$", "$");
    assert.throws(() => run("make", ["install", "DESTDIR=/dev/null", `PREFIX=${folder}`]), (error) => {
      assert.ok(error.message.includes(`PREFIX=${name}: pkg-config and CMake cannot read a path with one of`), folder);
      return true;
    });
  }
});

test("all users can read what is installed, whatever the umask is", there, (t) => {
  const prefix = path.join(scratch(t, FOLDER), "usr");
  run("sh", ["-c", 'umask 077 && exec make install PREFIX="$1"', "sh", prefix]);
  const entries = fs.readdirSync(prefix, { recursive: true }).map((name) => path.join(prefix, name));
  for (const name of [prefix, ...entries]) assert.equal(fs.statSync(name).mode & 0o044, 0o044, name);
});

test("without a compiler nothing is installed, not even what an earlier build has left", there, (t) => {
  const prefix = path.join(scratch(t, FOLDER), "usr");
  const install = () => run("make", ["install", `PREFIX=${prefix}`, "CC=compiler-of-nobody"]);
  assert.throws(install, /nothing is installed: there is no compiler-of-nobody on the PATH; set CC=/);
  assert.ok(!fs.existsSync(prefix));
});

test("the folders in wye.pc follow its prefix", there, (t) => {
  const { prefix } = installedIn(t);
  const flags = pkgConfig(prefix, "--define-variable=prefix=/moved", "--cflags", "--libs");
  assert.deepEqual(flags, ["-I/moved/include", "-L/moved/lib", "-lwye"]);
});

test("uninstall removes what install copied, and nothing else", there, (t) => {
  const prefix = path.join(scratch(t, FOLDER), "usr");
  const others = ["bin/other", "include/other.h", "lib/cmake/wye/other.cmake", "lib/other.a", "share/wye/routes.txt"];
  for (const file of others) {
    fs.mkdirSync(path.join(prefix, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(prefix, file), "");
  }
  install(prefix);
  run("make", ["uninstall", `PREFIX=${prefix}`]);
  assert.deepEqual(filesBelow(prefix), others);
});

test("uninstall removes the folders that are wye's alone", there, (t) => {
  const prefix = path.join(scratch(t, FOLDER), "usr");
  install(prefix);
  run("make", ["uninstall", `PREFIX=${prefix}`]);
  for (const folder of ["lib/cmake/wye", "share/wye"]) assert.ok(!fs.existsSync(path.join(prefix, folder)), folder);
});

// ---------------------------------------------------------------- CMake

const PROJECT = (target, wanted) => `cmake_minimum_required(VERSION 3.10)
project(program C)
find_package(wye ${wanted} REQUIRED)
add_executable(program main.c)
target_link_libraries(program PRIVATE ${target})
message(STATUS "modules in \${wye_WASM_DIR}")
`;

const cmake = needs("make", compiler, "cmake", "pkg-config", "nm");
const minor = version.replace(/\.\d+$/, "");

test("CMake finds wye::wye and wye::static, also where the prefix was moved to", cmake, (t) => {
  const { folder, prefix } = installedIn(t);
  const moved = path.join(folder, "moved to");
  fs.renameSync(prefix, moved);
  for (const [target, needed] of [["wye::wye", true], ["wye::static", false]]) {
    write(folder, "CMakeLists.txt", PROJECT(target, minor));
    const out = path.join(folder, `build-${target.slice("wye::".length)}`);
    const args = ["-S", ".", "-B", out, `-DCMAKE_PREFIX_PATH=${moved}`, `-DCMAKE_C_COMPILER=${compiler}`];
    assert.ok(run("cmake", args, { cwd: folder }).includes(`modules in ${moved}/share/wye`));
    run("cmake", ["--build", out], { cwd: folder });
    const program = path.join(out, "program");
    assert.equal(run(program, []), PRINTS);
    assert.equal(run("readelf", ["-d", program]).includes("libwye.so"), needed, target);
  }
});

test("CMake refuses a version that may behave otherwise", cmake, (t) => {
  const { folder, prefix } = installedIn(t);
  const [major, middle, patch] = version.split(".").map(Number);
  const asks = (wanted) => {
    write(folder, "CMakeLists.txt", PROJECT("wye::wye", wanted));
    run("cmake", ["-S", ".", "-B", `build-${wanted}`, `-DCMAKE_PREFIX_PATH=${prefix}`], { cwd: folder });
  };
  asks(version);
  asks(`${version} EXACT`);
  for (const other of [[major + 1, 0, 0], [major, middle + 1, 0], [major, middle, patch + 1]]) {
    assert.throws(() => asks(other.join(".")), /compatible/, other.join("."));
  }
});

test("CMake refuses a range of versions that ends before this one, and components", cmake, (t) => {
  const { folder, prefix } = installedIn(t);
  const configure = (wanted) => {
    write(folder, "CMakeLists.txt", PROJECT("wye::wye", wanted));
    fs.rmSync(path.join(folder, "build"), { recursive: true, force: true });
    run("cmake", ["-S", ".", "-B", "build", `-DCMAKE_PREFIX_PATH=${prefix}`], { cwd: folder });
  };
  configure(`${minor}...${version}`);
  configure(`${minor}...<${version}.1`);
  // The next patch version, which the same file must refuse to a range that ends at this one.
  const file = path.join(prefix, "lib/cmake/wye/wye-config-version.cmake");
  const next = version.replace(/\d+$/, (patch) => Number(patch) + 1);
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replaceAll(`"${version}"`, `"${next}"`));
  for (const range of [`${minor}...${version}`, `${minor}...<${next}`]) {
    assert.throws(() => configure(range), /compatible/, range);
  }
  configure(`${minor}...${next}`);
  configure(`${minor} OPTIONAL_COMPONENTS shared`);
  assert.throws(() => configure(`${minor} COMPONENTS shared`), /wye has no components: link wye::wye or wye::static/);
});

test("CMake finds what is below a lib that is a link", cmake, (t) => {
  const folder = scratch(t, FOLDER);
  write(folder, "main.c", PROGRAM);
  write(folder, "CMakeLists.txt", PROJECT("wye::static", minor));
  const builds = (prefix) => {
    const out = path.join(folder, `build-${path.basename(prefix)}`);
    run("cmake", ["-S", ".", "-B", out, `-DCMAKE_PREFIX_PATH=${prefix}`], { cwd: folder });
    run("cmake", ["--build", out], { cwd: folder });
    assert.equal(run(path.join(out, "program"), []), PRINTS);
  };
  // To another disk, say.
  const [away, prefix] = [path.join(folder, "other/disk/lib"), path.join(folder, "usr")];
  for (const name of [away, prefix]) fs.mkdirSync(name, { recursive: true });
  fs.symlinkSync(away, path.join(prefix, "lib"));
  install(prefix);
  builds(prefix);
  // From the root to /usr.
  const system = path.join(folder, "system");
  install("/usr", `DESTDIR=${system}`);
  fs.symlinkSync("usr/lib", path.join(system, "lib"));
  builds(system);
});
