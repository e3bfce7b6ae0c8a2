#!/bin/sh
# Runs a command in one of many copies at a time: the copy that holds a lock. Needs sh, curl and sed.
#
#   LOCKS_URL=http://localhost:8080 LOCKS_ADMIN_TOKEN_FILE=.suite/admin-token run-elected.sh nightly-report ./report.sh
#
# The command gets FENCING_TOKEN, which is higher than that of every run before: what it writes to must refuse a lower one,
# because nothing here can stop a machine from being paused after it has looked at its clock.
#
# It gets SIGTERM when the lock cannot be kept, a third of the time before it could be another copy's, and SIGKILL a sixth
# before. Then this copy waits its turn again. When the command ends by itself, the lock is released and the script ends
# with its status. SIGTERM to the script stops the command, then releases. The command has to end what it has started.
#
#   LOCKS_URL                the gateway or an owner                                       http://localhost:8080
#   LOCKS_ADMIN_TOKEN[_FILE] the admin token, or the file that holds it                    required
#   LOCK_TTL                 seconds for which a copy that dies keeps the lock, 3 to 3600  10
#   LOCK_HOLDER              what this copy calls itself                                   the host's name and the process id
set -u

[ $# -ge 2 ] || { echo "usage: run-elected.sh LOCK COMMAND [ARGUMENT...]" >&2; exit 64; }
url="${LOCKS_URL:-http://localhost:8080}/locks/$1"
shift
ttl=${LOCK_TTL:-10}
case $ttl in '' | 0* | *[!0-9]*) ttl=0 ;; esac
[ "$ttl" -ge 3 ] && [ "$ttl" -le 3600 ] || { echo "LOCK_TTL must be 3 to 3600 seconds" >&2; exit 64; }
admin=${LOCKS_ADMIN_TOKEN:-}
[ -n "$admin" ] || admin=$(cat "${LOCKS_ADMIN_TOKEN_FILE:?LOCKS_ADMIN_TOKEN or LOCKS_ADMIN_TOKEN_FILE is required}") || exit 64
holder=${LOCK_HOLDER:-$(uname -n)-$$}
case $holder in *[!A-Za-z0-9._:/-]*) echo "LOCK_HOLDER must be of A-Z a-z 0-9 . _ : / -" >&2; exit 64 ;; esac
# Of this start alone: if an answer is lost, the same grant is given again, but never to another process.
key=$holder-$$-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')

# Milliseconds of a clock that nobody sets, and that goes on while the machine sleeps.
now() {
	if read -r up _ 2>/dev/null </proc/uptime; then echo "${up%.*}${up#*.}0"; else echo "$(date +%s)000"; fi
}

# As curl wants them.
seconds() { printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)); }

# call METHOD SECONDS [HEADER]: prints the body and, in a last line, the status. The tokens are in no process's arguments.
call() {
	{
		printf 'header = "Authorization: Bearer %s"\nheader = "Content-Type: application/json"\n' "$admin"
		[ $# -lt 3 ] || printf 'header = "%s"\n' "$3"
		[ "$1" = DELETE ] || printf 'data = "{\\"ttl\\":\\"%ss\\",\\"holder\\":\\"%s\\"}"\n' "$ttl" "$holder"
	} | curl -s -K - -X "$1" -m "$2" -w '\n%{http_code}\n' "$url"
}

field() { printf '%s\n' "$1" | sed -n "s/.*\"$2\":\([0-9]*\).*/\1/p"; }

status() { printf '%s\n' "$1" | sed -n '$p'; }

running() { kill -0 "$1" 2>/dev/null; }

# Ends the command before the moment at which the lock may be another's.
end() {
	trap '' TERM # The script sees the command end, and must hear why.
	kill -TERM "$command" 2>/dev/null
	while running "$command" && [ "$(now)" -lt "$kill_at" ]; do sleep 0.1; done
	running "$command" && kill -KILL "$command" 2>/dev/null
}

# keep: renews until the lock cannot be kept any more, or until the script is gone. Beside the command, in a process of its own.
keep() {
	third=$((ttl * 1000 / 3))
	renew_at=$((expires_at - 2 * third))
	while :; do
		stop_at=$((expires_at - third)) kill_at=$((expires_at - third / 2)) time=$(now)
		if ! running $$; then end; call DELETE 2 "X-Lock-Token: $token" >/dev/null; exit 0; fi
		if [ "$time" -ge "$stop_at" ]; then end; exit 75; fi
		if [ "$time" -ge "$renew_at" ]; then
			# No answer is waited for longer than there is time to stop the command.
			left=$((stop_at - time))
			answer=$(call PUT "$(seconds $((left < 1000 ? left : 1000)))" "X-Lock-Token: $token")
			case $(status "$answer") in
				200)
					expires_in=$(field "$answer" expiresInMs)
					# Whatever else says 200 is not the lock service.
					[ -z "$expires_in" ] || { expires_at=$((time + expires_in)) renew_at=$((time + third)); }
					;;
				409) end; exit 75 ;;
			esac
		fi
		sleep 0.2
	done
}

command='' keeper='' ended=''
trap 'ended=1; [ -z "$command" ] || kill -TERM "$command" 2>/dev/null' TERM INT

while [ -z "$ended" ]; do
	asked=$(now)
	answer=$(call PUT 2 "Idempotency-Key: $key")
	token=$(field "$answer" token) expires_in=$(field "$answer" expiresInMs)
	case $(status "$answer") in
		200) [ -n "$token" ] && [ -n "$expires_in" ] || { echo "run-elected: no answer of the lock service" >&2; sleep 1; continue; } ;;
		409) sleep 1; continue ;;
		5* | 000) echo "run-elected: no lock service: $(status "$answer")" >&2; sleep 1; continue ;;
		*) echo "run-elected: refused: $answer" >&2; exit 69 ;;
	esac
	expires_at=$((asked + expires_in))

	FENCING_TOKEN=$token "$@" &
	command=$!
	[ -z "$ended" ] || kill -TERM "$command" 2>/dev/null
	keep &
	keeper=$!
	# A trapped signal ends wait early.
	while wait "$command"; result=$?; running "$command"; do :; done
	command=''
	running "$keeper" && kill "$keeper" 2>/dev/null
	wait "$keeper"
	lost=$?
	call DELETE 2 "X-Lock-Token: $token" >/dev/null
	if [ "$lost" -ne 75 ]; then exit "$result"; fi
	echo "run-elected: the lock is lost, token $token" >&2
done
