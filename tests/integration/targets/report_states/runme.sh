#!/usr/bin/env bash
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The playbook as a user runs it, on hosts that answer, that fail, and that nobody can reach.

. ../playbook/play.sh

report() {
    play "$1" report_states -i hosts.ini "${@:2}"
}

report 0 --limit web1
shows '^TCP sockets of web1$' '^  ESTABLISHED ' '^  CLOSING ' 'tcp_max_tw_buckets [0-9]+$' '^web1 .*failed=0'

report 0 --limit web1 --check -e report_states_local_ports=true
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
