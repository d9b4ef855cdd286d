#!/usr/bin/env bash
# flavours.sh - the same input, the same answer, byte by byte, from every flavour of the program.
. "$(dirname "$0")/lib.sh"
ROOT=$(cd "$(dirname "$0")/../.." && pwd)

# What memory holds before it is written to must not matter: malloc fills it, as the sanitizer does.
export MALLOC_PERTURB_=85

# in_flavour NAME ARGUMENTS...: run the program of this flavour.
in_flavour() {
    local program=$ROOT/build/$1/flowsched
    [ "$1" = release ] && program=$ROOT/build/flowsched
    shift
    "$program" "$@"
}

# same FILE: the flavours have made this file, not empty, and alike; its ending tells whose it is.
same() {
    test -s "$1.release" && cmp "$1.release" "$1.debug" && cmp "$1.release" "$1.sanitize"
}

# cluster: a stream of tasks, machines in racks and their changes in 12 rounds.
cluster() {
    python3 - <<'PYTHON'
import random
random.seed(1)
SINK, CLUSTER, WAITING, RACKS, MACHINES, TASKS = 1, 2, 3, 10, 100, 1000
machines, tasks, lines = set(), set(), []
def add_machine(m):
    machines.add(m)
    lines.extend([f"n {m} 0 4", f"a {RACKS + m % 8} {m} 0 4 0", f"a {m} {SINK} 0 4 0"])
def add_task(t):
    tasks.add(t)
    lines.append(f"n {t} 1 1")
    lines.append(f"a {t} {CLUSTER} 0 1 {random.randrange(40, 60)}")
    lines.append(f"a {t} {WAITING} 0 1 100")
    for m in random.sample(sorted(machines), 4):
        lines.append(f"a {t} {m} 0 1 {random.randrange(40)}")
def end_round():
    print("\n".join(lines + ["c EOI"]))
    lines.clear()
lines += [f"n {SINK} -1200 3", f"n {CLUSTER} 0", f"n {WAITING} 0", f"a {WAITING} {SINK} 0 2000 0"]
for rack in range(RACKS, RACKS + 8):
    lines += [f"n {rack} 0", f"a {CLUSTER} {rack} 0 160 1"]
for m in range(MACHINES, MACHINES + 300):
    add_machine(m)
for t in range(TASKS, TASKS + 1200):
    add_task(t)
lines.insert(0, f"p min 0 {sum(line[0] == 'a' for line in lines)}")
end_round()
for i in range(11):
    for t in random.sample(sorted(tasks), 15):
        if random.randrange(2):
            lines.append(f"x {t} {WAITING} 0 1 {random.randrange(20, 90)}")
        else:
            lines.append(f"r {t}")
            tasks.remove(t)
    for m in random.sample(sorted(machines), i % 3):
        lines.append(f"r {m}")
        machines.remove(m)
    for t in range(20):
        add_task(TASKS + 1200 + 20 * i + t)
    end_round()
PYTHON
}

cd "$T" || exit 1
SOLVERS="repair simplex scaling auto"
cluster >cluster.stream
for flavour in release debug sanitize; do
    ok "there is a program: make FLAVOUR=$flavour" in_flavour $flavour --version
    for network in netgen/800 gridgen/500 goto/500 road/2000 transport/600 assignment/600; do
        family=${network%/*}
        in_flavour $flavour generate network --family $family --nodes ${network#*/} --seed 7 \
            --out $family.$flavour 2>/dev/null
        for solver in $SOLVERS; do
            in_flavour $flavour solve --solver $solver $family.$flavour 2>/dev/null |
                grep '^[sf]' >$family.$solver.$flavour
        done
    done
    for solver in $SOLVERS; do
        in_flavour $flavour solve --stream --solver $solver cluster.stream 2>err.$solver.$flavour |
            grep -v '^c ALGORITHM TIME' >cluster.$solver.$flavour
    done
    in_flavour $flavour generate trace --machines 40 --tasks 600 --out trace.csv.$flavour 2>/dev/null
    cp trace.csv.$flavour trace.csv
    in_flavour $flavour replay trace.csv --quiet --round-ms 500 --out report >/dev/null
    mv report/tasks.csv tasks.csv.$flavour
    rm -r report
done
for family in netgen gridgen goto road transport assignment; do
    ok "the same network, $family" same $family
    for solver in $SOLVERS; do
        ok "the same flow, $family, $solver" same $family.$solver
        ok "it is a flow, $family, $solver" test "$(grep -c '^f' $family.$solver.release)" -gt 100
    done
done
for solver in $SOLVERS; do
    ok "the same flows in every round, $solver" same cluster.$solver
    ok "the same messages, $solver" same err.$solver
    ok "all rounds are solved, $solver" grep -q 'optimal 12;.*refused 0$' err.$solver.release
done
ok "the same trace" same trace.csv
ok "the same placements" same tasks.csv
ok "some tasks are placed" test "$(wc -l <tasks.csv.release)" -gt 300
finish
