#!/usr/bin/env bash
# compare.sh - `flowsched compare` as its users meet it.
. "$(dirname "$0")/lib.sh"

POLICIES=flow=quincy,flow=load_spreading:2+quincy,noop
OPTIONS=(--round-ms 500 --tasks 400 --fail-machines 20 --deadlines slack=2)
compare() { run compare "$T/trace.csv" "${OPTIONS[@]}" "$@"; }

# python CODE ARGUMENTS...: with what the checks below share.
python() {
    local code=$1
    shift
    PYTHONPATH=$T python3 -c "import csv, glob, json, math, os, sys
from tables import *
$code" "$@"
}
cat >"$T/tables.py" <<'PYTHON'
import csv, json
def at(summary, path):
    for key in path.split("."):
        summary = summary[key]
    return summary
def without_wall(folder):
    """The tables, less the columns of wall time: json, csv, and what stands before the last part."""
    table = json.load(open(folder + "/table.json"))
    wall = {c["path"] for c in table["columns"] if c["wall"]}
    assert 5 < len(wall) < 15, wall
    for row in table["rows"]:
        for path in wall:
            del row["values"][path]
    rows = [r for r in csv.reader(open(folder + "/table.csv")) if r[1] not in wall]
    texts = [open(folder + "/table." + end).read() for end in ("txt", "md", "tex")]
    texts = [t[:t.index("Work")] for t in texts]
    assert all(len(t) > 200 for t in texts)
    return table, rows, texts
PYTHON
same_tables() {
    python 'assert without_wall(sys.argv[1]) == without_wall(sys.argv[2])' "$1" "$2"
}

run generate trace --preset demo --machines 40 --tasks 1000 --seed 3 --out "$T/trace.csv"
ok "a trace is generated" exits 0

# What it does, and that its rows are those of replay.
compare --policies $POLICIES --seeds 3 --seed 5 --out "$T/a" --jobs 2
ok "a comparison ends well" exits 0
ok "a line tells of each run that ended" test "$(grep -c ': done in .* of 9)$' "$T/err")" = 9
ok "the table is printed as it is kept" cmp "$T/out" "$T/a/table.txt"
for policy in flow=quincy flow=load_spreading:2+quincy noop; do
    run replay "$T/trace.csv" "${OPTIONS[@]}" --quiet --policy $policy --seed 6 --out "$T/replayed"
    ok "$policy is what replay does" same_run "$T/a/$policy/seed-6" "$T/replayed"
    ok "$policy has its trace" cmp "$T/a/$policy/seed-6/trace.csv" "$T/replayed/trace.csv"
done
ok "every number is that of its summary, and every mean theirs" python '
table = json.load(open(sys.argv[1] + "/table.json"))
assert table["seeds"] == [5, 6, 7] and table["against"] == "flow=quincy"
T = 4.302652729911275 # of 2 degrees of freedom
def near(a, b, of=0): # the table has ten digits of numbers as large as `of`
    assert math.isclose(a, b, rel_tol=1e-8, abs_tol=max(1e-9, 1e-9 * abs(of))), (a, b)
def check(estimate, values):
    values = [v for v in values if v is not None]
    assert estimate["n"] == len(values)
    if not values:
        assert estimate["mean"] is None and estimate["ci95"] is None
        return
    mean = sum(values) / len(values)
    near(estimate["mean"], mean)
    if len(values) == 3:
        margin = T * math.sqrt(sum((v - mean) ** 2 for v in values) / 2 / 3)
        near(estimate["ci95"][1] - estimate["ci95"][0], 2 * margin, mean)
defined = undefined = different = 0
first = table["rows"][0]["values"]
for row in table["rows"]:
    summaries = [json.load(open(f"{sys.argv[1]}/{row['"'policy'"']}/seed-{s}/summary.json")) for s in (5, 6, 7)]
    for path, value in row["values"].items():
        expected = [at(s, path) for s in summaries]
        assert value["seeds"] == expected, (path, value["seeds"], expected)
        check(value, expected)
        defined += value["n"] > 0
        undefined += value["n"] == 0
        pairs = [(a, b) for a, b in zip(expected, first[path]["seeds"]) if None not in (a, b)]
        if row is table["rows"][0] or not pairs:
            assert value["difference"] is None
            continue
        check(value["difference"], [a - b for a, b in pairs])
        low, high = value["difference"]["ci95"]
        assert value["difference"]["excludes_0"] == (low > 0 or high < 0)
        different += value["difference"]["excludes_0"]
assert defined > 100 and undefined > 5 and different > 5, (defined, undefined, different)
' "$T/a"
ok "csv says what json says" python '
table = json.load(open(sys.argv[1] + "/table.json"))
rows = list(csv.DictReader(open(sys.argv[1] + "/table.csv")))
assert len(rows) == 3 * len(table["columns"])
values = {r["policy"]: r["values"] for r in table["rows"]}
for row in rows:
    value = values[row["policy"]][row["metric"]]
    number = lambda key: float(row[key]) if row[key] else None
    assert [number(f"seed_{s}") for s in (5, 6, 7)] == value["seeds"]
    assert number("mean") == value["mean"] and int(row["n"]) == value["n"]
    assert [number("ci95_low"), number("ci95_high")] == (value["ci95"] or [None, None])
    assert number("difference") == (value["difference"] or {"mean": None})["mean"]
    assert (row["best"] == "1") == value["best"]
assert any(r["best"] == "1" for r in rows)
' "$T/a"
ok "Markdown has as many cells in each row of a table as in its heading" python '
tables = 0
for block in open(sys.argv[1] + "/table.md").read().split("\n\n"):
    lines = [l for l in block.split("\n") if l.startswith("|")]
    tables += bool(lines)
    assert len({l.count("|") for l in lines}) <= 1, block
assert tables == 3
' "$T/a"
ok "LaTeX has as many cells in each row as its table has columns" python '
import re
text = open(sys.argv[1] + "/table.tex").read()
tables = re.findall(r"\\begin\{tabular\}\{(l+r+)\}\n(.*?)\\end\{tabular\}", text, re.S)
assert len(tables) == 3
for columns, body in tables:
    rows = [l for l in body.split("\n") if l.endswith("\\\\")]
    assert len(rows) == 6 and all(len(re.findall(r"(?<!\\)&", l)) == len(columns) - 1 for l in rows), body
    assert body.count("{") == body.count("}") and body.count("$") % 2 == 0
assert r"load\_spreading" in text and "slack=2" in text and " --" not in text
' "$T/a"
for format in text:txt csv:csv md:md json:json latex:tex; do
    compare --policies $POLICIES --seeds 3 --seed 5 --out "$T/a" --table "${format%:*}"
    ok "--table ${format%:*}: nothing is run again, and its table is printed" exits 0
    ok "--table ${format%:*} is table.${format#*:}" cmp "$T/out" "$T/a/table.${format#*:}"
    ok "--table ${format%:*}: no run is told of" test ! -s "$T/err"
    cp "$T/a/table.${format#*:}" "$T/kept.${format#*:}"
done
compare --policies $POLICIES --seeds 3 --seed 5 --out "$T/a"
for end in txt csv md json tex; do
    ok "the same runs give the same table.$end, byte by byte" cmp "$T/a/table.$end" "$T/kept.$end"
done

# The same from the beginning, one run at a time.
compare --policies $POLICIES --seeds 3 --seed 5 --out "$T/b" --jobs 1 --quiet
ok "--quiet says nothing" test ! -s "$T/err"
ok "one run at a time gives the same tables, but for wall time" same_tables "$T/a" "$T/b"
compare --policies $POLICIES --seeds 3 --seed 5 --against noop --out "$T/b" --quiet
ok "--against chooses whom differences are to" json "$T/b/table.json" \
    's["against"] == "noop" and s["rows"][2]["values"]["success_rate"]["difference"] is None
     and s["rows"][0]["values"]["success_rate"]["difference"]["mean"] > 0'

# Without a folder nothing is kept.
mkdir "$T/temporary"
TMPDIR=$T/temporary compare --policies noop,flow --seeds 2 --table json --quiet
ok "without --out it ends well" exits 0
ok "without --out nothing is left behind" test -z "$(ls "$T/temporary")"
cp "$T/out" "$T/free.json"
ok "without --out the numbers are there" json "$T/free.json" \
    's["rows"][0]["values"]["tasks.submitted"]["seeds"] == [400, 400]
     and s["rows"][1]["values"]["success_rate"]["mean"] > 0.5'

# More policies and seeds: what is there is taken over.
compare --policies noop --seeds 1 --out "$T/more" --quiet
touch -d '2001-02-03' "$T/more/noop/seed-1/summary.json"
compare --policies flow,noop --seeds 2 --out "$T/more" --quiet
ok "a comparison grows by a policy and a seed" exits 0
ok "what had been run is not run again" test "$T/more/noop/seed-1/summary.json" -ot "$T/trace.csv"
ok "what had not is run" test -s "$T/more/flow/seed-2/run.json"
rm "$T/more/noop/seed-1/summary.json"
compare --policies flow,noop --seeds 2 --out "$T/more" --quiet
ok "a run without its summary is run again" test -s "$T/more/noop/seed-1/summary.json"
sed -i 's/"interrupted":.*/"interrupted": true,/' "$T/more/noop/seed-1/summary.json"
compare --policies flow,noop --seeds 2 --out "$T/more" --quiet
ok "a run whose summary is of a part is run again" json "$T/more/noop/seed-1/summary.json" \
    's["interrupted"] is False'

# What must not be mixed.
run compare "$T/trace.csv" --policies noop --seeds 1 --round-ms 400 --out "$T/more"
ok "other settings: refused" exits 2
ok "other settings: told which" says 'has a comparison with other settings: --[a-z-]+ was .* and is '
mkdir "$T/other" && touch "$T/other/file"
compare --policies noop --out "$T/other"
ok "a folder with something else in it: refused" exits 2
ok "a folder with something else in it: told" says 'something else in it'
compare --policies noop --out "$T/trace.csv"
ok "a file in the place of the folder" exits 3
cp "$T/trace.csv" "$T/changing.csv"
run compare "$T/changing.csv" --policies noop --seeds 1 --quiet --out "$T/changed"
echo '# one line more' >>"$T/changing.csv"
run compare "$T/changing.csv" --policies noop --seeds 1 --quiet --out "$T/changed"
ok "another trace under the same name: refused" exits 2
ok "another trace under the same name: told" says 'trace_bytes was [0-9]+ and is [0-9]+'
sed -i 's/"seed":.*/"seed": "7"/' "$T/more/noop/seed-2/run.json"
compare --policies noop --seeds 2 --out "$T/more"
ok "a run that was put there from elsewhere: refused" exits 2
ok "a run that was put there from elsewhere: told" says 'run\.json: .*seed was 7 and is 2'

# Wrong use, with a reason.
for words in "" "--policies noop,nobody" "--policies noop,noop" "--policies noop --seeds 0" \
    "--policies ," "--policies noop --table pdf" "--policies noop --against flow" \
    "--policies noop --policy flow"; do
    # shellcheck disable=SC2086
    compare $words
    ok "compare $words: wrong use, with a reason" exits 2
    ok "compare $words: one line of reason" test "$(wc -l <"$T/err")" = 1
done
run compare - --policies noop <"$T/trace.csv"
ok "a pipe, that only one run could read" exits 2
run compare "$T/none" --policies noop
ok "a missing trace" exits 3

# One run that fails leaves the others alone.
mkdir "$T/failing"
compare --policies flow,noop --seeds 2 --out "$T/failing" --quiet
rm -r "$T/failing/flow/seed-2" && touch "$T/failing/flow/seed-2"
compare --policies flow,noop --seeds 2 --out "$T/failing"
ok "a run that fails gives its exit status" exits 3
ok "a run that fails is told" says '^flowsched: flow, seed 2: .*is no folder'
ok "a run that fails is told in the table" grep -q '^flow has no numbers of seed 2: .*is no folder' "$T/out"
ok "the other runs of its row and the other rows stay" json "$T/failing/table.json" \
    '[r["values"]["tasks.submitted"]["seeds"] for r in s["rows"]] == [[400, None], [400, 400]]
     and s["rows"][0]["failures"]["2"] and not s["rows"][1]["failures"]'
rm "$T/failing/flow/seed-2"
compare --policies flow,noop --seeds 2 --out "$T/failing" --quiet
ok "once its trouble is gone, the same command runs it" exits 0
run compare "$T/temporary" --policies flow,noop --seeds 2 --quiet
ok "bad input for all" exits 3
ok "bad input for all: still a table that says why" grep -q '^noop has no numbers of seed 1, 2: .*empty' "$T/out"

# Interrupts. A run of the flow policy lasts long enough to be met in the middle.
run generate trace --preset demo --machines 150 --tasks 20000 --seed 1 --out "$T/large.csv"
LARGE=("$T/large.csv" --policies "noop,flow=quincy" --seeds 2 --round-ms 500 --out)
# start FOLDER: until the second run is under way; it is a process group of its own.
start() {
    rm -f "$1/flow=quincy/seed-1/.tasks.csv.part" # of a run that was killed
    setsid "$FLOWSCHED" compare "${LARGE[@]}" "$1" --jobs 1 >"$T/out" 2>"$T/err" &
    pid=$!
    for _ in $(seq 600); do
        [ -e "$1/flow=quincy/seed-1/.tasks.csv.part" ] && return
        sleep 0.05
    done
    echo "the second run does not begin"
}
ended() { status=0; wait "$pid" || status=$?; }
children() { cat "/proc/$pid/task/$pid/children"; }
start "$T/cut"
run compare "${LARGE[@]}" "$T/cut"
ok "two comparisons in one folder: the second is refused" exits 3
ok "two comparisons in one folder: told" says 'another comparison is running'
kill -TERM "$pid"
ended
ok "SIGTERM does what Ctrl-C does" exits 130
start "$T/cut2"
run_pid=$(children)
kill -INT -- "-$pid" # a terminal tells all of the group
ended
ok "Ctrl-C: the status of an interrupt" exits 130
ok "Ctrl-C: how to go on is told" says "1 of 4 runs have finished and stay in .*/cut2: the same command"
ok "Ctrl-C: the run under way has ended" test ! -e "/proc/$run_pid"
ok "Ctrl-C: the run under way has a report of what was done" json "$T/cut2/flow=quincy/seed-1/summary.json" \
    's["interrupted"] and s["tasks"]["submitted"] > 0'
ok "Ctrl-C: it has not finished" test ! -e "$T/cut2/flow=quincy/seed-1/run.json"
ok "Ctrl-C: nothing half-written" test -z "$(find "$T/cut2" -name '*.part')"
touch -d '2001-02-03' "$T/cut2/noop/seed-1/summary.json"
run compare "${LARGE[@]}" "$T/cut2"
ok "the same command goes on" exits 0
ok "what had finished is not run again" test "$T/cut2/noop/seed-1/summary.json" -ot "$T/large.csv"
ok "the others are" test "$(grep -c ': done in' "$T/err")" = 3
start "$T/killed"
kill -KILL "$(children)"
ended
ok "a run that is killed: an internal failure" exits 70
ok "a run that is killed: told" says '^flowsched: flow=quincy, seed 1: it was killed by signal 9'
ok "a run that is killed: the others go on" json "$T/killed/table.json" \
    '[[v is not None for v in r["values"]["success_rate"]["seeds"]] for r in s["rows"]] == [[True, True], [False, True]]'
mv "$T/killed/flow=quincy/seed-2" "$T/seed-2" && touch "$T/killed/flow=quincy/seed-2"
start "$T/killed"
kill -KILL "$(children)"
ended
ok "of two runs that fail the worse one tells, not the last" exits 70
ok "both are told" test "$(grep -c '^flow=quincy has no numbers of seed' "$T/out")" = 2
rm "$T/killed/flow=quincy/seed-2" && mv "$T/seed-2" "$T/killed/flow=quincy/seed-2"
run compare "${LARGE[@]}" "$T/killed"
ok "the same command runs what was killed" exits 0
ok "and nothing else" test "$(cat "$T/err")" = "$(grep 'flow=quincy, seed 1: done in' "$T/err")"
ok "and then it is as if nothing had happened" same_tables "$T/killed" "$T/cut2"
start "$T/twice"
run_pid=$(children)
kill -STOP "$run_pid"
kill -INT "$pid"
sleep 0.5
kill -INT "$pid"
ended
ok "Ctrl-C twice: a run that does not answer is killed" exits 130
ok "Ctrl-C twice: it is gone" test ! -e "/proc/$run_pid"
finish
