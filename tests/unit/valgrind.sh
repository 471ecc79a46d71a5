#!/bin/sh
# valgrind.sh CONTROL PROGRAM...: runs the programs in valgrind, which must report nothing. The control is built as the
# library ships: there valgrind must report a read, or this test tests nothing.
control=$1 && shift
failed=0

# Leaves the program's own output, and valgrind's reports.
watch() { valgrind -q --leak-check=no --error-exitcode=9 "$1" >"$1.valgrind" 2>&1; }

for program in "$@"; do
  watch "$program" && echo "$program in valgrind: nothing to report" || { cat "$program.valgrind" && failed=1; }
done
watch "$control"
grep -q "Invalid read" "$control.valgrind" || { echo "$control in valgrind: no invalid read" && failed=1; }
exit $failed
