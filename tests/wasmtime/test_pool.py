"""Pools and buckets of wye.wasm: handles, growth, what stale ones get."""

import math
import random

import pytest
import wasmtime

from conftest import ENGINE, MODULE, table_of
from wye_host import Module, WyeError

LAST_GENERATION = 1073741821


def look_up(table, context, path):
    assert context.match(table.method(b"GET"), path) == 0
    return path


# ---------------------------------------------------------------- pools


def test_what_was_found_is_held(module):
    table = table_of(module, "GET /:a/:b/:c/:d/:e/:f?")
    context = table.context()
    pool = module.pool(4, context.capacity)
    paths = [b"/1/2/3/4/5/6", b"/aa/b%20b/c/d/e", b"/x/y/z/u/v/w"]
    handles = []
    for path in paths:
        look_up(table, context, path)
        handles.append(pool.acquire(context))
    look_up(table, context, b"/-/-/-/-/-/-")
    slots = [pool.found(handle) for handle in handles]
    assert [slot.values(path) for slot, path in zip(slots, paths)] == [
        [b"1", b"2", b"3", b"4", b"5", b"6"],
        [b"aa", b"b b", b"c", b"d", b"e"],
        [b"x", b"y", b"z", b"u", b"v", b"w"],
    ]
    assert [(slot.outcome, slot.route, slot.offset % 64) for slot in slots] == [(0, 0, 0)] * 3
    assert pool.stats == (4, 3, 3, 0)


def test_an_empty_slot(module):
    pool = module.pool(1, 0)
    slot = pool.found(pool.acquire())
    assert (slot.outcome, slot.route, slot.spans, slot.path) == (-1, None, [], (0, 0))


def test_stale_handles(module):
    pool = module.pool(2, 4)
    old = pool.acquire()
    assert pool.release(old) and not pool.release(old)
    new = pool.acquire()
    assert new[0] == old[0] and new != old
    assert not pool.release(old) and pool.found(old) is None and pool.request_id(old) is None
    assert pool.found(new) is not None and pool.request_id(new) is not None
    for forged in [(0, 0), (1, 0), (2, 1), (-1, 1), (new[0], new[1] + 1), (new[0], -1)]:
        assert not pool.release(forged) and pool.request_id(forged) is None
    assert pool.stats == (2, 1, 1, 0)


def test_exhaustion_and_growth(module):
    table = table_of(module, "GET /:a/:b/:c/:d/:e")
    context = table.context()
    pool = module.pool(2, 4)
    handles = [pool.acquire(), pool.acquire()]
    ids = [pool.request_id(handle) for handle in handles]
    assert pool.acquire() is None
    look_up(table, context, b"/1/2/3/4/5")
    pool.grow(4, 4)
    with pytest.raises(WyeError) as caught:
        pool.acquire(context)
    assert caught.value.code == "BAD_ARGUMENT"
    pool.grow(4, context.capacity)
    held = pool.acquire(context)
    assert pool.found(held).values(b"/1/2/3/4/5") == [b"1", b"2", b"3", b"4", b"5"]
    assert [pool.request_id(handle) for handle in handles] == ids
    assert pool.request_id(held) not in ids
    assert pool.release(handles[0]) and not pool.release(handles[0])
    assert pool.stats == (4, 2, 3, 0)


def test_growth_that_is_refused(module):
    pool = module.pool(8, 6)
    handle = pool.acquire()
    for slots, params in [(7, 6), (8, 5), (8, 65), (65537, 6), (0, 6), (-1, 6), (8, -1)]:
        with pytest.raises(WyeError) as caught:
            pool.grow(slots, params)
        assert caught.value.code == "BAD_ARGUMENT" and "slots" in str(caught.value)
    assert pool.stats == (8, 1, 1, 0) and pool.release(handle)


def test_pools_that_are_refused(module):
    for slots, params in [(0, 4), (65537, 4), (-1, 4), (1, 65), (1, -1)]:
        with pytest.raises(WyeError) as caught:
            module.pool(slots, params)
        assert caught.value.code == "BAD_ARGUMENT" and "65,536" in str(caught.value)
    module.pool(65536, 64).free()


def test_a_pool_that_finds_no_room():
    store = wasmtime.Store(ENGINE)
    store.set_limits(memory_size=2 << 20)
    module = Module(MODULE, store=store)
    pool = module.pool(1, 4)
    handle = pool.acquire()
    for make in [lambda: module.pool(65536, 4), lambda: pool.grow(65536, 4), lambda: module.buckets(1 << 20, 1, 1)]:
        with pytest.raises(WyeError) as caught:
            make()
        assert caught.value.code == "NO_MEMORY"
    assert pool.found(handle) is not None and pool.stats == (1, 1, 1, 0)


def test_the_last_generation(module):
    pool = module.pool(1, 4)
    module.write(pool.offset + 64, (LAST_GENERATION - 1).to_bytes(4, "little"))
    handle = pool.acquire()
    assert handle == (0, LAST_GENERATION) and pool.release(handle) and not pool.release(handle)
    assert pool.acquire() is None and pool.stats == (1, 0, 1, 1)


def test_a_released_slot_is_cleared(module):
    table = table_of(module, "GET /:a/:b/:c/:d/:e")
    context = table.context()
    pool = module.pool(1, 5)
    look_up(table, context, b"/1/2/3/4/5")
    handle = pool.acquire(context)
    pool.request_id(handle)
    offset, stride = pool.found(handle).offset, module.numbers(pool.offset + 24, "I")[0]
    assert any(module.read(offset, stride))
    assert pool.release(handle) and not any(module.read(offset, 32 + 5 * 8 + 72))


def test_request_ids(module):
    first, second = module.pool(1000, 4, seed=1), module.pool(1000, 4, seed=1 << 63)
    ids = [pool.request_id(pool.acquire()) for pool in (first, second) for _ in range(1000)]
    assert len(set(ids)) == 2000 and all(len(id) == 32 and set(id) <= set(b"0123456789abcdef") for id in ids)
    assert len({id[:16] for id in ids}) == 2


def test_memory_stays_while_slots_come_and_go(module):
    table = table_of(module, "GET /users/:id")
    context = table.context()
    pool = module.pool(64, context.capacity)
    chance, held = random.Random(1), {}
    size = module.memory_size()
    for number in range(3000):
        if len(held) < 64 and chance.random() < 0.6:
            path = look_up(table, context, b"/users/%d" % number)
            held[pool.acquire(context)] = path
        elif held:
            handle = chance.choice(list(held))
            path = held.pop(handle)
            assert pool.found(handle).values(path) == [path[7:]]
            assert pool.release(handle) and pool.found(handle) is None
    assert pool.stats[1] == len(held) and module.memory_size() == size


def test_what_a_pool_had_is_used_again(module):
    sizes = []
    for _ in range(20):
        with module.pool(1000, 4) as pool:
            pool.grow(2000, 8)
        sizes.append(module.memory_size())
    assert len(set(sizes)) == 1


# ---------------------------------------------------------------- buckets


def test_a_burst_and_then_the_rate(module):
    buckets = module.buckets(100, 2.0, 3.0)
    assert [buckets.take(b"10.0.0.1", 50.0) for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert buckets.take(b"10.0.0.2", 50.0) == 0 == buckets.take(b"", 50.0)
    assert [buckets.take(b"10.0.0.1", now) for now in (50.25, 50.5, 50.5)] == [0.25, 0, 0.5]
    assert [buckets.take(b"10.0.0.1", now) for now in (math.nan, math.inf, 0.0, -1.0)] == [0.5] * 4
    buckets.free()


def test_buckets_that_are_refused(module):
    wrong = [(0, 1, 1), (16777217, 1, 1), (-1, 1, 1), (4, 0, 1), (4, -1, 1), (4, math.nan, 1), (4, math.inf, 1),
             (4, 1, 0.5), (4, 1, math.nan), (4, 1, math.inf)]
    for keys, rate, burst in wrong:
        with pytest.raises(WyeError) as caught:
            module.buckets(keys, rate, burst)
        assert caught.value.code == "BAD_ARGUMENT", (keys, rate, burst)


def test_more_keys_than_room(module):
    buckets = module.buckets(16, 0.001, 1.0)
    size = module.memory_size()
    assert all(buckets.take(b"%d" % key, 1.0) == 0 for key in range(2000))
    assert buckets.take(b"1999", 1.0) == 1000.0 and module.memory_size() == size
