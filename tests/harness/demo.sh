#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# demo.sh start | stop - what `make demo` does once all is built
#
# A private MariaDB under var/demo, 3,000 generated reports that end now, our own sample reports, and those
# of $LAFAYETTE_CORPUS when it names a folder. Each start begins anew; stop keeps the data.
# DEMO_REPORTS, DEMO_DIR and DEMO_PORT change number, place and the port of the pages (5000; taken: any).
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

[web]
secret_key = $(head -c 32 /dev/urandom | base64 -w 0)
port = $1
templates = $root/templates
files = $root/web
reportSender = abuse@desk.example.com
mailSmtp = 127.0.0.1
smtpPort = $(cat "$demo/smtp-port")
smtpTls = none

[reports]
contactAnHour = 0
contactADay = 0

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

# later NAME COMMAND...: runs in the background until stop_all; its pid in NAME.pid, its words in NAME.log
later() {
    local name=$1
    shift
    setsid "$@" >"$demo/$name.log" 2>&1 </dev/null &
    echo $! >"$demo/$name.pid"
}

# Ends what later() began; a pid that is another program's by now is left alone.
stop_all() {
    local file pid
    for file in "$demo"/*.pid; do
        [ -r "$file" ] && read -r pid <"$file" || continue
        if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$demo/"; then kill "$pid"; fi
        rm -f "$file"
    done
    "$server" stop "$demo/db"
}

# wait_for FILE PATTERN: until the file has such a line
wait_for() {
    local tries
    for ((tries = 0; tries < 300; tries++)); do
        grep -q "$2" "$1" 2>/dev/null && return
        sleep 0.1
    done
    fail "$(cat "$1")"
}

# The pages, on the port wished or, when that is taken, on any.
serve() {
    local port
    for port in "${DEMO_PORT:-5000}" 0; do
        write_config "$port" >"$demo/forensic.cfg" || fail "cannot write the configuration"
        later web "$build/lafayette-web" -c "$demo/forensic.cfg"
        wait_for "$demo/web.log" '^http\|error'
        url=$(sed -n 's|^\(http://.*\)$|\1|p' "$demo/web.log")
        [ -z "$url" ] || return
    done
    fail "lafayette-web: $(cat "$demo/web.log")"
}

# ingest FEED: the program's own closing line
ingest() {
    printf '%-9s' "$1"
    "$build/lafayette-ingest" -q -c "$demo/forensic.cfg" -f "$1" || fail "lafayette-ingest -f $1 ended with exit $?"
}

# study NAME [OPTION...]: keeps a run over a small dataset that the generator makes up
study() {
    local name=$1 folder=$demo/study-$1
    shift
    "${PYTHON:-python3}" "$root/tests/tools/make_study_dataset.py" --out "$folder" --profile sample "$@" >/dev/null &&
        "$build/lafayette-study" -q -c "$folder/study-config.json" --save --db "$demo/forensic.cfg" >/dev/null ||
        fail "the $name run of the study is not kept"
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
    for program in lafayette-admin lafayette-ingest lafayette-study lafayette-web; do
        [ -x "$build/$program" ] || fail "$build/$program is not built"
    done
    stop_all || exit 1
    rm -rf "$demo"
    mkdir -p "$demo" && chmod 700 "$demo" || fail "cannot make $demo"
    socket=$("$server" start "$demo/db") || exit 1
    socket=${socket#socket=}
    later smtp "${PYTHON:-python3}" "$root/tests/harness/demo_web.py" sink "$demo/complaints" "$demo/smtp-port"
    wait_for "$demo/smtp-port" '^[0-9]'
    (umask 077 && write_config 0 >"$demo/forensic.cfg") || fail "cannot write the configuration"
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

    study first && study second --mutate 3

    password=$(head -c 9 /dev/urandom | base64)
    echo "$password" | "$build/lafayette-admin" -q -c "$demo/forensic.cfg" user add demo --role admin || fail "no user"
    token=$("$build/lafayette-admin" -q -c "$demo/forensic.cfg" token demo --write 2>/dev/null) || fail "no token"
    serve
    echo
    "${PYTHON:-python3}" "$root/tests/harness/demo_web.py" report "$url" "$token" 60 || fail "no complaint was taken"

    cat <<END

Pages:        $url     log in as demo with the password $password
Complaints:   go to $demo/complaints
All of it runs until you stop it:  make demo-stop
Ask it:       mariadb -u lafayette -plafayette -S $socket arf
Read again:   build/lafayette-ingest -c $demo/forensic.cfg -f mailbox
Look at one:  build/arfdump $demo/mail
END
}

case ${1:-} in
start) start ;;
stop) stop_all ;;
*)
    echo "usage: demo.sh start|stop" >&2
    exit 64
    ;;
esac
