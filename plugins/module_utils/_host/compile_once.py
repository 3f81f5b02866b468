# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compile each module that Ansible sent once, not twice. A module calls this before it imports the rest of ours.

Ansible sends a module and what it imports as a zip of sources, and compiling them is most of what a run of ours costs.
zipimport does it twice: to find a module it asks itself for the file's name, compiles the source to know it, and throws
the result away. The name needs no compiling.
"""

from __future__ import annotations

import sys
from typing import Optional
from zipimport import ZipImportError, zipimporter

_ARCHIVE: Optional[str] = getattr(__spec__.loader, "archive", None)
"""The zip that this file came in; None where it came out of a folder, as in tests."""


class _Importer(zipimporter):
    """As zipimport's, for that one archive, which holds sources alone."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        if self.archive != _ARCHIVE:
            raise ZipImportError("not the archive of this collection: {0!r}".format(path), path=path)

    def get_filename(self, fullname: str) -> str:
        """Where the module's source lies. Raises ZipImportError where there is none."""
        inside = "/__init__.py" if self.is_package(fullname) else ".py"
        return "{0}/{1}{2}{3}".format(self.archive, self.prefix, fullname.rpartition(".")[2], inside)


def compile_once() -> None:
    """Take over the folders of the archive that are in use, and those that are still to come."""
    if _ARCHIVE is None:
        return
    for entry, importer in list(sys.path_importer_cache.items()):
        if isinstance(importer, zipimporter) and importer.archive == _ARCHIVE:
            sys.path_importer_cache[entry] = _Importer(entry)
    sys.path_hooks.insert(0, _Importer)
