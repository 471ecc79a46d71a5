#!/bin/sh
# check-node.sh NODE: unless NODE is as new as package.json demands, prints in one line what it is, and exits with 1.
needed=$(sed -n 's/.*"node": ">=\([0-9]*\).*/\1/p' package.json)

refuse() {
  printf '%s\n' "Node $needed or newer is needed: $1"
  exit 1
}

node=$(command -v "$1") || refuse "there is no $1 on the PATH"
version=$("$node" --version 2>&1) || refuse "$node does not run${version:+: $(printf '%s' "$version" | tail -n 1)}"
major=${version#v}
[ "${major%%.*}" -ge "$needed" ] 2>/dev/null || refuse "$node is ${version:-of no version}"
