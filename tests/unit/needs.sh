#!/bin/sh
# needs.sh OBJECT...: prints what the objects use and none of them defines. Ends with 1 if that is more than the four
# functions that wye.h names. HELPERS= has what the compiler's own library brings where a machine lacks an instruction.
functions="memcmp memcpy memmove memset"

# Position-independent code names a table that the linker makes.
names=$(nm "$@" | awk '$1 == "U" && $2 != "_GLOBAL_OFFSET_TABLE_" { used[$2] = 1 } NF == 3 { here[$3] = 1 }
  END { for (name in used) if (!(name in here)) print name }' | sort)
failed=0
for name in $names; do
  case " $functions $HELPERS " in
  *" $name "*) ;;
  *) echo "$name is not defined" && failed=1 ;;
  esac
done
echo "needs:" $names
exit $failed
