"""docs/abi.md says what is true: its numbers, its signatures, its example."""

import re
import subprocess
import sys

import pytest
import wasmtime

import wye_host
from conftest import ENGINE, MODULE, ROOT

TEXT = (ROOT / "docs/abi.md").read_text()
GENERATED = (ROOT / "js/wasm/constants.js").read_text()


def documented_numbers():
    return {name: int(value) for name, value in re.findall(r"^\| `([A-Z_]+)` \| (-?\d+) \|", TEXT, re.M)}


def test_constants():
    generated = {name: int(value) for name, value in re.findall(r"^export const (\w+) = (-?\d+);", GENERATED, re.M)}
    del generated["ABI_VERSION"]  # it only goes into the fingerprint
    assert documented_numbers() == generated


def test_the_fingerprint(module):
    assert module.call("wye_abi") == documented_numbers()["ABI"]


def test_the_statuses_of_the_host():
    numbers = documented_numbers()
    assert {numbers[name]: name for name in wye_host.STATUSES.values()} == wye_host.STATUSES
    assert wye_host.INPUT_SIZE == numbers["INPUT_SIZE"]


def documented_functions():
    """Name -> (number of parameters, number of results)."""
    found = re.findall(r"^### `(\w+)\(([^)]*)\)( -> \w+)?`", TEXT, re.M)
    return {name: (len(re.findall(r"\w+", params)), int(bool(result))) for name, params, result in found}


def documented_floats():
    """Name -> "f64" for each of its numbers that is said to be one."""
    sections = re.findall(r"^### `(\w+)\(.*?\n(.*?)(?=^##)", TEXT, re.M | re.S)
    floats = {name: re.findall(r"`f64`", text) for name, text in sections}
    return {name: ["f64"] * len(found) for name, found in floats.items() if found}


def test_signatures():
    exports = {export.name: export.type for export in wasmtime.Module.from_file(ENGINE, str(MODULE)).exports}
    assert isinstance(exports.pop("memory"), wasmtime.MemoryType)
    assert {name: (len(type.params), len(type.results)) for name, type in exports.items()} == documented_functions()
    others = {
        name: [str(value) for value in (*type.params, *type.results) if value != wasmtime.ValType.i32()]
        for name, type in exports.items()
    }
    assert {name: values for name, values in others.items() if values} == documented_floats()


def test_no_imports():
    assert list(wasmtime.Module.from_file(ENGINE, str(MODULE)).imports) == []


def test_the_example(tmp_path):
    program, printed = re.search(r"```python\n(.*?)```\n\nIt prints\n\n```\n(.*?)```", TEXT, re.S).groups()
    file = tmp_path / "example.py"
    file.write_text(program)
    ran = subprocess.run([sys.executable, file, MODULE], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr, ran.returncode) == (printed, "", 0)


def test_the_lines_stay_in_their_column():
    assert [line for line in TEXT.splitlines() if len(line) > 120] == []


@pytest.mark.parametrize("anchor", re.findall(r"\]\(#([\w-]+)\)", TEXT))
def test_the_links(anchor):
    headings = [re.sub(r"[^\w\- ]", "", heading).lower() for heading in re.findall(r"^#+ (.*)", TEXT, re.M)]
    assert anchor in [heading.replace(" ", "-") for heading in headings] or f'<a id="{anchor}">' in TEXT
