#!/bin/sh
# npm-ci.sh NPM FOLDER [OPTION...]: `npm ci` in a folder, silently. A failure is one line, which names the log.
# Where npm has started make, its own options are in the environment: those of the second line are not for here.
npm=$1 folder=$2
shift 2
log=$PWD/build/npm-ci$(printf '%s' "${folder#.}" | tr / -).log

mkdir -p build && : >"$log" || exit 1
(cd "$folder" && "$npm" ci --ignore-scripts --no-audit --no-fund --no-progress --loglevel=error \
  --no-global --no-dry-run --include=dev --package-lock-only=false \
  --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=4000 "$@") >"$log" 2>&1 && exit

if ! command -v "$npm" >/dev/null; then
  reason="there is no $npm on the PATH"
elif grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|TIMEOUT' "$log"; then
  reason="the registry cannot be reached; the first run needs a network"
else
  reason=$(sed -n -E '/^npm (error|ERR!) code/d; s/^npm (error|ERR!) //p' "$log" | head -n 1)
fi
printf '%s\n' "npm ci failed: ${reason:-it does not say why} (its log: ${log#"$PWD"/})"
exit 1
