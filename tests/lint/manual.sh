#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# manual.sh PAGE.in - a manual page, its places filled in, is without fault to mandoc
found=$(sed -e 's|@VERSION@|0|g' -e 's|@[A-Z]*@|/folder|g' "$1" | mandoc -T lint -W warning) && exit
echo "$1:"
echo "$found"
exit 1
