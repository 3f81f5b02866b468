# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every task of a developer and every gate, each a nox session; ``make help`` names those for daily use.

Sessions tagged ``gate`` make up ``make test``; those tagged ``quick`` make up ``make check``. Gates that take long
stand first, so that two lanes end at about the same time. ``alone`` marks a gate that measures this machine and so
runs when nothing else does.

nox makes no environments here (``python=False``): tests/gates/venvs.py does, so that gates can share them.
"""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent))

# nox does not put the folder of this file on the path, hence the line above and E402.
from tests.gates import ansible_test, debian, paths, pins, pythons, report, runner, stage, venvs

nox.needs_version = ">=2026.10"
nox.options.envdir = str(paths.CACHE / "sessions")
nox.options.sessions = ["check"]

FUZZ_EXAMPLES = "100000"

Session = Callable[..., None]


def gate(*tags: str) -> Callable[[Session], Session]:
    """Declares a gate. What it cannot find here (a Python, a program, root) makes it skipped, by name."""

    def declare(function: Session) -> Session:
        @functools.wraps(function)
        def guarded(session: nox.Session, *arguments: str) -> None:
            try:
                function(session, *arguments)
            except LookupError as lack:
                reason = str(lack.args[0])
                report.remark("skipped", reason)
                session.skip(reason)

        return nox.session(python=False, tags=["gate", *tags])(guarded)

    return declare


def own_python() -> str:
    """The Python of the tools: the newest that every one of them supports."""
    return pythons.newest("3.13", "3.12", "3.11", "3.14")


def tools() -> venvs.Venv:
    """The environment of linters and of pytest."""
    return venvs.ensure("tools", own_python(), "tools")


def need_root(why: str) -> None:
    """Skips the gate for ordinary users."""
    if os.geteuid() != 0:
        raise LookupError(f"needs root: {why}")


def here(venv: venvs.Venv, workspace: Path | None = None) -> dict[str, str]:
    """The environment in which ansible and pytest find the collection: this clone, or a staged copy of it."""
    root = str(workspace or paths.workspace())
    return {
        "PATH": f"{venv.bin}:{debian.SYSTEM_PATH}",
        "PYTHONPATH": root,
        "ANSIBLE_COLLECTIONS_PATH": root,
    }


def pytest(session: nox.Session, where: str, *arguments: str, name: str, **variables: str) -> None:
    """Runs pytest on a folder of this clone and reports what it ran and what it skipped."""
    venv, junit = tools(), paths.CACHE / "logs" / f"{name}.xml"
    session.run(
        venv.program("python"), "-m", "pytest", where, f"--junit-xml={junit}", *arguments, *session.posargs,
        env={**here(venv), **variables}, external=True,
    )
    report.remark_junit(junit)


# --- Gates: ansible-test -------------------------------------------------------------------------------------------


def ansible_tester(name: str, core: str) -> tuple[stage.Stage, dict[str, str]]:
    """A staged copy for the gate ``name``, and the environment with ansible-test of ``core`` in it."""
    venv = venvs.ensure(name, ansible_test.CORES[core][0], "core")
    return stage.copy(name), ansible_test.environment(name, venv, tools())


@gate()
@nox.parametrize("core", ["2.19", "2.20", "2.21"], ids=["2.19", "2.20", "2.21"])
def sanity(session: nox.Session, core: str) -> None:
    """ansible-test sanity; compiling and importing on every Python that this ansible-core manages."""
    staged, env = ansible_tester(f"sanity-{core}", core)
    for version in ansible_test.unseen(core):
        report.remark("uncovered", f"compile and import on Python {version}: {pythons.why_missing(version)}")
    with session.chdir(staged.collection):
        session.run("ansible-test", "sanity", "--local", "--requirements", *session.posargs, env=env, external=True)


UNITS = [
    nox.param("2.19", "3.8", id="2.19-py3.8"),
    nox.param("2.19", "3.11", id="2.19-py3.11"),
    nox.param("2.20", "3.12", id="2.20-py3.12"),
    nox.param("2.21", "3.9", id="2.21-py3.9"),
    nox.param("2.21", "3.13", id="2.21-py3.13"),
]


@gate()
@nox.parametrize("core,python", UNITS)
def units(session: nox.Session, core: str, python: str) -> None:
    """ansible-test units; on Pythons older than the controller's, those of modules and module_utils."""
    if pythons.find(python) is None:
        raise LookupError(pythons.why_missing(python))
    staged, env = ansible_tester(f"units-{core}-py{python}", core)
    where = "--local" if python == ansible_test.CORES[core][0] else "--venv"
    with session.chdir(staged.collection):
        session.run(
            "ansible-test", "units", where, "--requirements", "--python", python, *session.posargs,
            env=env, external=True,
        )
    if not report.remark_junit(*staged.collection.glob("tests/output/junit/*.xml")):
        session.error("ansible-test ran no unit test")


INTEGRATION = [
    nox.param("2.19", "3.8", id="2.19-py3.8"),
    nox.param("2.19", "3.11", id="2.19-py3.11"),
    nox.param("2.20", "3.12", id="2.20-py3.12"),
    nox.param("2.21", "3.13", id="2.21-py3.13"),
]


@gate()
@nox.parametrize("core,python", INTEGRATION)
def integration(session: nox.Session, core: str, python: str) -> None:
    """ansible-test integration: playbooks against this machine, modules run by ``python``."""
    need_root("the targets look at, and set, what belongs to the kernel")
    if pythons.find(python) is None:
        raise LookupError(pythons.why_missing(python))
    staged, env = ansible_tester(f"integration-{core}-py{python}", core)
    controller = ansible_test.CORES[core][0]
    with session.chdir(staged.collection):
        session.run(
            "ansible-test", "integration",
            "--controller", f"origin:python={controller}", "--target", f"controller:python={python}",
            *session.posargs, env=env, external=True,
        )


# --- Gates: the tarball --------------------------------------------------------------------------------------------


@gate()
def package(session: nox.Session) -> None:
    """The tarball: built, read by what the hubs read it with, installed elsewhere and used by full name."""
    venv = venvs.ensure("importer", own_python(), "importer")
    staged, place = stage.copy("package"), paths.CACHE / "package"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    env = {**here(venv, place / "installed"), "HOME": str(place / "home")}
    with session.chdir(staged.collection):
        session.run("ansible-galaxy", "collection", "build", "--output-path", str(place), env=env, external=True)
    tarball = next(place.glob("*.tar.gz"))

    with session.chdir(place):
        importer = {**env, "GALAXY_IMPORTER_CONFIG": str(paths.ROOT / "tests" / "galaxy-importer.cfg")}
        said = session.run(
            "python", "-m", "galaxy_importer.main", "--print-result", tarball.name,
            env=importer, external=True, silent=True,
        )
        session.log("%s", said)
        # Findings of ansible-lint and flake8 are warnings to the importer: it ends with success nevertheless.
        if "WARNING" in str(said) or "ERROR" in str(said):
            session.error("galaxy-importer has findings, above")

        session.run(
            "ansible-galaxy", "collection", "install", "--offline", "--collections-path", "installed", tarball.name,
            env=env, external=True,
        )
        session.run("ansible-galaxy", "collection", "verify", "--offline", "linuxnet.tcp", env=env, external=True)
        local = ["--inventory", "localhost,", "--connection", "local"]
        session.run("ansible", "localhost", *local, "--module-name", "linuxnet.tcp.state_facts", env=env, external=True)
        for playbook in sorted(staged.collection.glob("playbooks/*.yml")):
            only = [] if playbook.stem in READ_ONLY_PLAYBOOKS else ["--syntax-check"]
            session.run(
                "ansible-playbook", f"linuxnet.tcp.{playbook.stem}", *local, *only, env=env, external=True
            )


# These change nothing on a host, so the package gate runs them here; of the others it checks that they are found.
READ_ONLY_PLAYBOOKS = {"report_states"}


# --- Gates: linters, types, unit tests -----------------------------------------------------------------------------


@gate("quick")
def unit(session: nox.Session) -> None:
    """The unit tests by pytest alone: the quickest way to know. Words after -- go to pytest."""
    pytest(session, "tests/unit", name="unit")


@gate("quick")
def ansible_lint(session: nox.Session) -> None:
    """ansible-lint, profile production."""
    venv, staged = tools(), stage.copy("ansible-lint")
    with session.chdir(staged.collection):
        session.run(
            "ansible-lint", "--offline", "--strict", *session.posargs, env=here(venv, staged.root), external=True
        )


@gate("quick")
def types(session: nox.Session) -> None:
    """Mypy --strict: the collection and its tests by their full names, then what drives the gates."""
    venv, staged = tools(), stage.copy("types")
    mypy = [venv.program("mypy"), "--config-file", str(paths.ROOT / "pyproject.toml")]
    with session.chdir(staged.root):
        folders = [str(paths.COLLECTION / folder) for folder in ("plugins", "tests")]
        session.run(*mypy, *folders, env=here(venv, staged.root), external=True)
    with session.chdir(staged.collection):
        session.run(*mypy, "noxfile.py", env=here(venv, staged.root), external=True)


@gate("quick")
def ruff(session: nox.Session) -> None:
    """ruff, with the rules in pyproject.toml."""
    session.run(tools().program("ruff"), "check", *session.posargs, external=True)


@gate("quick")
def yamllint(session: nox.Session) -> None:
    """Yamllint over every YAML file."""
    session.run(tools().program("yamllint"), "--strict", ".", external=True)


@gate("quick")
def changelog(session: nox.Session) -> None:
    """antsibull-changelog over the fragments and the changelog."""
    venv, staged = tools(), stage.copy("changelog")
    with session.chdir(staged.collection):
        session.run("antsibull-changelog", "lint", env=here(venv, staged.root), external=True)


@gate("quick")
def docs_lint(session: nox.Session) -> None:
    """antsibull-docs over the documentation of plugins and roles, and over docs/docsite."""
    venv, staged = tools(), stage.copy("docs-lint")
    with session.chdir(staged.collection):
        session.run(
            "antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=all",
            "--disallow-unknown-collection-refs", "--skip-rstcheck", ".",
            env=here(venv, staged.root), external=True,
        )  # fmt: skip


# --- Gates: long or on a quiet machine -----------------------------------------------------------------------------


@gate()
def fuzz(session: nox.Session) -> None:
    """100,000 broken replies of the kernel through the parsers, shared out over the tests marked ``fuzz``."""
    examples = os.environ.get("LINUXNET_FUZZ_EXAMPLES", FUZZ_EXAMPLES)
    pytest(
        session, "tests/unit", "-m", "fuzz", "--hypothesis-seed=0", "--hypothesis-show-statistics",
        name="fuzz", LINUXNET_FUZZ_EXAMPLES=examples,
    )


@gate("alone")
def lab(session: nox.Session) -> None:
    """Every TCP state made on the real kernel, in namespaces of its own, and compared with ss."""
    need_root("the tests make network namespaces and nftables rules")
    debian.ensure("ip", "nft", "ss")
    pytest(session, "tests/lab", name="lab")


# --- Tasks that are no gates ---------------------------------------------------------------------------------------


@nox.session(python=False)
def test(session: nox.Session) -> None:
    """Every gate, two at a time."""
    if not runner.run_all("gate"):
        session.error("a gate failed")


@nox.session(python=False)
def check(session: nox.Session) -> None:
    """The quick gates: unit tests, linters, types."""
    if not runner.run_all("quick"):
        session.error("a gate failed")


@nox.session(python=False)
def demo(session: nox.Session) -> None:
    """The TCP states of this machine, in a table."""
    venv = venvs.ensure("core", own_python(), "core")
    session.run(venv.program("python"), "tests/demo/run.py", *session.posargs, env=here(venv), external=True)


@nox.session(python=False)
def bench(session: nox.Session) -> None:
    """The measurements of docs/evidence."""
    debian.ensure("ip", "ss")
    venv = venvs.ensure("bench", own_python(), "bench")
    session.run(venv.program("python"), "tests/bench/run.py", *session.posargs, env=here(venv), external=True)


@nox.session(python=False, name="format")
def format_(session: nox.Session) -> None:
    """What ruff can put right by itself."""
    session.run(tools().program("ruff"), "check", "--fix", external=True)


@nox.session(python=False)
def lock(session: nox.Session) -> None:
    """Pins tests/requirements/*.txt anew from the *.in files beside them."""
    pins.lock_all()
