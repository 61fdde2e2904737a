#!/usr/bin/env bash
# curl, noting each answer and its status.
set -o pipefail
"$REAL_CURL" -sS -w '%{stderr}%{http_code}\n' "$@" 2>"$RUNNER_NOTES/curl-said" | tee "$RUNNER_NOTES/answer"
code=$?
if [ "$code" -ne 0 ]; then cat "$RUNNER_NOTES/curl-said" >&2; exit "$code"; fi
tail -n 1 "$RUNNER_NOTES/curl-said" >>"$RUNNER_NOTES/statuses"
