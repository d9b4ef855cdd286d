#!/usr/bin/env bash
# run.sh - run every test of the command line; $FLOWSCHED is the program.
cd "$(dirname "$0")" || exit 1
failures=0
for script in *.sh; do
    case $script in run.sh | lib.sh) continue ;; esac
    bash "$script" || failures=$((failures + 1))
done
exit $((failures > 0))
