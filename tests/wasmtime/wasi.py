"""Runs wye-cli.wasm under wasmtime: WASI preview 1, with real files for the standard streams."""

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

import wasmtime

from conftest import ENGINE, ROOT

COMMAND = Path(os.environ.get("WYE_CLI_WASM", ROOT / "build/wye-cli.wasm"))


class Ran(NamedTuple):
    stdout: bytes
    stderr: bytes
    code: int


@cache
def compiled():
    return wasmtime.Module.from_file(ENGINE, str(COMMAND))


def run(args, stdin, folder, memory=None):
    """The command with `folder` as its current one; `memory` limits the bytes of its linear memory."""
    with tempfile.TemporaryDirectory() as streams:
        files = {name: Path(streams) / name for name in ("stdin", "stdout", "stderr")}
        files["stdin"].write_bytes(stdin)
        config = wasmtime.WasiConfig()
        config.argv = ["wye", *args]
        config.stdin_file, config.stdout_file, config.stderr_file = map(str, files.values())
        config.preopen_dir(str(folder), ".")
        code = start(config, memory)
        return Ran(files["stdout"].read_bytes(), files["stderr"].read_bytes(), code)


def start(config, memory):
    store = wasmtime.Store(ENGINE)
    store.set_wasi(config)
    if memory:
        store.set_limits(memory_size=memory)
    linker = wasmtime.Linker(ENGINE)
    linker.define_wasi()
    instance = linker.instantiate(store, compiled())
    try:
        instance.exports(store)["_start"](store)
    except wasmtime.ExitTrap as exit:
        return exit.code
    return 0
