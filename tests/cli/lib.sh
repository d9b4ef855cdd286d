# lib.sh - what the tests of the command line share; sourced by each of them.
#
# $FLOWSCHED is the program. Every test has a folder of its own, $T, that goes with it.
set -u
passed=0
failed=0
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

# ok NAME COMMAND...: the command must succeed.
ok() {
    local name=$1
    shift
    if "$@" >"$T/ok.log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $name: $*"
        sed 's/^/    /' "$T/ok.log" | tail -n 20
    fi
}

# run ARGUMENTS...: the program, its output in $T/out and $T/err, its exit status in $status.
run() {
    status=0
    "$FLOWSCHED" "$@" >"$T/out" 2>"$T/err" || status=$?
}

# exits STATUS: of the last run.
exits() {
    [ "$status" -eq "$1" ] || { echo "exit status $status, not $1"; cat "$T/err"; return 1; }
}

# says PATTERN: on standard error of the last run.
says() {
    grep -qE "$1" "$T/err" || { echo "standard error does not say: $1"; cat "$T/err"; return 1; }
}

# json FILE EXPRESSION: is the Python expression over the object `s` true?
json() {
    python3 - "$1" "$2" <<'PYTHON'
import json, sys
s = json.load(open(sys.argv[1]))
if not eval("(" + sys.argv[2] + ")"):
    print("not so:", sys.argv[2])
    print(json.dumps(s, indent=1)[:4000])
    sys.exit(1)
PYTHON
}

# without_wall FOLDER: its files, less what tells wall time.
without_wall() {
    python3 - "$1" <<'PYTHON'
import csv, json, sys
folder = sys.argv[1]
s = json.load(open(folder + "/summary.json"))
for key in ("wall_s", "events_per_s", "peak_memory_mib"):
    s.pop(key)
for key in ("decisions_per_s", "latency_us", "update_us", "solve_us", "certify_us", "commit_us"):
    s["rounds"].pop(key)
print(json.dumps(s))
print(open(folder + "/tasks.csv").read())
for row in csv.DictReader(open(folder + "/rounds.csv")):
    for key in ("latency_us", "update_us", "solve_us", "certify_us", "commit_us"):
        row.pop(key)
    print(row)
PYTHON
}

# same_run FOLDER FOLDER: the same files but for wall time.
same_run() { diff <(without_wall "$1") <(without_wall "$2") >"$T/diff" || { head "$T/diff"; return 1; }; }

# The last line of a test script.
finish() {
    echo "$(basename "$0"): $passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
