#!/bin/sh
# Prints the first clang that builds a fuzz target with the flags given here; fails if there is none.
trial=$(mktemp)
trap 'rm -f "$trial"' EXIT
for clang in clang clang-23 clang-22 clang-21 clang-20 clang-19 clang-18 clang-17 clang-16 clang-15 clang-14; do
  echo 'int LLVMFuzzerTestOneInput(const char *data, unsigned long size) { return data && size && 0; }' |
    "$clang" "$@" -x c -o "$trial" - 2>/dev/null && echo "$clang" && exit
done
exit 1
