#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# manual.sh PAGE.in - a manual page, its places filled in, is without fault to mandoc
filled=$(mktemp) || exit 2
trap 'rm -f "$filled"' EXIT
sed -e 's|@VERSION@|0|g' -e 's|@[A-Z]*@|/folder|g' "$1" >"$filled"
mandoc -T lint -W warning "$filled" | sed "s|$filled|$1|g" | grep . && exit 1
exit 0
