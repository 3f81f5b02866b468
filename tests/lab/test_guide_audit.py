# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of the guide to the audit, run: what cron, a timer, a CI job and ansible-pull would run.

The folders are the test's own, and the collection is this clone: `ansible-galaxy collection install` is left out. The
timer is verified and not started, for a machine need not be run by systemd.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.linuxnet.tcp.tests.lab.audits import LOCAL, Audits
from ansible_collections.linuxnet.tcp.tests.unit.docs.guides import block

GUIDE = "guide_audit"
#: What a report has that makes `audit_fleet_fail_on=high` fail.
GRAVE = {"high", "critical"}


@pytest.fixture
def audits(tmp_path: Path) -> Audits:
    """A fleet of one host, whose inventory has the guide's name."""
    made = Audits(tmp_path, {"web1": LOCAL})
    made.inventory.rename(tmp_path / "inventory")
    return made


def shell(audits: Audits, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run it in the folder of the audits, where the programs of this environment are found first."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, **audits.settings, "PATH": path, "HOME": str(audits.folder), **variables}
    return subprocess.run(
        ["sh", "-c", command], cwd=audits.folder, env=environment, check=False, capture_output=True, text=True
    )


def test_cron(audits: Audits) -> None:
    """The command of the crontab audits, and leaves what it said in the log."""
    command = block(GUIDE, "text", "* * *").split(maxsplit=6)[6].replace("/srv/audit", str(audits.folder))
    done = shell(audits, command)
    log = (audits.folder / "last.log").read_text(encoding="utf-8")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), log
    assert f"  {audits.folder}/out/report.html" in log
    assert set(audits.report()) == {"web1"}


@pytest.mark.needs("systemd-analyze")
def test_timer(tmp_path: Path) -> None:
    """systemd knows every line of the two units, and when the timer would next elapse."""
    (tmp_path / "usr/bin").mkdir(parents=True)
    program = tmp_path / "usr/bin/ansible-playbook"
    program.write_text("#!/bin/sh\n", encoding="ascii")
    program.chmod(0o755)
    units = []
    for words in ("[Service]", "[Timer]"):
        text = block(GUIDE, "ini", words)
        name = re.match(r"# /etc/systemd/system/(\S+)\n", text)
        assert name
        units.append(tmp_path / name[1])
        units[-1].write_text(text.replace("/usr/bin/ansible-playbook", str(program)), encoding="utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", *units], check=False, capture_output=True, text=True)
    when = re.search(r"^OnCalendar=(.*)$", units[1].read_text(encoding="utf-8"), re.MULTILINE)

    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    assert when
    subprocess.run(["systemd-analyze", "calendar", when[1]], check=True, stdout=subprocess.DEVNULL)


def test_jobs(audits: Audits) -> None:
    """The GitHub and the GitLab job run the same audit; what they hand on is there, and the exit code is as told."""
    (steps,) = [job["steps"] for job in yaml.safe_load(block(GUIDE, "yaml", "runs-on"))["jobs"].values()]
    (pipeline,) = yaml.safe_load(block(GUIDE, "yaml", "artifacts")).values()
    install, audit, summary = [step["run"] for step in steps if "run" in step]

    assert pipeline["script"] == [install, audit]
    assert install == "ansible-galaxy collection install linuxnet.tcp"
    done = shell(audits, audit)
    (host,) = audits.report().values()
    assert done.returncode == (2 if host["worst"] in GRAVE else 0), done.stdout

    told = audits.folder / "summary.md"
    assert shell(audits, summary, GITHUB_STEP_SUMMARY=str(told)).returncode == 0
    assert "web1" in told.read_text(encoding="utf-8")
    (upload,) = [step["with"] for step in steps if "upload-sarif" in step.get("uses", "")]
    artifacts = pipeline["artifacts"]
    for file in (upload["sarif_file"], *artifacts["paths"], artifacts["reports"]["junit"]):
        assert (audits.folder / file).stat().st_size > 0


@pytest.mark.needs("git")
def test_pull(audits: Audits) -> None:
    """A host fetches the project of the guide from git, audits itself under its own name, and leaves metrics."""
    project, metrics = audits.folder / "config.git", audits.folder / "metrics"
    metrics.mkdir()
    project.mkdir()
    (project / "audit.yml").write_text(block(GUIDE, "yaml", "import_playbook"), encoding="utf-8")
    identity = "-c user.name=ops -c user.email=ops@example.com -c commit.gpgsign=false"
    made = shell(audits, f"cd {project} && git init -q && git add . && git {identity} commit -qm audit")
    assert made.returncode == 0, made.stderr

    command = block(GUIDE, "console", "ansible-pull").strip().removeprefix("$ ")
    for there, here in (
        ("https://git.example.com/config.git", project),
        ("/var/lib/tcp-audit", audits.out),
        ("/var/lib/prometheus/node-exporter", metrics),
    ):
        assert there in command
        command = command.replace(there, shlex.quote(str(here)))
    done = shell(audits, command)
    name = shell(audits, "hostname -f").stdout.strip()

    assert done.returncode == 0, done.stdout + done.stderr
    assert set(audits.report()) == {name}
    text = (metrics / "linuxnet_tcp.prom").read_text(encoding="utf-8")
    families = {family.name: family.samples for family in text_string_to_metric_families(text)}
    assert [sample.value for sample in families["linuxnet_tcp_audit_complete"]] == [1]
