# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write every file that repeats the code: pages, pictures, snippets in guides, the role's README.

    python docs/update.py            write what is out of date
    python docs/update.py --check    write nothing; name what is out of date, and fail if anything is

Wants PyYAML and ansible-core beside the Python that runs this. What is written how stands in docs/pages, a file each.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COLLECTION = "ansible_collections.linuxnet.tcp"
#: In docs/pages, but no page.
COMMON = {"texts"}


def use_this_checkout() -> None:
    """Let the collection be imported by its full name from here, which need not lie where Ansible finds it."""
    for name in ("ansible_collections", "ansible_collections.linuxnet", COLLECTION):
        package = types.ModuleType(name)
        package.__path__ = [str(ROOT)] if name == COLLECTION else []
        sys.modules.setdefault(name, package)


def files() -> dict[Path, Callable[[str], str]]:
    """The path of each file, from the root on, and how its text is made of the text that it has."""
    names = sorted({path.stem for path in (ROOT / "docs" / "pages").glob("*.py")} - COMMON)
    generators = [importlib.import_module(f"{COLLECTION}.docs.pages.{name}") for name in names]
    return {path: make for generator in generators for path, make in generator.FILES.items()}


def out_of_date(root: Path) -> Iterator[tuple[Path, str]]:
    """Each file below `root` whose text is not what it should be, with that. LookupError says what cannot be made."""
    for path, make in files().items():
        file = root / path
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        text = make(before)
        if text != before:
            yield file, text


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 if --check found something out of date, or something cannot be made."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    parser.add_argument("--root", type=Path, default=ROOT, help="the clone to update (default: this one)")
    options = parser.parse_args(arguments)
    use_this_checkout()
    try:
        stale = list(out_of_date(options.root))
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    for file, text in stale:
        if options.check:
            print(f"{file} is out of date: run `python docs/update.py`.", file=sys.stderr)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            print(f"wrote {file}")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
