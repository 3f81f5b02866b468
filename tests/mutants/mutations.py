# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mutants of a file: cosmic-ray's operators, one replacement where it has many.

cosmic-ray offers eleven replacements for each arithmetic operator and eight for each comparison. One is enough to tell
whether a test looks at the place; the others would only let one well tested sum outweigh ten conditions. Left out
altogether is `==` to `is` and back: for small numbers, enums and interned strings the two are the same.
"""

from __future__ import annotations

import ast
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

ARITHMETIC = (
    "Add_Sub", "Sub_Add", "Mul_FloorDiv", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "Pow_Mul", "LShift_RShift",
    "RShift_LShift", "BitAnd_BitOr", "BitOr_BitAnd", "BitXor_BitAnd",
)  # fmt: skip
COMPARISONS = (
    "Eq_NotEq", "NotEq_Eq", "Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt",
    "Is_IsNot", "IsNot_Is",
)  # fmt: skip
WORDS = (
    "NumberReplacer", "AddNot", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue",
    "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_USub_UAdd", "ReplaceUnaryOperator_Delete_Invert", "ExceptionReplacer", "ZeroIterationForLoop",
    "RemoveDecorator",
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change of one place."""

    operator: str
    #: Which of the operator's places in the file.
    occurrence: int
    #: From 1.
    line: int

    def applied_to(self, source: str) -> str:
        """The source with the change. Raises ValueError when there is no such place."""
        changed = mutate_code(source, get_operator(self.operator)(), self.occurrence)
        if changed is None:
            raise ValueError(f"no place {self.occurrence} for {self.operator}")
        return str(changed)


def operators() -> list[str]:
    """The names of those that are used. cosmic-ray has none for `in`; where that is a condition, AddNot turns it."""
    names = [f"ReplaceBinaryOperator_{name}" for name in ARITHMETIC]
    names += [f"ReplaceComparisonOperator_{name}" for name in COMPARISONS]
    return [f"core/{name}" for name in [*names, *WORDS]]


def mutants(source: str, one_in: int = 1) -> Iterator[tuple[Mutant, str]]:
    """Every mutant of a file, or one in so many, with its source.

    What is no Python, or the same program as another one, is left out.
    """
    tree, seen = get_ast(source), {_meaning(source), ""}
    for name in operators():
        operator = get_operator(name)()
        places = [place for node in ast_nodes(tree) for place in operator.mutation_positions(node)]
        for occurrence, ((line, _column), _end) in enumerate(places):
            mutant = Mutant(name, occurrence, line)
            # By its own name and not by counting, so that a line more in the file does not choose all others anew.
            if zlib.crc32(f"{name} {occurrence}".encode()) % one_in:
                continue
            changed = mutant.applied_to(source)
            if (meaning := _meaning(changed)) not in seen:
                seen.add(meaning)
                yield mutant, changed


def _meaning(source: str) -> str:
    """What two sources have in common that differ in blanks alone; nothing when it is no Python."""
    try:
        return ast.dump(ast.parse(source))
    except SyntaxError:
        return ""
