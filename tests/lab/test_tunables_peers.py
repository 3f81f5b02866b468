# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users of other tools suffer from, case by case, on a throw-away host.

The numbers (E2 and so on) are those of a survey of ansible.posix.sysctl 3.0.0 on Linux 6.18, in which each case ended
badly: the comment of each test says how.
"""

from __future__ import annotations

import time

import pytest

from ansible_collections.linuxnet.tcp.tests.lab.throwaway_host import DROP_IN, Host

FIN, KEEPALIVE, RANGE = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time", "net.ipv4.ip_local_port_range"
RECYCLE, BUCKETS = "net.ipv4.tcp_tw_recycle", "net.ipv4.tcp_max_tw_buckets"


def test_e2_a_reversed_range_is_refused_and_not_written(host: Host) -> None:
    """Two numbers in the wrong order are refused, and stand nowhere afterwards."""
    # The bad line stayed in the file, and each later run failed again.
    sentence = host.refused(settings={RANGE: "60000 10000"})

    assert RANGE in sentence
    assert "60000 10000" in sentence
    assert host.text() is None
    assert host.run(settings={FIN: 30}).changed


def test_e3_a_removed_key_poisons_nothing(host: Host) -> None:
    """A key that the kernel has removed is refused with its version and what to do, and other tasks go on."""
    # The dead key stayed in the file, and every later task on that file failed.
    sentence = host.refused(settings={RECYCLE: 1})

    assert "gone since Linux 4.12" in sentence
    assert "tcp_tw_reuse" in sentence, "what to use instead"
    assert host.run(settings={FIN: 30}).changed
    assert host.get(FIN) == "30"


@pytest.mark.parametrize("check_mode", [False, True])
def test_e4_a_skipped_key_never_reports_changed(host: Host, check_mode: bool) -> None:
    """With unavailable skip a removed key is skipped, says why, never reaches the file and never counts as a change."""
    # It counted as a change in every run, in check mode too, and stood in the file.
    for _turn in range(2):
        answer = host.run(settings={RECYCLE: 1}, unavailable="skip", check_mode=check_mode)
        assert not answer.changed
        assert (answer.row(RECYCLE)["status"], answer.row(RECYCLE)["reason"]) == ("skipped", "removed")
        assert any("gone since Linux 4.12" in warning for warning in answer.warnings)
        assert host.text() is None


def test_e4_a_skipped_key_beside_one_that_is_set(host: Host) -> None:
    """The other keys of the task are set all the same, and the second run changes nothing."""
    settings = {RECYCLE: 1, FIN: 30}
    assert host.run(settings=settings, unavailable="skip").changed
    assert not host.run(settings=settings, unavailable="skip").changed
    assert host.get(FIN) == "30"
    assert RECYCLE not in (host.text() or "")


@pytest.mark.parametrize("blank", ["\t", "  ", " \t "])
@pytest.mark.parametrize("asked", ["10000 60000", "10000\t60000", [10000, 60000], ["10000", "60000"]])
def test_e5_white_space_is_no_difference(host: Host, blank: str, asked: object) -> None:
    """Numbers apart by other blanks are the same numbers, in the file, in the kernel and in the task."""
    # The file was rewritten in every run.
    host.put(DROP_IN, f"{RANGE}=10000{blank}60000\n")
    host.load("systemd")
    before = host.everything()

    assert not host.run(settings={RANGE: asked}).changed
    assert host.everything() == before


def test_e6_leading_zeros_are_refused(host: Host) -> None:
    """A number that the kernel would read as octal is refused, and the sentence names both readings."""
    # The kernel held 24, the task said 030, and changed for ever.
    sentence = host.refused(settings={FIN: "030"})

    assert "'030'" in sentence
    assert "write 30, or 24" in sentence


@pytest.mark.parametrize("asked", ["1024", 1024, [1024], "1024 60999 5", [1024, 60999, 5], ""])
def test_e8_half_a_range_is_refused(host: Host, asked: object) -> None:
    """One number for a pair, or three, is refused: the kernel would set half of it, or ignore the third."""
    # The kernel took half a write, and the task changed for ever.
    assert RANGE in host.refused(settings={RANGE: asked})


@pytest.mark.parametrize("asked", [0, -5, 2**31])
def test_e9_nonsense_that_the_kernel_takes_is_refused(host: Host, asked: int) -> None:
    """A cap of no TIME_WAIT at all, or of less, is refused with the bounds that make sense."""
    # The kernel takes 0 and -5, and so did the module.
    sentence = host.refused(settings={BUCKETS: asked})

    assert BUCKETS in sentence
    assert "write a number from" in sentence


@pytest.mark.parametrize("settings", [{FIN: "banana"}, {RECYCLE: 1}, {FIN: 30, KEEPALIVE: "banana"}])
def test_e10_check_mode_foresees_the_failure(host: Host, settings: dict[str, object]) -> None:
    """What will fail fails in check mode, with the same sentence."""
    # Check mode said "changed".
    host.refused(settings=settings)


def test_e11_check_mode_shows_before_and_after(host: Host) -> None:
    """Check mode shows what the real run then shows: the file as a diff, the running values before and after."""
    # Check mode with --diff said "changed" and no more.
    host.put(DROP_IN, f"# ours\n{FIN} = 50\n")
    foreseen = host.run(settings={FIN: 30, KEEPALIVE: 1200}, check_mode=True).ok
    done = host.run(settings={FIN: 30, KEEPALIVE: 1200}).ok

    file, running = foreseen["diff"]
    assert foreseen["diff"] == done["diff"]
    assert file["before"] == f"# ours\n{FIN} = 50\n"
    assert file["after"] == f"# ours\n{FIN} = 30\n{KEEPALIVE} = 1200\n" == host.text()
    assert file["before_header"] == file["after_header"] == DROP_IN
    assert running["before"] == f"{FIN} = 60\n{KEEPALIVE} = 7200\n"
    assert running["after"] == f"{FIN} = 30\n{KEEPALIVE} = 1200\n"


def test_e12_other_keys_of_the_file_are_left_alone(host: Host) -> None:
    """A value that an administrator has set by hand stays, though a line of our file says something else."""
    # The whole file was loaded again, and the other key went back without a word.
    host.put(DROP_IN, f"{KEEPALIVE} = 7200\n")
    host.set(KEEPALIVE, 300)

    assert host.run(settings={FIN: 31}).changed
    assert host.get(KEEPALIVE) == "300"
    assert host.text() == f"{KEEPALIVE} = 7200\n{FIN} = 31\n"


def test_e14_a_file_that_boot_does_not_read(host: Host) -> None:
    """A key in /etc/sysctl.conf without its link is set, with a warning that the next boot will not set it."""
    # The task was ok; after the boot the value was gone.
    answer = host.run(settings={FIN: 31}, path="/etc/sysctl.conf")

    assert answer.row(FIN)["shadowed"]
    assert (answer.row(FIN)["boot_after"], answer.row(FIN)["decided_by"]) == (None, None)
    assert any("/etc/sysctl.conf" in warning and "/etc/sysctl.d" in warning for warning in answer.warnings)
    host.boot()
    assert host.get(FIN) == "60"
    host.load("procps")
    assert host.get(FIN) == "31"
    assert host.info(FIN).row(FIN)["after_reload"] == 31


def test_e14_a_file_that_boot_reads_through_its_link(host: Host) -> None:
    """With the link that Debian used to ship the same file decides, and there is nothing to warn of."""
    host.file("/etc/sysctl.d/99-sysctl.conf").symlink_to("../sysctl.conf")
    answer = host.run(settings={FIN: 31}, path="/etc/sysctl.conf")

    assert not answer.row(FIN)["shadowed"]
    assert answer.row(FIN)["decided_by"] == "/etc/sysctl.d/99-sysctl.conf:2"
    assert answer.warnings == []
    host.boot()
    assert host.get(FIN) == "31"


def test_e15_absent_gives_back_the_running_value(host: Host) -> None:
    """What we set goes away: the line, and the running value too."""
    # The line went, the running value stayed, and nothing said so.
    host.run(settings={FIN: 17})
    answer = host.run(settings={FIN: None}, state="absent")

    assert answer.row(FIN)["status"] == "restored"
    assert host.get(FIN) == "60"
    assert host.text() is None


def test_e15_absent_says_what_it_cannot_give_back(host: Host) -> None:
    """A line that somebody else has written goes; what was before is not known, and the sentence says that it stays."""
    host.put(DROP_IN, f"{FIN} = 17\n")
    host.load("systemd")
    answer = host.run(settings={FIN: None}, state="absent")

    assert answer.row(FIN)["reason"] == "not_known_before"
    assert host.get(FIN) == "17"
    assert any(f"{FIN} stays 17" in warning for warning in answer.warnings)


def test_e19_a_bad_line_of_somebody_else_is_not_our_failure(host: Host) -> None:
    """An unrelated line that the kernel refuses does not keep us from setting ours, and stays as it is."""
    # Ours was written and applied, and the task failed all the same.
    host.put(DROP_IN, f"{KEEPALIVE} = banana\nnet.ipv4.no_such_key = 1\n")

    assert host.run(settings={FIN: 30}).changed
    assert host.get(FIN) == "30"
    assert host.text() == f"{KEEPALIVE} = banana\nnet.ipv4.no_such_key = 1\n{FIN} = 30\n"


def test_e20_one_of_two_dead_keys_can_be_removed(host: Host) -> None:
    """A dead key can be taken out of a file that holds another dead key."""
    # The file was edited, and the task failed on the other key.
    host.put(DROP_IN, f"{RECYCLE} = 1\nnet.ipv4.tcp_low_latency_no_more = 1\n")
    answer = host.run(settings={RECYCLE: None}, state="absent")

    assert answer.changed
    assert host.text() == "net.ipv4.tcp_low_latency_no_more = 1\n"
    assert not host.run(settings={RECYCLE: None}, state="absent").changed


def test_e21_a_read_only_proc_sys_is_skipped_with_its_reason(host: Host) -> None:
    """Where /proc/sys is read-only a key is skipped and says why; it is written for boot, and a second run is quiet."""
    # The file was written, and then the task failed with "permission denied".
    host.make_read_only("/proc/sys")
    first = host.run(settings={FIN: 30}, unavailable="skip")
    second = host.run(settings={FIN: 30}, unavailable="skip")

    assert (first.row(FIN)["status"], first.row(FIN)["reason"]) == ("skipped", "read_only")
    assert any("read-only" in warning for warning in first.warnings)
    assert first.row(FIN)["running_after"] == 60
    assert first.row(FIN)["boot_after"] == 30
    assert not second.changed
    assert second.row(FIN)["status"] == "skipped"


def test_e21_a_read_only_proc_sys_is_refused_by_default(host: Host) -> None:
    """Without unavailable: skip nothing is written for boot either."""
    host.make_read_only("/proc/sys")

    assert "read-only" in host.refused(settings={FIN: 30})


def test_e22_a_read_only_folder_leaves_the_running_value_alone(host: Host) -> None:
    """Where the file cannot be replaced, the running value is as before, and the sentence names file and reason."""
    # The running value was changed already, and the message was a bare errno.
    host.make_read_only("/etc/sysctl.d")
    before = host.get(FIN)
    sentence = host.run(settings={FIN: 30}).refusal

    assert DROP_IN in sentence
    assert "Read-only file system" in sentence
    assert "nothing has changed" in sentence
    assert host.get(FIN) == before
    assert list(host.file("/etc/sysctl.d").iterdir()) == []


def test_e23_a_missing_folder_is_a_sentence(host: Host) -> None:
    """A file in a folder that does not exist is refused, and the sentence names the folder and the way out."""
    # A bare errno out of the making of a temporary file.
    sentence = host.refused(settings={FIN: 30}, path="/etc/no-such-folder/90.conf")

    assert "no-such-folder" in sentence
    assert "create it first" in sentence


@pytest.mark.parametrize("value", ["30\nnet.ipv4.ip_forward=1", "30\r\nnet.ipv4.ip_forward=1", "30\0", "30\x0b31"])
def test_e25_a_value_cannot_smuggle_a_line(host: Host, value: str) -> None:
    """A value with a line break is refused: it would set a second key."""
    # Two keys were written, forwarding was on, and each later run added another line.
    host.set("net.ipv4.ip_forward", 0)
    sentence = host.refused(settings={FIN: value})

    assert FIN in sentence
    assert host.get("net.ipv4.ip_forward") == "0"


def test_e28_thirty_keys_are_one_task(host: Host) -> None:
    """Thirty keys cost one run, one replaced file and no program; the second run changes nothing at all."""
    # A loop over thirty keys took 12 to 14 seconds, also when nothing changed.
    numbers = [row for row in host.info().ok["tunables"] if row["kind"] == "number" and row["status"] == "present"]
    settings = {row["name"]: row["running"] for row in numbers if row["per"] == "namespace"}
    settings = dict(list(settings.items())[:30], **{FIN: 31})
    assert len(settings) >= 30

    assert host.run(settings=settings).changed
    before, began = host.everything(), time.monotonic()
    second = host.run(settings=settings)
    took = time.monotonic() - began

    assert not second.changed
    assert host.everything() == before, "not even a time stamp moves"
    assert took < 5
    assert [row["name"] for row in second.ok["tunables"]] == list(settings)


def test_e30_without_a_sysctl_program(host: Host) -> None:
    """Where no sysctl program is, or BusyBox's, an unknown key still fails, and a known one is still set."""
    # BusyBox's sysctl ends well for an unknown key, and the task believed it.
    for folder in ("/usr/sbin", "/usr/lib/systemd"):
        host.hide(folder)
    host.put("/usr/sbin/busybox", "", mode=0o755)
    host.file("/usr/sbin/sysctl").symlink_to("busybox")

    assert "net.ipv4.no_such_key" in host.refused(settings={"net.ipv4.no_such_key": 1})
    answer = host.run(settings={FIN: 30})
    assert host.get(FIN) == "30"
    assert answer.row(FIN)["boot_after"] == 30
    assert any("BusyBox" in warning for warning in answer.warnings)


def test_e31_drift_is_reported_when_only_boot_is_asked(host: Host) -> None:
    """With scope boot a running value that is not what the file says is shown, and named drifted."""
    # The task was ok and unchanged without a word.
    host.run(settings={FIN: 30})
    host.set(FIN, 45)
    answer = host.run(settings={FIN: 30}, scope=["boot"])

    assert not answer.changed
    assert (answer.row(FIN)["running_before"], answer.row(FIN)["running_after"]) == (45, 45)
    assert (answer.row(FIN)["status"], answer.row(FIN)["reason"]) == ("unchanged", "drifted")


@pytest.mark.parametrize("key", [f" {FIN}", f"'{FIN}'", f'"{FIN}"', f"{FIN};reboot", f"{FIN} -w", f"$({FIN})"])
def test_e32_a_name_with_blanks_or_quotes_is_refused(host: Host, key: str) -> None:
    """A name that no key can have is refused: nothing takes it apart, and nothing runs it."""
    # It became part of one string that a shell's rules then split.
    host.refused(settings={key: 30})
