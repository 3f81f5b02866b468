# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation site: the guides and a page for each plugin. A warning or a broken link is an error.

    ANSIBLE_COLLECTIONS_PATH=FOLDER python docs/build_site.py SITE

SITE is made anew; the start page is SITE/build/html/index.html. Wants antsibull-docs, sphinx, sphinx-ansible-theme,
ansible-pygments, markdown-it-py and ansible-core beside the Python that runs this, and linuxnet.tcp below FOLDER. No
network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

DOCS = Path(__file__).resolve().parent
IMAGES, EVIDENCE = DOCS / "docsite" / "rst" / "images", DOCS / "evidence"
# Labels of Ansible's own documentation that generated pages refer to. Where its index cannot be fetched, the site
# is still to be built without a warning, so a stand-in of the index names them.
LABELS = ("action_plugins", "ansible_configuration_settings", "common_return_values")
#: Where the theme's logo leads; its own choice is the root of whatever server has the site.
HOME = "https://github.com/linuxnet/tcp"
#: The hubs build the guide from docs/docsite alone, where these pages are not.
EVIDENCE_PAGES = """
.. toctree::
   :maxdepth: 2
   :glob:

   evidence/*
"""
INDEXES = ("python2", "python3", "jinja2", "ansible_devel")


def index(project: str) -> bytes:
    """A Sphinx inventory (version 2: four lines of text, then compressed rows) that has nothing but `LABELS`."""
    rows = "".join(f"{label} std:label -1 index.html#{label} {label}\n" for label in LABELS)
    head = (
        f"# Sphinx inventory version 2\n# Project: {project}\n# Version:\n"
        "# The remainder of this file is compressed using zlib.\n"
    )
    return head.encode() + zlib.compress(rows.encode())


def build(site: Path) -> None:
    """Make `site` anew. CalledProcessError where a program fails, Sphinx for a warning included."""
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(mode=0o700, parents=True)
    docs = Path(sys.executable).with_name("antsibull-docs")
    run(docs, "sphinx-init", "--use-current", "--dest-dir", site, "--squash-hierarchy",
        "--sphinx-theme", "sphinx-ansible-theme", "linuxnet.tcp")  # fmt: skip
    for project in INDEXES:
        (site / f"{project}.inv").write_bytes(index(project))
    (site / "rst").chmod(0o700)
    run(docs, "--config-file", site / "antsibull-docs.cfg", "collection", "--cleanup", "everything", "--use-current",
        "--squash-hierarchy", "--dest-dir", site / "rst", "linuxnet.tcp")  # fmt: skip
    # antsibull-docs takes over the pages only.
    shutil.copytree(IMAGES, site / "rst" / "docsite" / "images")
    run(sys.executable, DOCS / "evidence_pages.py", EVIDENCE, site / "rst" / "docsite" / "evidence")
    with (site / "rst" / "docsite" / "evidence.rst").open("a", encoding="utf-8") as page:
        page.write(EVIDENCE_PAGES)
    run(sys.executable, "-m", "sphinx", "-M", "html", site / "rst", site / "build", "-c", site, "-W", "--keep-going",
        "-D", f"html_theme_options.documentation_home_url={HOME}")  # fmt: skip
    for plot in EVIDENCE.glob("*.svg"):
        # The evidence is raw HTML to Sphinx, which so does not see its pictures.
        shutil.copy(plot, site / "build" / "html" / "docsite" / "evidence")
    run(sys.executable, DOCS / "check_links.py", site / "build" / "html")


def run(*words: str | Path) -> None:
    """Run a program, and let programs that it starts be found beside this Python."""
    folder = str(Path(sys.executable).parent)
    path = os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])
    subprocess.run([str(word) for word in words], check=True, env={**os.environ, "PATH": path})


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]).resolve())
    except IndexError:
        sys.exit("usage: python docs/build_site.py SITE")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} ended with {error.returncode}")
