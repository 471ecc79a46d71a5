#!/bin/sh
# run.sh SECONDS PROGRAM...: runs each fuzz program for so long, with the inputs that it has kept from earlier runs and,
# where they are there, those of tests/fuzz/corpus/NAME and the words of tests/fuzz/NAME.dict. A finding is printed
# whole; its input is kept with the program.
seconds=$1
shift
for program in "$@"; do
  name=${program##*/}
  kept=build/fuzz/corpus/$name seeds=tests/fuzz/corpus/$name words=tests/fuzz/$name.dict
  mkdir -p "$kept"
  [ -d "$seeds" ] || seeds=
  [ -f "$words" ] && words=-dict=$words || words=
  # shellcheck disable=SC2086 # no seeds, no argument
  "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -artifact_prefix="$program-" \
    -print_final_stats=1 $words "$kept" $seeds >"$program.log" 2>&1 || { cat "$program.log"; exit 1; }
  echo "$program: $(sed -n 's/^stat::number_of_executed_units: *//p' "$program.log") inputs, no finding"
done
