#!/bin/sh
# A worker in shell: finds what is left to do in a text. The output is the lines with TODO, FIXME or XXX, with their numbers.
#
#   WORKER_EXEC_COMMAND=/opt/find-todos.sh
#   ./suite conformance worker docs/patterns/find-todos.sh
#
# The worker tells it by variables what there is to do, and it tells the worker by its exit code how that ended:
# 0 done, 65 never will be, 75 and all else may be next time; the last line on standard error says why.
# The same item always leads to the same output, for it may come more than once.
set -u

PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}
LC_ALL=C # Bytes: a text in any encoding will do.
export PATH LC_ALL

bytes=$(wc -c <"$WORK_ITEM_FILE") && text=$(tr -d '\000' <"$WORK_ITEM_FILE" | wc -c) || exit 75
if [ "$bytes" -ne "$text" ]; then
	echo "not a text: it has NUL bytes" >&2
	exit 65
fi

grep -nwE 'TODO|FIXME|XXX' <"$WORK_ITEM_FILE" >"$WORK_OUTPUT_FILE"
case $? in
	0 | 1) exit 0 ;; # 1: there is nothing left to do.
	*) exit 75 ;;
esac
