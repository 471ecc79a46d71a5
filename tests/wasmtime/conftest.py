"""What the tests share: the built files, the module, and a count of the conformance rows in the closing lines."""

import os
from pathlib import Path

import pytest
import wasmtime

import wye_host

ROOT = Path(__file__).parent.parent.parent
MODULE = Path(os.environ.get("WYE_WASM", ROOT / "build/wye.wasm"))
ENGINE = wasmtime.Engine()

rows = 0


def needs(file):
    """Skips a test where a native file is not built, unless everything is required."""
    missing = not file.exists() and not os.environ.get("WYE_REQUIRE_ALL")
    return pytest.mark.skipif(missing, reason=f"{file.name} is not built")


def table_of(module, *routes):
    """A table of texts like "GET /users/:id name" or "GET host/users/:id"."""
    return table_with(module.builder(), *routes)


def table_with(builder, *routes):
    """The same by a builder, which is given back."""
    with builder:
        for route in routes:
            method, field, *name = route.encode().split(b" ")
            slash = max(field.find(b"/"), 0)
            builder.add(method, field[slash:], *(name or [b""]), host=field[:slash])
        return builder.build()


@pytest.fixture
def module():
    """A fresh instance of wye.wasm."""
    return wye_host.Module(MODULE, ENGINE)


@pytest.fixture(scope="session")
def shared_module():
    """One instance for many tables, as a host would have it."""
    return wye_host.Module(MODULE, ENGINE)


@pytest.fixture
def count_rows():
    def count(number):
        global rows
        rows += number

    return count


def pytest_terminal_summary(terminalreporter):
    if rows:
        terminalreporter.write_line(f"conformance rows under wasmtime: {rows}")
