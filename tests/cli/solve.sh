#!/bin/bash
# solve.sh - the commands solve, check and list, as a user meets them.
# FLOWSCHED is the program; prints what failed and "N passed, M failed".
set -u
flowsched=$(realpath "${FLOWSCHED:-build/flowsched}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
passed=0
failed=0

# expect STATUS TEXT COMMAND...: the exit status, and TEXT somewhere in what it prints.
expect() {
    local status=$1 text=$2
    shift 2
    "$@" >out 2>err </dev/null
    local got=$?
    if [ $got -eq "$status" ] && cat out err | grep -qF -- "$text"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $* (status $got, wanted $status and '$text')"
        cat out err
    fi
}

# same TEXT: the last command printed exactly this on standard output.
same() {
    if [ "$(cat out)" = "$1" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: standard output is not: $1"
        cat out
    fi
}

cat >net.min <<'END'
c two ways, the cheap one holds 3
p min 4 5
n 1 4
n 4 -4
a 1 2 0 3 1
a 2 4 0 9 1
a 1 3 0 9 2
a 3 4 0 9 2
a 2 3 0 9 9
END
answer=$'s 10\nf 1 2 3\nf 2 4 3\nf 1 3 1\nf 3 4 1'
printf 'p min 2 1\nn 1 5\nn 2 -5\na 1 2 0 4 1\n' >tight.min
printf 'p min 2 1\nn 1 5\na 1 2 0 9 1\n' >unbalanced.min
printf 'p min 2 1\na 1 2 0 9223372036854775807 1\n' >wide.min
printf 'p min 2 1\na 1 3 0 1 1\n' >bad.min
gzip -k net.min

expect 0 "" "$flowsched" solve net.min
same "$answer"
cp out net.sol
for solver in auto repair simplex scaling lemon-network-simplex lemon-cost-scaling lemon-capacity-scaling paths; do
    expect 0 "certified optimal" "$flowsched" solve --solver $solver --check net.min
    same "$answer"
    expect 1 "certified infeasible" "$flowsched" solve --solver=$solver --check tight.min
    expect 1 "certified infeasible" "$flowsched" solve --solver=$solver --check unbalanced.min
    expect 3 "refused: a node's supply" "$flowsched" solve --solver=$solver --check wide.min
    expect 0 "$solver" "$flowsched" list
done
expect 0 "" "$flowsched" solve net.min.gz --no-flow
same "s 10"
expect 0 "s 10" bash -c "cat net.min.gz | '$flowsched' solve -"
expect 1 "infeasible: no flow meets all supplies" "$flowsched" solve tight.min
same ""

expect 0 "" "$flowsched" solve --json --check net.min
cp out answer.json
expect 0 "True" python3 -c "
import json
answer = json.load(open('answer.json'))
print(answer['outcome'] == 'optimal' and answer['cost'] == 10 and answer['certified'] is True
      and answer['nodes'] == 4 and answer['arcs'] == 5 and 'statistics' not in answer)"
expect 1 '"cost":	null' "$flowsched" solve --json tight.min
expect 3 '"outcome":	"refused"' "$flowsched" solve --json wide.min
expect 0 '"components":	1' "$flowsched" solve --json --graph net.graphml net.min
expect 0 "supply" cat net.graphml
expect 0 "s 10" "$flowsched" solve --graph net.dot net.min
expect 0 "digraph" cat net.dot
expect 2 "ends in .graphml or .dot" "$flowsched" solve --graph net.png net.min
expect 3 "cannot write" "$flowsched" solve --graph nowhere/net.dot net.min

# A budget: the greedy cheapest ways are in each other's way.
cat >contended.min <<'END'
p min 6 8
n 1 3
n 2 3
n 6 -6
a 1 3 0 2 1
a 1 4 0 2 2
a 1 5 0 9 8
a 2 3 0 2 1
a 2 5 0 2 9
a 3 6 0 2 0
a 4 6 0 2 0
a 5 6 0 9 0
END
for solver in auto repair simplex scaling paths; do
    expect 0 "s 23" "$flowsched" solve --solver $solver --budget 1000000 contended.min
    expect 4 "certified budget spent" "$flowsched" solve --solver $solver --budget 0 --check contended.min
    expect 4 "no flow costs less than" "$flowsched" solve --solver $solver --budget 0 contended.min
    cp out spent.sol
    expect 0 "c BUDGET SPENT BOUND" cat spent.sol
    expect 1 "not optimal" "$flowsched" check contended.min spent.sol
    expect 4 '"outcome":	"budget spent"' "$flowsched" solve --solver $solver --budget 0 --json contended.min
    cp out answer.json
    expect 0 "True" python3 -c "
import json
answer = json.load(open('answer.json'))
print(answer['bound'] <= 23 <= answer['cost'] and answer['gap'] == answer['cost'] - answer['bound'])"
    expect 1 "infeasible" "$flowsched" solve --solver $solver --budget 0 tight.min
done
for solver in lemon-network-simplex lemon-cost-scaling lemon-capacity-scaling; do
    expect 2 "the solver $solver takes no --budget" "$flowsched" solve --solver $solver --budget 9 net.min
done
expect 0 "s 10" "$flowsched" solve --budget 1000000 net.min
expect 2 "--budget takes a number from 0" "$flowsched" solve --solver repair --budget -1 net.min

expect 0 "optimal: cost 10" "$flowsched" check net.min net.sol
sed 's/s 10/s 11/' net.sol >wrong.sol
expect 1 "wrong cost: the flow costs 10, the claim is 11" "$flowsched" check net.min wrong.sol
printf 's 12\nf 1 2 2\nf 2 4 2\nf 1 3 2\nf 3 4 2\n' >dear.sol
expect 1 "not optimal: arc" "$flowsched" check net.min dear.sol
sed 's/f 1 2 3/f 1 2 4/' net.sol >wrong.sol
expect 1 "not a flow: arc 1, from 1 to 2: flow 4 is outside the bounds 0 to 3" \
    "$flowsched" check net.min wrong.sol
sed 's/f 2 4 3/f 2 4 2/' net.sol >wrong.sol
expect 1 "not a flow: node 2" "$flowsched" check net.min wrong.sol
expect 3 "net.sol:1:1: a line starts with c, p, n or a" "$flowsched" check net.sol net.min
expect 3 "net.min:2:1: a line starts with c, s or f" "$flowsched" check net.min net.min
expect 2 "check takes a network and a solution" "$flowsched" check net.min

expect 3 "bad.min:2:5: node number is not" "$flowsched" solve bad.min
expect 3 "nonesuch.min: No such file" "$flowsched" solve nonesuch.min
expect 3 "is a folder" "$flowsched" solve .
expect 2 "solve takes one network" "$flowsched" solve
expect 2 "there is no solver 'x'; 'flowsched list' names them" "$flowsched" solve --solver x net.min
expect 2 "there is no option --streams" "$flowsched" solve --streams net.min
expect 2 "--solver needs a value" "$flowsched" solve net.min --solver
expect 2 "there is no command 'frob'; 'flowsched --help' lists them" "$flowsched" frob
expect 2 "usage:" "$flowsched"
expect 0 "usage: flowsched solve [OPTIONS] FILE" "$flowsched" solve --help
expect 0 "usage: flowsched check FILE SOLUTION" "$flowsched" check --help
expect 0 "usage: flowsched list" "$flowsched" list -h
expect 0 "" "$flowsched" solve net.min --no-flow --graph again.min
expect 0 "" "$flowsched" solve again.min
same "$answer"
expect 2 "list takes no arguments" "$flowsched" list solvers
expect 0 "flowsched 0.1.0" "$flowsched" --version
expect 0 "solve" "$flowsched" --help
lines=$(wc -l <out)
expect 0 "fits" bash -c "[ $lines -le 24 ] && echo fits a screen"
expect 3 "cannot write to standard output" bash -c "'$flowsched' solve net.min >/dev/full"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
