# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at the kernel that runs: the states, the keys and the settings. In a virtual machine the whole machine is ours;
on a real one a network and a mount namespace are.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
import tarfile
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.linuxnet.tcp.tests.kernels import look_at_keys, look_at_settings, look_at_states

Json = dict[str, Any]
ATTEMPTS = 20


def examine(wishes: Json, *, whole_machine: bool) -> Json:
    """What was found. ``wishes`` has ``profiles`` (name to settings) and ``capture`` (whether to keep the machine).

    ``problems`` is a list of sentences, empty when all is well; ``seconds`` says what took how long.
    """
    found: Json = {"release": os.uname().release, "problems": [], "seconds": {}}
    steps: dict[str, Callable[[], Json]] = {
        "states": lambda: look_at_states.look(whole_machine=whole_machine, keep=capture if wishes["capture"] else None),
        "keys": lambda: look_at_keys.look(whole_machine=whole_machine),
        "settings": lambda: look_at_settings.look(wishes["profiles"]),
    }
    for name, step in steps.items():
        begin = time.monotonic()
        try:
            part = step()
        except Exception:  # noqa: BLE001 - the other steps may still tell something
            part = {"problems": [f"{name}: {traceback.format_exc()}"]}
        found["problems"] += part.pop("problems")
        found[name] = part
        found["seconds"][name] = round(time.monotonic() - begin, 1)
        sys.stderr.write(f"{name}: {found['seconds'][name]} s\n")
    return found


def capture() -> str:
    """The machine as a folder of tests/unit/machines: a compressed archive in base64. TIME_WAIT ends while one looks,
    which is seen, and then it is tried again.
    """
    with tempfile.TemporaryDirectory() as scratch, io.BytesIO() as buffer:
        folders = (Path(scratch, str(attempt)) for attempt in range(ATTEMPTS))
        folder = next(folder for folder in folders if _captured(folder))
        with tarfile.open(fileobj=buffer, mode="w:xz") as archive:
            archive.add(folder, arcname=".")
        return base64.b64encode(buffer.getvalue()).decode("ascii")


def _captured(folder: Path) -> bool:
    """Capture into ``folder``; whether nothing moved. A child does it: who looks does not see itself."""
    from ansible_collections.linuxnet.tcp.tests.unit.machines import capture as capturing  # noqa: PLC0415 - it is large

    child = os.fork()
    if not child:
        code = 1
        try:
            capturing.capture(folder)
            code = 0
        except ValueError:
            time.sleep(2)
        finally:
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    return status == 0


def main() -> None:
    """For the real machine: `examine WISHES` in namespaces of its own; the result goes to standard output.

    ``outside`` of the wishes are the namespaces of who called, which are not to be touched.
    """
    from ansible_collections.linuxnet.tcp.tests.kernels import seclusion  # noqa: PLC0415 - not in a virtual machine

    wishes = json.loads(sys.argv[1])
    seclusion.enter(wishes["outside"])
    found = examine(wishes, whole_machine=False)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
