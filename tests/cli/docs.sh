#!/usr/bin/env bash
# docs.sh - what the documents say is what the program has.
. "$(dirname "$0")/lib.sh"
ROOT=$(cd "$(dirname "$0")/../.." && pwd)

man -l "$ROOT/docs/flowsched.1" >"$T/man" 2>"$T/man.err"
ok "the man page has no errors" test ! -s "$T/man.err"
COMMANDS=("replay" "generate trace" "generate network" "solve" "check" "bench solver" "bench round")
for command in "${COMMANDS[@]}"; do
    # shellcheck disable=SC2086
    run $command --help
    ok "$command --help" exits 0
    for option in $(grep -oE '^  --[a-z-]+' "$T/out"); do
        ok "the man page explains $command $option" grep -q -- "$option" "$T/man"
    done
    ok "$command --help fits a screen" test "$(wc -l <"$T/out")" -le 40
    ok "$command --help fits its width" test -z "$(grep -E '.{81}' "$T/out")"
    ok "the README names $command" grep -q "flowsched $command" "$ROOT/README.md"
done
for option in $(grep -oE '\-\-[a-z]+(-[a-z]+)*' "$T/man" | sort -u); do
    found=no
    for command in "${COMMANDS[@]}"; do
        # shellcheck disable=SC2086
        run $command --help
        grep -q -- "$option" "$T/out" && found=yes
    done
    ok "$option of the man page is an option" test "$found" = yes
done
run list
for name in $(awk '/^  /{print $1}' "$T/out"); do
    ok "the README or docs/ name $name" grep -rq -- "$name" "$ROOT/README.md"
done
finish
