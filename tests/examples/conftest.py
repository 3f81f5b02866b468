# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All examples are run once, before the tests that look at what came of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ansible_collections.linuxnet.tcp.tests.examples import jobs, on_a_host
from ansible_collections.linuxnet.tcp.tests.examples.sessions import END


class Ran(NamedTuple):
    """What came of a block: of a session what it printed, of commands and tasks what went wrong."""

    status: int
    output: str
    failures: list[str]


@pytest.fixture(name="ran", scope="session")
def run_all(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    """What came of each block that is run, by its place; of the pages that the chosen tests are about."""
    chosen = {item.callspec.params["block"] for item in request.session.items if hasattr(item, "callspec")}
    folder = tmp_path_factory.mktemp("examples")
    known: set[str] = set()
    steps = {}
    for page, blocks in jobs.pages().items():
        if not chosen & {block for block, _kind in blocks}:
            continue
        job = folder / page.replace("/", "_")
        job.mkdir()
        steps[job] = jobs.prepare(job, blocks, known)
    host = [sys.executable, "-m", on_a_host.__name__, str(folder)]
    env = {**os.environ, **jobs.environment(folder, os.environ["ANSIBLE_COLLECTIONS_PATH"])}
    done = subprocess.run(host, check=False, env=env, capture_output=True, text=True)
    if done.returncode == on_a_host.FORBIDDEN:
        pytest.skip(f"no host can be thrown away here: {done.stderr}")
    assert done.returncode == 0, done.stderr
    found: dict[str, Ran] = {}
    for job, wanted in steps.items():
        if wanted:
            found.update(_of_page(job, wanted))
    return found


def _of_page(job: Path, wanted: list[dict[str, Any]]) -> dict[str, Ran]:
    outcomes = {one["id"]: one for one in json.loads((job / "outcomes.json").read_text(encoding="utf-8"))}
    failed = _failures(job)
    found: dict[str, Ran] = {}
    for step in wanted:
        outcome = outcomes[step["id"]]
        print(f"{outcome['seconds']:6.2f} s  {job.name}  {step.get('words') or 'a session'}")
        if step["of"] == jobs.TASKS:
            # A playbook that ends badly as a whole has run none of its blocks.
            whole = outcome["output"] if outcome["status"] else ""
            for play in json_plays(job):
                found[play] = Ran(outcome["status"], whole, failed[play])
        elif isinstance(step["of"], list):
            parts = outcome["output"].split(f"{END}\n")
            for place, part in zip(step["of"], parts, strict=False):
                found[place] = Ran(outcome["status"], part, [])
        else:
            earlier = found.get(step["of"], Ran(0, "", []))
            found[step["of"]] = Ran(earlier.status or outcome["status"], earlier.output + outcome["output"], [])
    return found


def json_plays(job: Path) -> list[str]:
    """The names of the plays that the page's playbook has: each is the place of a block."""
    text = (job / "examples.yml").read_text(encoding="utf-8")
    return [line.partition("name: ")[2] for line in text.splitlines() if line.startswith(("  name: ", "- name: "))]


def _failures(job: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    path = job / "failures.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        failure = json.loads(line)
        if not failure["meant"]:
            found[failure["play"]].append(f"{failure['task']}: {failure['reason']}")
    return found
