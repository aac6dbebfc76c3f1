#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# rooms.sh [ROOT] - which room includes what
#
# A room of src/ includes its own headers, those of the rooms that the Makefile's USES_<room> grants it,
# the C library, and headers of the libraries in its PKGS_<room>. The mains in src/ join any rooms.
set -u
cd "${1:-$(dirname "$0")/..}" || exit 2
found=$(mktemp) || exit 2
trap 'rm -f "$found"' EXIT

# granted USES|PKGS ROOM: the words of that line of the Makefile
granted() {
    sed -n "s/^$1_$2 := *//p" Makefile
}

# library HEADER: the pkg-config name of the library it belongs to, "libc", or nothing when unknown
library() {
    case $1 in
    glib.h | gio/* | glib-unix.h | glib/*) echo glib-2.0 ;;
    gmime/*) echo gmime-3.0 ;;
    curl/*) echo libcurl ;;
    mysql.h | mysql/* | mariadb/* | errmsg.h | mysqld_error.h) echo libmariadb ;;
    libxml/*) echo libxml-2.0 ;;
    pcre2.h) echo libpcre2-8 ;;
    jansson.h) echo jansson ;;
    zstd.h | zstd_errors.h | zdict.h) echo libzstd ;;
    openssl/evp.h) echo libcrypto ;;
    libpsl.h) echo libpsl ;;
    idn2.h) echo libidn2 ;;
    ares.h | ares_*.h) echo libcares ;;
    maxminddb.h) echo libmaxminddb ;;
    archive.h | archive_entry.h) echo libarchive ;;
    microhttpd.h) echo libmicrohttpd ;;
    zlib.h) echo zlib ;;
    lzma.h) echo liblzma ;;
    sys/*.h | arpa/*.h | netinet/*.h | net/*.h | linux/*.h) echo libc ;;
    crypt.h | ctype.h | dirent.h | errno.h | fcntl.h | float.h | fnmatch.h | getopt.h | glob.h | grp.h) echo libc ;;
    inttypes.h | limits.h | locale.h | math.h | netdb.h | poll.h | pthread.h | pwd.h | sched.h | signal.h) echo libc ;;
    stdarg.h | stdatomic.h | stdbool.h | stddef.h | stdint.h | stdio.h | stdlib.h | string.h | strings.h) echo libc ;;
    sysexits.h | syslog.h | termios.h | threads.h | time.h | unistd.h | wchar.h) echo libc ;;
    esac
}

# allowed ROOM HEADER (with its <> or ""): true, or prints why not
allowed() {
    local room=$1 header=${2:1:-1} owner
    if [ "${2:0:1}" = '"' ]; then
        case $header in */*) ;; *) echo "is not written as \"room/module.h\"" && return 1 ;; esac
        owner=${header%%/*}
        [[ " $room $(granted USES "$room") " == *" $owner "* ]] && return
        echo "room $room may not include room $owner" && return 1
    fi
    owner=$(library "$header")
    [ "$owner" != libc ] || return 0
    [ -n "$owner" ] || { echo "is of no library that tests/rooms.sh knows" && return 1; }
    [[ " $(granted PKGS "$room") " == *" $owner "* ]] && return
    echo "room $room may not use $owner" && return 1
}

shopt -s nullglob
for folder in src/*/; do
    room=$(basename "$folder")
    files=("$folder"*.[ch])
    [ ${#files[@]} -gt 0 ] || continue # src/man
    grep -q "^USES_$room :=" Makefile || echo "$folder is no room of the Makefile" >>"$found"
    grep -noE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"][^>"]+[>"]' /dev/null "${files[@]}" |
        sed -E 's/^([^:]*:[0-9]+):.*([<"][^>"]+[>"])$/\1 \2/' | sort -t' ' -k2,2 >"$found.all"
    while read -r header; do
        reason=$(allowed "$room" "$header") && continue
        grep -F " $header" "$found.all" | sed "s|\$|: $reason|" >>"$found"
    done < <(cut -d' ' -f2 "$found.all" | sort -u)
    rm -f "$found.all"
done
[ ! -s "$found" ] || { cat "$found" && exit 1; }
