#!/usr/bin/env bash
# policy.sh - `flowsched policy` and `replay --through` as their users meet them.
. "$(dirname "$0")/lib.sh"
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
CLIENT=$ROOT/tests/cli/policy_client.py
SCHEMA=$ROOT/docs/protocol.schema.json
client() { python3 "$CLIENT" "$@"; }

# The document's conversation is what the program says, and both are what the schema allows.
client fenced "$ROOT/docs/protocol.md" 0 >"$T/asked"
client fenced "$ROOT/docs/protocol.md" 1 >"$T/answered"
run policy --cost-model load_spreading <"$T/asked"
ok "the document's conversation ends well" exits 0
ok "the document's answers" diff "$T/answered" "$T/out"
ok "the requests are of the schema" client check "$SCHEMA" request "$T/asked"
ok "the answers are of the schema" client check "$SCHEMA" answer "$T/out"

# Options.
run policy --policy nobody </dev/null
ok "a policy that is not there" exits 2
ok "and it says so" says nobody
run policy trace.csv </dev/null
ok "an argument" exits 2
run policy --socket "$T/no/such/folder" </dev/null
ok "a socket that cannot be" exits 3
echo '{"type":"hello","options":{"policy":"kube:nodes=50"}}' >"$T/hello"
run policy <"$T/hello"
ok "options of a hello" grep -q '"policy":"kube:nodes=50"' "$T/out"
printf '{"now_us":1}\n{"type":"hello","options":{"policy":"fifo"}}' >"$T/late"
run policy <"$T/late"
ok "options that come too late, and a last line without an end" grep -q 'not after' "$T/out"

# All ways to decide make the same decisions.
run generate trace --preset demo --machines 60 --tasks 800 --seed 4 --load 1.1 --out "$T/t.csv"
ways() { # ways NAME OPTIONS...: the replay alone, through the library and through the program
    local name=$1
    shift
    local replay=(--quiet --round-ms 500 --fail-machines 2 --deadlines slack=2,floor=60)
    run replay "$T/t.csv" "${replay[@]}" "$@" --out "$T/inside"
    ok "$name, inside" exits 0
    run replay "$T/t.csv" "${replay[@]}" "$@" --through library --out "$T/library"
    ok "$name, library" exits 0
    ok "$name, the library decides the same" cmp "$T/inside/tasks.csv" "$T/library/tasks.csv"
    local preemption=()
    case "$*" in *preemption*) preemption=(--preemption on) ;; esac
    run replay "$T/t.csv" "${replay[@]}" "${preemption[@]}" --out "$T/program" \
        --through "tee '$T/requests' | '$FLOWSCHED' policy $* | tee '$T/answers'"
    ok "$name, program" exits 0
    ok "$name, the program decides the same" cmp "$T/inside/tasks.csv" "$T/program/tasks.csv"
}
ways quincy --cost-model quincy
ok "what a replay asks is of the schema" client check "$SCHEMA" request "$T/requests"
ok "what it is answered is of the schema" client check "$SCHEMA" answer "$T/answers"
ways mix --cost-model slo:1000,drf:100,cpu_mem:1 --preemption on
ways kube --policy kube --preemption on
ways mesos --policy mesos-drf
ways tetris --policy tetris

# Programs that are no policy.
for bad in "true" "echo nonsense" "echo '{}'" "echo '{\"decisions\":[{\"type\":\"dance\"}]}'" \
    "echo '{\"decisions\":[{\"type\":\"place\",\"task\":\"x\",\"machine\":\"y\"}]}'" \
    "echo '{\"error\":{\"reason\":\"so\"}}'" "exit 9" "/nonexistent"; do
    run replay "$T/t.csv" --quiet --through "cat >/dev/null & $bad"
    ok "a program that answers with: $bad" exits 3
    ok "and it is said" says "program"
done

# A program that is a policy and places more than fits: refused, counted, and told.
cat >"$T/greedy.py" <<'PYTHON'
import json, sys
waiting, machine = [], None
for line in sys.stdin:
    request = json.loads(line)
    for event in request["events"]:
        if event["type"] == "machine_added":
            machine = event["machine"]
        elif event["type"] == "task_submitted":
            waiting.append(event["task"])
        elif event["type"] == "decision_refused":
            waiting.append(event["task"])
    decisions = [{"type": "place", "task": t, "machine": machine} for t in waiting]
    if request["decide"]:
        waiting = []
    print(json.dumps({"decisions": decisions if request["decide"] else []}), flush=True)
PYTHON
printf '%s\n' '# flowsched trace 1' 'time_us,event,machine,resources,job,count,attempts' \
    '0,machine_added,m,cpu=1,,,' '1,task_submitted,,cpu=1,a,1,1000' \
    '1,task_submitted,,cpu=1,b,1,1000' '5000,task_submitted,,cpu=1,c,1,1000' >"$T/three.csv"
run replay "$T/three.csv" --quiet --through "python3 '$T/greedy.py'" --json
ok "a policy in Python" exits 0
ok "it is refused what does not fit, and places it later" \
    json "$T/out" 's["tasks"]["finished"] == 3 and s["rejected_decisions"] >= 1'

# A socket, many clients, and what they may do.
"$FLOWSCHED" policy --socket "$T/socket" --policy fifo 2>"$T/service.err" &
service=$!
for _ in $(seq 100); do [ -S "$T/socket" ] && break; sleep 0.1; done
ok "the socket is its owner's alone" test "$(stat -c %a "$T/socket")" = 700
ok "malicious clients hold up nobody" client attack "$T/socket"
run policy --socket "$T/socket"
ok "a socket that is in use" exits 3
kill -TERM $service
wait $service
ok "a service that is told to end" test $? -eq 130
ok "removes its socket" test ! -e "$T/socket"
ok "and has nothing to say" test ! -s "$T/service.err"
python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$T/socket"
timeout 5 "$FLOWSCHED" policy --socket "$T/socket" 2>"$T/err"
ok "a socket that nobody listens at any more is taken over" test $? -eq 124

finish
