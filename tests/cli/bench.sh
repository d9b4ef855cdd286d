#!/usr/bin/env bash
# bench.sh - `flowsched bench` as its users meet it, on small networks and clusters.
. "$(dirname "$0")/lib.sh"

# bench OPTIONS...: a table or an object of a small cluster. object OPTIONS...: likewise JSON.
bench() { run bench solver --machines 50 --count 3 --repeat 2 "$@"; }
object() { bench --json "$@"; }
# has TEXT: in the table. lacks TEXT.
has() { grep -qF -- "$1" "$T/out" || { echo "no: $1"; cat "$T/out"; return 1; }; }
lacks() { ! grep -qF -- "$1" "$T/out" || { echo "has: $1"; cat "$T/out"; return 1; }; }

# Without options: the clusters and rows that a solver is judged by.
bench
ok "the standard plan" exits 0
ok "nothing is on standard error" test ! -s "$T/err"
for load in 50 80 90 99 100 107 110; do
    ok "load $load" has "load $load %: $((6 * load)) tasks"
done
ok "hot" has "load 90 %, 90 % of the preferences hot"
ok "six networks from nothing" test "$(grep -c '^    lemon-cost-scaling' "$T/out")" -eq 6
ok "ratios" has "geometric mean of the ratios of 6 networks"
ok "five batches" test "$(grep -c '^    batch: ' "$T/out")" -eq 5
ok "waiting at 110 %" has "waiting: costs rise"
ok "costs are compared" test "$(grep -c 'the same by lemon-cost-scaling' "$T/out")" -eq 5
ok "100 columns" test -z "$(grep -E '.{101}' "$T/out")"

object
ok "the same as JSON" exits 0
ok "what is in the object" json "$T/out" "s['solver'] == 'repair' and s['machines'] == 50
    and s['against'] == ['lemon-cost-scaling'] and s['slots'] == 12 and s['core'] is None
    and s['clock_overhead_ns']['wall'] > 0 and s['geometric_mean_ratio'] > 0
    and len(s['instances']) == 8"
ok "solves from nothing" json "$T/out" "all(
    len({r['cost'] for r in i['scratch']}) == 1 and i['scratch'][0]['ratio'] is None
    and i['scratch'][0]['heap_bytes_per_arc'] > 0 and i['scratch'][1]['ratio'] > 0
    and all(r['n'] == 2 and r['outcome'] == 'optimal' and r['thread_ns']['p50'] > 0
            and r['process_ns']['max'] >= r['process_ns']['p50'] and r['wall_ns']['mean'] > 0
            for r in i['scratch'])
    for i in s['instances'] if 'scratch' in i)"
ok "solves after events" json "$T/out" "all(
    e['n'] == 3 and e['concerned'] > 0 and e['work']['p50'] > 0 and e['changes']['p50'] > 0
    and e['thread_ns']['p50'] <= e['thread_ns']['p90'] <= e['thread_ns']['p99'] <= e['thread_ns']['max']
    for i in s['instances'] if 'events' in i for e in i['events'])"

# The options, one by one.
object --load 50,110
ok "loads" json "$T/out" "[i['tasks'] for i in s['instances']] == [300, 660]"
ok "all rows" json "$T/out" "[e['row'] for e in s['instances'][1]['events']] ==
    ['task', 'task', 'machine', 'machine', 'batch', 'restarts', 'churn', 'waiting', 'racks']"
ok "nobody waits at 50 %" json "$T/out" "[(e['n'], e['thread_ns']['p50']) for e in
    s['instances'][0]['events'] if e['row'] == 'waiting'] == [(0, None)]"
object --tasks 123 --rows scratch
ok "tasks" json "$T/out" "[(i['tasks'], i['name']) for i in s['instances']] ==
    [(123, 'load 20.5 %')]"
object --machines 41 --slots 3 --rows scratch
ok "machines, slots and load 90" json "$T/out" "[i['tasks'] for i in s['instances']] == [110]
    and s['machines'] == 41 and s['slots'] == 3
    and s['instances'][0]['nodes'] == 2 + 2 + 41 + 6 + 110"
object --hot 0.9 --rows scratch
ok "hot" json "$T/out" "s['instances'][0]['hot'] == 0.9"
cp "$T/out" "$T/hot"
object --hot 0 --rows scratch
ok "hot preferences coincide" json "$T/out" "s['instances'][0]['arcs'] >
    json.load(open('$T/hot'))['instances'][0]['arcs']"
cp "$T/out" "$T/cold"
object --hot 0 --rows scratch --seed 1
ok "seed 1 is the default" json "$T/out" "s['instances'][0]['scratch'][0]['cost'] ==
    json.load(open('$T/cold'))['instances'][0]['scratch'][0]['cost']"
object --hot 0 --rows scratch --seed 2
ok "another seed" json "$T/out" "s['instances'][0]['scratch'][0]['cost'] !=
    json.load(open('$T/cold'))['instances'][0]['scratch'][0]['cost'] and s['seed'] == 2"
object --rows batch,racks
ok "rows" json "$T/out" "[e['row'] for e in s['instances'][0]['events']] == ['batch', 'racks']
    and 'scratch' not in s['instances'][0]
    and s['instances'][0]['costs_compared_with'] == 'lemon-cost-scaling'"
object --rows task --count 7
ok "count" json "$T/out" "[e['n'] for e in s['instances'][0]['events']] == [7, 7]"
object --rows scratch --repeat 5
ok "repeat" json "$T/out" "[r['n'] for r in s['instances'][0]['scratch']] == [5, 5]"
object --rows scratch,task --solver paths --against lemon-network-simplex,repair
ok "solver and against" json "$T/out" "[r['solver'] for r in s['instances'][0]['scratch']] ==
    ['paths', 'lemon-network-simplex', 'repair'] and s['solver'] == 'paths'
    and s['instances'][0]['costs_compared_with'] in ('lemon-network-simplex', 'repair')"
object --rows scratch,task --against none
ok "against none" json "$T/out" "s['against'] == [] and s['geometric_mean_ratio'] is None
    and len(s['instances'][0]['scratch']) == 1 and s['instances'][0]['costs_compared_with'] is None"
object --rows batch,churn --load 100 --check
ok "check" exits 0
core=$(taskset -cp $$ | sed 's/.*: //; s/[,-].*//')
object --rows scratch --core "$core"
ok "core" json "$T/out" "s['core'] == $core"
bench --rows scratch --core "$core"
ok "the table tells the core" has "bound to core $core"
object --family netgen --nodes 100,200
ok "families" json "$T/out" "[(i['name'], i['nodes']) for i in s['instances']] ==
    [('netgen', 100), ('netgen', 200)]
    and s['against'] == ['lemon-cost-scaling', 'lemon-network-simplex']
    and all(len({r['cost'] for r in i['scratch']}) == 1 for i in s['instances'])"
run list
families=$(awk '/^[^ ]/ {in_families = /^families/} in_families && /^  / {n++} END {print n}' "$T/out")
object --family all --nodes 200 --repeat 1
ok "all families" json "$T/out" "len(s['instances']) == $families"
bench --family netgen --nodes 100
ok "a table of families" has "netgen: 100 nodes"
ok "no cluster is told of" lacks "machines x"
bench --rows scratch --quiet
ok "quiet" exits 0

# Progress, after ten seconds where standard error is no terminal, and at once on one.
script -qec "'$FLOWSCHED' bench solver --machines 50 --rows scratch >'$T/out'" /dev/null >"$T/screen" </dev/null
ok "progress on a terminal" grep -q "repair from nothing, 1 of 3" "$T/screen"
ok "the table is whole" has "lemon-cost-scaling"
script -qec "'$FLOWSCHED' bench solver --machines 50 --rows scratch --quiet >'$T/out'" /dev/null >"$T/screen" </dev/null
ok "none if quiet" test ! -s "$T/screen"

# Whole rounds. rounds OPTIONS...: a table of a small cluster. round_object OPTIONS...: JSON.
rounds() { run bench round --machines 30 --rounds 5 --warmup 2 "$@"; }
round_object() { rounds --json "$@"; }
rounds
ok "rounds" exits 0
ok "nothing is on standard error of rounds" test ! -s "$T/err"
ok "the cluster of rounds" has "30 machines, 300 tasks, load 80 %; 20 events a round"
for stage in round events update solve certify commit apply; do
    ok "stage $stage" grep -qE "^ *$stage +[0-9.]+ [num]?s" "$T/out"
done
ok "gap and misfits" grep -qE "[0-9]+ misfits; gap p50 .* %, p99 .* %, max .* %" "$T/out"
ok "rates" grep -qE "^100 events, [0-9,]+/s; [0-9]+ decisions, [0-9,]+/s" "$T/out"
ok "rounds in 100 columns" test -z "$(grep -E '.{101}' "$T/out")"
round_object
ok "rounds as JSON" json "$T/out" "s['cost_model'] == 'quincy' and s['solver'] == 'auto'
    and s['preemption'] == False and s['seed'] == 1 and s['tasks'] == 300 and s['filled'] > 250
    and s['load_percent'] == 80 and s['events_per_round'] == 20 and s['warmup'] == 2
    and s['rounds']['count'] == 5 and s['events'] == 100 and s['decisions'] > 0
    and s['decisions_per_s'] > 0 and s['events_per_s'] > s['decisions_per_s']
    and s['solves']['count'] >= 5 and s['solves']['max'] >= 1 and s['misfits'] >= 0
    and 0 <= s['gap']['p50'] <= s['gap']['max'] <= 1 and s['network']['nodes_max'] > 0
    and s['cluster']['running'] + s['cluster']['waiting'] == 300
    and s['heap_bytes'] > 0 and s['first_round']['round_ns'] > 0"
ok "stages of rounds" json "$T/out" "all(
    0 < s['rounds'][k + '_ns']['p50'] <= s['rounds'][k + '_ns']['p90'] <= s['rounds'][k + '_ns']['p99']
    <= s['rounds'][k + '_ns']['max'] <= s['rounds']['round_ns']['max']
    for k in ('round', 'events', 'update', 'solve', 'certify', 'commit', 'apply'))"
cp "$T/out" "$T/first"
# decided WORD: are the decisions (not) those of the first run?
decided() { json "$T/out" "[s[k] for k in ('decisions', 'network', 'cluster', 'solves')] $1
    [json.load(open('$T/first'))[k] for k in ('decisions', 'network', 'cluster', 'solves')]"; }
round_object --seed 1
ok "the same seed" decided ==
round_object --seed 2
ok "another seed of rounds" decided !=
for model in load_spreading cpu_mem drf slo drf:100,quincy; do
    round_object --cost-model "$model"
    ok "cost model $model" json "$T/out" "s['cost_model'] == '$model' and s['decisions'] > 0"
done
for solver in repair lemon-network-simplex; do
    round_object --solver "$solver"
    ok "rounds by $solver" json "$T/out" "s['solver'] == '$solver' and s['decisions'] > 0"
done
round_object --preemption on
ok "preemption puts running tasks into the network" json "$T/out" "s['preemption'] == True
    and s['network']['nodes_max'] > json.load(open('$T/first'))['network']['nodes_max']"
round_object --tasks 450 --load 40 --events 3 --warmup 0 --rounds 2
ok "tasks, load, events and rounds" json "$T/out" "s['tasks'] == 450 and s['events'] == 6
    and s['rounds']['count'] == 2 and s['warmup'] == 0 and s['load_percent'] == 40
    and max(s['cluster']['cpu'], s['cluster']['memory']) < 0.45"
script -qec "'$FLOWSCHED' bench round --machines 30 --rounds 5 >'$T/out'" /dev/null >"$T/screen" </dev/null
ok "progress of rounds on a terminal" grep -q "filling the cluster" "$T/screen"
script -qec "'$FLOWSCHED' bench round --machines 30 --rounds 5 --quiet >'$T/out'" /dev/null >"$T/screen" </dev/null
ok "none of rounds if quiet" test ! -s "$T/screen"

# wrong PATTERN OPTIONS...: exit status 2, and standard error says what to do.
wrong() {
    local pattern=$1
    shift
    run bench "$@"
    ok "wrong use: bench $*" exits 2
    ok "wrong use: bench $* is explained" says "$pattern"
    ok "wrong use: bench $* prints nothing" test ! -s "$T/out"
}
wrong "say what to measure first"
wrong "say what to measure first" --json
wrong "say what to measure first" rounds
wrong "takes options only, not 'x'" solver x
wrong "there is no option --frob" solver --frob
wrong "from 1 to 1000000" solver --machines 0
wrong "from 1 to 1000000" solver --machines 1000001
wrong "from 1 to 1000" solver --slots 0
wrong "from 1 to 1000" solver --slots 1001
wrong "from 1 to 20000000" solver --tasks 0
wrong "from 1 to 20000000" solver --tasks 20000001
wrong "whole numbers from 1 to 1000, not '0'" solver --load 90,0
wrong "whole numbers from 1 to 1000, not '1001'" solver --load 1001
wrong "not '9x'" solver --load 9x
wrong "not ''" solver --load ,90
wrong "at most 32 loads" solver --load "$(seq -s, 33)"
wrong "load and --tasks both" solver --load 90 --tasks 10
wrong "is 100000000000 tasks, more than 20000000|is 10000000000 tasks, more" \
    solver --machines 1000000 --slots 1000 --load 1000
wrong "more than 20000000" solver --machines 1000000 --slots 1000
wrong "is no task" solver --machines 1 --slots 1 --load 50
wrong "from 0 to 1" solver --hot 1.1
wrong "from 0 to 1" solver --hot -1
wrong "there is no row 'frob'" solver --rows scratch,frob
wrong "from 1 to 1000000" solver --count 0
wrong "from 1 to 1000" solver --repeat 0
wrong "from 1 to 1000" solver --repeat 1001
wrong "there is no solver 'x'" solver --solver x
wrong "there is no solver 'x'" solver --against repair,x
wrong "at most 7 solvers" solver --against "$(yes paths | head -8 | paste -sd,)"
wrong "there is no family 'x'" solver --family x --nodes 10
wrong "say how large" solver --family netgen
wrong "goes with --family" solver --nodes 10
wrong "load is of clusters" solver --family netgen --nodes 10 --load 90
wrong "rows is of clusters" solver --family netgen --nodes 10 --rows scratch
wrong "hot is of clusters" solver --family netgen --nodes 10 --hot 0
wrong "tasks is of clusters" solver --family netgen --nodes 10 --tasks 1
wrong "from 2 to" solver --family netgen --nodes 1
wrong "make more than 32" solver --family netgen --nodes "$(seq -s, 100 132)"
wrong "takes an integer|from 0 to" solver --seed x
wrong "from 0 to" solver --core 5000
wrong "may not run on processor 1023" solver --core 1023
wrong "check takes no value" solver --check=1
wrong "takes options only, not 'x'" round x
wrong "there is no option --slots" round --slots 3
wrong "from 1 to 1000000" round --machines 0
wrong "from 1 to 20000000" round --tasks 0
wrong "from 1 to 1000" round --load 0
wrong "no load of 90 %" round --machines 10 --tasks 5 --load 90
wrong "cost.model" round --machines 10 --cost-model frob
wrong "solver frob: unknown" round --machines 10 --solver frob
wrong "on or off" round --preemption maybe
wrong "from 1 to 100000" round --events 0
wrong "from 0 to 1000000" round --warmup -1
wrong "from 1 to 1000000" round --rounds 0
wrong "from 0 to" round --seed -1
run bench solver --family netgen --nodes 16777216
ok "a network that is too large" exits 3
run bench --help
ok "help" exits 0
ok "help names the kinds" test "$(grep -cE "^  (solver|round) " "$T/out")" -eq 2
finish
