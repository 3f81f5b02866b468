#!/usr/bin/env bash
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The playbook as a user runs it: hosts that answer, that fail, that nobody can reach, and that somebody named to do
# harm; resumed, in check mode, and as an ordinary user.

. ../playbook/play.sh
export ANSIBLE_FORKS=8

# audit EXIT_CODE FOLDER ARGUMENT...
audit() {
    play "$1" audit_fleet -e "audit_fleet_dir=${WORK}/$2" "${@:3}"
}

# hosts FOLDER: insist that the report of the folder has these hosts, read from standard input.
hosts() {
    python look.py report "${WORK}/$1" > "${WORK}/hosts"
    diff -u - "${WORK}/hosts" || complain "the report of $1 has other hosts"
}

# The rule that no kernel keeps is broken, so that there is something to fail on.
rules='{"audit_fleet_rules": ["cis", {"id": "own", "name": "net.core.somaxconn", "equals": 3, "severity": "high"}]}'
python look.py state > "${WORK}/before"

# Every host gets a record, also those for which the task could not even start, and the dead ones stay in the recap.
audit 2 audit -i hosts.ini -e "${rules}"
shows '^TCP audit of 5 hosts$' '^ +1 break a rule$' '^ +4 not audited$' "^  ${WORK}/audit/report.html$" \
    '^web1 .*changed=0 .*failed=0' '^db1 .*failed=1' '^noplugin .*failed=1'
for format in json html junit.xml sarif csv md; do
    [ -s "${WORK}/audit/report.${format}" ] || complain "no report.${format}"
done
hosts audit <<'WANTED'
db1 unreachable
db2 unreachable
noplugin failed
nopython failed
web1 audited
WANTED

# Resumed in check mode with some of the hosts mended: the others keep their records, the reports show what has changed.
audit 2 audit -i hosts.ini -e "${rules}" -e '{"audit_fleet_formats": ["json", "md"]}' --check --limit db1,nopython \
    -e ansible_connection=local -e "ansible_python_interpreter=$(command -v python)" -e audit_fleet_fail_on=high \
    -e audit_fleet_textfile_dir="${WORK}"
shows '^ +2 not audited$' 'something of severity high or graver on 5 of 5 hosts: db1, db2, ' '^ +0 changes for the worse'
hosts audit <<'WANTED'
db1 audited host:unreachable>audited
db2 unreachable
noplugin failed
nopython audited host:failed>audited
web1 audited
WANTED
[ ! -e "${WORK}/linuxnet_tcp.prom" ] || complain 'check mode left metrics on a host'

# A fleet in which nobody answers gets its reports as well, also where other strategies are the default.
ANSIBLE_STRATEGY=free ANSIBLE_ANY_ERRORS_FATAL=1 audit 2 dead -i hosts.ini --limit dead
shows '^TCP audit of 2 hosts$' '^ +2 not audited$' '^db1 .*failed=1' '^db2 .*failed=1'
[ -s "${WORK}/dead/report.html" ] || complain 'no page of a dead fleet'

# An ordinary user audits hosts that somebody named to do harm (all are this machine), and may leave metrics on them.
python=()
[ -x /usr/bin/python3 ] && python=(-e ansible_python_interpreter=/usr/bin/python3)
install -d -o nobody "${WORK}/metrics"
audit 0 hostile -i hostile.yml -e audit_fleet_rules=cis "${python[@]}" -e audit_fleet_textfile_dir="${WORK}/metrics" \
    -e '{"audit_fleet_formats": ["md"]}' --become --become-user nobody --become-method su \
    -e '{"ansible_become_flags": "-s /bin/sh"}'
shows '^TCP audit of 5 hosts$' 'changed=1 '
grep -q '^linuxnet_tcp_audit_complete 1$' "${WORK}/metrics/linuxnet_tcp.prom"
[ "$(find "${WORK}/metrics" -user nobody -name '*.prom' | wc -l)" -eq 1 ] || complain 'the metrics are not that user'"'"'s'

# Reports of a folder alone.
ANSIBLE_STDOUT_CALLBACK=ansible.builtin.minimal ansible localhost -m linuxnet.tcp.fleet_report \
    -a "state=report dir=${WORK}/hostile formats=json,csv" > "${OUTPUT}" 2>&1 || complain 'no reports of the folder alone'
[ "$(python look.py report "${WORK}/hostile" | wc -l)" -eq 5 ] || complain 'not all hosts of that user'
! grep -Eq '(^|,)"[-=+@]' "${WORK}/hostile/report.csv" || complain 'a cell starts a formula'
[ -z "$(find "${WORK}/hostile" -name '*owned*' ! -path '*/records/*')" ] || complain 'a name led out of records'
grep -q 'root (become) sees more' "${WORK}/hostile/report.json" || complain 'what that user could not see is not said'

# Nothing else has changed.
python look.py state > "${WORK}/after"
diff -u "${WORK}/before" "${WORK}/after" || { echo 'an audit changed something' >&2; exit 1; }
