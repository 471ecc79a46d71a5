#!/bin/sh
# install.sh install|uninstall: copies what was built to folders below $DESTDIR, or removes exactly those files. make
# passes PREFIX, BINDIR, LIBDIR, INCLUDEDIR, MANDIR, DATADIR and DESTDIR; SHARED, empty if there is no shared library;
# VERSION; and SOVERSION, the part of it that the soname has.
set -eu
does=$1
umask 022 # what is installed is for all users

# Removes the slashes that would hide that one folder is in another.
tidy() { printf '%s' "$1" | sed -e 's|//*|/|g' -e 's|\(.\)/$|\1|'; }

refuse() {
  printf '%s\n' "$1"
  exit 1
}

below=$PWD
for name in PREFIX BINDIR LIBDIR INCLUDEDIR MANDIR DATADIR; do
  eval "folder=\$$name"
  case $folder in
  *[\"\#\$\;\\]*) refuse "$name=$folder: pkg-config and CMake cannot read a path with one of \" # \$ ; \\" ;;
  /*) eval "$name=\$(tidy \"\$folder\")" ;;
  *) refuse "$name=$folder is not an absolute path: write $name=${below%/}/$folder" ;;
  esac
  below=$PREFIX
done
cmake=$LIBDIR/cmake/wye
wasm=$DATADIR/wye

# ---------------------------------------------------------------- one of each

# install_file MODE FILE FOLDER NAME
install_file() {
  mkdir -p "$DESTDIR$3"
  install -m "$1" "$2" "$DESTDIR$3/$4"
}
uninstall_file() { rm -f "$DESTDIR$3/$4"; }

# install_link TARGET FOLDER NAME
install_link() { ln -sf "$1" "$DESTDIR$2/$3"; }
uninstall_link() { rm -f "$DESTDIR$2/$3"; }

# install_wasm NAME SOURCE...: only if it was built, and after the last change of its sources
install_wasm() {
  built=build/$1 && shift
  if [ ! -e "$built" ]; then
    echo "not installed: $built is not built (make wasm builds it, with Node)"
  elif [ "$(find "$@" -name '*.[ch]' -newer "$built")" ]; then
    echo "not installed: $built is older than its sources (make wasm rebuilds it, with Node)"
  else
    install_file 644 "$built" "$wasm" "${built##*/}"
  fi
}
uninstall_wasm() { rm -f "$DESTDIR$wasm/$1"; }

# ---------------------------------------------------------------- templates

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Escapes a text for the right side of a substitution.
in_sed() { printf '%s' "$1" | sed 's/[\\&|]/\\&/g'; }

# fill TEMPLATE LIBDIR INCLUDEDIR WASMDIR: the folders as that file names them
fill() {
  sed -e "s|@VERSION@|$VERSION|g" -e "s|@SOVERSION@|$SOVERSION|g" -e "s|@PREFIX@|$(in_sed "$PREFIX")|g" \
    -e "s|@LIBDIR@|$(in_sed "$2")|g" -e "s|@INCLUDEDIR@|$(in_sed "$3")|g" -e "s|@WASMDIR@|$(in_sed "$4")|g" \
    "include/$1.in" >"$scratch/$1"
}

# A folder as wye.pc names it: one below the prefix follows it.
from_pc() {
  case $1 in
  "$PREFIX"/*) printf '${prefix}/%s' "${1#"$PREFIX"/}" ;;
  *) printf '%s' "$1" ;;
  esac
}

# A folder as the CMake files name it: relative to them if both are below the prefix, which then can be moved.
from_cmake() {
  case $1::$cmake in
  "$PREFIX"/*::"$PREFIX"/*)
    up=$(printf '%s' "${cmake#"$PREFIX"/}" | sed 's|[^/][^/]*|..|g')
    printf '${_wye_here}/%s/%s' "$up" "${1#"$PREFIX"/}"
    ;;
  *) printf '%s' "$1" ;;
  esac
}

fill wye.pc "$(from_pc "$LIBDIR")" "$(from_pc "$INCLUDEDIR")" "$(from_pc "$wasm")"
fill wye-config.cmake "$(from_cmake "$LIBDIR")" "$(from_cmake "$INCLUDEDIR")" "$(from_cmake "$wasm")"
fill wye-config-version.cmake "" "" ""

# ---------------------------------------------------------------- all of them

"${does}_file" 755 build/wye "$BINDIR" wye
"${does}_file" 644 docs/wye.1 "$MANDIR/man1" wye.1
for header in wye.h wye_app.h wye_pool.h wye_ratelimit.h; do
  "${does}_file" 644 "include/$header" "$INCLUDEDIR" "$header"
done
"${does}_file" 644 build/libwye.a "$LIBDIR" libwye.a
if [ "$does$SHARED" = install ]; then
  echo "not installed: a shared library, since $CC makes no ELF files"
else
  "${does}_file" 644 "build/libwye.so.$VERSION" "$LIBDIR" "libwye.so.$VERSION"
  "${does}_link" "libwye.so.$VERSION" "$LIBDIR" "libwye.so.$SOVERSION"
  "${does}_link" "libwye.so.$SOVERSION" "$LIBDIR" libwye.so
fi
"${does}_file" 644 "$scratch/wye.pc" "$LIBDIR/pkgconfig" wye.pc
"${does}_file" 644 "$scratch/wye-config.cmake" "$cmake" wye-config.cmake
"${does}_file" 644 "$scratch/wye-config-version.cmake" "$cmake" wye-config-version.cmake
"${does}_wasm" wye.wasm include src wasm/*.[ch]
"${does}_wasm" wye-cli.wasm include src

# The folders that only wye uses go with its files.
if [ "$does" = uninstall ]; then
  for folder in "$cmake" "$wasm"; do rmdir "$DESTDIR$folder" 2>/dev/null || true; done
fi
