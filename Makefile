# Makefile - builds, tests and shows flowsched. `make help` lists what it can do.
#
# Flavours stand side by side: build/flowsched (release), build/debug/flowsched,
# build/sanitize/flowsched, build/thread. Only build/ is written to.

# Those before traces are what a program that has an engine of its own needs.
LIBRARY_LAYERS := base graph solver costmodels scheduler policies
LAYERS := $(LIBRARY_LAYERS) traces replay plugins bench cli
CC := gcc
CXX := g++

PARALLEL := $(MAKE) --no-print-directory -j$(shell nproc)

FLAVOUR ?= release
FLAGS_release := -O2
FLAGS_debug := -Og -DDEEP_CHECKS
FLAGS_sanitize := -O1 -DDEEP_CHECKS -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
FLAGS_thread := -O1 -fsanitize=thread
# Outside -O2 gcc 12 takes std::vector's own members for uninitialised.
CXX_FLAGS_debug := -Wno-maybe-uninitialized -Wno-uninitialized
CXX_FLAGS_sanitize := $(CXX_FLAGS_debug)
CXX_FLAGS_thread := $(CXX_FLAGS_debug)
WARNINGS := -Wall -Wextra -Wshadow -Wvla -Werror
C_WARNINGS := -Wstrict-prototypes -Wmissing-prototypes
CPPFLAGS := -I. -D_GNU_SOURCE -MMD -MP
CFLAGS := -std=c11 -g $(FLAGS_$(FLAVOUR)) $(WARNINGS) $(C_WARNINGS) $(CFLAGS_EXTRA)
CXXFLAGS := -std=c++17 -g $(FLAGS_$(FLAVOUR)) $(WARNINGS) $(CXX_FLAGS_$(FLAVOUR)) $(CFLAGS_EXTRA)
LDFLAGS := $(FLAGS_$(FLAVOUR)) $(CFLAGS_EXTRA)
LDLIBS := -llemon -ligraph -lcjson -lunistring -lzstd -lz -lm -lstdc++

# What a build and what the tests need, by the names of Debian's packages.
BUILD_PACKAGES := gcc g++ make liblemon-dev libigraph-dev libcjson-dev libunistring-dev zlib1g-dev \
	libzstd-dev
CHECK_PACKAGES := $(BUILD_PACKAGES) libcriterion-dev clang-format clang-tidy python3 \
	python3-jsonschema zstd man-db
FUZZ_PACKAGES := $(BUILD_PACKAGES) clang libclang-rt-14-dev

BUILD := build/$(FLAVOUR)
PROGRAM_release := build/flowsched
PROGRAM := $(or $(PROGRAM_$(FLAVOUR)),$(BUILD)/flowsched)
SOURCES := $(filter-out cli/main.c,$(wildcard $(LAYERS:=/*.c)))
SHIMS := $(wildcard $(LAYERS:=/*.cc))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(SHIMS:%.cc=$(BUILD)/%.o)
LIBRARY_OBJECTS := $(filter $(LIBRARY_LAYERS:%=$(BUILD)/%/%.o),$(OBJECTS))
TESTS := $(wildcard tests/*.c)
TEST_OBJECTS := $(TESTS:%.c=$(BUILD)/%.o)

.PHONY: all help
all: $(PROGRAM)

help:
	@sed -n 's/^## //p' Makefile

## make              the program: build/flowsched (FLAVOUR=debug or sanitize: beside it)
$(PROGRAM): $(BUILD)/cli/main.o $(OBJECTS)
	@echo $@; $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo $<; $(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/%.o: %.cc
	@mkdir -p $(@D)
	@echo $<; $(CXX) $(CPPFLAGS) $(CXXFLAGS) -c -o $@ $<

## make tests        the unit tests of the flavour: build/<flavour>/tests
.PHONY: tests
tests: $(BUILD)/unit-tests
$(BUILD)/unit-tests: $(TEST_OBJECTS) $(OBJECTS)
	@echo $@; $(CC) $(LDFLAGS) -o $@ $^ -lcriterion $(LDLIBS)

## make demo         install what is missing (as root), build, generate a trace, replay it
DEMO := build/demo
.PHONY: demo
demo:
	tools/packages.sh $(BUILD_PACKAGES)
	$(PARALLEL) all
	@mkdir -p $(DEMO)
	$(PROGRAM) generate trace --preset demo --seed 1 --out $(DEMO)/trace.csv
	$(PROGRAM) replay $(DEMO)/trace.csv --round-ms 500 --out $(DEMO)/report
	@echo "The report's files are in $(DEMO)/report."

## make check        everything that decides whether a change is good; see also FLOWSCHED_TRACES
.PHONY: check
check:
	tools/packages.sh $(CHECK_PACKAGES)
	$(PARALLEL) layers format-check globals all tests
	$(PARALLEL) FLAVOUR=sanitize all tests fuzz-targets
	$(PARALLEL) FLAVOUR=debug all
	$(PARALLEL) tidy
	build/release/unit-tests
	build/sanitize/unit-tests
	$(MAKE) --no-print-directory check-threads
	$(PARALLEL) FLAVOUR=sanitize fuzz-replay
	FLOWSCHED=$(CURDIR)/build/sanitize/flowsched tests/cli/run.sh
	@[ -n "$$FLOWSCHED_TRACES" ] || echo "skipped: tests of real traces, for FLOWSCHED_TRACES is not set"
	@echo "All checks passed."

## make check-long   millions of random changes, each answer certified and compared (minutes)
.PHONY: check-long
check-long:
	tools/packages.sh $(CHECK_PACKAGES)
	$(PARALLEL) FLAVOUR=debug tests
	FLOWSCHED_TEST_SCALE=30 build/debug/unit-tests --filter 'repair/*'

## make check-threads engines in several threads, under the thread sanitizer
.PHONY: check-threads thread-tests
thread-tests: $(BUILD)/thread-tests
$(BUILD)/thread-tests: $(BUILD)/tests/threads/threads.o $(LIBRARY_OBJECTS)
	@echo $@; $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
check-threads:
	$(PARALLEL) FLAVOUR=thread thread-tests
	build/thread/thread-tests

## make format       lay out all code with clang-format; format-check only looks
CODE := $(wildcard $(LAYERS:=/*.[ch]) $(LAYERS:=/*.cc) tests/*.[ch] tests/fuzz/*.[ch] \
	tests/threads/*.c)
.PHONY: format format-check
format:
	clang-format -i $(CODE)
format-check:
	@clang-format --dry-run --Werror $(CODE)

## make layers       every #include points downwards
.PHONY: layers
layers:
	tools/check_layers.py

## make globals      the layers of a library have no state and no memory but their caller's
.PHONY: globals
globals: $(LIBRARY_OBJECTS)
	@tools/check_globals.py $(BUILD) $^

## make tidy         clang-tidy over the program's C code
TIDIED := $(SOURCES:%.c=build/tidy/%.ok) build/tidy/cli/main.ok
.PHONY: tidy
tidy: $(TIDIED)
build/tidy/%.ok: %.c .clang-tidy
	@mkdir -p $(@D)
	@echo tidy $<; clang-tidy --quiet $< -- -std=c11 -I. -D_GNU_SOURCE 2>/dev/null
	@touch $@

## make fuzz         feed the readers with broken input for a minute (clang)
# A target is tests/fuzz/fuzz_X.c, its seeds are the files in tests/fuzz/corpus/X.
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_COUNT := $(words $(FUZZ_NAMES))
FUZZ_SECONDS := 60
FUZZ_FLAGS := -g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FUZZ_LIBRARY := $(SOURCES:%.c=build/fuzz/%.o) $(SHIMS:%.cc=build/fuzz/%.o)
.PHONY: fuzz fuzz-replay fuzz-targets
fuzz:
	tools/packages.sh $(FUZZ_PACKAGES)
	$(PARALLEL) $(FUZZ_NAMES:%=build/fuzz/fuzz_%)
	@set -e; for name in $(FUZZ_NAMES); do \
		mkdir -p build/fuzz/corpus/$$name build/fuzz/artifacts/$$name; \
		build/fuzz/fuzz_$$name -max_total_time=$$(($(FUZZ_SECONDS) / $(FUZZ_COUNT))) \
			-rss_limit_mb=2048 -timeout=10 -print_final_stats=1 -verbosity=0 \
			-artifact_prefix=build/fuzz/artifacts/$$name/ \
			build/fuzz/corpus/$$name tests/fuzz/corpus/$$name; \
	done
build/fuzz/fuzz_%: build/fuzz/tests/fuzz/fuzz_%.o $(FUZZ_LIBRARY)
	@echo $@; clang++ -fsanitize=fuzzer,address,undefined -o $@ $^ $(LDLIBS)
build/fuzz/%.o: %.c
	@mkdir -p $(@D)
	@echo $<; clang $(CPPFLAGS) -std=c11 $(FUZZ_FLAGS) -c -o $@ $<
build/fuzz/%.o: %.cc
	@mkdir -p $(@D)
	@echo $<; clang++ $(CPPFLAGS) -std=c++17 $(FUZZ_FLAGS) -c -o $@ $<
.SECONDARY: $(FUZZ_NAMES:%=build/fuzz/tests/fuzz/fuzz_%.o)

## make fuzz-replay  run the seeds through the targets (FLAVOUR=sanitize, as make check does)
fuzz-targets: $(FUZZ_NAMES:%=$(BUILD)/fuzz-replay-%)
fuzz-replay: fuzz-targets
	@set -e; for name in $(FUZZ_NAMES); do \
		$(BUILD)/fuzz-replay-$$name tests/fuzz/corpus/$$name/*; \
	done
$(BUILD)/fuzz-replay-%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(OBJECTS)
	@echo $@; $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
.SECONDARY: $(FUZZ_NAMES:%=$(BUILD)/tests/fuzz/fuzz_%.o) $(BUILD)/tests/fuzz/replay.o

## make clean        remove build/
.PHONY: clean
clean:
	rm -rf build

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/tests/*/*.d build/fuzz/*/*.d build/fuzz/tests/fuzz/*.d)
