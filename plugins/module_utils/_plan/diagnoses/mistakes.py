# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diagnoses of settings that do not do what whoever set them meant: the common mistakes that a host can show.

The numbers are those of the guide's list. Four of its seventeen no host can show: what costs a descriptor (14), how
programs compare values (15), and who decides by version (17) are in people's heads and playbooks.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from ..._model.findings import Severity
from .host import Host, Setting, shown, text
from .rule import NOTHING, Seen, application, tunable

RECYCLE = "net.ipv4.tcp_tw_recycle"
DEFAULT_FIN_TIMEOUT = 60
DEFAULT_KEEPALIVE = {
    "net.ipv4.tcp_keepalive_time": 7200,
    "net.ipv4.tcp_keepalive_intvl": 75,
    "net.ipv4.tcp_keepalive_probes": 9,
}
# Since Linux 5.4; tcp_migrate_req came with 5.14 and tells that this kernel is later.
DEFAULT_SOMAXCONN = 4096
LATER_THAN_5_4 = "net.ipv4.tcp_migrate_req"
# sk_max_ack_backlog had 16 bits until about 5.0, and nothing kept a larger number out before 3.12.
MOST_BACKLOG_OF_16_BITS = 65535
# The smallest page of any machine: with larger ones tcp_mem is larger still.
PAGE = 4096
# Keys that the kernel keeps for the sake of old files, and a key that came with or after the kernel that ended them.
DEAD_KEYS = {
    "net.ipv4.tcp_low_latency": "net.ipv4.tcp_comp_sack_delay_ns",
    "net.ipv4.tcp_fack": "net.ipv4.tcp_comp_sack_delay_ns",
    "net.ipv4.tcp_adv_win_scale": "net.ipv4.tcp_backlog_ack_defer",
}
# The tracker's states that bear the names of sockets' states in which these pile up.
TRACKER_TIMEOUTS = tuple(
    "net.netfilter.nf_conntrack_tcp_timeout_" + state for state in ("time_wait", "close_wait", "fin_wait", "last_ack")
)
# A server that opens a connection for every hundred that it accepts is no client.
ACCEPTS_FOR_AN_OPEN = 100
FEW_ACCEPTS = 1000


def set_by_file(setting: Setting) -> bool:
    """Whether a file sets it at boot."""
    return setting.at_boot is not None and bool(setting.decided_by)


def recycle_on(host: Host) -> Optional[Seen]:
    """Only kernels before 4.12 have it."""
    setting = host.setting(RECYCLE)
    if not any(value != 0 for value in setting.values):
        return None
    return Seen(Severity.HIGH, setting.evidence(), tunable(RECYCLE + ", 0, and out of every file"))


def recycle_gone(host: Host) -> Optional[Seen]:
    """A line for a key that this kernel does not have."""
    setting = host.setting(RECYCLE)
    if setting.status != "removed" or not setting.lines:
        return None
    return Seen(Severity.LOW, lines_of(setting), tunable(RECYCLE + ", out of the file: sysctl fails on it"))


def lines_of(setting: Setting) -> Dict[str, Any]:
    """The last line that names a key, and how many there are."""
    last = setting.lines[-1]
    where, value = text(last.get("where")), text(last.get("value"))
    return {"key": setting.key, "where": where, "value": value, "lines": len(setting.lines)}


def fin_timeout_lowered(host: Host) -> Optional[Seen]:
    """Below the default."""
    setting = host.setting("net.ipv4.tcp_fin_timeout")
    if not any(0 < value < DEFAULT_FIN_TIMEOUT for value in setting.values):
        return None
    counts = {"time_wait": host.state("time_wait"), "fin_wait2": host.state("fin_wait2")}
    return Seen(Severity.INFO, {**setting.evidence(), **counts}, NOTHING)


def cap_zero(host: Host) -> Optional[Seen]:
    """No TIME_WAIT at all."""
    return _cap(host, lambda value: value == 0)


def cap_negative(host: Host) -> Optional[Seen]:
    """No cap, or no TIME_WAIT, by kernel."""
    return _cap(host, lambda value: value < 0)


def _cap(host: Host, wrong: Any) -> Optional[Seen]:
    setting = host.setting("net.ipv4.tcp_max_tw_buckets")
    if not any(wrong(value) for value in setting.values):
        return None
    evidence = {**setting.evidence(), **host.movement("time_wait_overflow")}
    return Seen(Severity.MEDIUM, evidence, tunable(setting.key + ", the kernel's own value, or what the host needs"))


def reuse_without_use(host: Host) -> Optional[Seen]:
    """Turned on for all on a host that only accepts."""
    setting = host.setting("net.ipv4.tcp_tw_reuse")
    opened, accepted = host.since_boot("active_opens"), host.since_boot("passive_opens")
    if setting.running != 1 or opened is None or accepted is None:
        return None
    if accepted < FEW_ACCEPTS or opened * ACCEPTS_FOR_AN_OPEN > accepted:
        return None
    return Seen(Severity.INFO, {**setting.evidence(), "active_opens": opened, "passive_opens": accepted}, NOTHING)


def reuse_without_timestamps(host: Host) -> Optional[Seen]:
    """Reuse asks the timestamps."""
    reuse, timestamps = host.setting("net.ipv4.tcp_tw_reuse"), host.setting("net.ipv4.tcp_timestamps")
    now = (reuse.running, timestamps.running)
    booted = tuple(
        setting.running if setting.at_boot is None else setting.at_boot for setting in (reuse, timestamps)
    )
    if (1, 0) not in (now, booted):
        return None
    evidence = {**reuse.evidence(), "tcp_timestamps": timestamps.running, "timestamps_at_boot": timestamps.at_boot}
    evidence = {name: value for name, value in evidence.items() if value is not None}
    return Seen(Severity.MEDIUM, evidence, tunable("net.ipv4.tcp_timestamps, 1"))


def reuse_two_is_all(host: Host) -> Optional[Seen]:
    """A kernel that still has tcp_tw_recycle is older than 4.12, and knows only on and off."""
    setting = host.setting("net.ipv4.tcp_tw_reuse")
    if not host.has(RECYCLE) or 2 not in setting.values:
        return None
    return Seen(Severity.LOW, setting.evidence(), tunable(setting.key + ", 0 or 1: say what is meant"))


def keepalive_needs_asking(host: Host) -> Optional[Seen]:
    """Other than the defaults."""
    changed = [
        setting
        for setting in map(host.setting, DEFAULT_KEEPALIVE)
        if any(value != DEFAULT_KEEPALIVE[setting.key] for value in setting.values)
    ]
    if not changed:
        return None
    evidence: Dict[str, Any] = {}
    for setting in changed:
        others = [value for value in setting.values if value != DEFAULT_KEEPALIVE[setting.key]]
        evidence[setting.key.rpartition(".")[2]] = others[0]
    return Seen(Severity.INFO, evidence, application("set SO_KEEPALIVE where dead peers must be noticed"))


def syn_backlog_above_somaxconn(host: Host) -> Optional[Seen]:
    """Raised by a file, and the queues stay as short as somaxconn."""
    backlog, somaxconn = host.setting("net.ipv4.tcp_max_syn_backlog"), host.setting("net.core.somaxconn").running
    if not set_by_file(backlog) or not isinstance(backlog.running, int) or not isinstance(somaxconn, int):
        return None
    if backlog.running <= somaxconn:
        return None
    remedy = "net.core.somaxconn, at least {0}, then restart the service".format(backlog.running)
    return Seen(Severity.LOW, {**backlog.evidence(), "somaxconn": somaxconn}, tunable(remedy))


def somaxconn_lowered(host: Host) -> Optional[Seen]:
    """A file that was to raise 128 and lowers 4096."""
    setting = host.setting("net.core.somaxconn")
    if not set_by_file(setting) or not host.has(LATER_THAN_5_4):
        return None
    if not any(value < DEFAULT_SOMAXCONN for value in setting.values):
        return None
    evidence = {**setting.evidence(), "kernels_default": DEFAULT_SOMAXCONN}
    return Seen(Severity.LOW, evidence, tunable(setting.key + ", out of the file, or at least 4096"))


def somaxconn_cut(host: Host) -> Optional[Seen]:
    """More than 16 bits on a kernel that keeps 16."""
    setting = host.setting("net.core.somaxconn")
    if not host.has(RECYCLE) or not any(value > MOST_BACKLOG_OF_16_BITS for value in setting.values):
        return None
    kept = max(setting.values) & MOST_BACKLOG_OF_16_BITS
    return Seen(Severity.MEDIUM, {**setting.evidence(), "kept": kept}, tunable(setting.key + ", at most 65535"))


def tcp_mem_in_bytes(host: Host) -> Optional[Seen]:
    """More pages than the host has memory."""
    setting, memory = host.setting("net.ipv4.tcp_mem"), host.limit("memory_bytes")
    if memory is None or memory <= 0:
        return None
    values = [value for value in (setting.running, setting.at_boot) if isinstance(value, tuple) and value]
    if not any(value[-1] * PAGE > memory for value in values):
        return None
    evidence = {**setting.evidence(), "memory_bytes": memory}
    return Seen(Severity.MEDIUM, evidence, tunable(setting.key + ", out of the file, or in pages"))


def syncookies_always(host: Host) -> Optional[Seen]:
    """2 is for tests."""
    setting = host.setting("net.ipv4.tcp_syncookies")
    if 2 not in setting.values:
        return None
    return Seen(Severity.LOW, setting.evidence(), tunable(setting.key + ", 1"))


def dead_keys(host: Host) -> Optional[Seen]:
    """Set by a file, on a kernel that does not look at them."""
    dead = [setting for setting in map(host.setting, DEAD_KEYS) if host.has(DEAD_KEYS[setting.key])]
    return _set_in_vain(dead, "leave them out of the files")


def tracker_is_not_sockets(host: Host) -> Optional[Seen]:
    """Timeouts of the tracker, set by a file."""
    return _set_in_vain([host.setting(key) for key in TRACKER_TIMEOUTS], "")


def _set_in_vain(settings: List[Setting], remedy: str) -> Optional[Seen]:
    found = [setting for setting in settings if set_by_file(setting)]
    if not found:
        return None
    evidence: Dict[str, Any] = {setting.key.rpartition(".")[2]: shown(setting.at_boot) for setting in found}
    evidence["decided_by"] = found[0].decided_by
    return Seen(Severity.INFO, evidence, tunable(remedy) if remedy else NOTHING)


def host_key_in_namespace(host: Host) -> Optional[Seen]:
    """A file names keys of the host, which this network namespace does not have."""
    found = [
        setting
        for setting in host.settings()
        if setting.status == "absent_here" and setting.per == "host" and setting.lines
    ]
    if not found:
        return None
    evidence = {"keys": len(found), **lines_of(found[0])}
    return Seen(Severity.LOW, evidence, tunable(found[0].key + ", on the host itself: from in here it cannot be set"))
