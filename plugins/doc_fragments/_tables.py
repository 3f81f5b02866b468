# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of all actions that print a table over hosts, said once."""

from __future__ import annotations


class ModuleDocFragment:
    """Which hosts, how wide, drawn with what."""

    DOCUMENTATION = r"""
options:
  hosts:
    description: The hosts to show. The default is all hosts of the play, those that failed or are gone included.
    type: list
    elements: str
  width:
    description:
      - How many columns a line may have, at least V(20).
      - The default is the environment variable E(COLUMNS), else the width of the terminal, else V(80).
    type: int
  style:
    description:
      - What lines and bars are drawn with.
      - With V(auto) it is V(unicode) where the encoding of standard output has it. It is V(ascii) where it has not and
        where E(TERM) is V(dumb) or V(linux).
    type: str
    choices: [auto, unicode, ascii]
    default: auto
notes:
  - With a stdout callback that writes for programs (C(json), C(jsonl), C(null)) nothing is printed. The table is in
    RV(lines).
  - C(delegate_to=localhost) is useful all the same, since Ansible looks up the connection plugin of the first host
    before it runs the task.
"""
