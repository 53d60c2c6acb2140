# shellcheck shell=bash
# What every `start DIRECTORY PORT` here shares. Programs go to $SYSTEMS_TOOLS, what a run writes to DIRECTORY.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
directory=${1:?usage: start DIRECTORY PORT} port=${2:?usage: start DIRECTORY PORT}
repository=$(cd "$here/../../../.." && pwd)
tools=${SYSTEMS_TOOLS:-${CARGO_TARGET_DIR:-$repository/target}/systems}
mkdir -p "$directory" "$tools"
directory=$(cd "$directory" && pwd)

die() {
    echo "$(basename "$here"): $*" >&2
    exit 1
}

# need PROGRAM...
need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || die "$program is missing here"
    done
}

# serve COMMAND...: starts it in a session of its own, which `stop` ends.
serve() {
    setsid "$@" >"$directory/log" 2>&1 </dev/null &
    echo $! >"$directory/pid"
}

# answers URL SECONDS: waits until the server answers there.
answers() {
    local left=$2
    until curl --silent --fail --noproxy '*' --max-time 30 --output /dev/null "$1"; do
        kill -0 "$(<"$directory/pid")" 2>/dev/null || { tail -n 30 "$directory/log" >&2 && die "ended at the start"; }
        ((left-- > 0)) || { tail -n 30 "$directory/log" >&2 && die "no answer from $1"; }
        sleep 1
    done
}
