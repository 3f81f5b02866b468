#!/usr/bin/env bash
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The playbook as a user runs it, on hosts that answer, that fail, and that nobody can reach.

set -eu

output="$(mktemp)"
trap 'rm -f "${output}"' EXIT
export COLUMNS=80 ANSIBLE_NOCOLOR=1 ANSIBLE_DEPRECATION_WARNINGS=0

# report EXIT_CODE ARGUMENT...: run the playbook, and insist on its exit code.
report() {
    local wanted="$1" code=0
    shift
    echo "--- report_states $*"
    ansible-playbook -i hosts.ini linuxnet.tcp.report_states "$@" > "${output}" 2>&1 || code=$?
    if [ "${code}" -ne "${wanted}" ]; then
        cat "${output}"
        echo "exit code ${code}, not ${wanted}" >&2
        exit 1
    fi
}

# shows PATTERN...: insist that the output has a line for each.
shows() {
    local pattern
    for pattern in "$@"; do
        if ! grep -Eq -- "${pattern}" "${output}"; then
            cat "${output}"
            echo "nothing like '${pattern}'" >&2
            exit 1
        fi
    done
}

report 0 --limit web1
shows '^TCP sockets of web1$' '^  ESTABLISHED ' '^  CLOSING ' 'tcp_max_tw_buckets [0-9]+$' '^web1 .*failed=0'

report 0 --limit web1 --check
shows '^TCP sockets of web1$'

report 0 --limit web1 -e report_states_local_ports=true
shows '^TCP sockets of web1$'

report 0 -e report_states_hosts=web1,web2,web3
shows '^TCP sockets +web[123] +web[123] +web[123]$' '^ip_local_port_range( +[0-9]+-[0-9]+){3}$'

report 0 --limit here --forks 1
shows '^TCP sockets of 5 hosts' '^all hosts ' '^Zero everywhere: ' 'CLOSE[,.]'

# Hosts that fail are named with their reason, and they alone are failed in the recap.
report 2 --limit here:broken
shows '^TCP sockets of 5 hosts' '^No counts from 3 of 8 hosts:$' \
    "^  nopython +failed: .*/nowhere/python3" '^  noplugin +failed: .*nonsense' '^  unset +failed: .*nobody_set_this' \
    '^nopython .*failed=1' '^web1 .*failed=0'

# So are hosts that cannot be reached.
report 4 --limit here:db1
shows '^No counts from 1 of 6 hosts:$' '^  db1 +unreachable: .*Connection refused$' '^db1 .*unreachable=1'

# A fleet in which nobody answers gets its table as well, also where other strategies are the default.
ANSIBLE_STRATEGY=free ANSIBLE_ANY_ERRORS_FATAL=1 report 4 --limit dead
shows '^No counts from 2 of 2 hosts:$' '^  db1 +unreachable: ' '^  db2 +unreachable: ' '^db1 .*failed=1'

# The first host alone is unreachable: it has to stay for the table, and fails all the same.
report 2 -e 'report_states_hosts=db1,web1'
shows '^TCP sockets of web1$' '^No counts from 1 of 2 hosts:$' '^db1 .*failed=1' '^web1 .*failed=0'

ansible-playbook -i hosts.ini own_play.yml
