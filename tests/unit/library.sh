#!/bin/sh
# library.sh COMPILER...: what holds for the objects of the library, whoever compiles them. Each compiler that is there
# must take the core without a warning; nothing may be left undefined but memcpy, memset and memcmp; and there may be no
# state that can change.

# Without this flag clang writes memcmp as bcmp where the target's libc has one.
only="-fno-builtin-bcmp -fno-stack-protector"
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Werror"
allowed=" memcmp memcpy memset "
folder=build/unit/library
failed=0

fail() {
  echo "$1: $2"
  failed=1
}

compile() {
  for source in src/*.c; do
    # shellcheck disable=SC2086 # a list of flags
    "$1" -std=c11 $warnings "$2" $3 $only -Iinclude -c -o "$folder/$(basename "$source" .c).o" "$source" ||
      fail "$1 $2 $3" "$source"
  done
}

# What no object of the library defines.
undefined() {
  nm "$folder"/*.o | awk '$1 == "U" { wanted[$2] = 1 } NF == 3 { have[$3] = 1 }
    END { for (name in wanted) if (!(name in have)) print name }' | sort
}

# Sections that are writable when the program runs; what is only relocated at its start is not.
state() {
  size -A "$folder"/*.o | sort -u |
    awk '$1 ~ /^\.(data|bss|tdata|tbss)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0 { print $1 }'
}

check() {
  rm -rf "$folder" && mkdir -p "$folder"
  compile "$@"
  for name in $(undefined); do
    case $allowed in *" $name "*) ;; *) fail "$*" "$name is not defined" ;; esac
  done
  for section in $(state); do fail "$*" "there is state in $section"; done
  echo "$*: $(undefined | tr '\n' ' ')"
}

for compiler in "$@"; do
  command -v "$compiler" >/dev/null || continue
  for flags in "-Os" "-O3" "-O3 -DWYE_NO_SIMD"; do
    # shellcheck disable=SC2086 # one flag or two
    check "$compiler" $flags
  done
done
exit $failed
