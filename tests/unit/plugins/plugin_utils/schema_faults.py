# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schemas that our files are held against: our own, which ship, and SARIF's as OASIS publishes it."""

from __future__ import annotations

import functools
import itertools
import json
import pathlib
import typing as t

import jsonschema

HERE = pathlib.Path(__file__).resolve()
OURS = HERE.parents[4] / "docs" / "schemas"
SARIF = HERE.parent / "schemas" / "sarif-schema-2.1.0.json"


def faults(content: t.Any, schema: pathlib.Path, most: int = 5) -> list[str]:
    """What the schema finds wrong with the content, some of it; each with its place."""
    found = itertools.islice(checker_of(schema).iter_errors(content), most)
    return [f"{error.json_path}: {error.message[:300]}" for error in found]


@functools.cache
def checker_of(schema: pathlib.Path) -> jsonschema.protocols.Validator:
    """What checks against the schema, which has been checked itself."""
    wanted = json.loads(schema.read_text(encoding="utf-8"))
    checker = jsonschema.validators.validator_for(wanted)
    checker.check_schema(wanted)
    return checker(wanted)
