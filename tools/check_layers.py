#!/usr/bin/env python3
"""Check that every #include points downwards, from the root of the tree.

Each layer names the layers that it may include; include/ and tests/ stand outside. Two
rules go beyond the order: costmodels/ and traces' callers never see the network, and only
scheduler/flow_*.c may include both the cluster and the network.
"""
import pathlib
import re
import sys

MAY_INCLUDE = {
    "base": set(),
    "graph": {"base"},
    "solver": {"base", "graph"},
    "costmodels": {"base"},
    "scheduler": {"base", "graph", "solver", "costmodels"},
    "policies": {"base", "costmodels", "scheduler"},
    "traces": {"base", "costmodels", "scheduler"},
    "replay": {"base", "costmodels", "scheduler", "traces"},
    "plugins": {"base", "graph", "solver", "costmodels", "scheduler", "policies", "replay",
                "include"},
    "bench": {"base", "graph", "solver", "costmodels", "scheduler", "policies", "traces",
              "replay"},
    "cli": {"base", "graph", "solver", "costmodels", "scheduler", "policies", "traces", "replay",
            "plugins", "bench", "include"},
}
KNOWS_NODES = {"graph", "solver"}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def main():
    wrong = []
    for layer, allowed in MAY_INCLUDE.items():
        for path in sorted(pathlib.Path(layer).glob("*.[ch]*")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                target = match.group(1)
                included = target.split("/")[0]
                place = f"{path}:{number}"
                if "/" not in target or not pathlib.Path(target).exists():
                    wrong.append(f'{place}: "{target}" is not a path from the root')
                elif included != layer and included not in allowed:
                    wrong.append(f"{place}: {layer}/ may not include {included}/")
                elif (layer == "scheduler" and included in KNOWS_NODES
                      and not path.name.startswith("flow_")):
                    wrong.append(f"{place}: only scheduler/flow_* knows the network")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())
