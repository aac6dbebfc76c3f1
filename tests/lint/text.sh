#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# text.sh [ROOT] - rules that plain text search can check
set -u
cd "${1:-$(dirname "$0")/../..}" || exit 2
found=$(mktemp) || exit 2
trap 'rm -f "$found"' EXIT
shopt -s nullglob globstar
sources=(src/**/*.[ch])
mapfile -t ours < <(find src tests \( -name node_modules -o -name vendor \) -prune -o \
    \( -path 'src/*.[ch]' -o -path 'tests/*.[ch]' -o -name '*.py' -o -name '*.sh' \) -type f -print 2>/dev/null)

# report REASON: the lines on stdin are findings
report() {
    sed "s|\$|  <- $1|" >>"$found"
}

[ ${#ours[@]} -gt 0 ] || exit 0
for file in "${ours[@]}"; do
    head -n 3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || echo "$file"
done | report "no SPDX line in the first three"

# Unbounded, with hidden state, of local time, or through a shell: GLib and span.h have what is needed.
banned='strcpy|strcat|strncat|strncpy|sprintf|vsprintf|strtok|gets|gmtime|localtime|asctime|ctime|mktime|system|popen'
banned+='|atoi|atol|atoll|atof|alloca|g_alloca|tmpnam|mktemp|tempnam|rand|srand|setjmp|longjmp|scanf|sscanf|fscanf'
if [ ${#sources[@]} -gt 0 ]; then
    grep -nE "(^|[^A-Za-z0-9_.>\"])($banned)[[:space:]]*\(" /dev/null "${sources[@]}" |
        grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/\*|\*)' | report "banned function"
    grep -nE '^#include <(regex|assert)\.h>' /dev/null "${sources[@]}" | report "banned header"
    grep -nE '(^|[^:"])//' /dev/null "${sources[@]}" | grep -vE '"[^"]*//|/\*.*//|^[^:]*:[0-9]+:[[:space:]]*\*' |
        report "comments are /* */"
fi
later='TO''DO|FIX''ME|XX''X|HA''CK'
grep -nE "\\b($later)\\b" /dev/null "${ours[@]}" | report "say it in an issue, not here"

# Modules are named for what they do.
for file in "${sources[@]}"; do
    case ${file##*/} in
    *util* | *helper* | *manager* | data.* | process.* | misc.* | common.*) echo "$file" ;;
    esac
done | report "a name that says nothing"
[ ! -s "$found" ] || { cat "$found" && exit 1; }
