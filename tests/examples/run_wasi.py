"""Runs a WASI command under wasmtime, again and again: a line of JSON with its environment and its input (base64) comes
in, a line with its output and exit code goes out. The module is compiled once; each run has a memory of its own."""

import base64
import json
import sys
import tempfile
from pathlib import Path

import wasmtime

ENGINE = wasmtime.Engine()
MODULE = wasmtime.Module.from_file(ENGINE, sys.argv[1])


def start(config):
    store = wasmtime.Store(ENGINE)
    store.set_wasi(config)
    linker = wasmtime.Linker(ENGINE)
    linker.define_wasi()
    try:
        linker.instantiate(store, MODULE).exports(store)["_start"](store)
    except wasmtime.ExitTrap as end:
        return end.code
    return 0


def run(env, stdin):
    with tempfile.TemporaryDirectory() as streams:
        files = {name: Path(streams) / name for name in ("stdin", "stdout", "stderr")}
        files["stdin"].write_bytes(stdin)
        config = wasmtime.WasiConfig()
        config.argv = ["c-cgi.wasm"]
        config.env = list(env.items())
        config.stdin_file, config.stdout_file, config.stderr_file = map(str, files.values())
        code = start(config)
        return [files[name].read_bytes() for name in ("stdout", "stderr")], code


for line in sys.stdin:
    job = json.loads(line)
    outputs, code = run(job["env"], base64.b64decode(job["stdin"]))
    print(json.dumps({"outputs": [base64.b64encode(output).decode() for output in outputs], "code": code}), flush=True)
