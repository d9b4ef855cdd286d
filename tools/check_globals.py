#!/usr/bin/env python3
"""Check what a library would contain: nothing that can be written is global, and all memory is
asked for in base/memory.c.

Two engines in one process must have nothing in common, and an engine's memory must be its
context's (base/memory_context.h). So no object has a symbol in a section that is writable once
the program runs, but those in ALLOWED, and none but base/memory.o calls the C library's
allocator, or functions whose blocks are its caller's to free.

usage: check_globals.py BUILD OBJECT..., objects of the release flavour in the folder BUILD.
"""
import pathlib
import re
import subprocess
import sys

ALLOWED = {
    "base/memory.o": {"live", "peak"},      # atomic counts of blocks without a context
    "base/memory_context.o": {"current"},   # by thread, and only while a call lasts
    "base/memory_guard.o": {"innermost"},   # likewise
    "solver/lemon_shim.o": {"_ZStL8__ioinit"},  # of <iostream>, that LEMON's headers include
}
ALLOCATES = "base/memory.o"
WRITABLE = re.compile(r"\.(data|bss|tdata|tbss)\b|\*COM\*")
FIXED_AT_START = re.compile(r"\.data\.rel\.ro|\.data\.rel\.local\.DW\.ref\.")
ALLOCATORS = {"malloc", "calloc", "realloc", "reallocarray", "free", "posix_memalign",
              "aligned_alloc", "memalign", "valloc", "strdup", "strndup", "asprintf", "vasprintf",
              "__asprintf_chk", "__vasprintf_chk", "getline", "getdelim", "open_memstream", "mmap"}


def symbols(path):
    """(name, section) of each symbol, whether defined or only used."""
    text = subprocess.run(["nm", "--format=sysv", path], check=True, capture_output=True,
                          text=True).stdout
    for line in text.splitlines():
        fields = [field.strip() for field in line.split("|")]
        if len(fields) == 7:
            yield fields[0], fields[6]


def main():
    build, *paths = map(pathlib.Path, sys.argv[1:])
    wrong = []
    seen = {name: set() for name in ALLOWED}
    for path in paths:
        name = str(path.relative_to(build))
        for symbol, section in symbols(path):
            if symbol in ALLOWED.get(name, ()):
                seen[name].add(symbol)
            elif WRITABLE.match(section) and not FIXED_AT_START.match(section):
                wrong.append(f"{name}: {symbol} is global and can be written ({section})")
            elif section == "*UND*" and symbol in ALLOCATORS and name != ALLOCATES:
                wrong.append(f"{name}: calls {symbol}, which only {ALLOCATES} may")
    for name, symbols_allowed in ALLOWED.items():
        wrong += [f"{name}: {symbol} is allowed, but is not there"
                  for symbol in sorted(symbols_allowed - seen[name])]
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())
