# shellcheck shell=bash
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# To be sourced: runs a playbook of the collection as a user does, and looks at what it says. A folder of its own is
# ${WORK}; what the last run said is in ${OUTPUT}.

set -eu

WORK="$(mktemp -d)"
trap 'rm -rf "${WORK}"' EXIT
# Ordinary users are played as well.
chmod 755 "${WORK}"
OUTPUT="${WORK}/output"
export COLUMNS=80 ANSIBLE_NOCOLOR=1 ANSIBLE_DEPRECATION_WARNINGS=0 ANSIBLE_PIPELINING=1

complain() {
    cat "${OUTPUT}"
    echo "$*" >&2
    exit 1
}

# play EXIT_CODE PLAYBOOK ARGUMENT...: run the playbook, and insist on its exit code.
play() {
    local wanted="$1" code=0
    shift
    echo "--- $*"
    ansible-playbook "linuxnet.tcp.$1" "${@:2}" > "${OUTPUT}" 2>&1 || code=$?
    [ "${code}" -eq "${wanted}" ] || complain "exit code ${code}, not ${wanted}"
}

# shows PATTERN...: insist that the output has a line for each.
shows() {
    local pattern
    for pattern in "$@"; do
        grep -Eq -- "${pattern}" "${OUTPUT}" || complain "nothing like '${pattern}'"
    done
}
