#!/bin/sh
# run.sh PROGRAM...: runs each unit test. Prints the whole output of the first build; of the other builds, which run the
# same tests, only the sums, unless a test fails. Goes on after a failure, and ends with 1 if there was one.
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
