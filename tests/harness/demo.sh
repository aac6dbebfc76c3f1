#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# demo.sh start | stop - what `make demo` does once all is built
#
# A private MariaDB under var/demo, 3,000 generated reports that end now, our own sample reports, and those
# of $LAFAYETTE_CORPUS when it names a folder. Each start begins anew; stop keeps the data.
# DEMO_REPORTS and DEMO_DIR change number and place.
set -u
export LC_ALL=C.UTF-8
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
build=${BUILD:-$root/build}
reports=${DEMO_REPORTS:-3000}
demo=${DEMO_DIR:-$root/var/demo}
server=$root/tests/harness/private-mariadbd

fail() {
    echo "demo: $*" >&2
    exit 1
}

write_config() {
    cat <<END
# Written by make demo, anew each time.
[db]
dbHost = localhost
dbSocket = $socket
dbUser = lafayette
dbPassword = lafayette
dbName = arf

[networks]
file = networks.csv
# The generator's networks are reserved for tests; here they count as public.
public = 198.18.0.0/15, 2001:db8::/32

# Nothing leaves this machine: networks are known from the file, and at this port nobody answers.
[dns]
servers = 127.0.0.1:1
timeout = 100
budget = 10

# Generated reports. Put a mail of your own into mail/new and run lafayette-ingest again.
[mailbox]
source = maildir:mail

# Samples are read where they lie, and stay.
[cases]
source = dir:cases
imapSettle = keep
END
    if [ -d "${LAFAYETTE_CORPUS:-}/arf" ]; then
        printf '\n[corpus]\nsource = dir:%s\nimapSettle = keep\n' "$(cd "$LAFAYETTE_CORPUS/arf" && pwd)"
    fi
}

# ingest FEED: the program's own closing line
ingest() {
    printf '%-9s' "$1"
    "$build/lafayette-ingest" -q -c "$demo/forensic.cfg" -f "$1" || fail "lafayette-ingest -f $1 ended with exit $?"
}

# table TITLE SQL
table() {
    printf '\n%s\n' "$1"
    mariadb --no-defaults --user=lafayette --password=lafayette --socket="$socket" --default-character-set=utf8mb4 \
        --table arf -e "$2" || fail "the database does not answer"
}

# patterns KIND TITLE
patterns() {
    table "$2" "SELECT COUNT(*) AS mails, LEFT(pattern, 70) AS pattern FROM arfEmail JOIN emailPattern USING (emailId)
        JOIN pattern USING (patternId) WHERE pattern.kind = '$1' AND feedbackType = 'auth-failure' AND emailType = 'normal'
        AND arrivalDate >= UTC_TIMESTAMP() - INTERVAL 2 DAY GROUP BY patternId, pattern ORDER BY mails DESC LIMIT 8"
}

start() {
    local program
    for program in lafayette-admin lafayette-ingest; do
        [ -x "$build/$program" ] || fail "$build/$program is not built"
    done
    "$server" stop "$demo/db" || exit 1
    rm -rf "$demo"
    mkdir -p "$demo" && chmod 700 "$demo" || fail "cannot make $demo"
    socket=$("$server" start "$demo/db") || exit 1
    socket=${socket#socket=}
    write_config >"$demo/forensic.cfg" && chmod 600 "$demo/forensic.cfg" || fail "cannot write the configuration"
    export LAFAYETTE_STATE=$demo/state
    "$build/lafayette-admin" -q -c "$demo/forensic.cfg" init || fail "lafayette-admin init ended with exit $?"

    "${PYTHON:-python3}" "$root/tests/tools/gen_reports.py" --quiet --count "$reports" --days 3 --end now --seed demo \
        --maildir "$demo/mail" --networks "$demo/networks.csv" || fail "no reports were generated"
    # The mails alone: what is expected of them lies beside them.
    mkdir "$demo/cases" && cp "$root"/tests/cases/arf/*.eml "$demo/cases" || fail "cannot copy the sample reports"
    echo "generated $reports reports of the last 3 days; ingesting:"
    ingest mailbox
    ingest cases
    ! grep -q '^\[corpus\]' "$demo/forensic.cfg" || ingest corpus

    table "What came in" "SELECT feedbackType, emailType, COUNT(*) AS mails, MIN(arrivalDate) AS first,
        MAX(arrivalDate) AS last FROM arfEmail GROUP BY feedbackType, emailType ORDER BY mails DESC"
    table "Where fraud came from in the last 2 days" "SELECT sourceAsn, name, arfEmail.countryCode, COUNT(*) AS mails
        FROM arfEmail LEFT JOIN asName ON asn = sourceAsn WHERE feedbackType = 'auth-failure' AND emailType = 'normal'
        AND arrivalDate >= UTC_TIMESTAMP() - INTERVAL 2 DAY GROUP BY sourceAsn, name, arfEmail.countryCode
        ORDER BY mails DESC LIMIT 5"
    patterns subject "Subjects of fraud in the last 2 days (# stands for numbers, * for names)"
    patterns url "How the URLs in it end"
    table "What could not be read" "SELECT COUNT(*) AS messages, COALESCE(GROUP_CONCAT(DISTINCT kind), '') AS kinds FROM heldMessage"

    cat <<END

The database runs until you stop it:  make demo-stop
Ask it:       mariadb -u lafayette -plafayette -S $socket arf
Read again:   build/lafayette-ingest -c $demo/forensic.cfg -f mailbox
Look at one:  build/arfdump $demo/mail
END
}

case ${1:-} in
start) start ;;
stop) "$server" stop "$demo/db" ;;
*)
    echo "usage: demo.sh start|stop" >&2
    exit 64
    ;;
esac
