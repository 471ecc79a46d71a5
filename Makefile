# wye. `make help` lists what there is. What is built goes into build/; what the npm package publishes, into dist/.

# Which compiler makes the WebAssembly: yowasp (from npm), clang (WASI_SDK_PATH, or the system's), emscripten.
TOOLCHAIN ?= yowasp
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
DESTDIR ?=
PORT ?= 8787
NODE ?= node
NPM ?= npm
PYTHON ?= python3
CFLAGS ?= -O3
FUZZ_SECONDS ?= 5
# Set (.ci/run does): a part of `make test` or `make lint` that would be skipped is an error.
WYE_REQUIRE_ALL ?=

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
export CC WYE_REQUIRE_ALL

# ---------------------------------------------------------------- everything

# The folders of src/ are layers; `command` is a program above the library, and sees include/ only.
COMMAND := $(sort $(wildcard src/command/*.c))
CORE := $(filter-out $(COMMAND),$(sort $(wildcard src/*/*.c)))
C_SOURCES := $(CORE) $(filter-out src/command/%,$(wildcard src/*/*.h)) $(wildcard include/*.h)
JS_SOURCES := $(filter-out js/wasm/constants.js,$(wildcard js/*.js js/*/*.js js/*/*/*.js))
HAVE_CC := $(shell command -v $(firstword $(CC)) 2>/dev/null)
NO_CC = there is no $(or $(firstword $(CC)),CC) on the PATH
NEEDS_CC = a C compiler; $(NO_CC): apt-get install gcc or set CC=

# $(call skip,what,what it needs): says so in one line, and fails where nothing may be skipped.
skip = { echo "skipped: $(1) (needs $(2))"; test -z "$(WYE_REQUIRE_ALL)"; }
# $(call where,condition,target,what,what it needs): makes the target where the shell's condition holds.
where = if $(1); then $(again) $(2); else $(call skip,$(3),$(4)); fi
title = @echo; echo "== $(1)"
again = $(MAKE) --no-print-directory $(if $(V),,-s)

.PHONY: all native wasm js types dist pack prepack run bench bench-paired budgets profile clean help
all: native wasm js types dist pack ## build everything, and print the package's checksum (the default)
	@cd build && { sha256sum wye.tgz 2>/dev/null || shasum -a 256 wye.tgz; }

help: ## list the targets
	@awk -F ':.*## ' '/^# -----/ { sub(/^# -+ /, ""); group = "\n" $$0 "\n" } \
	  /^[a-z-]+:.*## / { printf "%s  make %-18s %s\n", group, $$1, $$2; group = "" }' Makefile
	@echo
	@echo "variables: TOOLCHAIN=yowasp|clang|emscripten  V=1 (show commands)  CC= CFLAGS=  PORT=  FUZZ_SECONDS="
	@echo "of install: PREFIX= BINDIR= LIBDIR= INCLUDEDIR= DATADIR= MANDIR= DESTDIR="

Q = $(if $(V),,@)
say = @echo "$@"

# ---------------------------------------------------------------- the C library and the command

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wundef
C_FLAGS = -std=c11 $(WARNINGS) -Iinclude -MMD -MP $(CPPFLAGS)
ASAN_FLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

# Empty where there are no shared libraries as ELF systems have them.
ELF := $(if $(HAVE_CC),$(shell $(CC) $(CFLAGS) -dM -E -x c /dev/null 2>/dev/null | grep __ELF__))

# One set of objects serves both libraries. Only what the headers declare is visible, and nothing else can replace it
# (elsewhere nothing can anyway, and clang warns of the flag). Without -fno-builtin-bcmp clang calls bcmp, not memcmp.
LIBRARY_FLAGS := -Isrc -fPIC -fvisibility=hidden $(if $(ELF),-fno-semantic-interposition) -fno-builtin-bcmp

# The file build/flags/NAME holds $(FLAGS_NAME), and changes only with it: then what depends on it is rebuilt.
FLAGS_cc = $(CC) $(CPPFLAGS)
FLAGS_native = $(CC) $(C_FLAGS) $(LIBRARY_FLAGS) $(CFLAGS)
FLAGS_link = $(FLAGS_native) $(LDFLAGS) $(AR)
FLAGS_fuzz = $(FUZZ_CC)
FLAGS_sdk = $(WASI_SDK_PATH)

build/flags/%: always
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(FLAGS_$*))' | cmp -s - $@ || echo '$(subst ','\'',$(FLAGS_$*))' >$@

.PHONY: always
.PRECIOUS: build/flags/%

# MAJOR.MINOR.PATCH, and the part that the soname has: before 1.0.0 a minor version may change the ABI.
NUMBERS := $(shell sed -n 's/^.define WYE_VERSION_[A-Z]* //p' include/wye.h)
VERSION := $(word 1,$(NUMBERS)).$(word 2,$(NUMBERS)).$(word 3,$(NUMBERS))
SOVERSION := $(if $(filter 0,$(word 1,$(NUMBERS))),0.$(word 2,$(NUMBERS)),$(word 1,$(NUMBERS)))
SHARED := $(if $(ELF),build/libwye.so.$(VERSION))

ifneq ($(HAVE_CC),)
native: build/libwye.a $(SHARED) build/wye ## build libwye.a, libwye.so and the command wye with $(CC)
else
native:
	@$(call skip,the native library,$(NEEDS_CC))
endif

build/libwye.a: $(CORE:%.c=build/native/%.o) build/flags/link
	$(say)
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

build/libwye.so.$(VERSION): $(CORE:%.c=build/native/%.o) build/flags/link
	$(say)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,libwye.so.$(SOVERSION) -o $@ $(filter %.o,$^)

build/asan/libwye.a: $(CORE:%.c=build/asan/%.o)
	$(say)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

build/wye: $(COMMAND:%.c=build/native/%.o) build/libwye.a build/flags/link
	$(say)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^)

build/asan/wye: $(COMMAND:%.c=build/asan/%.o) build/asan/libwye.a
	$(say)
	$(Q)$(CC) $(ASAN_FLAGS) -o $@ $^

build/native/src/%.o: src/%.c Makefile build/flags/native
	@mkdir -p $(@D)
	$(Q)$(CC) $(C_FLAGS) $(LIBRARY_FLAGS) $(CFLAGS) -c -o $@ $<

build/native/src/command/%.o: src/command/%.c Makefile build/flags/native
	@mkdir -p $(@D)
	$(Q)$(CC) $(C_FLAGS) $(CFLAGS) -c -o $@ $<

build/asan/src/%.o: src/%.c Makefile build/flags/cc
	@mkdir -p $(@D)
	$(Q)$(CC) $(C_FLAGS) -Isrc $(ASAN_FLAGS) -c -o $@ $<

build/asan/src/command/%.o: src/command/%.c Makefile build/flags/cc
	@mkdir -p $(@D)
	$(Q)$(CC) $(C_FLAGS) $(ASAN_FLAGS) -c -o $@ $<

-include $(wildcard build/*/src/*/*.d build/examples/*.d build/tests/*.d build/unit/*/*.d build/*/*/src/*/*.d)
-include $(wildcard build/targets/*/tests/*.d)

# ---------------------------------------------------------------- WebAssembly

# Each toolchain has a folder of its own; what is published, js/wasm/wye.wasm, is always the pinned compiler's.
OUT := $(if $(filter yowasp,$(TOOLCHAIN)),build,build/$(TOOLCHAIN))
BUILDER := wasm/build.mjs wasm/flags.mjs wasm/toolchains.mjs

wasm: $(OUT)/wye.wasm $(if $(filter emscripten,$(TOOLCHAIN)),,$(OUT)/wye-cli.wasm) ## build wye.wasm and wye-cli.wasm

build/wye.wasm build/wye-cli.wasm js/wasm/constants.js: node_modules/.package-lock.json

# $(call wasm_rules,folder,toolchain)
define wasm_rules
$(1)/wye.wasm: $(C_SOURCES) $(wildcard wasm/*.[ch]) $(BUILDER) | check-node
	$$(say)
	$$(Q)TOOLCHAIN=$(2) $(NODE) wasm/build.mjs module $$@

$(1)/wye-cli.wasm: $(C_SOURCES) $(wildcard src/command/*.[ch]) $(BUILDER) | check-node
	$$(say)
	$$(Q)TOOLCHAIN=$(2) $(NODE) wasm/build.mjs command $$@
endef
$(eval $(call wasm_rules,build,yowasp))
$(eval $(call wasm_rules,build/clang,clang))
$(eval $(call wasm_rules,build/emscripten,emscripten))

build/clang/wye.wasm build/clang/wye-cli.wasm: build/flags/sdk

# ---------------------------------------------------------------- examples

# The CGI program is built for this machine and for WASI.
HAVE_MICROHTTPD := $(if $(HAVE_CC),$(shell pkg-config --exists libmicrohttpd 2>/dev/null && echo yes))
MICROHTTPD = $$(pkg-config --cflags --libs libmicrohttpd)
CGI := build/examples/c-cgi.wasm $(if $(HAVE_CC),build/examples/c-cgi build/examples/c-cgi-asan)
SERVER := $(if $(HAVE_MICROHTTPD),build/examples/c-server build/examples/c-server-asan)

.PHONY: examples
examples: $(CGI) $(SERVER) ## build the examples in C: a CGI program, and a server on libmicrohttpd
ifeq ($(HAVE_CC),)
	@$(call skip,the native examples in C,$(NEEDS_CC))
else ifeq ($(SERVER),)
	@$(call skip,examples/c-server,libmicrohttpd: apt-get install pkg-config libmicrohttpd-dev)
endif

build/examples/c-cgi.wasm: examples/c-cgi/app.c $(C_SOURCES) $(BUILDER) node_modules/.package-lock.json
	$(say)
	$(Q)TOOLCHAIN=yowasp $(NODE) wasm/build.mjs cgi $@

# $(call example_rules,name,source,libraries): optimized, and with the sanitizers.
define example_rules
build/examples/$(1): examples/$(1)/$(2) build/libwye.a Makefile
	@mkdir -p $$(@D)
	$$(say)
	$$(Q)$$(CC) $$(C_FLAGS) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$< build/libwye.a $(3)

build/examples/$(1)-asan: examples/$(1)/$(2) build/asan/libwye.a Makefile
	@mkdir -p $$(@D)
	$$(say)
	$$(Q)$$(CC) $$(C_FLAGS) $$(ASAN_FLAGS) -o $$@ $$< build/asan/libwye.a $(3)
endef
$(eval $(call example_rules,c-cgi,app.c))
$(eval $(call example_rules,c-server,server.c,$$(MICROHTTPD)))

# ---------------------------------------------------------------- the npm package

js: js/wasm/wye.wasm js/wasm/constants.js ## make js/ complete: the module and the generated constants

js/wasm/wye.wasm: build/wye.wasm
	$(Q)cp $< $@

js/wasm/constants.js: wasm/constants.c wasm/constants.h $(wildcard include/*.h src/*/*.h) $(BUILDER)
	$(say)
	$(Q)TOOLCHAIN=yowasp $(NODE) wasm/build.mjs constants $@

TSC = $(NODE) node_modules/typescript/bin/tsc

types: build/types/index.d.ts ## write the TypeScript declarations

build/types/index.d.ts: $(JS_SOURCES) $(wildcard js/*/*.d.ts) js/wasm/constants.js tsconfig.json \
  node_modules/.package-lock.json
	$(say)
	$(Q)rm -rf build/types && $(TSC) --noEmit false --emitDeclarationOnly --noCheck --declaration --outDir build/types

dist: dist/.made ## bundle what is published into dist/

dist/.made: $(JS_SOURCES) js/bundle.mjs js/wasm/wye.wasm build/types/index.d.ts build/wye-cli.wasm
	@echo dist
	$(Q)$(NODE) js/bundle.mjs && touch $@

pack: build/wye.tgz ## make the npm package, build/wye.tgz

PACKED := package.json LICENSE $(wildcard *.md bench/*.md docs/*.md include/*.h examples/c-*/*)

# The same files make the same tarball: npm gives all of them one date, and this gives them modes that no umask changes.
same_modes = chmod -R u=rwX,go=rX dist $(PACKED)

build/wye.tgz: dist/.made $(PACKED)
	@echo $@
	$(Q)$(same_modes)
	$(Q)$(NPM) pack --ignore-scripts --silent --pack-destination build >/dev/null && mv build/wye-$(VERSION).tgz $@

# npm runs this before it packs.
prepack: dist
	$(Q)$(same_modes)

# npm itself writes this file. No package needs its install scripts: what is native comes as a package for the platform.
node_modules/.package-lock.json: package-lock.json | check-node
	@echo "npm ci"
	$(Q)wasm/npm-ci.sh $(NPM) .
	@touch $@

.PHONY: check-node
check-node:
	@wasm/check-node.sh $(NODE)

# ---------------------------------------------------------------- run, measure, install

# make starts Node without a shell in between, so Ctrl-C ends it quietly.
run: export PORT := $(PORT)
run: js dist ## start the example worker on 127.0.0.1:8787 (PORT=)
	@$(NODE) examples/worker/run.mjs

bench: native js dist nodes ## measure time and allocations beside other routers: BENCH=app, ...
	@$(NODE) bench/run.mjs $(BENCH)

budgets: native js dist nodes ## compare what every hot function allocates with bench/budgets.json
	$(call title,budgets)
	@$(NODE) bench/budgets.mjs

profile: native js ## show where a lookup's time and a request's bytes go
	@$(NODE) bench/profile.mjs

bench-paired: js ## compare this checkout's speed with that of another revision: BASE=main
	@$(NODE) bench/paired.mjs $(if $(BASE),--base $(BASE)) $(BENCH)

.PHONY: install uninstall
FOLDERS := PREFIX BINDIR LIBDIR INCLUDEDIR DATADIR MANDIR DESTDIR
$(foreach name,$(FOLDERS) VERSION SOVERSION SHARED,$(eval install uninstall: export $(name) := $$($(name))))

install: native ## copy the library, headers, command and modules below PREFIX=
	$(if $(HAVE_CC),,$(error nothing is installed: $(NO_CC); set CC=))
	@wasm/install.sh install

uninstall: ## remove what install copies
	@wasm/install.sh uninstall

clean: ## remove what was built
	rm -rf build dist js/wasm/wye.wasm js/wasm/constants.js

# ---------------------------------------------------------------- tests

TEST_PARTS := test-native test-unit test-fuzz test-toolchains test-wasmtime test-nodes budgets test-js
.PHONY: test $(TEST_PARTS) nodes runtimes wrangler typescript package-tools package-web hosts servers venv

test: $(TEST_PARTS) ## run all tests that can run here

# What the JavaScript tests find in build/: all that can be built here. The drivers come in two forms, because the
# library reads further where no sanitizer watches.
DRIVERS := $(patsubst tests/native/%.c,build/tests/%,$(wildcard tests/native/*.c))
NATIVE_TESTED := $(if $(HAVE_CC),$(DRIVERS) $(DRIVERS:=-optimized) build/asan/wye)

test-native: native $(NATIVE_TESTED) ## build the native test programs, with the sanitizers and without

build/tests/%-optimized: tests/native/%.c build/libwye.a Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) $(C_FLAGS) $(CFLAGS) -o $@ $< build/libwye.a

build/tests/%: tests/native/%.c build/asan/libwye.a Makefile
	@mkdir -p $(@D)
	$(say)
	$(Q)$(CC) $(C_FLAGS) $(ASAN_FLAGS) -o $@ $< build/asan/libwye.a

# Each test in three builds: with the sanitizers; as it ships, which loads more bytes at once; and without vectors, and
# with pieces (src/lookup/context.h) of which a short path has many. A pool's free slots are poisoned
# (src/pool/poison.h) in all but the one that ships. A fourth, of some tests, reads no byte past a
# path: valgrind watches it.
UNIT_BUILDS := asan fast portable
UNIT_FLAGS_asan := $(ASAN_FLAGS) -DWYE_POISON
UNIT_FLAGS_fast := -O3
UNIT_FLAGS_exact := -O1 -g -DWYE_EXACT_READS
UNIT_FLAGS_portable := -O3 -DWYE_NO_SIMD -DWYE_PIECE=1 -DWYE_POISON
UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*_test.c))
UNIT_OBJECTS := support.o $(CORE:.c=.o)
NEEDS_CMOCKA = a C compiler and cmocka: apt-get install gcc pkg-config libcmocka-dev
NEEDS_VALGRIND = cmocka and valgrind: apt-get install libcmocka-dev valgrind
HAVE_CMOCKA = test -n "$(HAVE_CC)" && pkg-config --exists cmocka 2>/dev/null

test-unit: ## C unit tests, with the sanitizers and optimized
	$(call title,C unit tests)
	@$(call where,$(HAVE_CMOCKA),run-unit,the C unit tests,$(NEEDS_CMOCKA))
	@$(call where,$(HAVE_CMOCKA) && command -v valgrind >/dev/null,run-exact,the reads past a path,$(NEEDS_VALGRIND))

.PHONY: run-unit run-exact
run-unit: $(foreach build,$(UNIT_BUILDS),$(UNIT_TESTS:%=build/unit/$(build)/%))
	@LIBRARY_FLAGS='$(LIBRARY_FLAGS)' tests/unit/library.sh $(CC) clang clang-19
	@tests/unit/run.sh $^

EXACT_TESTS := app_test host_test location_test match_test path_test url_test

run-exact: build/unit/fast/match_test $(EXACT_TESTS:%=build/unit/exact/%)
	@tests/unit/valgrind.sh $^

# $(call unit_rules,build)
define unit_rules
build/unit/$(1)/src/%.o: src/%.c Makefile build/flags/cc
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(C_FLAGS) -Isrc $$(UNIT_FLAGS_$(1)) -DWYE_COUNT_STEPS -c -o $$@ $$<

build/unit/$(1)/%.o: tests/unit/%.c Makefile build/flags/cc
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(C_FLAGS) -Isrc $$(UNIT_FLAGS_$(1)) $$$$(pkg-config --cflags cmocka) -c -o $$@ $$<

$(UNIT_TESTS:%=build/unit/$(1)/%): build/unit/$(1)/%: build/unit/$(1)/%.o $(UNIT_OBJECTS:%=build/unit/$(1)/%)
	$$(say)
	$$(Q)$$(CC) $$(UNIT_FLAGS_$(1)) -o $$@ $$^ $$$$(pkg-config --libs cmocka)
endef
$(foreach build,$(UNIT_BUILDS) exact,$(eval $(call unit_rules,$(build))))

JS_TESTS = $(sort $(shell find tests -name '*.test.mjs'))
# What another module, and another Node, has to pass.
IN_NODE = tests/conformance/node.test.mjs $(wildcard tests/table/*.test.mjs)
RUN_TESTS := --test --test-reporter=spec

JS_NEEDS := all pack test-native wrangler runtimes typescript package-tools package-web servers examples
JS_NEEDS += nodes $(if $(WYE_REQUIRE_ALL),hosts)

test-js: $(JS_NEEDS) ## the tests in JavaScript: tests/*/*.test.mjs
	$(call title,tests in Node $(shell $(NODE) --version))
	@$(NODE) $(RUN_TESTS) $(JS_TESTS)

test-toolchains: ## the conformance suite on the modules of the other compilers, in Node and workerd
	@for name in clang emscripten; do \
	  if TOOLCHAIN=$$name $(NODE) wasm/build.mjs probe; then $(again) test-toolchain TOOLCHAIN=$$name || exit 1; \
	  else $(call skip,TOOLCHAIN=$$name,the compiler named above) || exit 1; fi; done

.PHONY: test-toolchain
test-toolchain: wasm js
	$(call title,conformance of $(OUT)/wye.wasm)
	@WYE_WASM=$(OUT)/wye.wasm $(NODE) $(RUN_TESTS) $(IN_NODE) tests/conformance/workerd.test.mjs

test-nodes: js nodes ## the conformance suite in newer Nodes
	@for node in $(wildcard $(NODES)/node*/bin/node); do \
	  echo; echo "== conformance in Node $$($$node --version)"; $$node $(RUN_TESTS) $(IN_NODE) || exit 1; done

HAVE_VENV = $(PYTHON) -c 'import venv; import ensurepip' 2>/dev/null

test-wasmtime: native wasm js ## wye.wasm and wye-cli.wasm under wasmtime, from Python
	$(call title,tests under wasmtime)
	@$(call where,$(HAVE_VENV),run-wasmtime,wasmtime,Python 3 with venv: apt-get install python3-venv)

.PHONY: run-wasmtime
run-wasmtime: venv
	@PYTHONDONTWRITEBYTECODE=1 build/venv/bin/python -m pytest -q -p no:cacheprovider tests/wasmtime

# Other compilers and machines. Each compiles the library without a warning, and passes the unit tests (with a stand-in
# for cmocka, tests/targets/cmocka.h) and the conformance suite.
TARGETS ?= gcc clang musl i686 aarch64 riscv64

TARGET_CC_gcc := gcc
TARGET_CC_clang := $(or $(notdir $(shell command -v clang)),clang-19)
TARGET_CC_musl := musl-gcc -static
TARGET_CC_i686 := i686-linux-gnu-gcc -static
TARGET_CC_aarch64 := aarch64-linux-gnu-gcc -static
TARGET_CC_riscv64 := riscv64-linux-gnu-gcc -static
TARGET_NEEDS_gcc := gcc
TARGET_NEEDS_clang := clang
TARGET_NEEDS_musl := musl-tools
TARGET_NEEDS_i686 := gcc-i686-linux-gnu libc6-dev-i386-cross
TARGET_NEEDS_aarch64 := gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
TARGET_NEEDS_riscv64 := gcc-riscv64-linux-gnu libc6-dev-riscv64-cross qemu-user
EMULATOR_aarch64 := qemu-aarch64
EMULATOR_riscv64 := qemu-riscv64
# What their compilers call in libraries of their own, for lack of an instruction.
HELPERS_i686 := __ctzdi2 __udivdi3 __umoddi3 __udivmoddi4
HELPERS_riscv64 := __ctzdi2

.PHONY: test-targets run-target
test-targets: ## unit tests and conformance for other machines: TARGETS="clang i686"
	@for target in $(TARGETS); do $(again) run-target TARGETS=$$target || exit 1; done

ONE_TARGET = build/targets/$(firstword $(TARGETS))
TARGET_PROGRAMS = $(UNIT_TESTS:%=$(ONE_TARGET)/%) $(ONE_TARGET)/driver

run-target: TARGET_CC = $(TARGET_CC_$(TARGETS))
run-target: export WYE_EMULATOR = $(EMULATOR_$(TARGETS))
run-target: export HELPERS = $(HELPERS_$(TARGETS))
run-target:
	$(if $(TARGET_CC),,$(error there is no target "$(TARGETS)"))
	$(call title,$(TARGETS): $(TARGET_CC))
	@if tests/targets/probe.sh $(TARGET_CC); then $(again) $(TARGET_PROGRAMS) && tests/targets/run.sh $(ONE_TARGET); \
	else $(call skip,$(TARGETS),apt-get install $(TARGET_NEEDS_$(TARGETS))); fi

# $(call target_rules,target)
define target_rules
FLAGS_target-$(1) = $$(TARGET_CC_$(1)) $$(LIBRARY_FLAGS) $$(CPPFLAGS)

build/targets/$(1)/src/%.o: src/%.c Makefile build/flags/target-$(1)
	@mkdir -p $$(@D)
	$$(Q)$$(TARGET_CC_$(1)) $$(C_FLAGS) -Werror -O3 $$(LIBRARY_FLAGS) -DWYE_COUNT_STEPS -c -o $$@ $$<

build/targets/$(1)/tests/%.o: tests/unit/%.c Makefile build/flags/target-$(1)
	@mkdir -p $$(@D)
	$$(Q)$$(TARGET_CC_$(1)) $$(C_FLAGS) -Werror -Isrc -Itests/targets $(if $(EMULATOR_$(1)),-DWYE_TEST_SAMPLE) -O2 \
	  -c -o $$@ $$<

$(UNIT_TESTS:%=build/targets/$(1)/%): build/targets/$(1)/%: build/targets/$(1)/tests/%.o \
	build/targets/$(1)/tests/support.o $(CORE:%.c=build/targets/$(1)/%.o)
	$$(Q)$$(TARGET_CC_$(1)) -o $$@ $$^

build/targets/$(1)/driver: tests/native/driver.c $(CORE:%.c=build/targets/$(1)/%.o)
	$$(Q)$$(TARGET_CC_$(1)) $$(C_FLAGS) -Werror -O2 -o $$@ $$(filter %.c %.o,$$^)
endef
$(foreach target,$(TARGETS),$(eval $(call target_rules,$(target))))

FUZZ_TESTS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/*.c))
FUZZ_FLAGS := -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -DWYE_POISON

test-fuzz: ## fuzz each target of tests/fuzz for FUZZ_SECONDS
	$(call title,fuzz targets)
	@if clang=$$(tests/fuzz/compiler.sh $(FUZZ_FLAGS)); then $(again) run-fuzz FUZZ_CC=$$clang; \
	else $(call skip,fuzzing,clang with libFuzzer: apt-get install clang-19 libclang-rt-19-dev); fi

.PHONY: run-fuzz
run-fuzz: $(FUZZ_TESTS)
	@tests/fuzz/run.sh $(FUZZ_SECONDS) $^

# Linked with the lookup in other builds too, for comparison.
FUZZ_VARIANTS := $(wildcard tests/fuzz/variants/*.c)

build/fuzz/%: tests/fuzz/%.c $(C_SOURCES) $(FUZZ_VARIANTS) \
  $(wildcard tests/*.h tests/fuzz/*.h tests/fuzz/variants/*.h) Makefile build/flags/fuzz
	@mkdir -p $(@D)
	$(say)
	$(Q)$(FUZZ_CC) -std=c11 -Iinclude -Isrc $(FUZZ_FLAGS) -o $@ $< $(FUZZ_VARIANTS) $(CORE)

# ---------------------------------------------------------------- packages that only tests need

# npm packages that only tests need, each with a lock file of its own. --no-bin-links: the packages of Node all have a
# program named node.
build/%/.installed: tests/npm/%/package.json tests/npm/%/package-lock.json
	@mkdir -p $(@D) && cp $^ $(@D)
	@echo "npm ci ($(<D))"
	$(Q)wasm/npm-ci.sh $(NPM) $(@D) --no-bin-links
	@touch $@

NODES := build/nodes/node_modules

# Linked into node_modules, where the benchmark looks for them.
ifeq ($(shell uname -sm),Linux x86_64)
nodes: build/nodes/.installed node_modules/.package-lock.json ## install newer Nodes, for tests and benchmarks
	@for node in $(NODES)/node*; do ln -sfn ../$$node node_modules/$${node##*/}; done
else
nodes:
	@$(call skip,a newer Node,Linux on x86-64)
endif

ifeq ($(shell uname -sm),Linux x86_64)
runtimes: build/runtimes/.installed ## install Deno and Bun
else
runtimes:
	@$(call skip,Deno and Bun,Linux on x86-64)
endif

wrangler: build/wrangler/.installed ## install wrangler

package-web: build/package-web/.installed ## install bundlers, and playwright-core for Chromium

# Large: `make test` installs them only if WYE_REQUIRE_ALL is set.
hosts: nodes build/package-hosts/.installed build/package-pool/.installed ## install Next.js, Jest, Vitest ... (1.1 GB)

servers: build/package-servers/.installed ## install servers for Node, and Vercel's functions

typescript: build/typescript/.installed ## install the oldest TypeScript that the declarations support

package-tools: build/package-tools/.installed ## install publint and attw, which check the npm package

venv: build/venv/.installed ## install wasmtime and pytest

build/venv/.installed: tests/wasmtime/requirements.txt
	@echo "pip install -r $<"
	$(Q)$(PYTHON) -m venv build/venv
	$(Q)build/venv/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# ---------------------------------------------------------------- lint

.PHONY: lint lint-lines lint-c lint-js lint-types format
lint: lint-lines lint-c lint-js lint-types ## check format, warnings and types

TEXT_FILES = Makefile .ci/run $(shell find include src wasm js tests bench examples \
	-type f \( -name '*.[ch]' -o -name '*js' -o -name '*.py' -o -name '*.sh' -o -name '*.rs' \
	-o -name '*.capnp' \) -print)

lint-lines: ## no line of code over 120 columns or with blanks at its end
	@! LC_ALL=C.UTF-8 grep -nE '.{121}|[[:blank:]]$$' $(TEXT_FILES)

C_FILES = $(sort $(shell find include src wasm tests bench examples -name '*.[ch]'))
CLANG_FORMAT = $(shell command -v clang-format-19 || command -v clang-format)

lint-c: ## clang-format, and C without a warning
	@if test -n "$(CLANG_FORMAT)"; then $(CLANG_FORMAT) --dry-run -Werror $(C_FILES); \
	else $(call skip,the format of C,clang-format 19: apt-get install clang-format-19); fi
	@if test -n "$(HAVE_CC)"; then for file in $(CORE) $(COMMAND) $(wildcard tests/unit/*.c); do \
	  $(CC) $(C_FLAGS) -Isrc -Itests/targets -O3 -Werror -c -o /dev/null -MF /dev/null $$file || exit 1; done; \
	else $(call skip,warnings,$(NEEDS_CC)); fi

lint-js: node_modules/.package-lock.json ## eslint
	@$(NODE) node_modules/eslint/bin/eslint.js .

lint-types: js/wasm/constants.js node_modules/.package-lock.json ## the TypeScript compiler over js/
	@$(TSC)

format: ## apply clang-format
	$(Q)$(CLANG_FORMAT) -i $(C_FILES)
