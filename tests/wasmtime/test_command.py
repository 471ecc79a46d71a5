"""wye-cli.wasm under wasmtime: the cases of tests/command, beside the native command where it is built."""

import json
import subprocess

import pytest

import wasi
from conformance import expand
from conftest import ROOT, needs, table_with

DATA = json.loads((ROOT / "tests/command/cases.json").read_text("utf-8"))
CASES = DATA["cases"]
NATIVE = ROOT / "build/wye"
MIB = 1 << 20


def contents(file, module):
    """tests/command/command.test.mjs says what a file may be."""
    if not isinstance(file, dict):
        return expand(file).encode()
    builder = module.builder_with(file.get("options", 0))
    image = bytearray(table_with(builder, *file["image"].splitlines()).image())
    if "flip" in file:
        image[file["flip"]] ^= 0xFF
    return bytes(image[: file.get("cut")])


@pytest.fixture(scope="session")
def folder(tmp_path_factory, shared_module):
    made = tmp_path_factory.mktemp("command")
    for name, file in DATA["files"].items():
        (made / name).write_bytes(contents(file, shared_module))
    return made


def matches(expected, actual):
    if isinstance(expected, dict):
        return all(text.encode() in actual for text in expected["contains"])
    return actual == (expand(expected) or "").encode()


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_case(case, folder):
    ran = wasi.run([expand(arg) for arg in case["args"]], (expand(case.get("stdin")) or "").encode(), folder)
    assert matches(case.get("stderr"), ran.stderr), ran.stderr[:2000].decode()
    assert matches(case.get("stdout"), ran.stdout), ran.stdout[:2000].decode()
    assert ran.code == case["code"]


@needs(NATIVE)
def test_the_same_bytes_as_the_native_command(folder):
    for case in CASES:
        args, stdin = [expand(arg) for arg in case["args"]], (expand(case.get("stdin")) or "").encode()
        native = subprocess.run([NATIVE, *args], input=stdin, cwd=folder, capture_output=True, check=False)
        assert wasi.run(args, stdin, folder) == (native.stdout, native.stderr, native.returncode), case["title"]


def test_a_long_input_at_bounded_memory(folder):
    """500,000 lines, 12 MiB, in a memory of 2 MiB."""
    lines = [b"/users/%d" % i if i % 3 else b"/files/some/where/%d/x" % i for i in range(500000)]
    ran = wasi.run(["match", "routes.txt", "GET"], b"\n".join(lines), folder, memory=2 * MIB)
    answers = ran.stdout.splitlines()
    assert (ran.code, ran.stderr, len(answers)) == (0, b"", len(lines))
    assert answers[0] == b"ok\t4\t/files/*path\tpath=some/where/0/x"
    assert answers[-1] == b"ok\t1\t/users/:id\tid=499999"


def test_a_file_that_does_not_fit_into_memory(folder):
    (folder / "large.txt").write_bytes(b"".join(b"GET /%d/:a/:b/:c/:d\n" % i for i in range(100000)))
    ran = wasi.run(["list", "large.txt"], b"", folder, memory=4 * MIB)
    assert ran == (b"", b"wye: memory: there is not enough for this file\n", 2)
    ran = wasi.run(["check", "large.txt"], b"", folder)
    assert ran == (b"large.txt: 100000 routes, 0 problems\n", b"", 0)


def test_files_outside_of_the_folder_are_not_there(folder):
    for name in ("../routes.txt", "/etc/passwd"):
        ran = wasi.run(["list", name], b"", folder)
        assert (ran.stdout, ran.code) == (b"", 2) and ran.stderr.startswith(b"wye: " + name.encode() + b": ")
