#!/usr/bin/env bash
# docs.sh - what the documents say is what the program has.
. "$(dirname "$0")/lib.sh"
ROOT=$(cd "$(dirname "$0")/../.." && pwd)

man -l "$ROOT/docs/flowsched.1" >"$T/man" 2>"$T/man.err"
ok "the man page has no errors" test ! -s "$T/man.err"
COMMANDS=("replay" "compare" "generate trace" "generate network" "solve" "check" "bench solver" "bench round" "policy")
for command in "${COMMANDS[@]}"; do
    # shellcheck disable=SC2086
    run $command --help
    ok "$command --help" exits 0
    for option in $(grep -oE '^  --[a-z-]+' "$T/out"); do
        ok "the man page explains $command $option" grep -q -- "$option" "$T/man"
    done
    ok "$command --help fits a screen" test "$(wc -l <"$T/out")" -le 40
    ok "$command --help fits its width" test -z "$(grep -E '.{81}' "$T/out")"
    ok "the README names $command" grep -q "flowsched $command" "$ROOT/README.md"
done
for option in $(grep -oE '\-\-[a-z]+(-[a-z]+)*' "$T/man" | sort -u); do
    found=no
    for command in "${COMMANDS[@]}"; do
        # shellcheck disable=SC2086
        run $command --help
        grep -q -- "$option" "$T/out" && found=yes
    done
    ok "$option of the man page is an option" test "$found" = yes
done
run generate trace --machines 20 --tasks 200 --out "$T/trace.csv"
run replay "$T/trace.csv" --quiet --out "$T/report"
ok "docs/metrics.md explains every measure of the summary" python3 - "$T/report" "$ROOT" <<'PYTHON'
import json, re, sys
summary = json.load(open(sys.argv[1] + "/summary.json"))
words = set(re.findall(r"[a-z0-9_]+", open(sys.argv[2] + "/docs/metrics.md").read()))
known = {"cpu", "memory", "gpu", "disk", "dominant", "from_s", "to_s", "p50", "p90", "p99", "max",
         "mean", "ever", "count", "restarts", "wasted_cpu_s", "estimator", "placed", "starts",
         "failures", "evictions", "preemptions", "migrations", "finished"}
measures = ["success_rate", "utilisation", "utilisation_steady", "utilisation_makespan", "windows",
            "makespan_s", "imbalance", "imbalance_cov", "machines_used", "goodput", "work",
            "attempts", "fragmentation", "free_capacity", "placement_latency_ms",
            "placement_latency_censored_ms", "job_completion_s", "bounded_slowdown", "fairness",
            "slo", "proxies"]
def keys(value):
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield key
        yield from keys(inner)
missing = [k for m in measures for k in [m, *keys(summary[m])] if k not in words | known]
assert not missing, missing
PYTHON
run list
for name in $(awk '/^  [^ ]/{print $1}' "$T/out"); do
    ok "the README or docs/ name $name" grep -rq -- "$name" "$ROOT/README.md"
done
finish
