#!/bin/sh
# library.sh COMPILER...: what holds for the objects of the library, whoever compiles them. Each compiler that is there
# must take the core without a warning, with the flags that make uses (LIBRARY_FLAGS); nothing may be left undefined but
# what wye.h says; and there may be no state that can change.

# Some systems' compilers add calls of their own to every function.
flags="$LIBRARY_FLAGS -fno-stack-protector"
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Werror"
folder=build/unit/library
failed=0

fail() {
  echo "$1: $2"
  failed=1
}

compile() {
  for source in src/[!c]*/*.c; do # all but src/command/
    # shellcheck disable=SC2086 # lists of flags
    "$1" -std=c11 $warnings "$2" $3 $flags -Iinclude -c -o "$folder/$(basename "$source" .c).o" "$source" ||
      fail "$1 $2 $3" "$source"
  done
}

# Sections that are writable when the program runs; what is only relocated at its start is not.
state() {
  size -A "$folder"/*.o | sort -u |
    awk '$1 ~ /^\.(data|bss|tdata|tbss)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0 { print $1 }'
}

check() {
  rm -rf "$folder" && mkdir -p "$folder"
  compile "$@"
  needs=$(tests/unit/needs.sh "$folder"/*.o) || failed=1
  for section in $(state); do fail "$*" "there is state in $section"; done
  echo "$*: $needs"
}

for compiler in "$@"; do
  command -v "$compiler" >/dev/null || continue
  for flags_of_one in "-Os" "-O3" "-O3 -DWYE_NO_SIMD"; do
    # shellcheck disable=SC2086 # one flag or two
    check "$compiler" $flags_of_one
  done
done
exit $failed
