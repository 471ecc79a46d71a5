"""A host of wye.wasm, written from docs/abi.md alone: texts are bytes, spans are byte offsets.

    module = Module("build/wye.wasm")
    with module.builder() as builder:
        builder.add(b"GET", b"/users/:id")
        table = builder.build()
    context = table.context()
    outcome = context.match(table.method(b"GET"), b"/users/42")
"""

import struct
from typing import NamedTuple, Optional

import wasmtime

STATUSES = {
    -1: "NOT_FOUND",
    -2: "METHOD_NOT_ALLOWED",
    -3: "REDIRECT",
    -4: "PATH_TOO_LONG",
    -5: "BAD_PATH",
    -16: "NO_MEMORY",
    -17: "BAD_ARGUMENT",
    -18: "BAD_PATTERN",
    -19: "PATTERN_TOO_LONG",
    -20: "TOO_MANY_PARAMS",
    -21: "BAD_METHOD",
    -22: "TOO_MANY_METHODS",
    -23: "TOO_MANY_ROUTES",
    -24: "BAD_NAME",
    -25: "BAD_ID",
    -26: "CONFLICT",
    -27: "IMAGE_TOO_LARGE",
    -28: "BAD_IMAGE",
    -29: "BAD_HOST",
    -30: "EXPRESSION_TOO_LARGE",
    -31: "BAD_VALUE",
    -32: "STALE",
    -33: "EXHAUSTED",
}

INPUT_SIZE = 69632
MAX_ALLOW = 4222
MAX_HOST = 255
NONE = 0xFFFFFFFF
NEXT_ID = -1


class WyeError(Exception):
    """What wye_error tells about a failed call."""

    def __init__(self, status, offset, other, message):
        super().__init__(message)
        self.status = status
        self.code = STATUSES[status]
        self.offset = offset
        self.other = None if other == NONE else other


def halves(seed):
    """A number of 64 bits as the two that the module takes."""
    return seed & 0xFFFFFFFF, seed >> 32


class Route(NamedTuple):
    method: bytes
    pattern: bytes
    name: Optional[bytes]
    host: Optional[bytes]
    id: int
    params: int


class Module:
    """An instance, with its memory. `store` may bring limits."""

    def __init__(self, file, engine=None, store=None):
        self.store = store or wasmtime.Store(engine)
        module = wasmtime.Module.from_file(self.store.engine, str(file))
        self.exports = wasmtime.Instance(self.store, module, []).exports(self.store)
        self.memory = self.exports["memory"]
        self.input = self.call("wye_input")

    def call(self, name, *numbers):
        return self.exports[name](self.store, *numbers)

    # The package asks for the memory's place in each call, so no view of it can be stale here.
    def read(self, offset, length):
        return bytes(self.memory.read(self.store, offset, offset + length))

    def write(self, offset, data):
        self.memory.write(self.store, data, offset)

    def numbers(self, offset, format):
        return struct.unpack("<" + format, self.read(offset, struct.calcsize("<" + format)))

    def memory_size(self):
        return self.memory.data_len(self.store)

    def send(self, text):
        """Writes a text of a lookup into the input buffer: its offset and length. What is too long is cut there."""
        text = text[:INPUT_SIZE]
        self.write(self.input, text)
        return self.input, len(text)

    def alloc(self, size):
        block = self.call("wye_alloc", size)
        if block == 0:
            raise MemoryError(f"no block of {size} bytes")
        return block

    def free(self, block):
        self.call("wye_free", block)

    def copy(self, data):
        """A block with these bytes."""
        block = self.alloc(len(data))
        self.write(block, data)
        return block

    def copy_texts(self, texts):
        """A block with all of them, and the offset and length of each, one after the other."""
        block = self.copy(b"".join(texts))
        places, at = [], block
        for text in texts:
            places += [at, len(text)]
            at += len(text)
        return block, places

    def error(self):
        status, offset, other, text, length = self.numbers(self.call("wye_error"), "iIIII")
        return WyeError(status, offset, other, self.read(text, length).decode(errors="replace"))

    def check(self, result):
        """For results where a negative one is a status."""
        if result < 0:
            raise self.error()
        return result

    def made(self, offset):
        """For results where 0 says that nothing was made."""
        if offset == 0:
            raise self.error()
        return offset

    def builder(
        self, trailing_slash="strict", clean_path=False, case_insensitive=False, method_not_allowed=True, max_path=0
    ):
        slash = ["strict", "redirect", "ignore"].index(trailing_slash)
        flags = 4 * clean_path + 8 * case_insensitive + 16 * (not method_not_allowed)
        return self.builder_with(slash + flags + (max_path << 16))

    def builder_with(self, options):
        return Builder(self, self.made(self.call("wye_builder_new", options)))

    def open(self, image):
        """A table from the bytes of its image."""
        block = self.copy(image)
        try:
            self.check(self.call("wye_table_open", block, len(image)))
        except WyeError:
            self.free(block)
            raise
        return Table(self, block)

    def pool(self, slots, params, seed=0):
        return Pool(self, self.made(self.call("wye_pool_new", slots, params, *halves(seed))))

    def buckets(self, keys, rate, burst, seed=0):
        numbers = (keys, float(rate), float(burst), *halves(seed))
        return Buckets(self, self.made(self.call("wye_buckets_new", *numbers)))

    def decode(self, raw, *param):
        """A text decoded; the value of a parameter, if it is that of (table, route, param)."""
        if b"%" not in raw:
            return raw
        name = "wye_decode_param" if param else "wye_decode"
        block = self.copy(raw + bytes(len(raw)))
        length = self.call(name, *param, block, len(raw), block + len(raw), len(raw))
        value = self.read(block + len(raw), length)
        self.free(block)
        return value


class Owned:
    """Something in linear memory that is given back at the end of a `with`, or by free()."""

    releases = "wye_free"

    def __init__(self, module, offset):
        self.module = module
        self.offset = offset

    def free(self):
        self.module.call(self.releases, self.offset)
        self.offset = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.free()


class Builder(Owned):
    releases = "wye_builder_free"

    def add(self, method, pattern, name=b"", host=b"", id=NEXT_ID):
        return self.module.check(self._with_texts("wye_builder_add", [method, pattern, name, host], id))

    def remove(self, method, pattern, host=b""):
        """Whether there was such a route."""
        result = self._with_texts("wye_builder_remove", [method, pattern, host])
        return STATUSES.get(result) != "NOT_FOUND" and self.module.check(result) == 0

    def _with_texts(self, name, texts, *numbers):
        block, places = self.module.copy_texts(texts)
        result = self.module.call(name, self.offset, *places, *numbers)
        self.module.free(block)
        return result

    def build(self):
        return Table(self.module, self.module.check(self.module.call("wye_builder_build", self.offset)))


class Table(Owned):
    def method(self, method):
        return self.module.call("wye_table_method", self.offset, *self.module.send(method))

    def image(self):
        return self.module.read(self.offset, self.module.call("wye_table_size", self.offset))

    def context(self):
        return Context(self, self.module.made(self.module.call("wye_context_new", self.offset)))

    def _filled(self, name, format, *numbers):
        """What a function writes to its `out`; None where it finds nothing."""
        out = self.module.alloc(struct.calcsize("<" + format))
        status = self.module.call(name, self.offset, *numbers, out)
        found = self.module.numbers(out, format) if status == 0 else None
        self.module.free(out)
        return found

    def route(self, index):
        found = self._filled("wye_table_route", "8IiI", index)
        if found is None:
            return None
        *texts, id, params = found
        method, pattern, name, host = (self.module.read(*texts[i : i + 2]) for i in (0, 2, 4, 6))
        return Route(method, pattern, name or None, host or None, id, params)

    def routes(self):
        return [self.route(index) for index in range(self.module.call("wye_table_routes", self.offset))]

    def method_name(self, number):
        found = self._filled("wye_table_method_name", "II", number)
        return None if found is None else self.module.read(*found)

    def is_catch_all(self, route, param):
        return self.module.call("wye_table_is_catch_all", self.offset, route, param) == 1

    def param_name(self, route, param):
        found = self._filled("wye_table_param_name", "II", route, param)
        return None if found is None else self.module.read(*found)


def spans_of(numbers):
    """(start, end) of offsets and lengths in turn; None without an offset."""
    spans = zip(numbers[::2], numbers[1::2])
    return [None if offset == NONE else (offset, offset + length) for offset, length in spans]


class Found:
    """What a lookup has found; read from memory, at `offset`, when it is asked for."""

    def _head(self):
        return self.module.numbers(self.offset, "iIQIIB")

    @property
    def outcome(self):
        return self._head()[0]

    @property
    def route(self):
        """The index of the route that was hit; None without a hit."""
        index = self._head()[1]
        return None if index == NONE else index

    @property
    def spans(self):
        """(start, end) of each parameter, in the text of the lookup; None: an optional form omits it."""
        numbers = self.module.numbers(self.offset + 32, "II" * self._head()[5])
        return spans_of(numbers)

    @property
    def path(self):
        """(start, end) of the path, in the text of the lookup."""
        return self._head()[3:5]

    def values(self, text):
        """The parameters' values, from the text of the lookup."""
        decode, table, route = self.module.decode, self.table.offset, self.route
        spans = enumerate(self.spans)
        return [span and decode(text[slice(*span)], table, route, param) for param, span in spans]


class Context(Found, Owned):
    def __init__(self, table, offset):
        super().__init__(table.module, offset)
        self.table = table

    @property
    def capacity(self):
        """The spans for which there is room."""
        return self.module.numbers(self.offset + 25, "B")[0]

    def match(self, method, path):
        return self._look_up("wye_match_method", method, path)

    def match_url(self, method, url):
        return self._look_up("wye_match_url", method, url)

    def _look_up(self, name, method, text):
        return self.module.call(name, self.table.offset, self.offset, method, *self.module.send(text))

    def match_all(self, method, path, capacity=None):
        """(route, id, spans) of every route that matches; a WyeError where there is too little room."""
        return self._find_all("wye_match_all", method, path, capacity)

    def match_all_url(self, method, url, capacity=None):
        return self._find_all("wye_match_all_url", method, url, capacity)

    def _find_all(self, name, method, text, capacity):
        module, table = self.module, self.table.offset
        place = module.alloc(8)
        numbers = (table, self.offset, method, *module.send(text))
        if capacity is None:
            module.call(name, *numbers, 0, 0, place)
            (capacity,) = module.numbers(place, "I")
        hits = module.alloc(capacity)
        count = module.call(name, *numbers, hits, capacity, place)
        (needed,) = module.numbers(place, "I")
        found = [self._hit(hits, index) for index in range(max(count, 0))]
        module.free(hits)
        module.free(place)
        if STATUSES.get(count) == "NO_MEMORY":
            raise WyeError(count, needed, NONE, "no room for the hits")
        return found

    def _hit(self, hits, index):
        route, id, params, spans = self.module.numbers(hits + 16 * index, "IiII")
        numbers = self.module.numbers(hits + spans, "II" * params)
        return route, id, spans_of(numbers)

    def location(self, text, capacity=None):
        """Where the last lookup, which was of this text, sends the client."""
        capacity = 3 * len(text) + 2 if capacity is None else capacity
        block = self.module.copy(text + bytes(capacity))
        place = block + len(text)
        length = self.module.call("wye_location", self.table.offset, self.offset, block, len(text), place, capacity)
        target = self.module.read(place, min(length, max(capacity - 1, 0)))
        self.module.free(block)
        return target

    def url(self, route, values, capacity=None):
        """The URL of a route, from a value or None for each of its parameters."""
        module, made = self.module, self.table.route(route)
        texts = [value or b"" for value in values]
        needed = 3 * sum(map(len, texts)) + len(made.pattern if made else b"") + MAX_HOST + 16
        capacity = needed if capacity is None else capacity
        block, places = module.copy_texts(texts)
        for index, value in enumerate(values):
            places[2 * index] *= value is not None
        pairs = module.copy(struct.pack(f"<{len(places)}I", *places))
        buffer = module.alloc(capacity)
        length = module.call("wye_url", self.table.offset, self.offset, route, pairs, len(values), buffer, capacity)
        url = module.read(buffer, max(length, 0))
        for taken in (block, pairs, buffer):
            module.free(taken)
        if length < 0:
            raise self._with_routes(module.error(), made)
        return url

    def _with_routes(self, error, made):
        """wye_url knows routes by their indexes, and its error names none."""
        others = [] if error.other is None else [self.table.route(error.other)]
        named = [f'"{((route.host or b"") + route.pattern).decode()}"' for route in (made, *others) if route]
        other = NONE if error.other is None else error.other
        return WyeError(error.status, error.offset, other, f"{error} ({', '.join(named)})")

    def allow(self, capacity=MAX_ALLOW + 1):
        block = self.module.alloc(capacity)
        length = self.module.call("wye_allow", self.table.offset, self.offset, block, capacity)
        text = self.module.read(block, min(length, max(capacity - 1, 0)))
        self.module.free(block)
        return text


class Pool(Owned):
    """Slots by handles: (slot, generation)."""

    releases = "wye_pool_free"

    def __init__(self, module, offset):
        super().__init__(module, offset)
        self.tables = {}  # by slot

    def _field(self, at):
        return self.module.numbers(self.offset + at, "I")[0]

    @property
    def stats(self):
        """Slots, used, high water, retired."""
        return self.module.numbers(self.offset, "IIII")

    def generation(self, slot):
        return self._field(64 + 8 * slot)

    def acquire(self, context=None):
        """A handle; None where all slots are in use."""
        slot = self.module.call("wye_acquire", self.offset, context.offset if context else 0)
        if STATUSES.get(slot) == "EXHAUSTED":
            return None
        if slot < 0:
            raise WyeError(slot, 0, NONE, STATUSES[slot])
        self.tables[slot] = context and context.table
        return slot, self.generation(slot)

    def release(self, handle):
        """Whether there was anything to release."""
        status = self.module.call("wye_release", self.offset, *handle)
        return STATUSES.get(status, status) != "STALE"

    def found(self, handle):
        """What the slot holds; None if the handle is stale."""
        slot, generation = handle
        return Slot(self, slot) if self.generation(slot) == generation else None

    def request_id(self, handle):
        text = self.module.call("wye_request_id", self.offset, *handle)
        return self.module.read(text, 32) if text else None

    def grow(self, slots, params):
        self.offset = self.module.made(self.module.call("wye_pool_grow", self.offset, slots, params))


class Slot(Found):
    def __init__(self, pool, slot):
        self.module = pool.module
        self.table = pool.tables[slot]
        self.offset = pool.offset + pool._field(20) + slot * pool._field(24)


class Buckets(Owned):
    def take(self, key, now):
        """0, or the seconds to wait."""
        return self.module.call("wye_buckets_take", self.offset, *self.module.send(key), now)
