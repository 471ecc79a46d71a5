#!/bin/sh
# run.sh FOLDER: what the Makefile has built there for one target: what the library needs, the unit tests and the driver
# of the conformance suite, which are run by WYE_EMULATOR= if that is not empty. NODE= names Node.
folder=$1
failed=0

tests/unit/needs.sh "$folder"/src/*/*.o || failed=1

for program in "$folder"/*_test; do
  $WYE_EMULATOR "$program" >"$program.log" 2>&1 || { cat "$program.log" && failed=1; }
  echo "$program: $(tail -n 1 "$program.log")"
done

if "${NODE:-node}" --version >/dev/null 2>&1; then
  WYE_DRIVER=$folder/driver "${NODE:-node}" --test tests/conformance/native.test.mjs >"$folder/driver.log" 2>&1 ||
    { cat "$folder/driver.log" && failed=1; }
  sums=$(awk '$2 == "pass" || $2 == "fail" { printf " %s %s", $2, $3 }' "$folder/driver.log")
  echo "$folder/driver: conformance:$sums"
else
  echo "skipped: the conformance suite (needs Node)"
  test -z "$WYE_REQUIRE_ALL" || failed=1
fi
exit $failed
