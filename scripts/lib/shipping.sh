# shellcheck shell=bash
# What the scripts that ship share: Python with boto3 from .build/venv, or the machine's own where no network is needed.

# Prints the comment at the top of a script. $1: its path.
usage_of() {
    sed -n '2,/^$/s/^# \{0,1\}//p' "$1"
}

# Whether an option is there, with or without a value behind `=`. $1: the option, then all arguments.
has_argument() {
    local wanted=$1 argument
    shift
    for argument; do
        [[ $argument != "$wanted" && $argument != "$wanted="* ]] || return 0
    done
    return 1
}

# Runs a program of scripts/lib. A dry run needs neither boto3 nor network.
ship() {
    local program=$1
    shift
    if has_argument --dry-run "$@"; then
        exec python3 -B "scripts/lib/$program" "$@"
    fi
    scripts/lib/python-environment
    exec .build/venv/bin/python -B "scripts/lib/$program" "$@"
}
