# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sysctl settings in other people's YAML: tasks of ansible.posix.sysctl, and lists of the role kernel_settings.

Nothing of it is run. A template is filled only where it names the item of a loop, or a variable that stands in the same
files: to let Jinja2 have it would let a file that is only to be read call whatever lookup it likes.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ansible.errors import AnsibleError
from ansible.parsing.splitter import parse_kv

from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import shown
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._foreign import Found, Origin

TASKS = ("ansible.posix.sysctl", "ansible.builtin.sysctl", "sysctl")
ROLE_LIST = "kernel_settings_sysctl"
_LOOPS = ("loop", "with_items", "with_list", "with_flattened", "with_dict")
_TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"\s*(\w+)((?:\.\w+|\[\s*(?:'[^']*'|\"[^\"]*\"|\d+)\s*\])*)((?:\s*\|\s*\w+)*)\s*")
_STEP = re.compile(r"\.(\w+)|\[\s*(?:'([^']*)'|\"([^\"]*)\"|(\d+))\s*\]")
#: Filters that leave the meaning of a sysctl value alone.
_PLAIN_FILTERS = frozenset({"int", "string", "trim"})
_MOST_STEPS = 32

Variables = Mapping[str, t.Any]


class _NotKnown(Exception):
    """Only a play could tell; the text is the template."""


def settings_in(data: t.Any, place: str, variables: Variables) -> Iterator[Found]:
    """What the YAML of one file sets, in its order. `place` is the file, as messages name it."""
    for mapping in _mappings(data):
        for name in TASKS:
            arguments = _arguments(mapping, name)
            if arguments is not None:
                yield from _of_task(mapping, arguments, f"{place}, task {shown(mapping.get('name', name))}", variables)
        if ROLE_LIST in mapping:
            yield from _of_role(mapping[ROLE_LIST], place, variables)


def variables_in(data: t.Any) -> dict[str, t.Any]:
    """The variables that a file sets: those below `vars`, and all of it where the file is itself a mapping."""
    found: dict[str, t.Any] = {}
    for mapping in _mappings(data):
        if mapping is data or mapping.get("vars") is not None:
            own = mapping if mapping is data else mapping["vars"]
            for one in own if isinstance(own, list) else [own]:
                if isinstance(one, Mapping):
                    found.update({str(name): value for name, value in one.items()})
    return found


def _mappings(data: t.Any) -> Iterator[Mapping[t.Any, t.Any]]:
    """Every mapping, each once: an alias may lead in a circle, or to the same a billion times."""
    seen: set[int] = set()
    left = [data]
    while left:
        one = left.pop()
        if id(one) in seen or not isinstance(one, (Mapping, list, tuple)):
            continue
        seen.add(id(one))
        if isinstance(one, Mapping):
            yield one
        left.extend(reversed(list(one.values() if isinstance(one, Mapping) else one)))


# -- tasks of ansible.posix.sysctl -----------------------------------------------------------------------------------


def _arguments(task: Mapping[t.Any, t.Any], name: str) -> Mapping[t.Any, t.Any] | None:
    """The arguments by which a task calls the module of that name; None where it does not."""
    raw = task.get(name)
    action = task.get("action", task.get("local_action"))
    if raw is None and isinstance(action, str) and action.partition(" ")[0] == name:
        raw = action.partition(" ")[2]
    elif raw is None and isinstance(action, Mapping) and action.get("module") == name:
        raw = action
    if isinstance(raw, str):
        try:
            raw = parse_kv(raw)
        except AnsibleError:
            return {}
    # A variable that is called sysctl is no task.
    return raw if isinstance(raw, Mapping) and ("name" in raw or "key" in raw or name != "sysctl") else None


def _of_task(
    task: Mapping[t.Any, t.Any], arguments: Mapping[t.Any, t.Any], where: str, variables: Variables
) -> Iterator[Found]:
    elsewhere = "localhost" if "local_action" in task else task.get("delegate_to")
    if elsewhere is not None:
        what = f"it was set on {shown(elsewhere)}, not on the hosts of its play: give that host a task of its own"
        yield Found(*_pair_of(arguments), where, Origin.POSIX, what)
        return
    scope = {**variables, **_own_variables(task)}
    loop = next((word for word in _LOOPS if word in task), None)
    control = task.get("loop_control")
    variable = str(control.get("loop_var", "item")) if isinstance(control, Mapping) else "item"
    items: Iterator[t.Any] = iter([None])
    if loop is not None:
        try:
            items = _items(_filled(task[loop], scope), loop)
        except _NotKnown as unknown:
            what = f"its loop is {shown(str(unknown))}, which only a play could fill: write the settings out"
            yield Found(_pair_of(arguments)[0], None, where, Origin.POSIX, what)
            return
    for item in items:
        inner = scope if loop is None else {**scope, variable: item}
        yield _of_arguments(task, arguments, where, inner)


def _of_arguments(
    task: Mapping[t.Any, t.Any], arguments: Mapping[t.Any, t.Any], where: str, scope: Variables
) -> Found:
    key, value = _pair_of(arguments)
    notes = []
    if task.get("when") is not None:
        notes.append(f"the task was run only when {shown(task['when'])}: say so for ours too, if it still holds")
    if isinstance(arguments.get("sysctl_file"), str):
        notes.append(f"it was kept in {shown(arguments['sysctl_file'])}")
    try:
        key, value = _filled(key, scope), _filled(value, scope)
        state = _filled(arguments.get("state", "present"), scope)
    except _NotKnown as unknown:
        what = f"{shown(str(unknown))} is a template that only a play could fill: write the value"
        return Found(key, value, where, Origin.POSIX, what)
    if state == "absent":
        what = "the task takes its line away; state: absent of linuxnet.tcp.tunables gives back what was, too"
        return Found(key, value, where, Origin.POSIX, what)
    return Found(key, value, where, Origin.POSIX, notes=tuple(notes))


def _pair_of(arguments: Mapping[t.Any, t.Any]) -> tuple[t.Any, t.Any]:
    """Key and value, by whichever names the module takes them."""
    return arguments.get("name", arguments.get("key")), arguments.get("value", arguments.get("val"))


def _own_variables(task: Mapping[t.Any, t.Any]) -> dict[str, t.Any]:
    own = task.get("vars")
    return {str(name): value for name, value in own.items()} if isinstance(own, Mapping) else {}


def _items(looped: t.Any, loop: str) -> Iterator[t.Any]:
    """What a loop goes over. _NotKnown for what is none."""
    if loop == "with_dict" and isinstance(looped, Mapping):
        return iter(_pairs(looped))
    if not isinstance(looped, (list, tuple)):
        raise _NotKnown(shown(looped))
    if loop in ("with_items", "with_flattened"):
        return (item for one in looped for item in (one if isinstance(one, (list, tuple)) else [one]))
    return iter(looped)


def _pairs(mapping: Mapping[t.Any, t.Any]) -> list[t.Any]:
    return [{"key": key, "value": value} for key, value in mapping.items()]


# -- lists of the role kernel_settings -------------------------------------------------------------------------------


def _of_role(raw: t.Any, place: str, variables: Variables) -> Iterator[Found]:
    where = f"{place}, {ROLE_LIST}"
    try:
        entries = _filled(raw, variables)
    except _NotKnown as unknown:
        what = f"{shown(str(unknown))} is a template that only a play could fill: write the settings out"
        yield Found(ROLE_LIST, None, where, Origin.ROLE, what)
        return
    for entry in entries if isinstance(entries, (list, tuple)) else [entries]:
        if not isinstance(entry, Mapping):
            yield Found(ROLE_LIST, entry, where, Origin.ROLE, "it is no setting: write a name and a value")
        elif entry.get("state") in ("absent", "empty"):
            what = "it is taken away there; state: absent of linuxnet.tcp.tunables gives back what was"
            yield Found(entry.get("name", ROLE_LIST), None, where, Origin.ROLE, what)
        elif "previous" in entry:
            what = "what is not named is taken away there: exclusive: true of linuxnet.tcp.tunables does that"
            yield Found("previous", entry["previous"], where, Origin.ROLE, what)
        else:
            yield _of_entry(entry, where, variables)


def _of_entry(entry: Mapping[t.Any, t.Any], where: str, variables: Variables) -> Found:
    key, value = entry.get("name"), entry.get("value")
    try:
        return Found(_filled(key, variables), _filled(value, variables), where, Origin.ROLE)
    except _NotKnown as unknown:
        what = f"{shown(str(unknown))} is a template that only a play could fill: write the value"
        return Found(key, value, where, Origin.ROLE, what)


# -- templates -------------------------------------------------------------------------------------------------------


def _filled(raw: t.Any, scope: Variables, steps: int = 0) -> t.Any:
    """`raw` with its templates filled from `scope`. _NotKnown where only a play could fill one."""
    if not isinstance(raw, str) or not ("{{" in raw or "{%" in raw):
        return raw
    if steps > _MOST_STEPS or "{%" in raw:
        raise _NotKnown(raw)
    whole = _TEMPLATE.fullmatch(raw.strip())
    if whole and "{{" not in whole[1]:
        return _filled(_looked_up(whole[1], scope), scope, steps + 1)

    return _TEMPLATE.sub(lambda match: _plain_part(match[1], scope), _one_by_one(raw))


def _one_by_one(raw: str) -> str:
    """`raw`, if it is text around names alone. What they stand for is not filled again: it could grow without end."""
    if "{{" in _TEMPLATE.sub("", raw):
        raise _NotKnown(raw)
    return raw


def _plain_part(expression: str, scope: Variables) -> str:
    value = _looked_up(expression, scope)
    if not isinstance(value, (str, int)) or "{" in str(value):
        raise _NotKnown(f"{{{{{expression}}}}}")
    return str(value)


def _looked_up(expression: str, scope: Variables) -> t.Any:
    """The value of a name such as `item.value` or `sysctls['net'] | dict2items`. _NotKnown for anything else."""
    match = _NAME.fullmatch(expression)
    if not match or match[1] not in scope:
        raise _NotKnown(f"{{{{{expression}}}}}")
    value = scope[match[1]]
    for step in _STEP.finditer(match[2]):
        key: t.Any = int(step[4]) if step[4] else next(name for name in step.groups() if name is not None)
        inside = isinstance(value, Mapping) and key in value
        inside = inside or (isinstance(value, Sequence) and isinstance(key, int) and key < len(value))
        if not inside:
            raise _NotKnown(f"{{{{{expression}}}}}")
        value = value[key]
    for name in filter(None, (word.strip() for word in match[3].split("|"))):
        if name == "dict2items" and isinstance(value, Mapping):
            value = _pairs(value)
        elif name not in _PLAIN_FILTERS:
            raise _NotKnown(f"{{{{{expression}}}}}")
    return value
