# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of the layers, and of who uses whom.

Where boxes and arrows stand is said here; which arrows there are is read from the source. One that the code has and the
picture has not is an error, and so is one that the code has no more.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from ansible_collections.linuxnet.tcp.docs.pages.texts import ROOT, RST
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._state_diagram import DARK, FONTS, LIGHT

WIDTH, HEIGHT = 1000, 640
BOX_HEIGHT = 62


class Box(NamedTuple):
    """A layer: where it stands, what it is, and the folders that are in it."""

    x: int
    y: int
    width: int
    title: str
    what: str
    folders: tuple[str, ...]
    colour: str


BOXES = {
    "playbooks": Box(40, 48, 290, "playbooks", "errands, run by full name", ("playbooks",), "open"),
    "role": Box(400, 48, 560, "roles/tcp_profile", "policy: profiles and rules as data", ("roles",), "open"),
    "controller": Box(
        40, 168, 290, "action, filter, lookup", "doors on the controller",
        ("plugins/action", "plugins/filter", "plugins/lookup"), "active",
    ),
    "plugin_utils": Box(
        400, 168, 560, "plugin_utils", "profiles, records, tables, reports: never on a host",
        ("plugins/plugin_utils",), "active",
    ),
    "modules": Box(
        40, 318, 420, "modules", "doors on the host: documentation and a short main()", ("plugins/modules",), "data",
    ),
    "_survey": Box(
        700, 318, 260, "module_utils/_survey", "what several modules ask", ("plugins/module_utils/_survey",), "data",
    ),
    "_host": Box(
        40, 428, 420, "module_utils/_host", "sources: all that opens, reads or writes",
        ("plugins/module_utils/_host",), "data",
    ),
    "_plan": Box(
        560, 428, 400, "module_utils/_plan", "decisions: pure functions, nouns to nouns",
        ("plugins/module_utils/_plan",), "passive",
    ),
    "_model": Box(
        40, 546, 920, "module_utils/_model", "nouns: frozen records, the catalogue; no I/O, no Ansible",
        ("plugins/module_utils/_model",), "passive",
    ),
}  # fmt: skip

Point = tuple[int, int]
#: Each arrow with the corners of its way; the way from who uses to what is used.
ARROWS: dict[tuple[str, str], tuple[Point, ...]] = {
    ("playbooks", "role"): ((330, 80), (400, 80)),
    ("playbooks", "controller"): ((110, 110), (110, 168)),
    ("playbooks", "modules"): ((40, 80), (22, 80), (22, 349), (40, 349)),
    ("role", "controller"): ((430, 110), (430, 139), (280, 139), (280, 168)),
    ("role", "modules"): ((460, 110), (460, 150), (365, 150), (365, 318)),
    ("controller", "plugin_utils"): ((330, 199), (400, 199)),
    ("controller", "modules"): ((110, 230), (110, 318)),
    ("controller", "_plan"): ((300, 230), (300, 262), (620, 262), (620, 428)),
    ("controller", "_model"): ((180, 230), (180, 276), (530, 276), (530, 546)),
    ("plugin_utils", "_plan"): ((660, 230), (660, 428)),
    ("plugin_utils", "_model"): ((940, 230), (940, 262), (978, 262), (978, 577), (960, 577)),
    ("modules", "_host"): ((250, 380), (250, 428)),
    ("modules", "_plan"): ((460, 365), (590, 365), (590, 428)),
    ("modules", "_model"): ((460, 338), (500, 338), (500, 546)),
    ("modules", "_survey"): ((460, 351), (700, 351)),
    ("_survey", "_host"): ((730, 380), (730, 404), (545, 404), (545, 459), (460, 459)),
    ("_survey", "_plan"): ((830, 380), (830, 428)),
    ("_survey", "_model"): ((960, 349), (970, 349), (970, 592), (960, 592)),
    ("_host", "_model"): ((250, 490), (250, 546)),
    ("_plan", "_model"): ((760, 490), (760, 546)),
}
PANELS = (("on the controller", 12, 236), ("sent to the managed host, when a task needs it", 288, 340))


# -- what the code says ----------------------------------------------------------------------------------------------


@functools.cache
def uses() -> frozenset[tuple[str, str]]:
    """Which box uses which: by imports, and by the names of plugins in YAML and in what actions run on hosts."""
    found = set()
    for name, box in BOXES.items():
        for path in (path for folder in box.folders for path in (ROOT / folder).rglob("*.*")):
            if path.suffix in (".py", ".yml"):
                text = path.read_text(encoding="utf-8")
                used = imported(path, text) if path.suffix == ".py" else named(text)
                found |= {(name, other) for other in used if other != name}
    return frozenset(found)


def imported(path: Path, text: str) -> Iterator[str]:
    """The boxes that a Python file imports from; and modules, where an action names one to run it."""
    package = ["plugins", *path.relative_to(ROOT / "plugins").parts[:-1]]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, node.module or ""]).removeprefix("ansible_collections.linuxnet.tcp.")
            for name in node.names:
                yield from box_of(f"{base}.{name.name}")
        elif isinstance(node, ast.Call) and any(word.arg == "module_name" for word in node.keywords):
            yield "modules"  # as an action does, which runs them on the host


def box_of(module: str) -> Iterator[str]:
    """The box that a module lies in, if it is ours: `plugins.module_utils._model.states` in `_model`."""
    place = module.replace(".", "/") + "/"
    for name, box in BOXES.items():
        if any(place.startswith(f"{folder}/") for folder in box.folders):
            yield name


def named(text: str) -> Iterator[str]:
    """The boxes of the plugins that YAML names. A module that is documentation alone is its action."""
    for name in re.findall(r"linuxnet\.tcp\.(\w+)", re.sub(r"^#.*$", "", text, flags=re.MULTILINE)):
        if (ROOT / "roles" / name).is_dir():
            yield "role"
        elif any((ROOT / folder / f"{name}.py").exists() for folder in BOXES["controller"].folders):
            yield "controller"
        elif (ROOT / "plugins" / "modules" / f"{name}.py").exists():
            yield "modules"


# -- the picture -----------------------------------------------------------------------------------------------------


def draw() -> str:
    """The text of the SVG. Raises LookupError where arrows and code differ."""
    found = uses()
    for pair in sorted(found ^ set(ARROWS)):
        why = "and the picture has no arrow for it" if pair in found else "no more"
        raise LookupError(f"{pair[0]} uses {pair[1]} {why}: mend ARROWS in docs/pages/architecture.py.")
    boxes = (line for box in BOXES.values() for line in _box(box))
    return "\n".join([*_head(), *_panels(), *_arrows(), *boxes, "</svg>\n"])


def _head() -> Iterator[str]:
    said = "; ".join(f"{BOXES[one].title} uses {BOXES[other].title}" for one, other in sorted(ARROWS))
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="layers" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-labelledby="layers-title layers-desc">'
    )
    yield '<title id="layers-title">The layers of the collection</title>'
    yield f'<desc id="layers-desc">{said}.</desc>'
    dark = "".join(_colours(DARK))
    yield (
        f"<style>.layers text{{font-family:{FONTS}}}.layers .title{{font-size:15px;font-weight:600}}"
        ".layers .what{font-size:13px}.layers .where{font-size:12px;font-style:italic}"
        ".layers .box{stroke-width:1.5}.layers .arrow{fill:none;stroke-width:1.3}"
        f"{''.join(_colours(LIGHT))}@media (prefers-color-scheme:dark){{{dark}}}</style>"
    )
    yield f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="12"/>'


def _colours(tones: dict[str, str]) -> Iterator[str]:
    yield f".layers .paper{{fill:{tones['paper']}}}.layers .box{{fill:{tones['box']}}}"
    yield f".layers text{{fill:{tones['ink']}}}"
    yield f".layers .what,.layers .where{{fill:{tones['quiet']}}}"
    yield f".layers .arrow{{stroke:{tones['quiet']}}}.layers .tip{{fill:{tones['quiet']}}}"
    yield f".layers .panel{{fill:none;stroke:{tones['none']};stroke-dasharray:5 5}}"
    for colour in dict.fromkeys(box.colour for box in BOXES.values()):
        yield f".layers .{colour}{{stroke:{tones[colour]}}}"


def _panels() -> Iterator[str]:
    for title, y, height in PANELS:
        yield f'<rect class="panel" x="8" y="{y}" width="984" height="{height}" rx="10"/>'
        yield f'<text class="where" x="{WIDTH - 36}" y="{y + 20}" text-anchor="end">{title}</text>'


def _arrows() -> Iterator[str]:
    for way in ARROWS.values():
        points = " ".join(f"{x},{y}" for x, y in way)
        (from_x, from_y), (x, y) = way[-2:]
        across, down = (x > from_x) - (x < from_x), (y > from_y) - (y < from_y)
        back_x, back_y = x - 8 * across, y - 8 * down
        tip = f"{x},{y} {back_x - 4 * down},{back_y - 4 * across} {back_x + 4 * down},{back_y + 4 * across}"
        yield f'<polyline class="arrow" points="{points}"/><polygon class="tip" points="{tip}"/>'


def _box(box: Box) -> Iterator[str]:
    yield f'<rect class="box {box.colour}" x="{box.x}" y="{box.y}" width="{box.width}" height="{BOX_HEIGHT}" rx="8"/>'
    yield f'<text class="title" x="{box.x + 12}" y="{box.y + 26}">{box.title}</text>'
    yield f'<text class="what" x="{box.x + 12}" y="{box.y + 46}">{box.what}</text>'


FILES: dict[Path, Callable[[str], str]] = {RST / "images" / "layers.svg": lambda _before: draw()}
