#!/usr/bin/env bash
# stream.sh - `flowsched solve --stream` as its users meet it.
. "$(dirname "$0")/lib.sh"
ROOT=$(cd "$(dirname "$0")/../.." && pwd)

# stream OPTIONS...: answer the stream on standard input, with times as T.
stream() {
    run solve --stream "$@"
    sed -E 's/^(c ALGORITHM TIME) [0-9]+$/\1 T/' "$T/out" >"$T/answer"
}

# answers TEXT: is this the answer, in lines?
answers() { diff <(printf '%s\n' "$@") "$T/answer"; }

# fenced NAME: the block of the document that is marked so.
fenced() { awk -v open="\`\`\`$1" '$0 == "```" {on = 0} on; $0 == open {on = 1}' "$ROOT/docs/change-stream.md"; }

head=$'p min 3 2\nn 1 2 1\nn 3 -2 3\na 1 2 0 2 7\na 2 3 0 2 0\nc EOI\n'
first=("s 14" "f 1 2 2" "f 2 3 2" "c ALGORITHM TIME T" "c EOI")

# The document's session is what the program does.
fenced stream >"$T/session.stream"
fenced answer | sed -E 's/^(c ALGORITHM TIME) [0-9]+$/\1 T/' >"$T/wanted"
fenced messages >"$T/wanted.err"
for solver in auto repair lemon-network-simplex; do
    cd "$T" && stream --solver $solver session.stream
    ok "the document's exit status, $solver" exits 3
    ok "the document's messages, $solver" diff "$T/wanted.err" "$T/err"
    ok "the document's answers are of some length" test "$(wc -l <"$T/wanted")" -gt 20
    ok "the document's costs, $solver" diff <(grep '^[sc]' "$T/wanted") <(grep '^[sc]' "$T/answer")
done
stream session.stream
ok "the document's flows" diff "$T/wanted" "$T/answer"

# Where the stream comes from.
printf '%s' "$head" >"$T/plain.stream"
gzip -k "$T/plain.stream"
stream "$T/plain.stream"
ok "a file" answers "${first[@]}"
ok "all is well" exits 0
ok "the totals are told" says '^flowsched: rounds 1, optimal 1; lines 6, refused 0$'
stream "$T/plain.stream.gz"
ok "a compressed file" answers "${first[@]}"
stream <"$T/plain.stream"
ok "standard input" answers "${first[@]}"
stream - <"$T/plain.stream"
ok "standard input by name" answers "${first[@]}"
sed 's/$/\r/' "$T/plain.stream" | stream
ok "lines from Windows" exits 0
stream <<<'c EOS'
ok "nothing" test "$status,$(wc -c <"$T/out")" = 0,0
stream "$T/nonesuch"
ok "no file" exits 3
ok "no file is told" says 'nonesuch: No such file'

# Options.
stream --no-flow <"$T/plain.stream"
ok "--no-flow" answers "s 14" "c ALGORITHM TIME T" "c EOI"
for solver in auto repair simplex scaling paths lemon-network-simplex lemon-cost-scaling lemon-capacity-scaling; do
    stream --solver $solver --check <<<"$head"$'x 1 2 0 1 7\nc EOI\nn 1 1\nc EOI'
    ok "--solver $solver" answers "${first[@]}" "c INFEASIBLE" "c ALGORITHM TIME T" "c EOI" \
        "s 7" "f 1 2 1" "f 2 3 1" "c ALGORITHM TIME T" "c EOI"
    ok "infeasible rounds, $solver" exits 1
    ok "--check of a flow, $solver" says 'round 1: certified optimal'
    ok "--check of a cut, $solver" says 'round 2: certified infeasible'
    ok "a round after it, $solver" says 'round 3: certified optimal'
    ok "an infeasible round is told, $solver" says 'round 2: infeasible: no flow meets'
    ok "infeasible in the totals, $solver" says 'rounds 3, optimal 2, infeasible 1; lines 10, refused 0'
done
stream --json --check <<<"$head"$'q\nx 1 2 0 1 7\nc EOI\nx 1 2 0 9223372036854775807 7\nc EOI'
ok "a line a round" test "$(wc -l <"$T/out")" -eq 3
for i in 1 2 3; do sed -n ${i}p "$T/out" >"$T/round$i.json"; done
ok "--json" json "$T/round1.json" "s['round'] == 1 and s['outcome'] == 'optimal' and s['cost'] == 14
    and s['bound'] == 14 and s['gap'] == 0 and s['nodes'] == 3 and s['arcs'] == 2
    and s['solver'] == 'auto' and s['time_us'] >= 0 and s['certified'] and s['lines_refused'] == 0"
ok "--json, infeasible" json "$T/round2.json" "s['round'] == 2 and s['outcome'] == 'infeasible'
    and s['cost'] is None and s['bound'] is None and s['gap'] is None and s['certified']
    and s['lines_refused'] == 1"
ok "--json, refused" json "$T/round3.json" "s['outcome'] == 'refused' and 'supply' in s['reason']
    and not s['certified'] and s['lines_refused'] == 0"
ok "refused is the worst" exits 3
run solve --stream --graph x.dot "$T/plain.stream"
ok "--graph does not go with it" exits 2
ok "that is told" says '\-\-graph writes one network and does not go with --stream'
run solve --stream "$T/plain.stream" "$T/plain.stream"
ok "one stream" exits 2
ok "one stream is told" says 'solve takes one stream'

# Refused lines and rounds.
stream <<<"$head"$'n 1\nr 7\nn 1 1\nc EOI'
ok "bad lines are left out" answers "${first[@]}" "s 7" "f 1 2 1" "f 2 3 1" "c LINES REFUSED 2" \
    "c ALGORITHM TIME T" "c EOI"
ok "bad lines" exits 3
ok "their place is told" says '^flowsched: -:7:4: an n line is: n ID SUPPLY \[TYPE\]$'
ok "each is told" says '^flowsched: -:8:3: there is no node of this number$'
stream <<<$'n 1 1\nc EOI'
ok "no problem" answers "c REFUSED" "c LINES REFUSED 1" "c ALGORITHM TIME T" "c EOI"
ok "no problem is told" says 'round 1: refused: there is no problem, for want of a p line'
(printf '%s' "$head"; for i in $(seq 1 2 60); do echo "r 9$i"; done; echo "c EOI"; echo "r 8"; echo "c EOI") >"$T/many"
stream "$T/many"
ok "not all are told" test "$(grep -c 'there is no node' "$T/err")" -eq 11
ok "that there are more is" test "$(grep -c 'more lines are refused in this round' "$T/err")" -eq 1
ok "all are counted" says 'refused 31$'
ok "by round" grep -q '^c LINES REFUSED 30$' "$T/out"
stream <<<"$head"$'n 1 1'
ok "an unfinished round has no answer" answers "${first[@]}"
ok "an unfinished round" exits 3
ok "an unfinished round is told" says '^flowsched: -:7: the stream ends here, before the c EOI'

# A budget: an optimum is within reach of none.
budget=$'p min 6 8\nn 1 3\nn 2 3\nn 6 -6\na 1 3 0 2 1\na 1 4 0 2 2\na 2 3 0 2 1\na 2 5 0 2 9\na 1 5 0 9 8\na 3 6 0 2 0\na 4 6 0 2 0\na 5 6 0 9 0\nc EOI'
for solver in auto repair paths; do
    stream --solver $solver --budget 0 --check --no-flow <<<"$budget"$'\nn 1 2\nc EOI'
    ok "--budget spent, $solver" exits 4
    ok "--budget is told, $solver" says 'round 1: budget spent: the flow costs [0-9]+, no flow costs less than -?[0-9]+, the gap is [0-9]+'
    ok "--budget in the answer, $solver" grep -qE '^c BUDGET SPENT BOUND -?[0-9]+ GAP [0-9]+$' "$T/out"
    ok "--budget certified, $solver" says 'round 1: certified budget spent'
    stream --solver $solver --budget 1000000 <<<"$budget"
    ok "--budget enough, $solver" exits 0
done
stream --solver repair --budget 0 --json <<<"$budget"
ok "--budget and --json" json "$T/out" "s['outcome'] == 'budget spent'
    and s['cost'] >= s['bound'] and s['gap'] == s['cost'] - s['bound']"
run solve --stream --solver lemon-cost-scaling --budget 5 "$T/plain.stream"
ok "no budgets of LEMON's" exits 2
ok "that is told as well" says 'the solver lemon-cost-scaling takes no --budget; --solver repair does'

# Through pipes: each answer is there before the next round is asked for.
timeout 20 python3 - "$FLOWSCHED" >"$T/talk" 2>&1 <<'PYTHON'
import subprocess, sys
solver = subprocess.Popen([sys.argv[1], "solve", "--stream"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1)
def ask(lines):
    solver.stdin.write(lines + "c EOI\n")
    answer = []
    while not answer or answer[-1] != "c EOI":
        answer.append(solver.stdout.readline().rstrip("\n"))
    return answer
assert ask("p min 2 1\nn 1 1 1\nn 2 -1 3\na 1 2 0 9 5\n")[0] == "s 5"
for tasks in range(2, 9):
    assert ask("c %d tasks\nn 1 %d 1\n" % (tasks, tasks))[0] == "s %d" % (5 * tasks)
assert "c INFEASIBLE" in ask("n 1 10\n")
assert ask("n 1 0\n")[0] == "s 0"
solver.stdin.write("c EOS\n")
assert solver.wait() == 1
assert solver.stdout.read() == ""
print("talked")
PYTHON
ok "a pipe's other end can go on" grep -q talked "$T/talk"
yes $'n 1 2\nc EOI' | head -n 100000 | cat "$T/plain.stream" - | "$FLOWSCHED" solve --stream 2>"$T/err" | head -n 1 >"$T/out"
ok "a reader that left is told" says 'cannot write to standard output'
finish
