#!/bin/sh
# Runs Mosquitto and tells it to read its account files again whenever they change: devices are registered by another
# container, which cannot send it a signal.
set -eu
config="${MOSQUITTO_CONFIG:-/mosquitto/config/mosquitto.conf}"
accounts="${MOSQUITTO_ACCOUNTS:-/mosquitto/broker}"
every="${MOSQUITTO_WATCH_SECONDS:-2}"

state() {
    stat -c '%i %Y %s' "$accounts/passwd" "$accounts/acl" 2> /dev/null || true
}

mosquitto -c "$config" &
broker=$!
trap 'kill -TERM "$broker" 2> /dev/null' TERM INT

seen="$(state)"
while kill -0 "$broker" 2> /dev/null; do
    sleep "$every" &
    wait $! || true
    now="$(state)"
    if [ "$now" != "$seen" ]; then
        seen="$now"
        kill -HUP "$broker" 2> /dev/null || true
    fi
done
wait "$broker"
