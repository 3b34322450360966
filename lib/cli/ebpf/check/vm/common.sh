# shellcheck shell=bash
# What every part of scripts/vm uses.

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ebpf-sdk

# The command's own statuses pass through, so ours are those that
# timeout(1) and env(1) already reserve, and one for a kernel that died.
readonly STATUS_NO_BOOT=99 STATUS_TIMEOUT=124 STATUS_FAILED=125

say() { printf 'vm: %s\n' "$*" >&2; }
die() { say "$@"; exit "$STATUS_FAILED"; }

suites() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$here/suites.txt"; }
