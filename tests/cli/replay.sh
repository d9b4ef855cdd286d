#!/usr/bin/env bash
# replay.sh - `flowsched generate` and `flowsched replay` as their users meet them.
. "$(dirname "$0")/lib.sh"

replay() { run replay "$T/trace.csv" --quiet --round-ms 500 "$@"; }

# replay_json NAME OPTIONS...: a replay whose summary is $T/NAME.json.
replay_json() {
    local name=$1
    shift
    replay --json "$@"
    cp "$T/out" "$T/$name.json"
}

nothing_half_written() { [ -z "$(find "$1" -name '*.part')" ]; }

run generate trace --preset demo --machines 60 --tasks 1500 --seed 3 --out "$T/trace.csv"
ok "a trace is generated" exits 0
run generate trace --preset demo --machines 60 --tasks 1500 --seed 3 --out "$T/again.csv"
ok "the same seed gives the same trace" cmp "$T/trace.csv" "$T/again.csv"

replay --out "$T/a" --check-invariants
ok "a replay ends well" exits 0
ok "its report names the tasks" grep -q finished "$T/out"
replay --out "$T/b" --check-invariants
ok "the same command gives the same files but for wall time" same_run "$T/a" "$T/b"
ok "nothing is lost, violated, uncertified or rejected" json "$T/a/summary.json" \
    's["tasks"]["submitted"] == 1500 == sum(s["tasks"][k] for k in ("finished","running","waiting","infeasible","failed","killed"))
     and s["invariants"]["violated"] == 0 and s["invariants"]["checked"] > 1500
     and s["certificates"]["failed"] == 0 and s["certificates"]["checked"] == s["rounds"]["count"] > 0
     and s["rejected_decisions"] == 0'
run replay "$T/a" --quiet --round-ms 500 --out "$T/c"
ok "the trace that a replay wrote is replayed to the identical run" \
    cmp "$T/a/tasks.csv" "$T/c/tasks.csv"
ok "and is written again as it was" cmp "$T/a/trace.csv" "$T/c/trace.csv"

gzip -c "$T/trace.csv" >"$T/packed.gz"
zstd -q "$T/trace.csv" -o "$T/packed.zst"
for packed in "$T/packed.gz" "$T/packed.zst"; do
    run replay "$packed" --quiet --round-ms 500 --out "$T/packed-out"
    ok "a compressed trace is the same trace" cmp "$T/a/tasks.csv" "$T/packed-out/tasks.csv"
done

for solver in paths repair simplex scaling lemon-network-simplex lemon-cost-scaling lemon-capacity-scaling; do
    replay_json solver --tasks 300 --solver "$solver"
    ok "$solver certifies every round" json "$T/solver.json" \
        's["certificates"]["failed"] == 0 and s["certificates"]["checked"] > 0 and s["tasks"]["finished"] > 250'
done
replay_json spreading --cost-model load_spreading
ok "load spreading ends every task as well" json "$T/spreading.json" \
    's["tasks"]["waiting"] == 0 and s["rejected_decisions"] == 0 and s["certificates"]["failed"] == 0'

for model in slo latency slo:1000,quincy:10; do
    replay --cost-model "$model" --deadlines slack=2,floor=30 --latency 10:20 --out "$T/model-a"
    ok "$model ends every task" json "$T/model-a/summary.json" \
        's["tasks"]["waiting"] == 0 and s["rejected_decisions"] == 0 and s["certificates"]["failed"] == 0'
    replay --cost-model "$model" --deadlines slack=2,floor=30 --latency 10:20 --out "$T/model-b"
    ok "$model decides the same again" same_run "$T/model-a" "$T/model-b"
done
replay_json knowing --cost-model slo --deadlines slack=2 --clairvoyant on
ok "--clairvoyant on is told" json "$T/knowing.json" 's["clairvoyant"] is True'

replay_json plain
ok "the solver is auto by default" json "$T/plain.json" 's["solver"] == "auto"'
replay_json failing --fail-machines 20 --check-invariants
ok "--fail-machines evicts tasks, and none is lost" python3 - "$T/plain.json" "$T/failing.json" <<'PYTHON'
import json, sys
plain, failing = (json.load(open(f)) for f in sys.argv[1:])
assert failing["tasks"]["evictions"] > plain["tasks"]["evictions"], failing["tasks"]
assert failing["tasks"]["finished"] == plain["tasks"]["finished"], failing["tasks"]
assert failing["invariants"]["violated"] == 0
assert failing["injected_failures"] > 0 == plain["injected_failures"]
PYTHON

ok "the measures of work, attempts and waits agree with one another" python3 - "$T/failing.json" <<'PYTHON'
import json, sys
s = json.load(open(sys.argv[1]))
work, attempts, tasks = s["work"], s["attempts"], s["tasks"]
stops = attempts["stopped"]
assert attempts["started"] == attempts["finished"] + tasks["running"] + sum(
    stop["count"] for stop in stops.values()), attempts
assert attempts["finished"] == tasks["finished"]
assert stops["machine_lost"]["count"] == tasks["machine_losses"] > 0, stops
assert abs(sum(stop["wasted_cpu_s"] for stop in stops.values()) - work["wasted_cpu_s"]) < 1
assert attempts["task_max"]["evictions"] >= 1 and attempts["restart_latency_ms"]["max"] > 0
waits = s["placement_latency_censored_ms"]
assert waits["placed"] + sum(stop["restarts"] for stop in stops.values()) == attempts["started"]
assert waits["unplaced"] == tasks["unplaced"]
free = s["free_capacity"]
for resource in "cpu", "memory":
    assert 0 < free["stranded"][resource] <= free["beside_bottleneck"][resource] < 1, free
    assert free["beside_bottleneck"][resource] + s["utilisation"][resource] <= 1
windows = s["windows"]
assert windows["utilisation"]["from_s"] == 0 and windows["utilisation"]["to_s"] == s["virtual_s"]
makespan = windows["utilisation_makespan"]
assert abs(makespan["to_s"] - makespan["from_s"] - s["makespan_s"]) < 1, windows
assert s["proxies"]["over_time"]["utilisation_std"] == s["imbalance"]
PYTHON

replay_json patient --max-retries 3
replay_json impatient --max-retries 0
ok "--max-retries decides how many failures a task survives" python3 - "$T/patient.json" "$T/impatient.json" <<'PYTHON'
import json, sys
patient, impatient = (json.load(open(f))["tasks"] for f in sys.argv[1:])
assert patient["retries"] > 0 and impatient["retries"] == 0
assert impatient["failed"] > patient["failed"], (patient, impatient)
PYTHON

replay_json crowded --load 1.6
ok "--load 1.6 of the scarcest resource keeps it busy" json "$T/crowded.json" \
    'max(s["utilisation_steady"][k] or 0 for k in ("cpu","memory")) > 0.7'
replay_json preempting --load 1.6 --preemption on --tasks 1200 --check-invariants
ok "--preemption on stops or moves running tasks, and none is lost" json "$T/preempting.json" \
    's["tasks"]["preemptions"] + s["tasks"]["migrations"] > 0 and s["invariants"]["violated"] == 0
     and s["rejected_decisions"] == 0 and s["tasks"]["waiting"] == 0'
replay --load 1.6 --preemption on --tasks 600 --cost-model packing --moves 1 --out "$T/moves"
ok "--moves 1 stops or moves no more than one task a round" python3 - "$T/moves" <<'PYTHON'
import csv, json, sys
moves = [int(r["preempted"]) + int(r["migrated"])
         for r in csv.DictReader(open(sys.argv[1] + "/rounds.csv"))]
assert max(moves) == 1, max(moves)
tasks = json.load(open(sys.argv[1] + "/summary.json"))["tasks"]
assert tasks["preemptions"] + tasks["migrations"] == sum(moves) and tasks["waiting"] == 0, tasks
PYTHON
replay_json fair --load 1.6 --fairness on --tasks 600
ok "--fairness on ends every task as well" json "$T/fair.json" \
    's["tasks"]["waiting"] == 0 and s["certificates"]["failed"] == 0'

replay_json nobody --policy noop --check-invariants
ok "--policy noop places nothing, and every task waits or is blocked" json "$T/nobody.json" \
    's["tasks"]["waiting"] == 1500 and s["rounds"]["count"] > 0 and s["rounds"]["decisions"] == 0
     and s["policy"] == "noop" and s["invariants"]["violated"] == 0'
replay_json unwatched --policy noop
ok "the invariants are checked after every round and at the end" json "$T/unwatched.json" \
    's["invariants"]["checked"] == s["rounds"]["count"] + 1'

replay --deadlines slack=2,floor=30,share=0.5 --latency 10:20 --out "$T/due"
ok "--deadlines and --latency are in the trace that --out writes" python3 - "$T/due/trace.csv" <<'PYTHON'
import csv, sys
rows = [r for r in csv.DictReader(line for line in open(sys.argv[1]) if line[0] != "#")
        if r["event"] == "task_submitted"]
due = [r for r in rows if r["deadline_us"]]
services = [r for r in rows if r["latency_us"]]
assert due and services and len(due) + len(services) < len(rows), (len(due), len(services))
assert all(int(r["priority"] or 0) >= 10 and r["latency_us"] == "20000" for r in services)
assert all(int(r["deadline_us"]) >= int(r["time_us"]) + 30000000 for r in due)
PYTHON
ok "the violations are those of tasks.csv" python3 - "$T/due" <<'PYTHON'
import csv, json, sys
slo = json.load(open(sys.argv[1] + "/summary.json"))["slo"]
due = [t for t in csv.DictReader(open(sys.argv[1] + "/tasks.csv")) if t["deadline_us"]]
missed = [t for t in due if t["state"] != "finished" or int(t["end_us"]) > int(t["deadline_us"])]
assert slo["model"] == "deadline" and slo["tasks"] == len(due) and missed, (slo, len(due))
assert abs(slo["violation_rate"] - len(missed) / len(due)) < 1e-5, (slo, len(missed))
assert slo["latency"]["tasks"] > 0 and 0 < slo["latency"]["violation_rate"] <= 1
PYTHON
run replay "$T/due" --quiet --round-ms 500 --out "$T/due-again"
ok "and that trace replays the same" cmp "$T/due/trace.csv" "$T/due-again/trace.csv"

replay_json fast --speedup 10 --round-ms 50
ok "--speedup 10 makes the time a tenth" python3 - "$T/plain.json" "$T/fast.json" <<'PYTHON'
import json, sys
plain, fast = (json.load(open(f)) for f in sys.argv[1:])
ratio = plain["virtual_s"] / fast["virtual_s"]
assert 8 < ratio < 12, ratio
PYTHON

replay_json fixed --solver-time fixed:2000
ok "--solver-time fixed:2000 delays every placement by two seconds" json "$T/fixed.json" \
    's["placement_latency_ms"]["p50"] >= 2000 and s["tasks"]["waiting"] == 0'
replay_json measured --solver-time measured --check-invariants
ok "--solver-time measured takes effect, and no decision is rejected" json "$T/measured.json" \
    's["placement_latency_ms"]["p50"] > 0 and s["rejected_decisions"] == 0 and s["invariants"]["violated"] == 0'
replay_json late --solver-time fixed:20000 --fail-machines 200
ok "decisions that come too late are dropped and counted as stale" json "$T/late.json" \
    's["stale_decisions"] > 0 and s["rejected_decisions"] == 0'

replay_json few --machines 10 --tasks 100
ok "--machines and --tasks take the first ones" json "$T/few.json" \
    's["machines"] == 10 and s["tasks"]["submitted"] == 100'
replay_json shaped --machine cpu=1,mem=1 --tasks 200
ok "--machine overrides the shape; what fits no machine is infeasible, not lost" json "$T/shaped.json" \
    's["tasks"]["submitted"] == 200 == s["tasks"]["finished"] + s["tasks"]["infeasible"] + s["tasks"]["failed"] + s["tasks"]["waiting"]
     and s["tasks"]["infeasible"] > 0'

# A window on the trace, what it assumes, and what is left to chance.
mkdir "$T/ali"
cat >"$T/ali/batch_task.csv" <<'TABLE'
M1,1,j1,,Terminated,100,200,100,1
R2_1,1,j1,,Terminated,110,210,100,1
task_a,4,j2,,Terminated,300,400,50,0.5
task_b,1,j3,,Terminated,500,600,50,0.5
TABLE
ali() { run replay "$T/ali" --json --quiet --machines 3 --machine cpu=4,mem=4 "$@"; cp "$T/out" "$T/ali.json"; }
ali
ok "--machines N makes them where the trace has none" json "$T/ali.json" \
    's["machines"] == 3 and s["tasks"]["submitted"] == s["tasks"]["finished"] == 7'
ok "tasks wait for their predecessors" json "$T/ali.json" 's["virtual_s"] >= 500'
ali --deps off --until 250
ok "--deps off ignores predecessors" json "$T/ali.json" \
    's["virtual_s"] < 115 and s["tasks"]["finished"] == 2'
ali --until 250
ok "--deps on lets the second run after the first" json "$T/ali.json" \
    's["virtual_s"] >= 200 and s["tasks"]["finished"] == 2'
ali --from 250
ok "--from leaves out what is submitted before" json "$T/ali.json" 's["tasks"]["submitted"] == 5'
ali --from 250 --until 450
ok "--until leaves out what comes later" json "$T/ali.json" 's["tasks"]["submitted"] == 4'
ali --format alibaba2018
ok "--format names the format" json "$T/ali.json" 's["tasks"]["submitted"] == 7'
ali --format google2011
ok "--format of another trace is told" exits 3
run replay "$T/ali" --quiet --machines 3
ok "machines of no shape: wrong use" exits 2
ok "machines of no shape: what to say instead" says '\-\-machine cpu='

# Jobs that ask for GPUs alone: 1, 8 and 32 of them; no table says what the machines are.
cat > "$T/philly.csv" <<'CSV'
timestamp,duration,num_gpus,gpu_time,cluster
2017-10-09 07:00:00,100,1,100,a
2017-10-09 07:00:00,100,8,800,a
2017-10-09 07:00:00,100,32,3200,b
CSV
run replay "$T/philly.csv" --json --quiet --machines 6 --machine gpu=8
ok "machines may have GPUs alone" exits 0
cp "$T/out" "$T/philly.json"
ok "a job of many GPUs is several tasks" json "$T/philly.json" \
    's["tasks"]["submitted"] == s["tasks"]["finished"] == 6 and s["utilisation"]["gpu"] > 0'
run replay "$T/philly.csv" --json --quiet --machines 6 --machine gpu=2
cp "$T/out" "$T/philly.json"
ok "tasks of 8 GPUs fit no machine of 2" json "$T/philly.json" \
    's["tasks"]["infeasible"] == 5 and s["tasks"]["finished"] == 1'
echo 'task_c,one,j4,,Terminated,700,800,50,0.5' >>"$T/ali/batch_task.csv"
ali
ok "a bad row is counted by its reason" json "$T/ali.json" \
    's["rows"]["read"] == 5 and s["rows"]["used"] == 4 and sum(s["rows"]["refused"].values()) == 1'
ali --strict
ok "--strict stops at the first bad row" exits 3
ok "--strict tells its place" says 'batch_task\.csv:5:'

replay_json seeded --seed 1 --fail-machines 20
replay_json reseeded --seed 2 --fail-machines 20
ok "--seed decides what is left to chance" python3 - "$T/seeded.json" "$T/reseeded.json" <<'PYTHON'
import json, sys
one, two = (json.load(open(f)) for f in sys.argv[1:])
assert one["injected_failures"] > 0 < two["injected_failures"]
assert one["tasks"]["evictions"] != two["tasks"]["evictions"], (one["tasks"], two["tasks"])
PYTHON

# Whatever a run was told, its own trace is the same run again.
replay --tasks 500 --fail-machines 20 --load 1.2 --speedup 2 --preemption on --out "$T/told"
run replay "$T/told" --quiet --round-ms 500 --preemption on --out "$T/retold"
ok "a run with failures, load and speedup is replayed to the identical run" \
    cmp "$T/told/tasks.csv" "$T/retold/tasks.csv"

# What the world did and the cluster could not follow is counted.
cat >"$T/odd.csv" <<'TRACE'
# flowsched trace 1
time_us,event,machine,resources,job,stage,count,attempts,predecessors
0,machine_added,m,cpu=1
0,task_submitted,m,cpu=1,a,,2,1000
0,task_submitted,,cpu=1,b,second,1,1000,first
10,task_submitted,,cpu=1,a,,1,1000
20,task_killed,,,nobody
TRACE
run replay "$T/odd.csv" --json --quiet
ok "odd events end well" exits 0
cp "$T/out" "$T/odd.json"
ok "odd events are counted by kind" json "$T/odd.json" \
    's["refused_events"] == {"task_submitted": 1, "task_killed": 1} and s["queued_at_submission"] == 1
     and s["absent_dependencies"] == 1 and s["tasks"]["finished"] == 3'
run replay "$T/odd.csv" --quiet
ok "odd events are told" grep -q "1 task_killed that came too late" "$T/out"

# Tenants.
echo '{"u1": {"weight": 2, "parent": "lab"}, "lab": {"limit": {"cpu": 1000}}}' >"$T/lab.json"
replay_json tenants --tasks 300 --tenants "$T/lab.json" --cost-model drf:100,quincy
ok "--tenants takes a file" json "$T/tenants.json" 's["tasks"]["finished"] > 250'
printf '{"u1":\n {"weight": }}' >"$T/broken.json"
replay --tenants "$T/broken.json"
ok "a file of tenants that is no JSON" exits 3
ok "it is told with its place" says 'broken\.json:2:13: '
replay --tenants "$T/none.json"
ok "a missing file of tenants" exits 3

# Users for jobs that have none; a tenant that the trace names stays.
{
    echo "# flowsched trace 1"
    echo "time_us,event,machine,resources,job,stage,tenant,count,attempts"
    echo "0,machine_added,m,cpu=100,,,,,"
    echo "1,task_submitted,,cpu=1,own,,alice,1,1000000"
    for job in $(seq 40); do echo "$job,task_submitted,,cpu=1,j$job,,,1,1000000"; done
} >"$T/nobodys.csv"
for policy in fifo tetris:fairness=0.5+work=0 flow=slo:100+drf; do
    run replay "$T/nobodys.csv" --quiet --users 3,skew=0 --policy "$policy" --out "$T/users"
    ok "$policy: --users gives each job without a tenant one of so many" python3 - "$T/users" <<'PYTHON'
import csv, sys
tenants = {r["job"]: r["tenant"] for r in csv.DictReader(open(sys.argv[1] + "/tasks.csv"))}
assert len(tenants) == 41 and tenants.pop("own") == "alice", tenants
assert set(tenants.values()) == {"user-1", "user-2", "user-3"}, tenants
PYTHON
    rm -rf "$T/users"
done

# Wrong use.
for words in "--round-ms" "--round-ms -1" "--round-ms x" "--no-such-option" "--policy none" \
    "--cost-model none" "--solver none" "--format none" "--machine cpu" "--machine foo=1" \
    "--solver-time soon" "--load 0" "--from 5 --until 5" "--preemption perhaps" "--users 0" \
    "--users 5,skew=11" "--policy tetris:fairness=2" "--policy fifo:x=1" "--policy fifo=quincy"; do
    # shellcheck disable=SC2086
    replay $words
    ok "$words: wrong use, with a reason" exits 2
    ok "$words: one line of reason" test "$(wc -l <"$T/err")" -ge 1
done
run replay
ok "no trace: wrong use" exits 2

# Bad input.
run replay "$T/none"
ok "a missing file" exits 3
mkdir "$T/empty"
run replay "$T/empty"
ok "an empty folder" exits 3
ok "an empty folder is told" says 'empty|no .*table'
head -c 3000 "$T/packed.gz" >"$T/cut.gz"
run replay "$T/cut.gz" --quiet --out "$T/cut-out"
ok "a truncated gz" exits 3
ok "a truncated gz is told with its place" says 'cut\.gz:[0-9]+:.*cut off'
ok "a truncated gz leaves nothing half-written" nothing_half_written "$T"
head -c 100000 /dev/urandom >"$T/junk"
run replay "$T/junk"
ok "binary junk" exits 3
head -c 10000000 /dev/zero | tr '\0' 'x' >"$T/long"
run replay "$T/long" --format native
ok "a line of 10 MB" exits 3
ok "a long line is told" says 'line'

# A full disk.
if mkdir "$T/full" && mount -t tmpfs -o size=64k tmpfs "$T/full" 2>/dev/null; then
    replay --out "$T/full/report"
    ok "a full disk" exits 3
    ok "a full disk is told" says 'No space left'
    ok "a full disk: nothing half-written" test -z "$(find "$T/full" -type f)"
    umount "$T/full"
else
    echo "skipped: a full disk (no right to mount)"
fi
replay --out /proc/none
ok "a folder that cannot be made" exits 3

# Ctrl-C in the middle.
run generate trace --preset demo --machines 300 --tasks 60000 --seed 1 --out "$T/large.csv"
"$FLOWSCHED" replay "$T/large.csv" --quiet --out "$T/stopped" >"$T/out" 2>"$T/err" &
sleep 2
kill -INT $!
wait $!
status=$?
ok "Ctrl-C: the status of an interrupt" exits 130
ok "Ctrl-C: is told" says 'interrupted'
ok "Ctrl-C: a complete report" json "$T/stopped/summary.json" \
    's["interrupted"] and 0 < s["tasks"]["submitted"] == sum(s["tasks"][k] for k in ("finished","running","waiting","infeasible","failed","killed"))'
ok "Ctrl-C: one row a task" python3 - "$T/stopped" <<'PYTHON'
import csv, json, sys
rows = len(list(csv.DictReader(open(sys.argv[1] + "/tasks.csv"))))
assert rows == json.load(open(sys.argv[1] + "/summary.json"))["tasks"]["submitted"], rows
PYTHON
ok "Ctrl-C: nothing half-written" nothing_half_written "$T/stopped"

finish
