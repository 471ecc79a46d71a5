#!/bin/sh
# probe.sh COMPILER [FLAG...]: whether it makes programs, and WYE_EMULATOR= (empty: this machine) runs them. Quietly.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '#include <stdio.h>\nint main(void) { return puts("") < 0; }\n' >"$folder/probe.c"
"$@" -o "$folder/probe" "$folder/probe.c" 2>/dev/null && $WYE_EMULATOR "$folder/probe" >/dev/null 2>&1
