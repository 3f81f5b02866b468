#!/usr/bin/env bash
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The playbook as a user runs it: hosts that answer, that fail, that nobody can reach, and that somebody named to do
# harm; interrupted and resumed, in check mode, and as an ordinary user.

set -eu

work="$(mktemp -d)"
trap 'rm -rf "${work}"' EXIT
chmod 755 "${work}"
export ANSIBLE_NOCOLOR=1 ANSIBLE_DEPRECATION_WARNINGS=0 ANSIBLE_FORKS=8
output="${work}/output"

complain() {
    cat "${output}"
    echo "$*" >&2
    exit 1
}

# audit EXIT_CODE ARGUMENT...: run the playbook, and insist on its exit code.
audit() {
    local wanted="$1" code=0
    shift
    echo "--- audit_fleet $*"
    ansible-playbook linuxnet.tcp.audit_fleet "$@" > "${output}" 2>&1 || code=$?
    [ "${code}" -eq "${wanted}" ] || complain "exit code ${code}, not ${wanted}"
}

# shows PATTERN...: insist that the output has a line for each.
shows() {
    local pattern
    for pattern in "$@"; do
        grep -Eq -- "${pattern}" "${output}" || complain "nothing like '${pattern}'"
    done
}

# hosts FOLDER: insist that the report of the folder has these hosts, read from standard input.
hosts() {
    python look.py report "$1" > "${work}/hosts"
    diff -u - "${work}/hosts" || complain "the report of $1 has other hosts"
}

# The rule that no kernel keeps is broken, so that there is something to fail on.
rules='{"audit_fleet_rules": ["cis", {"id": "own", "name": "net.core.somaxconn", "equals": 3, "severity": "high"}]}'
python look.py state > "${work}/before"

# Every host gets a record, also those for which the task could not even start, and the dead ones stay in the recap.
audit 2 -i hosts.ini -e "${rules}" -e "audit_fleet_dir=${work}/audit"
shows '^TCP audit of 6 hosts$' '^ +2 break a rule$' '^ +4 not audited$' "^  ${work}/audit/report.html$" \
    '^web1 .*changed=0 .*failed=0' '^db1 .*failed=1' '^noplugin .*failed=1'
for format in json html junit.xml sarif csv md; do
    [ -s "${work}/audit/report.${format}" ] || complain "no report.${format}"
done
hosts "${work}/audit" <<'WANTED'
db1 unreachable
db2 unreachable
noplugin failed
nopython failed
web1 audited
web2 audited
WANTED

# Resumed in check mode with some of the hosts mended: the others keep their records, the reports show what has changed.
audit 2 -i hosts.ini -e "${rules}" -e "audit_fleet_dir=${work}/audit" -e '{"audit_fleet_formats": ["json", "md"]}' \
    --check --limit db1,nopython,web1 -e ansible_connection=local -e "ansible_python_interpreter=$(command -v python)" \
    -e audit_fleet_fail_on=high -e audit_fleet_textfile_dir="${work}"
shows '^ +2 not audited$' 'something of severity high or graver on 6 of 6 hosts: db1, db2, ' '^ +0 changes for the worse'
hosts "${work}/audit" <<'WANTED'
db1 audited host:unreachable>audited
db2 unreachable
noplugin failed
nopython audited host:failed>audited
web1 audited
web2 audited
WANTED
[ ! -e "${work}/linuxnet_tcp.prom" ] || complain 'check mode left metrics on a host'

# A fleet in which nobody answers gets its reports as well, also where other strategies are the default.
ANSIBLE_STRATEGY=free ANSIBLE_ANY_ERRORS_FATAL=1 audit 2 -i hosts.ini --limit dead -e "audit_fleet_dir=${work}/dead"
shows '^TCP audit of 2 hosts$' '^ +2 not audited$' '^db1 .*failed=1' '^db2 .*failed=1'
[ -s "${work}/dead/report.html" ] || complain 'no page of a dead fleet'

# Two controllers at once in one folder, of which one audits as an ordinary user hosts that somebody named to do harm.
ansible-playbook -i hosts.ini --limit here linuxnet.tcp.audit_fleet -e "audit_fleet_dir=${work}/two" \
    -e audit_fleet_textfile_dir="${work}" > "${work}/other" 2>&1 &
other=$!
python=()
[ -x /usr/bin/python3 ] && python=(-e ansible_python_interpreter=/usr/bin/python3)
audit 0 -i hostile.yml -e "audit_fleet_dir=${work}/two" -e audit_fleet_rules=cis "${python[@]}" --become \
    --become-user nobody --become-method su -e '{"ansible_become_flags": "-s /bin/sh"}'
wait "${other}" || { cat "${work}/other"; exit 1; }
ANSIBLE_STDOUT_CALLBACK=ansible.builtin.minimal ansible localhost -m linuxnet.tcp.fleet_report \
    -a "state=report dir=${work}/two formats=json,csv" > "${output}" 2>&1 || complain 'no reports of the folder alone'
[ "$(python look.py report "${work}/two" | wc -l)" -eq 7 ] || complain 'not all hosts of two controllers'
! grep -Eq '(^|,)"[-=+@]' "${work}/two/report.csv" || complain 'a cell starts a formula'
[ -z "$(find "${work}/two" -name '*owned*' ! -path '*/records/*')" ] || complain 'a name led out of records'

# The first of them was asked to leave metrics on its hosts (both are this machine), and said that this is a change.
grep -Eq '^web[12] .*changed=1' "${work}/other" || { cat "${work}/other"; exit 1; }
grep -q '^linuxnet_tcp_audit_complete 1$' "${work}/linuxnet_tcp.prom"

# Nothing else has changed.
python look.py state > "${work}/after"
diff -u "${work}/before" "${work}/after" || { echo 'an audit changed something' >&2; exit 1; }
