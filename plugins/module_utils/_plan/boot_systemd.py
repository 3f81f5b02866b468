# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemd-sysctl leaves in the kernel at boot.

It sorts all files by name, whatever their folder, and lets a name in a stronger folder hide the same name in
a weaker one. It skips hidden files, and reads /etc/sysctl.conf only through a link to it. Of a key it keeps
one value, the last it saw, and writes it once: if the kernel refuses it, the key keeps what it held before,
even when an earlier line had a good value. An equal value seen again keeps its place in the order.
"""

from __future__ import annotations

import re
from typing import Dict, List, Tuple

from .._model.boot_files import BootFile, BootFiles, Trouble
from .boot_lines import GLOB_BYTES, GLOBS_SINCE, Setting, simplified, since, systemd_settings
from .boot_runs import Kernel, Origin, Run, Target, merged, settings_of

NORMALIZES_SINCE = (248,)
"""From here on `..` within a key is refused. Between 247, which follows it, and 252, which does not."""
CREDENTIALS_SINCE = (252,)
SKIPS_LINKS_SINCE = (258,)
"""From here on a link that goes round in a circle, or through a file, hides nothing. Between 257 and 262."""

_LEADING = re.compile(rb"\A(?:\./|/)+")


def systemd_run(files: BootFiles, kernel: Kernel) -> Run:
    """What systemd-sysctl of the version that `files` names leaves."""
    version = files.systemd or ()
    run = Run(kernel)
    entries: Dict[bytes, Tuple[Setting, Origin]] = {}
    for setting, origin in settings_of(run, systemd_files(files), version, systemd_settings):
        run.mention(setting, origin, _targets(run, setting.path, version))
        kept = entries.get(setting.path)
        if kept is None or kept[0].value != setting.value:
            entries.pop(setting.path, None)
        entries[setting.path] = setting, origin
    if run.stuck_at:
        return run
    for setting, origin in entries.values():
        if setting.value is None:
            continue
        pattern = _is_pattern(setting.path, version)
        for path, key in _targets(run, setting.path, version):
            if not (pattern and path in entries):
                run.write(key, setting.value, origin)
    return run


def systemd_files(files: BootFiles) -> List[BootFile]:
    """What systemd-sysctl reads, in its order."""
    version = files.systemd or ()
    skipped = (Trouble.LOOP, Trouble.THROUGH_FILE) if since(SKIPS_LINKS_SINCE, version) else ()
    seen = [
        folder._replace(files=tuple(f for f in folder.files if f.trouble not in skipped))
        for folder in files.folders
    ]
    shown = [file for _folder, file in merged(seen) if not file.name.startswith(b".")]
    takes_credentials = since(CREDENTIALS_SINCE, version)
    return shown + ([files.credential] if files.credential and takes_credentials else [])


def _is_pattern(path: bytes, version: Tuple[int, ...]) -> bool:
    return bool(GLOB_BYTES.search(path)) and since(GLOBS_SINCE, version)


def _targets(run: Run, path: bytes, version: Tuple[int, ...]) -> List[Target]:
    """The keys that are written for `path`, each with the spelling by which exemptions are looked for."""
    refuses_parents = since(NORMALIZES_SINCE, version)
    if _is_pattern(path, version):
        found = [(_LEADING.sub(b"", spelled), key) for spelled, key in run.expanded(path, as_systemd=True)]
        return [one for one in found if not (refuses_parents and b".." in one[0].split(b"/"))]
    key = None if refuses_parents and b".." in path.split(b"/") else run.keys.at(simplified(path, False))
    return [(path, key)] if key else []
