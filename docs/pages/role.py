# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README of the role, from its argument specs and its profiles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.linuxnet.tcp.docs.pages.texts import ROOT

ROLE = Path("roles", "tcp_profile")
PROFILES = ("web_server", "reverse_proxy", "forward_proxy", "classic")
ENTRIES = ("main", "audit", "remove")

HEAD = """\
<!-- Written by docs/update.py from meta/argument_specs.yml and files/profiles; do not edit. -->

# Role linuxnet.tcp.tcp_profile
"""

EXAMPLES = """\
## Examples

    - name: Proxies
      hosts: proxies
      become: true
      tasks:
        - name: Give them what a host with Squid needs
          ansible.builtin.include_role:
            name: linuxnet.tcp.tcp_profile
          vars:
            tcp_profile_name: forward_proxy

        - name: Hold them against it
          ansible.builtin.include_role:
            name: linuxnet.tcp.tcp_profile
            tasks_from: audit
          vars:
            tcp_profile_name: forward_proxy

        - name: Take it back
          ansible.builtin.include_role:
            name: linuxnet.tcp.tcp_profile
            tasks_from: remove

A profile of your own is a file `NAME.yml` in one of `tcp_profile_folders`:

    ---
    summary: Our caches.
    extends: forward_proxy
    settings:
      net.ipv4.tcp_max_tw_buckets:
        value: {at_least: 65536}
        why: They close 600 connections a second, and memory is not scarce.
        source: Measured on cache1 in May.

`files/profile.schema.json` is the JSON schema of such a file.
"""


def loaded(path: Path) -> Any:
    """What a YAML file of the role says."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """`text` without Ansible's markup: what is in it becomes code."""
    text = re.sub(r"\b[BCEIV]\((?P<text>[^)]*)\)", r"`\g<text>`", text)
    # O(linuxnet.tcp.tunables#module:settings), M(linuxnet.tcp.tunables), O(name=value)
    return re.sub(r"\b(?:M|O|P|RV)\((?:(?P<plugin>[\w.]+)(?:#\w+)?:)?(?P<name>[^)#]*)(?:#\w+)?\)", _reference, text)


def _reference(match: re.Match[str]) -> str:
    return f"`{match['name']}` of `{match['plugin']}`" if match["plugin"] else f"`{match['name']}`"


def cell(text: str) -> str:
    """`text` for a cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


def options(spec: Mapping[str, Any]) -> Iterator[str]:
    """The table of the variables of an entry point."""
    yield "| Variable | Type | Default | What it is |"
    yield "| --- | --- | --- | --- |"
    for name, option in sorted(spec["options"].items(), key=lambda item: (not item[1].get("required"), item[0])):
        kind = option["type"] + (f" of {option['elements']}" if "elements" in option else "")
        kind += f": {', '.join(option['choices'])}" if "choices" in option else ""
        default = f"`{shown(option['default'])}`" if "default" in option else ""
        default = "required" if option.get("required") else default
        yield f"| `{name}` | {cell(kind)} | {default} | {cell(plain(' '.join(option['description'])))} |"


def shown(value: Any) -> str:
    """A default, or what a profile asks, as YAML has it on one line."""
    return yaml.safe_dump(value, default_flow_style=True, width=1000).replace("\n...", "").strip()


def profile(name: str, content: Mapping[str, Any]) -> Iterator[str]:
    """The section of a profile."""
    yield f"### {name}\n"
    yield content["summary"]
    if "extends" in content:
        yield f"\nIt takes over what `{content['extends']}` asks, but for what stands here."
    for note in content.get("notes", []):
        yield f"\n- {' '.join(note.split())}"
    yield "\n| Key | Value | Why | Source |"
    yield "| --- | --- | --- | --- |"
    for key, setting in content["settings"].items():
        value = f"`{shown(setting['value'])}`" if "value" in setting else "left alone"
        scale = f", or by `{setting['scale']}`" if "scale" in setting else ""
        source = setting["source"] + (f"; measured in {setting['evidence']}" if "evidence" in setting else "")
        yield f"| `{key}` | {value}{scale} | {cell(setting['why'])} | {cell(source)} |"
    yield ""


def scales() -> str:
    """What the functions do that fit a value to the host."""
    return (
        "A value of `net.ipv4.tcp_max_tw_buckets` may be fitted to the host. `cap_for_closing_rate`: when\n"
        "`tcp_profile_closes_per_second` is told, exactly that rate x 60 seconds x 1.5, within 1/64 of memory.\n"
        "`room_for_closing_rate`: the same as a lower bound. `room_by_memory`: the same, and without a rate as many\n"
        "as 1/64 of memory holds, at most 262,144.\n"
    )


def page(role: Path) -> str:
    """The whole README."""
    specs = loaded(role / "meta" / "argument_specs.yml")["argument_specs"]
    lines = [HEAD]
    for entry in ENTRIES:
        lines += [f"## Entry point {entry}\n", f"{specs[entry]['short_description']}.\n"]
        lines += [f"{plain(sentence)}\n" for sentence in specs[entry]["description"]]
        lines += [*options(specs[entry]), ""]
    lines += [EXAMPLES, "## Profiles\n", scales()]
    for name in PROFILES:
        lines += profile(name, loaded(role / "files" / "profiles" / f"{name}.yml"))
    lines += ["## Licence\n", "GPL-3.0-or-later"]
    return "\n".join(lines) + "\n"


FILES: dict[Path, Callable[[str], str]] = {ROLE / "README.md": lambda _before: page(ROOT / ROLE)}
