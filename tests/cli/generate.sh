#!/usr/bin/env bash
# generate.sh - `flowsched generate` as its users meet it: traces, then networks.
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
for words in "" "nothing" "--out $T/x trace" "trace x --out $T/x" "trace" "trace --out $T/x --preset nothing" \
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
run generate trace --help
ok "help" exits 0
ok "help names the options" grep -q -- '--preset NAME' "$T/out"
run generate --help
ok "help on what there is to generate" exits 0
ok "help names the kinds" grep -qE '^  (trace|network) ' "$T/out"

# network OPTIONS...: a network of 200 nodes in $T/out.
network() { run generate network --nodes 200 --family "$@"; }
# largest COLUMN: of the arcs. supply: of all sources.
largest() { awk -v c="$1" '$1 == "a" && $c > n {n = $c} END {print n + 0}' "$T/out"; }
supply() { awk '$1 == "n" && $3 > 0 {n += $3} END {print n + 0}' "$T/out"; }

for family in netgen gridgen goto road transport assignment; do
    network $family
    ok "a $family network is generated" exits 0
    cp "$T/out" "$T/$family.min"
    ok "it is told what was made" says '^200 nodes, [0-9]+ arcs, a supply of [0-9]+$'
    ok "it has the nodes" grep -q '^p min 200 ' "$T/$family.min"
    ok "and the arcs that are told" says "^200 nodes, $(grep -c '^a ' "$T/$family.min") arcs"
    network $family --seed 1 --out "$T/again.min"
    ok "the seed is 1, and a file is as standard output" cmp "$T/again.min" "$T/$family.min"
    ok "nothing is on standard output then" test ! -s "$T/out"
    network $family --seed 2
    ok "another seed, another network" test "$(cmp -s "$T/out" "$T/$family.min"; echo $?)" -eq 1
    # shellcheck disable=SC2046
    run $(sed -n '1s/^c flowsched //p' "$T/$family.min")
    ok "its first line makes it again" cmp "$T/out" "$T/$family.min"
    run solve --check --no-flow "$T/$family.min"
    ok "it has an optimum" says 'certified optimal'
done
network netgen --degree 5
ok "so many arcs" grep -q '^p min 200 1000$' "$T/out"
network netgen --supply 12345
ok "so much supply" test "$(supply)" -eq 12345
network netgen --cost-max 30
ok "no larger costs" test "$(largest 6)" -eq 30
network netgen --supply 14 --capacity-max 20
ok "no larger capacities" test "$(largest 5)" -eq 20

for words in "" "--family netgen" "--nodes 200" "--family nothing --nodes 200" \
    "--family netgen --nodes 1" "--family netgen --nodes 99999999" "--family netgen --nodes x" \
    "--family netgen --nodes 200 --degree 0" "--family netgen --nodes 200 --seed -1" \
    "--family netgen --nodes 200 --supply 0" "--family netgen --nodes 200 --cost-max 0" \
    "--family netgen --nodes 200 --capacity-max 0" "--family netgen --nodes 200 out.min"; do
    # shellcheck disable=SC2086
    run generate network $words --out "$T/x"
    ok "wrong use: generate network $words" exits 2
    ok "and nothing is written" test ! -e "$T/x"
done
run generate network --family netgen
ok "nodes are missing" says 'say which network: generate network --family NAME --nodes N'
network nothing
ok "an unknown family" says "there is no family 'nothing'; 'flowsched list' names them"
network netgen --supply 10
ok "too little supply" says '14 sources and 14 sinks take a supply of at least 14'
network netgen --degree 190
ok "too many arcs for the nodes" says '200 nodes take at most [0-9]+ arcs here, not 38000'
ok "which is wrong use" exits 2
network road --supply 99999999
ok "more supply than the roads carry" says 'the roads carry a supply of up to [0-9]+ here'
network assignment --capacity-max 5
ok "capacities in an assignment" says 'in an assignment every supply and capacity is 1'
network netgen --degree 16777216
ok "too many arcs for us" exits 3
network netgen --out "$T/missing/x"
ok "a folder that is not there" exits 3
run generate network --help
ok "help on networks" exits 0
ok "help names the options of networks" grep -q -- '--family NAME' "$T/out"

finish
