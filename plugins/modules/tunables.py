#!/usr/bin/python
# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Set kernel tunables of the network, now and for the next boot."""

from __future__ import annotations

DOCUMENTATION = r"""
module: tunables
short_description: Set kernel tunables of the network, now and for the next boot
version_added: 1.0.0
description:
  - Sets any number of keys under C(net) in one task, so that the running kernel and the next boot agree.
  - All keys or none. Everything is checked before anything is touched; when the kernel refuses a value, or the file
    cannot be replaced, everything is put back. A run that is killed half-way is settled by the next run.
  - Touches nothing that is not named. No other key is written to the kernel, and of the file in O(path) only the
    lines of the named keys change.
  - Tells who decides at boot. It reads the files as C(systemd-sysctl) does and reports the file and the line that has
    the last word on each key.
  - Values are compared by meaning. C(1024 65000), the same with tabs, and a list of two numbers are equal.
  - Runs no program on the host.
options:
  settings:
    description:
      - What to set. A key may be written with dots or with slashes, and must lie under C(net).
      - A value is a number, a text or a list. For a key of one number it may also be a constraint - a mapping of one of
        C(at_least), C(at_most), C(between) (a list of two) and C(equals).
      - A constraint leaves alone what satisfies it, the running value and the boot value each by itself. Where it is
        not satisfied, the nearest value that satisfies it is set.
      - Keys that M(linuxnet.tcp.tunables_info) knows are checked for kind and bounds. Others are set as they are given.
      - With O(state=absent) the values do not matter and may be null.
    type: dict
    required: true
  state:
    description:
      - V(present) sets the keys.
      - V(absent) takes their lines from O(path) and gives back the running values from before the first change by this
        module. Where that is not known any more, as after a boot, it sets what the remaining files would set at boot.
    type: str
    choices: [present, absent]
    default: present
  path:
    description:
      - The file that keeps the keys for the next boot. It is made where it is missing; the folder must exist.
      - Must not be a link, and nobody but root may be able to write in its folder.
    type: path
    default: /etc/sysctl.d/90-linuxnet-tcp.conf
  scope:
    description:
      - What to set - the V(running) values, the values that the next V(boot) will set, or both.
    type: list
    elements: str
    choices: [running, boot]
    default: [running, boot]
  exclusive:
    description:
      - Whether to take away, as O(state=absent) does, every key in O(path) that O(settings) does not name.
      - With empty O(settings) this takes away all of them.
    type: bool
    default: false
  unavailable:
    description:
      - What to do about a key that cannot be set on this host, because the kernel has removed it, this network
        namespace does not have it, its kernel module is not loaded, or C(/proc/sys) is read-only.
      - V(skip) skips it, with a warning that says why, and never reports a change for it. A key that is only
        read-only is still written for the next boot.
    type: str
    choices: [fail, skip]
    default: fail
  shadowed:
    description:
      - What to do when another file would decide a key of ours at boot, against what is asked.
    type: str
    choices: [fail, warn, ignore]
    default: warn
  watch_seconds:
    description:
      - Watch the host. Its counters are read for so many seconds before the change, and for as many after. When they
        got worse beyond O(watch_limits), everything is put back and the task fails.
      - An idle host is not judged. The task takes twice as many seconds longer when there is something to change.
    type: float
    default: 0
  watch_limits:
    description:
      - How much worse is too much, in events a second above those of the window before. The names are those of
        RV(evidence.counters); C(retransmit_ratio) is a share of all segments.
      - C(least_opens) is the number of connections a second below which a host counts as idle.
      - The defaults are C(listen_overflows) 1, C(listen_drops) 1, C(syn_queue_full_drops) 1, C(aborts_on_memory) 0.1,
        C(aborts_on_timeout) 5, C(attempt_fails) 5, C(retransmit_ratio) 0.02, C(outgoing_per_incoming) 0.5,
        C(least_opens) 1. C(time_wait_overflow) and C(established_resets) are judged only when a limit is given.
      - The kernel counts no connection that failed for want of a local port. What tells is a proxy that accepts
        connections and opens none for them; so where the change bounds outgoing connections, C(outgoing_per_incoming)
        is judged, and its limit is the share that may be lost. A host that only opens connections shows nothing.
    type: dict
    default: {}
  network_namespace:
    description:
      - The network namespace whose running values to set, as a name (of C(ip netns)), as a path, or as the id of a
        process in it. Digits alone are a process id.
      - Implies O(scope=running), for a boot knows nothing of namespaces.
    type: str
extends_documentation_fragment:
  - linuxnet.tcp._attributes
  - linuxnet.tcp._attributes.changing_module
  - linuxnet.tcp._attributes.actiongroup_tcp
notes:
  - What was running before the first change is kept in C(/var/lib/linuxnet-tcp), for root alone.
  - Setting C(net.ipv4.tcp_fin_timeout) does not shorten TIME_WAIT, and C(net.ipv4.tcp_tw_reuse) helps only hosts that
    open connections. C(linuxnet.tcp.tunables_info) says for each key what it does and what it costs.
seealso:
  - module: linuxnet.tcp.tunables_info
  - module: linuxnet.tcp.state_facts
author:
  - The linuxnet.tcp authors (@linuxnet)
"""

EXAMPLES = r"""
- name: Make room for many connections that the host opens
  linuxnet.tcp.tunables:
    settings:
      net.ipv4.ip_local_port_range: [10240, 65535]
      net.ipv4.tcp_tw_reuse: 1
  become: true

- name: Raise what is too low, and leave alone what is higher
  linuxnet.tcp.tunables:
    settings:
      net.core.somaxconn: {at_least: 4096}
      net.ipv4.tcp_max_syn_backlog: {at_least: 8192}
  become: true

- name: See what would change
  linuxnet.tcp.tunables:
    settings:
      net.ipv4.tcp_keepalive_time: 1200
  check_mode: true
  diff: true

- name: Try it for ten seconds, and put it back if the host gets worse
  linuxnet.tcp.tunables:
    settings:
      net.ipv4.tcp_max_syn_backlog: 16384
    watch_seconds: 10
  become: true

- name: Set what the host has, also in a container where some keys are missing
  linuxnet.tcp.tunables:
    settings:
      net.ipv4.tcp_max_orphans: {at_least: 65536}
    unavailable: skip
  become: true

- name: Give back what was
  linuxnet.tcp.tunables:
    settings:
      net.ipv4.tcp_keepalive_time:
    state: absent
  become: true

- name: Take away everything that this file sets
  linuxnet.tcp.tunables:
    settings: {}
    exclusive: true
  become: true
"""

RETURN = r"""
path:
  description: The file that keeps the keys.
  returned: success
  type: str
  sample: /etc/sysctl.d/90-linuxnet-tcp.conf
tunables:
  description: A row for each key, in the order of O(settings); those that O(exclusive) takes away come last.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The key, with dots.
      type: str
      returned: success
    requested:
      description: What was asked, null with O(state=absent).
      type: raw
      returned: success
    running_before:
      description: The running value before, null where there is none.
      type: raw
      returned: success
    running_after:
      description: The running value after.
      type: raw
      returned: success
    boot_before:
      description: What the next boot would have set before, null where no file sets the key.
      type: raw
      returned: success
    boot_after:
      description: What the next boot will set.
      type: raw
      returned: success
    decided_by:
      description: The file and the line that decide at boot.
      type: str
      returned: success
      sample: /etc/sysctl.d/90-linuxnet-tcp.conf:2
    shadowed:
      description: Whether it is not our line that decides at boot.
      type: bool
      returned: success
    status:
      description: One of V(unchanged), V(changed), V(skipped) and V(restored).
      type: str
      returned: success
    reason:
      description:
        - Why, where there is something to say - V(never_applied), V(drifted), V(removed), V(absent_here),
          V(module_not_loaded), V(read_only), V(unknown), V(other_file), V(other_file_later), V(masked), V(not_read),
          V(refused), V(not_known_before).
      type: str
      returned: success
evidence:
  description: What the watch saw.
  returned: when O(watch_seconds) is greater than V(0) and something changed, also on failure
  type: dict
  contains:
    judged:
      description: Whether there was enough traffic to judge by.
      type: bool
      returned: success
    window_seconds:
      description: How long each of the two windows was.
      type: float
      returned: success
    opens_a_second:
      description: Connections opened and accepted a second.
      type: float
      returned: success
    counters:
      description: Events a second before and after, and the limit.
      type: dict
      returned: success
"""

import time
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Set

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.compile_once import compile_once

compile_once()

from ansible_collections.linuxnet.tcp.plugins.module_utils._host.drop_in_file import read_drop_in, seen_from
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.namespaces import enter
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.running_values import read_machine, read_running
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.state_folder import StateFolder, locked, this_place
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.sysctl_files import read_boot_files
from ansible_collections.linuxnet.tcp.plugins.module_utils._host.transaction import (
    Interrupted,
    Settled,
    abandon,
    breakable,
    carry_out,
    finish,
    put_back,
    settle,
    unbroken,
    undisturbed,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.catalogue import tunable_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.couplings import NEEDED
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.errors import (
    HostError,
    InputError,
    LinuxnetError,
    shown,
)
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.plans import Asked, Host, Plan
from ansible_collections.linuxnet.tcp.plugins.module_utils._model.settings import read_settings
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.changes import keys_to_read, make_plan, same_value
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.plan_diff import diff_of
from ansible_collections.linuxnet.tcp.plugins.module_utils._plan.watching import Judgement, Window, judge, read_limits


class Machine(NamedTuple):
    """Where the host's files lie; a captured or a throw-away host has them elsewhere."""

    root: str = "/"
    proc: str = "/proc"
    state: StateFolder = StateFolder()


class Worse(LinuxnetError):
    """The watch found the host worse, and everything is put back."""

    def __init__(self, sentence: str, evidence: Dict[str, Any]) -> None:
        super().__init__(sentence)
        self.evidence = evidence


def ask(params: Mapping[str, Any]) -> Asked:
    """The parameters, checked as far as they can be without a look at the host."""
    if not 0 <= params["watch_seconds"] < 86400:
        raise InputError("watch_seconds is {0}: give seconds, 0 for no watch".format(shown(params["watch_seconds"])))
    scope = ["running"] if params["network_namespace"] is not None else params["scope"]
    if not scope:
        raise InputError("scope is empty: name running, boot or both")
    return Asked(
        settings=read_settings(params["settings"], absent=params["state"] == "absent"),
        path=params["path"],
        running="running" in scope,
        boot="boot" in scope,
        exclusive=params["exclusive"],
        skip_unavailable=params["unavailable"] == "skip",
        network_namespace=params["network_namespace"],
    )


def read_host(asked: Asked, machine: Machine) -> Host:
    """Everything of the host that the plan depends on."""
    file = read_drop_in(asked.path)
    tunables = {tunable.key: tunable for tunable in keys_to_read(asked, file)}
    for key in sorted(NEEDED):
        tunables.setdefault(key, tunable_of(key))
    return Host(
        running=read_running(machine.proc, tunables.values()),
        machine=read_machine(machine.proc),
        path=seen_from(machine.root, asked.path),
        file=file,
        boot_files=read_boot_files(machine.root, machine.proc),
        first_seen=machine.state.first_seen(),
        place=this_place(machine.proc),
    )


class Watch(NamedTuple):
    """How long to watch, where, and how much worse is too much."""

    seconds: float
    limits: Mapping[str, float]
    proc: str

    def window(self) -> Window:
        """The counters now and after the time to watch."""
        # Imported only here: the host compiles what is imported anew in every run, and few runs watch.
        from ansible_collections.linuxnet.tcp.plugins.module_utils._host.procfs import read_snapshot  # noqa: PLC0415

        start = read_snapshot(self.proc)
        time.sleep(self.seconds)
        return Window(start, read_snapshot(self.proc))


def act(plan: Plan, watch: Watch, machine: Machine) -> Optional[Judgement]:
    """Carry the plan out, watch the host if that is wanted, and keep the change or put it back."""
    watched = bool(watch.seconds and plan.transaction.running)
    transaction = plan.transaction._replace(watched=watched)
    before = watch.window() if watched else None
    unbroken()
    carry_out(transaction, machine.state, machine.proc, same_value)
    judgement = None
    if before is not None:
        try:
            with breakable():
                changed = [change.key for change in plan.transaction.running]
                judgement = judge(before, watch.window(), watch.limits, changed)
        except BaseException as error:  # noqa: BLE001 - whatever it is, what was not judged does not stay
            abandon(transaction, machine.state, machine.proc, error, "the watch ended early")
        if judgement.worse:
            left = put_back(transaction, machine.state, machine.proc)
            sentence = "the host got worse, so the change is put back: {0}".format("; ".join(judgement.worse))
            raise Worse("; but ".join([sentence, *left]), judgement.evidence)
    finish(transaction, machine.state, machine.proc)
    return judgement


class Outcome(NamedTuple):
    """What to tell the user."""

    plan: Plan
    settled: Optional[Settled]
    judgement: Optional[Judgement]

    @property
    def changed(self) -> bool:
        """Whether the host is not what it was."""
        return self.plan.changed or bool(self.settled and self.settled.changed)


ON_THE_HOST = Machine()


def run(
    params: Mapping[str, Any],
    check_mode: bool,
    machine: Machine = ON_THE_HOST,
    warn: Callable[[str], None] = lambda _sentence: None,
) -> Outcome:
    """Read the host, plan, act unless in check mode, and say what came of it.

    `warn` is told at once what was done about an earlier run that died: this one may fail yet.
    """
    asked = ask(params)
    watch = Watch(params["watch_seconds"], read_limits(params["watch_limits"]), machine.proc)
    settled = None
    if machine.state.pending() is not None:
        settled = _settle(check_mode, machine)
    if settled:
        warn(settled.sentence)
    if asked.network_namespace is not None:
        enter(asked.network_namespace, machine.proc)
    host = read_host(asked, machine)
    plan = _plan(asked, host, params["shadowed"])
    if check_mode or not plan.transaction.changes_anything:
        return Outcome(plan, settled, None)
    with undisturbed(), locked(machine.state):
        # Another run may have come first: what counts is what the host has now that nobody else may change it.
        if machine.state.pending() is not None:
            raise HostError("another run died just now; run the task again, which settles what it has left")
        now = read_host(asked, machine)
        if now != host:
            plan = _plan(asked, now, params["shadowed"])
        judgement = act(plan, watch, machine) if plan.transaction.changes_anything else None
        return Outcome(plan, settled, judgement)


def _settle(check_mode: bool, machine: Machine) -> Optional[Settled]:
    """Settle what a run that died has left; in check mode only say that there is something."""
    if check_mode:
        sentence = "an earlier run died half-way or is under way; the next run outside check mode settles it first"
        return Settled(sentence, False)
    with undisturbed(), locked(machine.state):
        unbroken()
        return settle(machine.state, machine.proc)


def _plan(asked: Asked, host: Host, shadowed: str) -> Plan:
    plan = make_plan(asked, host)
    if plan.shadows and shadowed == "fail":
        raise HostError("; ".join(plan.shadows))
    return plan


def warnings_of(outcome: Outcome, shadowed: str) -> List[str]:
    """What the user should know, a sentence each."""
    return [*outcome.plan.warnings, *(outcome.plan.shadows if shadowed == "warn" else ())]


def secrets_in(settings: Mapping[str, Any]) -> Set[str]:
    """The values that Ansible must show nowhere, not in its log and not in `invocation`."""
    return {text for key, value in settings.items() if _is_secret(key) for text in _texts(value)}


def _is_secret(key: str) -> bool:
    try:
        return tunable_of(key).secret
    except InputError:
        return False


def _texts(value: Any) -> List[str]:
    """Every text and number in a value, at whatever depth; but for those so short that they would hide half of the
    result.
    """
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in _texts(item)]
    text = "" if value is None else str(value)
    return [text] if len(text) >= SHORTEST_SECRET else []


SHORTEST_SECRET = len("1-2-3-4")


def main() -> None:
    """Run as Ansible runs a module."""
    module = AnsibleModule(
        argument_spec={
            # For Ansible all of it is secret until it is known what is: otherwise a secret would stand in the system
            # log.
            "settings": {"type": "dict", "required": True, "no_log": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "path": {"type": "path", "default": "/etc/sysctl.d/90-linuxnet-tcp.conf"},
            "scope": {
                "type": "list",
                "elements": "str",
                "choices": ["running", "boot"],
                "default": ["running", "boot"],
            },
            "exclusive": {"type": "bool", "default": False},
            "unavailable": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
            "shadowed": {"type": "str", "choices": ["fail", "warn", "ignore"], "default": "warn"},
            "watch_seconds": {"type": "float", "default": 0},
            "watch_limits": {"type": "dict", "default": {}},
            "network_namespace": {"type": "str"},
        },
        supports_check_mode=True,
    )
    module.no_log_values = secrets_in(module.params["settings"])
    module.log("settings: {0}".format(module.params["settings"]))
    result: Dict[str, Any] = {"path": module.params["path"]}
    try:
        outcome = run(module.params, module.check_mode, warn=module.warn)
    except Worse as error:
        module.fail_json(msg=str(error), evidence=error.evidence, **result)
    except LinuxnetError as error:
        module.fail_json(msg=str(error), **result)
    except OSError as error:
        what = error.filename or "a file of the host"
        module.fail_json(msg="cannot use {0}: {1}".format(what, error.strerror), **result)
    except Interrupted as error:
        module.fail_json(msg="this run was interrupted ({0}) before it changed anything".format(error), **result)
    for sentence in warnings_of(outcome, module.params["shadowed"]):
        module.warn(sentence)
    if outcome.judgement:
        result["evidence"] = outcome.judgement.evidence
    module.exit_json(
        changed=outcome.changed,
        tunables=[row._asdict() for row in outcome.plan.rows],
        diff=diff_of(outcome.plan),
        **result
    )


if __name__ == "__main__":
    main()
