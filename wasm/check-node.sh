#!/bin/sh
# check-node.sh NODE: ends with 1, and says in one line what it found, if that is not as new as package.json wants.
needed=$(sed -n 's/.*"node": ">=\([0-9]*\).*/\1/p' package.json)

version=$("$1" --version 2>/dev/null) || {
  echo "Node $needed or newer is needed: there is no $1 on the PATH"
  exit 1
}
major=${version#v}
[ "${major%%.*}" -ge "$needed" ] 2>/dev/null || {
  echo "Node $needed or newer is needed: $(command -v "$1") is $version"
  exit 1
}
