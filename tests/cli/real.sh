#!/usr/bin/env bash
# real.sh - real traces from first row to last, where FLOWSCHED_TRACES names their folder.
. "$(dirname "$0")/lib.sh"
if [ -z "${FLOWSCHED_TRACES:-}" ]; then
    echo "real.sh: skipped: FLOWSCHED_TRACES is not set, no real traces to replay"
    exit 0
fi

run replay "$FLOWSCHED_TRACES/alibaba2018" --from 172800 --tasks 20000 --machines 249 \
    --machine cpu=8,mem=8.33 --load 0.77 --json --quiet
ok "alibaba2018 is replayed" exits 0
cp "$T/out" "$T/alibaba.json"
# 852 instances belong to tasks that the trace records as failed.
ok "alibaba2018: every feasible task ends" json "$T/alibaba.json" \
    's["tasks"]["submitted"] == 20000 and s["tasks"]["finished"] == 19148 and s["tasks"]["failed"] == 852'
ok "alibaba2018: every check holds" json "$T/alibaba.json" \
    's["invariants"]["violated"] == 0 and s["certificates"]["failed"] == 0
     and s["certificates"]["checked"] == s["rounds"]["count"] and s["rejected_decisions"] == 0'
ok "alibaba2018: every row is accounted for" json "$T/alibaba.json" \
    's["rows"]["read"] == 80483 == s["rows"]["used"] + sum(s["rows"]["refused"].values())'

run replay "$FLOWSCHED_TRACES/google2011" --until 640 --round-ms 300000 --json --quiet
ok "google2011 is replayed" exits 0
cp "$T/out" "$T/google.json"
ok "google2011: it starts warm, and what has no room is queued" json "$T/google.json" \
    's["machines"] == 12477 and s["queued_at_submission"] == 20359 and s["tasks"]["submitted"] > 144339'
ok "google2011: every check holds" json "$T/google.json" \
    's["invariants"]["violated"] == 0 and s["certificates"]["failed"] == 0
     and s["certificates"]["checked"] == s["rounds"]["count"] > 0 and s["rejected_decisions"] == 0'
ok "google2011: every row is accounted for" json "$T/google.json" \
    's["rows"]["read"] == 496871 == s["rows"]["used"] + sum(s["rows"]["refused"].values())'

run replay "$FLOWSCHED_TRACES/alibaba_gpu2023_openb/openb_pod_list_gpuspec10.csv.gz" \
    --from 10190000 --tasks 1000 --round-ms 60000 --check-invariants --out "$T/openb" --json --quiet
ok "openb is replayed" exits 0
cp "$T/out" "$T/openb.json"
ok "openb: every pod ends" json "$T/openb.json" \
    's["machines"] == 1523 and s["tasks"]["submitted"] == 1000
     and s["tasks"]["finished"] + s["tasks"]["failed"] == 1000 and s["utilisation"]["gpu"] > 0'
ok "openb: every check holds" json "$T/openb.json" \
    's["invariants"]["violated"] == 0 and s["certificates"]["failed"] == 0
     and s["certificates"]["checked"] == s["rounds"]["count"] and s["rejected_decisions"] == 0'
ok "openb: every row is accounted for" json "$T/openb.json" \
    's["rows"]["read"] == 9675 == s["rows"]["used"] + sum(s["rows"]["refused"].values())'
run replay "$T/openb/trace.csv" --round-ms 60000 --out "$T/again" --json --quiet
ok "openb: what was run is run again" cmp "$T/openb/tasks.csv" "$T/again/tasks.csv"

# whole NAME ROWS PATH OPTIONS...: every check holds, and every row is accounted for.
whole() {
    local name=$1 rows=$2 path=$3
    shift 3
    run replay "$FLOWSCHED_TRACES/$path" "$@" --json --quiet
    ok "$name is replayed" exits 0
    cp "$T/out" "$T/$name.json"
    ok "$name: every check holds" json "$T/$name.json" \
        's["format"] == "'"$name"'" and s["invariants"]["violated"] == 0 and s["certificates"]["failed"] == 0
         and s["certificates"]["checked"] == s["rounds"]["count"] > 0 and s["rejected_decisions"] == 0'
    ok "$name: every row is accounted for" json "$T/$name.json" \
        's["rows"]["read"] == '"$rows"' == s["rows"]["used"] + sum(s["rows"]["refused"].values())'
    ok "$name: every task ends" json "$T/$name.json" \
        's["tasks"]["submitted"] == s["tasks"]["finished"] + s["tasks"]["failed"] > 0'
}
whole swf 447794 swf/RICC-2010-2.swf.gz --until 86400 --round-ms 10000
ok "swf: the header makes the machines" json "$T/swf.json" 's["machines"] == 1024'
whole alibaba2017 40266 alibaba2017 --from 26000 --until 26200 --machines 1313 \
    --machine cpu=64,mem=1 --round-ms 1000
whole philly 48280 philly --tasks 5000 --machines 311 --machine gpu=8 --round-ms 10000
whole google2019 251908 google2019 --from 1 --tasks 2000 --machines 20 --load 0.5 --round-ms 1000
finish
