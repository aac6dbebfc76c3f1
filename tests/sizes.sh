#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# sizes.sh [ROOT] - a module has at most 400 lines, a function at most 60 from its { to its }
#
# Our style puts a function's name, its { and its } into column 1.
cd "${1:-$(dirname "$0")/..}" || exit 2
find src -name '*.[ch]' | sort | xargs awk '
    function module() {
        if (lines > 400) { printf "%s: %d lines, at most 400\n", path, lines; bad = 1 }
    }
    FNR == 1 { module(); path = FILENAME; name = ""; opened = 0 }
    { lines = FNR }
    /^[A-Za-z_][A-Za-z0-9_]* *\(/ && !/;[ \t]*$/ { name = $0; sub(/ *\(.*/, "", name) }
    /^\{/ && name != "" { opened = FNR }
    /^\}/ {
        if (opened && FNR - opened + 1 > 60) {
            printf "%s:%d: %s has %d lines, at most 60\n", path, opened, name, FNR - opened + 1; bad = 1
        }
        name = ""; opened = 0
    }
    END { module(); exit bad }
'
