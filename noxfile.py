# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every task of a developer and every gate, each a nox session; ``make help`` names those for daily use.

Sessions tagged ``gate`` make up ``make test``; those tagged ``quick`` make up ``make check``. Gates that take long
stand first, so that all lanes end at about the same time. ``alone`` marks a gate that measures this machine and so
runs when nothing else does.

nox makes no environments here (``python=False``): tests/gates/venvs.py does, so that gates can share them.
"""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent))

# nox does not put the folder of this file on the path, hence the line above.
from tests.fleet import roots as fleet_roots
from tests.fleet import scenario
from tests.gates import ansible_test, debian, paths, pins, pythons, report, runner, stage, venvs

nox.needs_version = ">=2026.10"
nox.options.envdir = str(paths.CACHE / "sessions")
nox.options.sessions = ["check"]

FUZZ_EXAMPLES = "100000"
NEWEST = "2.21"

#: These change nothing on a host, so the package gate runs them here; of the others it checks that they are found.
READ_ONLY_PLAYBOOKS = {"report_states"}

Session = Callable[..., None]


def gate(*tags: str, of_test: bool = True) -> Callable[[Session], Session]:
    """Declares a gate, by default one of ``make test``. What it cannot find here (a Python, a program, root) makes it
    skipped, by name.
    """

    def declare(function: Session) -> Session:
        @functools.wraps(function)
        def guarded(session: nox.Session, **parameters: str) -> None:
            try:
                function(session, **parameters)
            except pythons.Lacking as lack:
                report.remark("skipped", str(lack))
                session.skip(str(lack))

        return nox.session(python=False, tags=["gate", *tags] if of_test else [*tags])(guarded)

    return declare


def need_root(why: str) -> None:
    """Skips the gate for ordinary users."""
    if os.geteuid() != 0:
        raise pythons.Lacking(f"needs root: {why}")


def tools() -> venvs.Venv:
    """The environment of linters and of pytest."""
    return venvs.ensure("tools", pythons.of_tools(), "tools")


def run(
    session: nox.Session, venv: venvs.Venv, program: str, *words: str, env: dict[str, str] | None = None
) -> None:
    """Runs a program of ``venv``, by default with this clone as the collection; if it fails, so does the session."""
    session.run(venv.program(program), *words, env=env or here(venv), external=True)


def here(venv: venvs.Venv, workspace: Path | None = None) -> dict[str, str]:
    """The environment in which ansible and pytest find the collection: below ``workspace``, or else this clone."""
    root = str(workspace or paths.workspace())
    return {
        "PATH": f"{venv.bin}:{debian.SYSTEM_PATH}",
        "PYTHONPATH": root,
        "ANSIBLE_COLLECTIONS_PATH": root,
    }


def pytest(session: nox.Session, where: Iterable[str], *words: str, **variables: str) -> None:
    """Runs pytest on paths of this clone, or on what stands after --, and reports what it ran and skipped."""
    venv, junit = tools(), paths.CACHE / "logs" / f"{session.name}.xml"
    env = {**here(venv), **variables}
    some = where if not any(Path(word.partition("::")[0]).exists() for word in session.posargs) else []
    run(session, venv, "python", "-m", "pytest", *some, f"--junit-xml={junit}", *words, *session.posargs, env=env)
    report.remark_junit(junit)


# --- Gates: ansible-test ---------------------------------------------------------------------------------------------


def run_ansible_test(
    session: nox.Session, core: str, *words: str, host: venvs.Venv | None = None, without: tuple[str, ...] = ()
) -> stage.Stage:
    """Runs ansible-test of this ansible-core on a copy of the collection, which it returns."""
    name = paths.slug(session.name)
    # ansible-test installs into the environment it runs from, so no two gates may share one.
    venv = venvs.ensure(name, ansible_test.CORES[core].controller, "core")
    staged = stage.copy(name, without)
    env = ansible_test.environment(name, venv, host, tools())
    with session.chdir(staged.collection):
        run(session, venv, "ansible-test", *words, *session.posargs, env=env)
    return staged


@gate()
@nox.parametrize("core", ["2.19", "2.20", "2.21"], ids=["2.19", "2.20", "2.21"])
def sanity(session: nox.Session, core: str) -> None:
    """ansible-test sanity; compiling and importing on every Python that this ansible-core manages.

    Of tests/ the newest one alone.
    """
    for version in ansible_test.CORES[core].managed:
        if pythons.find(version) is None:
            report.remark("uncovered", f"compile and import on Python {version}: {pythons.why_missing(version)}")
    # Two thirds of the time went into pylint over tests/, which ruff and mypy read too: the newest core is enough.
    without = () if core == NEWEST else ("tests",)
    run_ansible_test(session, core, "sanity", "--local", "--requirements", without=without)


UNITS = [
    nox.param("2.19", "3.8", id="2.19-py3.8"),
    nox.param("2.19", "3.11", id="2.19-py3.11"),
    nox.param("2.20", "3.12", id="2.20-py3.12"),
    nox.param("2.21", "3.13", id="2.21-py3.13"),
]


#: The unit tests of what no ansible-core runs: the gate ``rest`` has them, once.
NOT_THE_COLLECTION = tuple(
    f"tests/unit/{name}"
    for name in (
        "bench", "branches", "demo", "docs", "first_visit", "fleet", "gates", "kernels", "lab", "mutants", "soak",
        "test_layers.py", "test_metadata.py",
    )
)


@gate()
@nox.parametrize("core,python", UNITS)
def units(session: nox.Session, core: str, python: str) -> None:
    """ansible-test units; on Pythons older than the controller's, those of modules and module_utils."""
    pythons.need(python)
    own = python == ansible_test.CORES[core].controller
    host = None if own else venvs.ensure(f"{paths.slug(session.name)}-host", python, None)
    # One worker: each of several would collect all tests for itself, and other lanes have the other processor.
    words = ["units", "--local", "--requirements", "--python", python, "--num-workers", "1"]
    staged = run_ansible_test(session, core, *words, host=host, without=NOT_THE_COLLECTION)
    if not report.remark_junit(*staged.collection.glob("tests/output/junit/*.xml")):
        session.error("ansible-test ran no unit test")


@gate()
def integration(session: nox.Session) -> None:
    """ansible-test integration: playbooks against this machine.

    By the oldest pair of ansible-core and Python that is here: the newest one runs the examples, the lab and the fleet.
    """
    need_root("the targets look at, and set, what belongs to the kernel")
    debian.ensure("ssh-keygen", "sysctl")
    core = next((name for name, pair in ansible_test.CORES.items() if pythons.find(pair.controller)), NEWEST)
    controller = ansible_test.CORES[core].controller
    pythons.need(controller)
    python = next(version for version in ansible_test.CORES[core].managed if pythons.find(version))
    session.log("ansible-core %s on Python %s, modules by Python %s", core, controller, python)
    where = ["--controller", f"origin:python={controller}", "--target", f"controller:python={python}"]
    run_ansible_test(session, core, "integration", *where)


# --- Gates: real hosts, real kernels, much broken input --------------------------------------------------------------


def hosts_to_start_from() -> list[str]:
    """Makes what the hosts of the fleet start from, or finds it; the words by which podman starts one of them."""
    need_root("the hosts are privileged containers")
    debian.ensure("mmdebstrap", "podman", "runc", "ssh", "systemctl")
    try:
        return next(iter(fleet_roots.ensure(fleet_roots.SUITES).values()))
    except fleet_roots.CannotMake as reason:
        raise pythons.Lacking(str(reason)) from reason


@gate()
def molecule(session: nox.Session) -> None:
    """The Molecule scenario: Debian 11, 12 and 13 with their services, over SSH, from nothing to nothing again."""
    start_from = hosts_to_start_from()
    if reason := scenario.why_not(start_from):
        raise pythons.Lacking(reason)
    venv = tools()
    scenario.sweep()  # what a run that was killed has left
    try:
        run(session, venv, "molecule", "test", *session.posargs, env={**here(venv), **scenario.environment()})
    finally:
        scenario.sweep()


@gate("alone")
def kernels(session: nox.Session) -> None:
    """Every state, every key and every profile on Debian's kernels, in virtual machines, and on this machine's own."""
    need_root("it unpacks root file systems and makes namespaces")
    debian.ensure("cpio", "depmod", "ip", "qemu-system-x86_64", "ss", "sysctl")
    venv = tools()
    look = "ansible_collections.linuxnet.tcp.tests.kernels.run"
    run(session, venv, "python", "-m", look, *session.posargs)


@gate()
def fuzz(session: nox.Session) -> None:
    """100,000 broken replies of the kernel through the parsers, shared out over the tests marked ``fuzz``."""
    examples = os.environ.get("LINUXNET_FUZZ_EXAMPLES", FUZZ_EXAMPLES)
    words = ["-m", "fuzz", "--hypothesis-seed=0", "--hypothesis-show-statistics"]
    pytest(session, ["tests/unit"], *words, LINUXNET_FUZZ_EXAMPLES=examples)


# --- Gate: the tarball -----------------------------------------------------------------------------------------------


@gate()
def package(session: nox.Session) -> None:
    """The tarball: built, read by what the hubs read it with, installed elsewhere and used by full name."""
    make_package(session)


def make_package(session: nox.Session) -> Path:
    """Do that with this clone as it is; the tarball."""
    venv = venvs.ensure("importer", pythons.of_tools(), "importer")
    staged, place = stage.copy("package"), paths.CACHE / "package"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    env = {**here(venv, place / "installed"), "HOME": str(place / "home")}

    with session.chdir(staged.collection):
        run(session, venv, "ansible-galaxy", "collection", "build", "--output-path", str(place), env=env)
    tarball = next(place.glob("*.tar.gz"))
    with session.chdir(place):
        import_like_a_hub(session, venv, tarball, env)
        for words in (["install", "--collections-path", "installed", str(tarball)], ["verify", "linuxnet.tcp"]):
            run(session, venv, "ansible-galaxy", "collection", words[0], "--offline", *words[1:], env=env)
        use_by_full_name(session, venv, place / "installed" / paths.COLLECTION, env)
    return tarball


def import_like_a_hub(session: nox.Session, venv: venvs.Venv, tarball: Path, env: dict[str, str]) -> None:
    """galaxy-importer. What its ansible-lint finds is a warning to it and leaves it successful; not here."""
    settings = {"GALAXY_IMPORTER_CONFIG": str(paths.ROOT / "tests" / "galaxy-importer.cfg")}
    said = session.run(
        venv.program("python"), "-m", "galaxy_importer.main", "--print-result", str(tarball),
        env={**env, **settings}, external=True, silent=True,
    )
    session.log("%s", said)
    if "WARNING" in str(said) or "ERROR" in str(said):
        session.error("galaxy-importer has findings, above")


def use_by_full_name(session: nox.Session, venv: venvs.Venv, installed: Path, env: dict[str, str]) -> None:
    """The installed collection: a module, and every playbook (those that change a host are only read)."""
    local = ["--inventory", "localhost,", "--connection", "local"]
    run(session, venv, "ansible", "localhost", *local, "--module-name", "linuxnet.tcp.state_facts", env=env)
    for playbook in sorted(path.stem for path in (installed / "playbooks").glob("*.yml")):
        only = [] if playbook in READ_ONLY_PLAYBOOKS else ["--syntax-check"]
        run(session, venv, "ansible-playbook", f"linuxnet.tcp.{playbook}", *local, *only, env=env)


# --- Gates: unit tests, linters, types -------------------------------------------------------------------------------


@gate("quick", of_test=False)
def unit(session: nox.Session) -> None:
    """The unit tests by pytest alone: the quickest way to know. Words after -- go to pytest."""
    pytest(session, ["tests/unit"])


@gate()
def rest(session: nox.Session) -> None:
    """The unit tests that the gates ``units`` leave out: those of the gates, of the lab, of what writes docs."""
    pytest(session, NOT_THE_COLLECTION)


@gate("quick")
def types(session: nox.Session) -> None:
    """mypy --strict: the collection and its tests by their full names, then what drives the gates."""
    venv, staged = tools(), stage.copy("types")
    env = here(venv, staged.root)
    settings = ["--config-file", str(paths.ROOT / "pyproject.toml"), "--cache-dir", str(paths.CACHE / "mypy")]
    folders = [str(paths.COLLECTION / folder) for folder in ("docs", "plugins", "tests")]
    with session.chdir(staged.root):
        run(session, venv, "mypy", *settings, *folders, env=env)
    with session.chdir(staged.collection):
        # This Python is nox's own, so that nox's types are found.
        run(session, venv, "mypy", *settings, "--python-executable", sys.executable, "noxfile.py", env=env)


@gate("quick")
def ansible_lint(session: nox.Session) -> None:
    """ansible-lint, profile production."""
    venv, staged = tools(), stage.copy("ansible-lint")
    with session.chdir(staged.collection):
        run(session, venv, "ansible-lint", "--offline", "--strict", *session.posargs, env=here(venv, staged.root))


@gate("quick")
def docs_lint(session: nox.Session) -> None:
    """antsibull-docs over the documentation of plugins and roles, and over docs/docsite."""
    venv, staged = tools(), stage.copy("docs-lint")
    words = "lint-collection-docs --plugin-docs --validate-collection-refs=all --disallow-unknown-collection-refs"
    with session.chdir(staged.collection):
        run(session, venv, "antsibull-docs", *words.split(), "--skip-rstcheck", ".", env=here(venv, staged.root))


@gate("quick")
def changelog(session: nox.Session) -> None:
    """antsibull-changelog over the fragments and the changelog."""
    venv, staged = tools(), stage.copy("changelog")
    with session.chdir(staged.collection):
        run(session, venv, "antsibull-changelog", "lint", env=here(venv, staged.root))


@gate("quick")
def ruff(session: nox.Session) -> None:
    """ruff, with the rules in pyproject.toml."""
    run(session, tools(), "ruff", "check", *session.posargs)


@gate("quick")
def yamllint(session: nox.Session) -> None:
    """yamllint over every YAML file."""
    run(session, tools(), "yamllint", "--strict", ".")


# --- Gates: long, or on a quiet machine ------------------------------------------------------------------------------


@gate()
def docs(session: nox.Session) -> None:
    """The documentation site, without a warning, in .cache/docs; and what in docs/ repeats the code is up to date."""
    venv = venvs.ensure("docs", pythons.of_tools(), "docs")
    run(session, venv, "python", "docs/update.py", "--check")
    run(session, venv, "python", "docs/build_site.py", str(paths.CACHE / "docs"))
    session.log("open .cache/docs/build/html/index.html")


@gate()
def examples(session: nox.Session) -> None:
    """Every example of the documentation, each page on a host to throw away; what cannot be run is named with why."""
    debian.ensure("ip", "nstat", "ss", "sysctl")
    pytest(session, ["tests/examples"])


@gate()
def page(session: nox.Session) -> None:
    """The audit's report.html in a real Chromium: used, attacked, printed; and the documentation's pictures of it."""
    debian.ensure("chromium", "chromedriver")
    pytest(session, ["tests/page"])


@gate("alone")
def lab(session: nox.Session) -> None:
    """Every TCP state made on the real kernel, in namespaces of its own, and compared with ss."""
    need_root("the tests make network namespaces and nftables rules")
    debian.ensure("ab", "git", "ip", "nft", "nginx", "squid", "ss", "ssh", "strace", "sysctl", "systemd-analyze")
    # A file stays with one of two workers, for what its tests share; what tests print stands at the end.
    pytest(session, ["tests/lab"], "--numprocesses=2", "--dist=loadfile", "-raP")


#: The ansible-core that manages each Python here, at the ends and in between.
MANAGED = {"2.19": ("3.8", "3.11"), "2.21": ("3.9", "3.13", "3.14")}


@gate()
def every_python(session: nox.Session) -> None:
    """The modules as Ansible packs them, on five Pythons; the newest, where this machine has none, from Debian."""
    need_root("it makes namespaces")
    debian.ensure("ip", "sysctl")
    play = "ansible_collections.linuxnet.tcp.tests.pythons.run"
    controllers = {core: ansible_test.CORES[core].controller for core in MANAGED}
    lacking = {core: pythons.why_missing(version) for core, version in controllers.items() if not pythons.find(version)}
    if len(lacking) == len(MANAGED):
        raise pythons.Lacking("; ".join(lacking.values()))
    for core, reason in lacking.items():
        report.remark("uncovered", f"the Pythons that ansible-core {core} manages: {reason}")
    for core in MANAGED.keys() - lacking.keys():
        venv = venvs.ensure("core", controllers[core], "core")
        hosts = [f"{version}={pythons.find(version) or ''}" for version in MANAGED[core]]
        run(session, tools(), "python", "-m", play, venv.program("ansible-playbook"), *hosts, env=here(venv))


# --- Tasks that are no gates -----------------------------------------------------------------------------------------


@nox.session(python=False)
def test(session: nox.Session) -> None:
    """Every gate, three at a time."""
    if not runner.run_all("gate"):
        session.error("a gate failed")


@nox.session(python=False)
def check(session: nox.Session) -> None:
    """The quick gates: unit tests, linters, types."""
    if not runner.run_all("quick"):
        session.error("a gate failed")


@nox.session(python=False)
def demo(session: nox.Session) -> None:
    """A profile applied and taken back on a throw-away host; then this machine's TCP states."""
    run(session, venvs.ensure("core", pythons.of_tools(), "core"), "python", "tests/demo/run.py", *session.posargs)


@nox.session(python=False)
def bench(session: nox.Session) -> None:
    """The measurements of docs/evidence."""
    need_root("it fills network namespaces with connections")
    debian.ensure("ab", "haproxy", "ip", "nginx", "squid", "ss", "sysctl")
    run(session, venvs.ensure("bench", pythons.of_tools(), "bench"), "python", "tests/bench/run.py", *session.posargs)


@nox.session(python=False)
def mutants(session: nox.Session) -> None:
    """Whether the unit tests notice small changes of _model and _plan; words after -- are the files to change."""
    venv = venvs.ensure("mutants", pythons.of_tools(), "mutants")
    run(session, venv, "python", "-m", "ansible_collections.linuxnet.tcp.tests.mutants.run", *session.posargs)


@nox.session(python=False)
def coverage(session: nox.Session) -> None:
    """How much of module_utils the unit tests reach, branch by branch, and why the rest is left out."""
    venv, measured = tools(), str(paths.CACHE / "coverage.json")
    run(session, venv, "python", "-m", "coverage", "run", "-m", "pytest", "-q", "tests/unit", *session.posargs)
    run(session, venv, "python", "-m", "coverage", "json", "-q", "-o", measured)
    run(session, venv, "python", "-m", "ansible_collections.linuxnet.tcp.tests.branches.report", measured)


@nox.session(python=False)
def soak(session: nox.Session) -> None:
    """Half an hour under 2,000 new connections a second, settings changing; a number after -- is other minutes."""
    need_root("it makes namespaces")
    debian.ensure("ip", "sysctl")
    venv = venvs.ensure("bench", pythons.of_tools(), "bench")
    run(session, venv, "python", "-m", "ansible_collections.linuxnet.tcp.tests.soak.run", *session.posargs)


@nox.session(python=False)
def first_visit(session: nox.Session) -> None:
    """The README's two commands on new machines of Debian 12 and 13, as root and as a user; after -- some of them."""
    need_root("it makes root file systems and containers")
    debian.ensure("git", "mmdebstrap", "podman", "runc")
    visits = "ansible_collections.linuxnet.tcp.tests.first_visit.run"
    run(session, tools(), "python", "-m", visits, *session.posargs)


@nox.session(python=False)
def pictures(session: nox.Session) -> None:
    """The documentation's pictures of report.html, taken anew."""
    debian.ensure("chromium", "chromedriver")
    run(session, tools(), "python", "-m", "ansible_collections.linuxnet.tcp.tests.page.pictures")


@nox.session(python=False)
def page_size(session: nox.Session) -> None:
    """How large report.html of so many hosts is (a number after --), and what it takes to write and to open it."""
    debian.ensure("chromium", "chromedriver")
    run(session, tools(), "python", "-m", "ansible_collections.linuxnet.tcp.tests.page.sizes", *session.posargs)


@nox.session(python=False)
def roots(session: nox.Session) -> None:
    """What the hosts of the Molecule scenario start from, in the user's cache: minutes the first time, then nothing."""
    try:
        hosts_to_start_from()
    except pythons.Lacking as lack:
        session.skip(str(lack))


@nox.session(python=False, name="format")
def format_(session: nox.Session) -> None:
    """What ruff can put right by itself."""
    run(session, tools(), "ruff", "check", "--fix")


@nox.session(python=False)
def pages(session: nox.Session) -> None:
    """Every page, picture and snippet that repeats the code, written anew where it is out of date."""
    run(session, tools(), "python", "docs/update.py")


@nox.session(python=False, name="release")
def release_(session: nox.Session) -> None:
    """A release from its fragments to its tarball; the version stands after --. Commits, tags and uploads nothing."""
    version = " ".join(session.posargs)
    run(session, tools(), "python", "tests/gates/release.py", version)
    for words in (["lint"], ["release", "--version", version]):
        run(session, tools(), "antsibull-changelog", *words)
    tarball = make_package(session)
    session.log(
        "Look at what has changed (git diff), run make test, and then:\n\n"
        "    git add --all && git commit --message 'Release %s'\n"
        "    git tag --sign v%s --message 'linuxnet.tcp %s'\n"
        "    git push origin main v%s\n"
        "    ansible-galaxy collection publish %s\n",
        *[version] * 4, tarball,
    )  # fmt: skip


@nox.session(python=False)
def lock(session: nox.Session) -> None:
    """Pins tests/requirements/*.txt anew from the *.in files beside them; words after -- say which of them."""
    session.log("this takes minutes: each list is installed on each Python")
    pins.lock(session.posargs)
