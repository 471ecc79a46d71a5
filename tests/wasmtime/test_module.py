"""wye.wasm by its ABI: what the conformance suite does not ask."""

import random
import subprocess
import threading

import pytest
import wasmtime

from conftest import ENGINE, MODULE, ROOT, needs, table_of, table_with
from wye_host import INPUT_SIZE, Builder, Module, Route, WyeError

MAX_PATH = 65535
MIB = 1 << 20


def limited(memory):
    """An instance whose memory may have so many bytes."""
    store = wasmtime.Store(ENGINE)
    store.set_limits(memory_size=memory)
    return Module(MODULE, store=store)


# ---------------------------------------------------------------- tables


def test_what_was_added_is_listed(module):
    table = table_of(module, "GET /users/:id user", "* /files/*", "POST /a/*/:b-:c")
    assert table.routes() == [
        Route(b"GET", b"/users/:id", b"user", None, 0, 1),
        Route(b"*", b"/files/*", None, None, 1, 1),
        Route(b"POST", b"/a/*/:b-:c", None, None, 2, 3),
    ]
    assert [table.param_name(2, param) for param in range(4)] == [b"0", b"b", b"c", None]
    assert table.param_name(1, 0) == b"*"
    assert table.route(3) is None and table.param_name(3, 0) is None
    names = [table.method_name(number) for number in range(3)]
    assert sorted(names[:2]) == [b"GET", b"POST"] and names[2] is None
    assert [table.method(name) for name in names[:2]] == [0, 1]


def test_a_builder_goes_on_after_a_table(module):
    with module.builder() as builder:
        builder.add(b"GET", b"/a")
        first = builder.build()
        builder.add(b"GET", b"/b")
        second = builder.build()
    assert [first.context().match(0, b"/b"), second.context().match(0, b"/b")] == [-1, 1]
    assert len(first.routes()) == 1 and len(second.routes()) == 2


def test_ids(module):
    with module.builder() as builder:
        ids = [builder.add(b"GET", b"/a"), builder.add(b"GET", b"/b", id=7), builder.add(b"GET", b"/c"),
               builder.add(b"GET", b"/d", id=7), builder.add(b"GET", b"/e", id=2147483647)]
        with pytest.raises(WyeError) as caught:
            builder.add(b"GET", b"/f")
        assert ids == [0, 7, 8, 7, 2147483647] and caught.value.code == "BAD_ID"
        assert builder.build().context().match(0, b"/e") == 2147483647


def test_hosts_are_listed(module):
    table = table_of(module, "GET Api.Example.com/users/:id user", "GET :tenant.example.com/:page")
    assert table.routes() == [
        Route(b"GET", b"/users/:id", b"user", b"Api.Example.com", 0, 1),
        Route(b"GET", b"/:page", None, b":tenant.example.com", 1, 2),
    ]
    assert [table.param_name(1, param) for param in range(3)] == [b"tenant", b"page", None]


def test_removal(module):
    with module.builder() as builder:
        for host in (b"", b"h"):
            builder.add(b"GET", b"/a/:x", host=host)
        builder.add(b"GET", b"/b", b"b")
        first = builder.build()
        assert not builder.remove(b"GET", b"/a/:y") and not builder.remove(b"PUT", b"/a/:x")
        assert builder.remove(b"GET", b"/a/:x", b"h") and not builder.remove(b"GET", b"/a/:x", b"h")
        assert [(route.pattern, route.id) for route in builder.build().routes()] == [(b"/a/:x", 0), (b"/b", 2)]
        assert builder.add(b"GET", b"/a/:y", host=b"h") == 3
    assert len(first.routes()) == 3


def test_routes_that_come_and_go_take_no_more_memory(module):
    with module.builder() as builder:
        builder.add(b"GET", b"/keep")
        size = 0
        for i in range(20000):
            builder.add(b"GET", b"/%d/:x<uint>" % i, b"name", b"h")
            assert builder.remove(b"GET", b"/%d/:x<uint>" % i, b"h")
            size = module.memory_size() if i == 2000 else size
        assert module.memory_size() == size and len(builder.build().routes()) == 1


def test_method_numbers(module):
    table = table_of(module, "GET /a", "POST /a", "* /b")
    assert sorted(table.method(name) for name in (b"GET", b"POST")) == [0, 1]
    for unknown in (b"PUT", b"get", b"GE", b"GETS", b"*", b""):
        assert table.method(unknown) == 64
    context = table.context()
    assert [context.match(number, b"/b") for number in (0, 1, 63, 64, 65, -1)] == [2] * 6
    assert [context.match(number, b"/a") for number in (31, 32, 63, 64, 65, -1)] == [-2] * 6


# ---------------------------------------------------------------- errors


def refused(module, *route, options=0, before=()):
    with Builder(module, module.made(module.call("wye_builder_new", options))) as builder:
        for other in before:
            builder.add(*other)
        with pytest.raises(WyeError) as caught:
            builder.add(*route)
        table = builder.build()
        assert len(table.routes()) == len(before)
        table.free()
    return caught.value


def test_errors_say_what_and_where(module):
    error = refused(module, b"GET", b"/users/:")
    assert (error.code, error.offset, error.other) == ("BAD_PATTERN", 7, None)
    assert '"/users/:" at byte 7' in str(error)
    error = refused(module, b"GET", b"/:x/a", before=[(b"GET", b"/b"), (b"GET", b"/:id/a")])
    assert (error.code, error.other) == ("CONFLICT", 1)
    assert "/:x/a" in str(error) and "/:id/a" in str(error)


@pytest.mark.parametrize("code, route", [
    ("BAD_PATTERN", (b"GET", b"")),
    ("BAD_METHOD", (b"", b"/")),
    ("BAD_METHOD", (b"G T", b"/")),
    ("BAD_METHOD", (b"G" * 65, b"/")),
    ("PATTERN_TOO_LONG", (b"GET", b"/" + b"a" * 4096)),
    ("TOO_MANY_PARAMS", (b"GET", b"".join(b"/:p%d" % i for i in range(65)))),
    ("BAD_NAME", (b"GET", b"/", b"n" * 256)),
    ("BAD_ID", (b"GET", b"/", b"", b"", -2)),
    ("BAD_HOST", (b"GET", b"/", b"", b"a..b")),
    ("BAD_HOST", (b"GET", b"/", b"", b"h" * 256)),
    ("EXPRESSION_TOO_LARGE", (b"GET", b"/:x(a{1001})")),
])
def test_each_refusal_has_its_status(module, code, route):
    assert refused(module, *route).code == code


def test_a_long_sentence_is_whole(module):
    first, second = b"/" + b"a" * 4093 + b":x", b"/" + b"a" * 4093 + b":y"
    message = str(refused(module, b"M" * 64, second[:4096], before=[(b"M" * 64, first[:4096])]))
    assert first.decode()[:4096] in message and second.decode()[:4096] in message


def test_too_many_methods(module):
    before = [(b"M%d" % number, b"/") for number in range(64)]
    assert refused(module, b"M64", b"/", before=before).code == "TOO_MANY_METHODS"


def test_an_unknown_option_is_refused(module):
    with pytest.raises(WyeError) as caught:
        module.builder_with(3)
    assert caught.value.code == "BAD_ARGUMENT"
    with pytest.raises(WyeError) as caught:
        module.builder_with(32)
    assert caught.value.code == "BAD_ARGUMENT"


def test_the_error_is_empty_before_the_first(module):
    status, _, _, _, length = module.numbers(module.call("wye_error"), "iIIII")
    assert (status, length) == (0, 0)


def test_an_error_stays_until_the_next(module):
    refused(module, b"GET", b"/a/:")
    table_of(module, "GET /a").context().match(0, b"/x")
    assert module.error().offset == 3


# ---------------------------------------------------------------- lookups


def test_contexts_hold_their_answers(module):
    table = table_of(module, "GET /a/:x", "GET /b/:x/:y")
    one, two = table.context(), table.context()
    assert [one.match(0, b"/a/1"), two.match(0, b"/b/23/4")] == [0, 1]
    assert [one.route, one.spans, one.path] == [0, [(3, 4)], (0, 4)]
    assert [two.route, two.spans, two.path] == [1, [(3, 5), (6, 7)], (0, 7)]


def test_a_context_with_too_little_room(module):
    small = table_of(module, "GET /a")
    large = table_of(module, "GET " + "".join(f"/:p{i}" for i in range(20)))
    context = small.context()
    context.table = large
    assert context.match(0, b"/a" * 20) == -17 and context.outcome == -17
    assert (context.route, context.spans) == (None, [])


def test_a_miss_leaves_nothing(module):
    table = table_of(module, "GET /a/:x")
    context = table.context()
    for path, outcome, ends in [(b"/b?q", -1, (0, 2)), (b"", -5, (0, 0)), (b"a", -5, (0, 0)), (b"/" * 65536, -4, None)]:
        assert context.match(0, b"/a/1") == 0
        assert context.match(0, path) == outcome == context.outcome
        assert (context.route, context.spans, context.allow()) == (None, [], b"")
        assert ends in (context.path, None)


def test_lengths(module):
    context = table_with(module.builder(max_path=MAX_PATH), "GET /*rest").context()
    longest = b"/" + b"x" * (MAX_PATH - 1)
    assert context.match(0, longest) == 0 and context.spans == [(1, MAX_PATH)]
    assert context.match(0, longest + b"x") == -4
    assert context.match(0, longest + b"?" + b"q" * 100000) == 0
    assert context.match(0, longest + b"x" * 100000) == -4


def test_the_longest_path_of_a_table(module):
    for limit, longest in ((0, 8192), (1, 1), (100, 100)):
        context = table_with(module.builder(max_path=limit), "GET /*rest").context()
        assert context.match(0, b"/" * longest) == 0
        assert context.match(0, b"/" * (longest + 1)) == -4


def test_lengths_of_urls(module):
    context = table_with(module.builder(max_path=MAX_PATH), "GET /*rest").context()
    longest = b"/" + b"x" * (MAX_PATH - 1)
    before = b"https://" + b"h" * (4096 - 8)
    assert context.match_url(0, before + longest) == 0 and context.spans == [(4097, INPUT_SIZE - 1)]
    assert context.match_url(0, before + longest + b"x") == -4
    assert context.match_url(0, before + longest + b"x" * 100000) == -4
    assert context.match_url(0, before + b"h/") == -5
    assert context.match_url(0, before + b"h" * 100000) == -5
    assert context.match_url(0, b"https://h") == 0 and context.spans == [(9, 9)]


def test_a_path_anywhere_in_memory(module):
    table = table_of(module, "GET /users/:id")
    context = table.context()
    path = b"/users/" + b"7" * 100
    for _ in range(200):
        block = module.copy(path)
        assert module.call("wye_match_method", table.offset, context.offset, 0, block, len(path)) == 0


def test_allow_is_cut_where_there_is_no_room(module):
    table = table_of(module, "GET /a", "DELETE /a")
    context = table.context()
    assert context.match(64, b"/a") == -2
    assert context.allow() == b"DELETE, GET"
    assert [context.allow(capacity) for capacity in (12, 11, 1, 0)] == [b"DELETE, GET", b"DELETE, GE", b"", b""]


def test_the_longest_allow(module):
    methods = [bytes([65 + i // 26, 65 + i % 26]) * 32 for i in range(64)]
    table = table_of(module, *(method.decode() + " /" for method in methods))
    context = table.context()
    assert context.match(64, b"/") == -2
    assert context.allow() == b", ".join(methods) and len(context.allow()) == 4222


def test_a_redirect(module):
    table = table_with(module.builder("redirect", True), "GET /a/:x", "GET h/B/")
    context = table.context()
    for look_up, text, target in [
        (context.match, b"/a/%41/?q#f", b"/a/%41?q#f"),
        (context.match, b"/x/../A/y", b"/a/y"),
        (context.match_url, b"https://H:80/b?q", b"/B/?q"),
    ]:
        assert look_up(0, text) == -3 == context.outcome
        assert (context.route, context.spans, context.allow()) == (None, [], b"")
        assert context.location(text) == target
        assert [context.location(text, room) for room in (3, 1, 0)] == [target[:2], b"", b""]
    assert context.match(0, b"/a/y") == 0 and context.location(b"/a/y") == b""


def test_a_policy_that_ignores_the_last_slash(module):
    context = table_with(module.builder("ignore"), "GET /a/:x").context()
    assert context.match(0, b"/a/1/?q") == 0 and context.spans == [(3, 4)] and context.path == (0, 5)


def test_hosts_of_requests(module):
    context = table_of(module, "GET :t.example.com/:x", "GET *.example.com/:x", "GET [::1]/:x", "GET /:x").context()
    found = {b"https://Acme.example.com:8080/%41?q": (0, [b"Acme", b"A"]), b"http://a.b.example.com/x": (1, [b"x"]),
             b"http://[::1]:80/x": (2, [b"x"]), b"http://example.com/x": (3, [b"x"])}
    for url, (id, values) in found.items():
        assert context.match_url(0, url) == id and context.values(url) == values
    assert context.match(0, b"/x") == 3


def test_values_that_are_left_out(module):
    context = table_of(module, "GET /a/:x?").context()
    assert context.match(0, b"/a") == 0 and context.spans == []
    assert context.match(0, b"/a/b") == 0 and context.spans == [(3, 4)]


def test_values_left_out_before_others(module):
    context = table_of(module, "GET /:a?/x/:b?/:c?/y/*d/z/:e").context()
    for path, spans in {
        b"/x/y/p/q/z/r": [None, None, None, (5, 8), (11, 12)],
        b"/%41/x/y/p/z/r": [(1, 4), None, None, (9, 10), (13, 14)],
        b"/x/1/y/p/z/r": [None, (3, 4), None, (7, 8), (11, 12)],
    }.items():
        values = [span and path[slice(*span)].replace(b"%41", b"A") for span in spans]
        assert context.match(0, path) == 0 and context.spans == spans
        assert context.values(path) == values and context.url(0, values) == path.replace(b"%41", b"A")
        assert context.match_all(0, path) == [(0, 0, spans)]
    for values in ([None] * 5, [None, None, b"1", b"p", b"r"], [b"1", None, None, b"p"], [None, None, None, b"", b"r"]):
        with pytest.raises(WyeError) as caught:
            context.url(0, values)
        assert caught.value.code == "BAD_VALUE", values


def test_urls_of_routes(module):
    table = table_of(module, "GET /a/:x<uint>/*rest", "GET :t.h/b/:y?", "GET *.h/", "GET /a/new/:z", "GET /a/:x/:z")
    context = table.context()
    assert context.url(0, [b"7", "é/?".encode()]) == b"/a/7/%C3%A9/%3F"
    assert context.url(0, [b"7", b""]) == b"/a/7/"
    assert [context.url(1, [b"x", value]) for value in (b"1", None)] == [b"//x.h/b/1", b"//x.h/b"]
    for route, values, code, other in [
        (0, [b"x", b""], "BAD_VALUE", None), (0, [b"7"], "BAD_VALUE", None), (0, [b"7", b"", b"1"], "BAD_VALUE", None),
        (2, [], "BAD_VALUE", None), (4, [b"new", b"1"], "CONFLICT", 3), (5, [], "BAD_ARGUMENT", None),
    ]:
        with pytest.raises(WyeError) as caught:
            context.url(route, values)
        assert (caught.value.code, caught.value.other) == (code, other), values


def test_a_url_that_finds_no_room(module):
    context = table_of(module, "GET /users/:id").context()
    assert context.url(0, [b"42"], capacity=9) == b"/users/42"
    for capacity in range(9):
        with pytest.raises(WyeError) as caught:
            context.url(0, [b"42"], capacity)
        assert caught.value.code == "NO_MEMORY"


def test_decode(module):
    values = {b"a%20b": b"a b", b"%C3%A9": "é".encode(), b"%FF%2": b"%FF%2", b"a+b%2B": b"a+b+", b"": b""}
    for raw, value in values.items():
        assert module.decode(raw) == value
    block = module.copy(b"a%20b....")
    assert module.call("wye_decode", block, 5, block + 5, 2) == 3
    assert module.read(block + 5, 4) == b"a .."
    assert module.call("wye_decode", block, 5, 0, 0) == 3


def test_values(module):
    table = table_of(module, "GET /:x/*y")
    assert [table.is_catch_all(0, param) for param in range(3)] == [False, True, False]
    assert not table.is_catch_all(1, 0)
    assert module.decode(b"a%2Fb%5c%20", table.offset, 0, 0) == b"a/b\\ "
    assert module.decode(b"a%2Fb%5c%20", table.offset, 0, 1) == b"a%2Fb%5c "
    context = table.context()
    path = b"/%2F/%2F%41"
    assert context.match(table.method(b"GET"), path) == 0
    assert context.values(path) == [b"/", b"%2FA"]
    assert context.url(0, context.values(path)) == b"/%2F/%2FA"


def test_all_matches(module):
    table = table_of(module, "* /*", "GET /users/:id", "POST /users/:id", "GET /users/:id<int>")
    context = table.context()
    get, path = table.method(b"GET"), b"/users/42?x"
    matches = [(0, 0, [(1, 9)]), (1, 1, [(7, 9)]), (3, 3, [(7, 9)])]
    needed = 3 * (16 + 8)
    assert context.match_all(get, path) == matches
    assert context.match_all(get, path, needed) == matches
    for capacity in range(needed):
        with pytest.raises(WyeError) as caught:
            context.match_all(get, path, capacity)
        assert (caught.value.code, caught.value.offset) == ("NO_MEMORY", needed)
    assert context.match_all_url(get, b"http://h/users/me") == [(0, 0, [(9, 17)]), (1, 1, [(15, 17)])]
    assert context.match_all(get, b"users") == []


# ---------------------------------------------------------------- memory


def test_memory_stays_while_matching(module):
    table = table_of(module, "GET /users/:id/*rest", "POST /users/:id", "* /a/:b-:c")
    context = table.context()
    paths = [b"/users/1/2/3", b"/users/%41", b"/a/x%2Dy-z", b"/nowhere", b"x", b"/" * 70000, "/users/é".encode()]
    urls = [b"https://h" + path for path in paths]
    size = module.memory_size()
    for _ in range(500):
        for path, url in zip(paths, urls):
            context.match(0, path)
            context.match_url(0, url)
    assert module.memory_size() == size


def test_what_is_freed_is_used_again(module):
    def once():
        table = table_of(module, *(f"GET /{i}/:a/:b" for i in range(20)))
        context = table.context()
        assert context.match(0, b"/7/x/y") == 7
        table.free()
        context.free()

    once()
    size = module.memory_size()
    for _ in range(500):
        once()
    assert module.memory_size() == size


def test_thousands_of_tables_beside_each_other(module):
    tables = [table_of(module, f"GET /only/{i}/:x") for i in range(2000)]
    contexts = [table.context() for table in tables]
    size = module.memory_size()
    for i in random.Random(1).sample(range(2000), 2000):
        assert contexts[i].match(0, b"/only/%d/y" % i) == 0
        assert contexts[i].match(0, b"/only/%d/y" % (i + 1)) == -1
    for i in random.Random(2).sample(range(2000), 2000):
        contexts[i].free()
        tables[i].free()
    again = [table_of(module, f"GET /only/{i}/:x") for i in range(2000)]
    assert [table.context().match(0, b"/only/%d/y" % i) for i, table in enumerate(again)] == [0] * 2000
    assert module.memory_size() == size


def test_blocks_do_not_touch(module):
    """Random blocks of random sizes: aligned, whole, and in the end all one again."""
    generator, held, most = random.Random(3), [], 0
    for step in range(4000):
        if held and generator.random() < 0.48:
            block, fill, size = held.pop(generator.randrange(len(held)))
            assert module.read(block, size) == bytes([fill]) * size
            module.free(block)
        else:
            size, fill = generator.choice([0, 1, 15, 16, 17, 100, 4096, 70000]), step % 256
            block = module.alloc(size)
            assert block % 16 == 0
            module.write(block, bytes([fill]) * size)
            held.append((block, fill, size))
        most = max(most, sum(size for _, _, size in held))
    for block, fill, size in held:
        assert module.read(block, size) == bytes([fill]) * size
        module.free(block)
    size = module.memory_size()
    module.free(module.alloc(most))
    assert module.memory_size() == size


def test_freeing_nothing(module):
    module.free(0)
    module.call("wye_builder_free", 0)


def test_memory_that_cannot_grow():
    module = limited(2 * MIB)
    assert module.call("wye_alloc", 2 * MIB) == 0 and module.call("wye_alloc", -1) == 0
    with module.builder() as builder:
        count = 0
        with pytest.raises(WyeError) as caught:
            while True:
                builder.add(b"GET", b"/%d/" % count + b"x" * 3000)
                count += 1
        assert caught.value.code == "NO_MEMORY" and count > 50
    with module.builder() as builder:
        assert [builder.add(b"GET", b"/%d" % i) for i in range(count)] == list(range(count))
        assert builder.build().context().match(0, b"/%d" % (count - 1)) == count - 1


def test_a_table_that_finds_no_room():
    """The builder has taken most of the memory: the table is refused, the builder goes on, and nothing is lost."""
    module = limited(1 * MIB)
    with module.builder() as builder:
        codes = set()
        for i in range(3000):
            try:
                builder.add(b"GET", b"/%d/:x" % i)
                builder.build().free()
            except WyeError as error:
                codes.add(error.code)
                break
        assert codes == {"NO_MEMORY"}
    table = table_of(module, "GET /a")
    assert table.context().match(0, b"/a") == 0


def test_offsets_are_never_negative(module):
    blocks = []
    while block := module.call("wye_alloc", 256 * MIB):
        assert block > 0
        blocks.append(block)
    assert len(blocks) == 7 and module.memory_size() <= 2048 * MIB
    for block in blocks:
        module.free(block)
    assert table_of(module, "GET /a").context().match(0, b"/a") == 0


# ---------------------------------------------------------------- images


ROUTES = ["GET /", "GET /users/:id user", "POST /users/:id", "* /files/*path", "GET /v:major.:minor", "DELETE /a/*/b",
          "GET /t/:x<date>", "GET /t/:x([a-f]+|\\d{3})?", "GET api.example.com/u", "GET :t.example.com/u/:id"]


def answers(table):
    context = table.context()
    paths = [b"/", b"/users/7", b"/files/a/b", b"/v1.2", b"/a/x/b", b"/t/2024-02-29", b"/t/abc", b"/t", b"/nowhere"]
    urls = [b"http://api.example.com/u", b"http://x.example.com/u/1", b"http://h/"]
    methods = [table.method(name) for name in (b"GET", b"POST", b"PUT")]
    found = [(context.match(method, path), context.spans) for method in methods for path in paths]
    return found + [(context.match_url(method, url), context.spans) for method in methods for url in urls]


def test_an_image_in_another_instance(module):
    table = table_of(module, *ROUTES)
    image = table.image()
    other = Module(MODULE, ENGINE).open(image)
    assert other.routes() == table.routes() and answers(other) == answers(table)
    assert other.image() == image == table_of(module, *ROUTES).image()


DRIVER = ROOT / "build/tests/driver"


def native_image(*routes):
    """What the C library makes of the routes; tests/native/driver.c says how it is asked."""
    adds = []
    for method, field, *name in (route.split(" ") for route in routes):
        slash = max(field.find("/"), 0)
        texts = [method, field[slash:], "".join(name), field[:slash]]
        adds.append(f"add {' '.join(text.encode().hex() or '-' for text in texts)} -\n")
    ran = subprocess.run(DRIVER, input=f"table 0\n{''.join(adds)}image\n", capture_output=True, text=True, check=True)
    return bytes.fromhex(ran.stdout.splitlines()[-1].removeprefix("image "))


@needs(DRIVER)
def test_an_image_built_natively(module):
    image, here = native_image(*ROUTES), table_of(module, *ROUTES)
    assert image == here.image()
    table = module.open(image)
    assert table.routes() == here.routes() and answers(table) == answers(here)


def test_an_image_that_is_none(module):
    for bytes_ in (b"", b"WYE", b"GET /users/:id\n" * 20, bytes(4096)):
        with pytest.raises(WyeError) as caught:
            module.open(bytes_)
        assert caught.value.code == "BAD_IMAGE"
    assert module.call("wye_table_open", 0, 100) == -17
    assert module.call("wye_table_open", module.alloc(100) + 4, 96) == -17


def test_a_damaged_image(module):
    """Each byte changed, each length: refused, or harmless."""
    image = table_of(module, *ROUTES).image()
    size = module.memory_size()
    damaged = [image[:i] + bytes([image[i] ^ 1 << i % 8]) + image[i + 1 :] for i in range(len(image))]
    for bytes_ in damaged + [image[:i] for i in range(len(image))] + [image + bytes(8)]:
        try:
            table = module.open(bytes_)
        except WyeError as error:
            assert error.code == "BAD_IMAGE"
        else:
            answers(table)
            table.free()
    assert module.memory_size() <= size + MIB
    assert answers(module.open(image)) == answers(table_of(module, *ROUTES))


# ---------------------------------------------------------------- traps and threads


def test_a_new_instance_after_a_trap(module):
    image = table_of(module, *ROUTES).image()
    with pytest.raises(wasmtime.Trap):
        module.call("wye_table_size", 0x7FFFFFF0)
    assert answers(Module(MODULE, ENGINE).open(image))[0] == (0, [])


def test_an_instance_for_each_thread(module):
    image = table_of(module, *ROUTES).image()
    expected, found = answers(module.open(image)), []

    def work():
        table = Module(MODULE, ENGINE).open(image)
        found.append(all(answers(table) == expected for _ in range(50)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4
