# shellcheck shell=bash
# What every script here shares. Source it; it changes to the repository's root.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Nothing in these scripts reads the terminal, and their output must not depend on the user's language.
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

# One line about what happens next.
say() {
    printf '==> %s\n' "$*"
}

# Ends the script with a sentence that says what to do. $1: exit status (sysexits.h), then the words.
fail() {
    local status=$1
    shift
    printf '%s: %s\n' "scripts/$(basename "$0")" "$*" >&2
    exit "$status"
}

# Runs a command as root: directly, or through sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo env DEBIAN_FRONTEND="$DEBIAN_FRONTEND" LC_ALL="$LC_ALL" "$@"
    else
        fail 77 "needs root for '$*', and sudo is not installed: run it as root once"
    fi
}

# Runs a command quietly; shows the end of what it wrote when it fails. $1: the log file. The command runs in the
# background because bash ignores `set -e` inside a function that stands in a condition.
quietly() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 </dev/null &
    wait $! && return
    tail -n 60 "$log" >&2
    fail 70 "'$1' failed; all of its output is in $log"
}

# Shows what the compiler says. Where nobody looks on, its progress only every 20 seconds.
show_build() {
    local line next=0
    if [ -t 1 ]; then
        cat
        return
    fi
    while IFS= read -r line; do
        if [[ $line == \[*/*\]* ]]; then
            ((SECONDS >= next)) || continue
            next=$((SECONDS + 20))
        fi
        printf '%s\n' "$line"
    done
}

# The names of the functions: the executables that have a resource in template.json or, until then, a main.
function_names() {
    local directory
    for directory in Sources/*/; do
        directory=$(basename "$directory")
        case $directory in
            [a-z]*) [ "$directory" = invoke-local ] || [ ! -f "Sources/$directory/main.swift" ] || echo "$directory" ;;
        esac
    done
}
