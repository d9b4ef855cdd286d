#!/usr/bin/env bash
# generate.sh - `flowsched generate trace` as its users meet it.
. "$(dirname "$0")/lib.sh"

# generate OPTIONS...: a small trace, its rows in $T/rows.
generate() {
    run generate trace --machines 50 --tasks 2000 "$@" --out "$T/trace.csv"
    grep -v '^#' "$T/trace.csv" | tail -n +2 >"$T/rows"
}

# rows KIND: so many rows of the kind. tasks: so many tasks submitted.
rows() { awk -F, -v kind="$1" '$2 == kind {n++} END {print n + 0}' "$T/rows"; }
tasks() { awk -F, '$2 == "task_submitted" {n += $9 == "" ? 1 : $9} END {print n + 0}' "$T/rows"; }
# distinct COLUMN KIND: so many different texts in the column.
distinct() { awk -F, -v kind="$2" -v c="$1" '$2 == kind {print $c}' "$T/rows" | sort -u | wc -l; }
# share COLUMN: of submissions that have something in the column, in percent.
share() { awk -F, -v c="$1" '$2 == "task_submitted" {n++; k += $c != ""} END {print int(100 * k / n)}' "$T/rows"; }
span_us() { tail -n 1 "$T/rows" | cut -d, -f1; }

generate
ok "a trace is generated" exits 0
ok "what was made is told" says '^50 machines, 2000 tasks submitted over [0-9.]+ s$'
ok "nothing is on standard output" test ! -s "$T/out"
ok "so many machines" test "$(distinct 3 machine_added)" -eq 50
ok "so many tasks" test "$(tasks)" -eq 2000
cp "$T/trace.csv" "$T/first.csv"
generate --preset demo --seed 1
ok "the preset is demo and the seed 1" cmp "$T/first.csv" "$T/trace.csv"
generate --seed 2
ok "another seed, another trace" test "$(cmp -s "$T/first.csv" "$T/trace.csv"; echo $?)" -eq 1

run generate trace --machines 50 --tasks 2000 --out -
ok "- is standard output" cmp "$T/first.csv" "$T/out"

for preset in alibaba2018 google2011; do
    generate --preset $preset
    ok "preset $preset" test "$(tasks)" -eq 2000
done
generate --machines-per-rack 5
ok "racks" test "$(distinct 4 machine_added)" -eq 10
generate --load 0.1
slow=$(span_us)
generate --load 2
ok "more load, less time" test $(($(span_us) * 10)) -lt "$slow"
generate --failures 0 --drains 0
ok "no failures and no drains" test "$(rows machine_removed)$(rows machine_drained)" = 00
generate --failures 100 --drains 0
ok "failures" test "$(rows machine_removed)" -gt 20
generate --failures 0 --drains 100
ok "drains" test "$(rows machine_drained)" -gt 20
generate --task-failures 0
ok "no attempt fails" test "$(grep -c ':fails' "$T/rows")" -eq 0
generate --task-failures 1
ok "every first attempt fails" test "$(grep -c ':fails' "$T/rows")" -eq 2000
generate --tenants 1
ok "one tenant" test "$(distinct 10 task_submitted)" -eq 1
generate --dags 0
ok "no stages" test "$(distinct 7 task_submitted)$(share 13)" = 10
generate --dags 1
ok "stages" test "$(share 13)" -gt 30
generate --inputs 0
ok "no input blocks" test "$(share 14)" -eq 0
generate --inputs 1
ok "input blocks" test "$(share 14)" -eq 100
generate --services 0.5
ok "services" test "$(grep -c '^0,.*,never' "$T/rows")" -gt 10
generate --bursts 1
ok "all jobs come at once" test "$(distinct 1 task_submitted)" -eq 1
generate --wave 1
ok "a wave" exits 0

# Wrong use: exit status 2 and what to do.
for words in "" "network --out $T/x" "trace" "trace --out $T/x --preset nothing" \
    "trace --out $T/x --machines 0" "trace --out $T/x --load 0" "trace --out $T/x --dags 1.1"; do
    # shellcheck disable=SC2086
    run generate $words
    ok "wrong use: generate $words" exits 2
done
run generate trace --out "$T/x" --preset nothing
ok "an unknown preset" says "there is no preset 'nothing'"
run generate trace --machines 1 --load 0.000001 --out "$T/x"
ok "a trace of centuries" exits 3
run generate trace --out "$T/missing/x"
ok "a folder that is not there" exits 3
ok "nothing is left behind" test ! -e "$T/x"
run generate --help
ok "help" exits 0
ok "help names the options" grep -q -- '--preset NAME' "$T/out"

finish
