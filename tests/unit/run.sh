#!/bin/sh
# run.sh PROGRAM...: runs each unit test. The first build of a test is told in full; of the others, which run the same
# tests, only the sums, unless something fails. Goes on behind a failure, and ends with 1 if there was one.
failed=0
for program in "$@"; do
  echo "$program"
  case $program in
  build/unit/asan/*) "$program" || failed=1 ;;
  *) "$program" >"$program.log" 2>&1 && grep -aE '^\[(=+|  PASSED  )\] +[0-9]' "$program.log" ||
    { cat "$program.log" && failed=1; } ;;
  esac
done
exit $failed
