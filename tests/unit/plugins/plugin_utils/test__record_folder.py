# Copyright (c) 2026, the linuxnet.tcp authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of an audit: whole files, harmless names, no links, modes, and what lies there and does not belong."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from ansible_collections.linuxnet.tcp.plugins.plugin_utils import _record
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._record_folder import AuditFolder, FolderError
from ansible_collections.linuxnet.tcp.plugins.plugin_utils._report_model import Unread
from ansible_collections.linuxnet.tcp.tests.unit.plugins.plugin_utils import records


def data_of(host: str) -> bytes:
    """The record of a host as it is written."""
    return _record.to_bytes(_record.make_record(host, ["web"], "audited", _record.Found(), records.NOW))


def mode_of(path: Path) -> int:
    """The permission bits of a file, without those of its type."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_record_comes_back(tmp_path: Path) -> None:
    """What was written of a host is read back, by the host's name and in the list of all."""
    with AuditFolder(str(tmp_path / "new" / "audit")) as folder:
        path = folder.write_record("web1", data_of("web1"))
        assert Path(path) == tmp_path / "new" / "audit" / "records" / _record.file_name("web1")
        assert (folder.read("web1") or {})["host"] == "web1"
        assert folder.read("web2") is None
        assert [one[0] for one in folder.records()] == [_record.file_name("web1")]


def test_modes(tmp_path: Path) -> None:
    """Records are the owner's alone, reports may be read by whoever may enter the folder, which is the owner."""
    os.umask(0o022)
    with AuditFolder(str(tmp_path / "audit")) as folder:
        record = Path(folder.write_record("web1", data_of("web1")))
        report = Path(folder.write_report("report.md", ["# x\n"]))
    assert [mode_of(path) for path in (tmp_path / "audit", record.parent, record, report)] == [
        0o700,
        0o700,
        0o600,
        0o644,
    ]


def test_a_folder_for_several_people(tmp_path: Path) -> None:
    """In a folder with the set-group-ID bit the group may read the records, and replace them."""
    os.umask(0o002)
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit").chmod(0o2770)
    with AuditFolder(str(tmp_path / "audit")) as folder:
        record = Path(folder.write_record("web1", data_of("web1")))
    os.umask(0o022)
    assert mode_of(record) == 0o640
    assert mode_of(record.parent) & 0o070 == 0o070


@pytest.mark.parametrize("host", records.HOSTILE)
def test_hostile_names_stay_in_the_folder(tmp_path: Path, host: str) -> None:
    """A host called `../../etc/cron.d/x` gets a file in records/ and nowhere else."""
    with AuditFolder(str(tmp_path / "audit")) as folder:
        folder.write_record(host, data_of(host))
        ((_file, record),) = [one for one in folder.records() if not isinstance(one, Unread)]
    assert record["host"] == _record.whole_characters(host)
    made = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    assert made == ["audit", "audit/records", f"audit/records/{_record.file_name(_record.whole_characters(host))}"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link in the place of a record or a report is replaced, and what it leads to stays as it was."""
    victim = tmp_path / "victim"
    victim.write_text("mine")
    records_folder = tmp_path / "audit" / "records"
    records_folder.mkdir(parents=True)
    (records_folder / _record.file_name("web1")).symlink_to(victim)
    (tmp_path / "audit" / "report.md").symlink_to(victim)
    with AuditFolder(str(tmp_path / "audit")) as folder:
        assert folder.read("web1") is None
        assert list(folder.records()) == [Unread(_record.file_name("web1"), "it is a link")]
        record = Path(folder.write_record("web1", data_of("web1")))
        report = Path(folder.write_report("report.md", ["x"]))
    assert victim.read_text() == "mine"
    assert not record.is_symlink()
    assert not report.is_symlink()


def test_records_may_not_be_a_link(tmp_path: Path) -> None:
    """Somebody's link in the place of records/ is refused, since records would be written elsewhere."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "records").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FolderError, match="holds no usable folder records"):
        AuditFolder(str(tmp_path))
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """What cannot be a folder is refused in a sentence that names the parameter and the way out."""
    (tmp_path / "file").write_text("")

    with pytest.raises(FolderError, match=r"dir is '.*/file', which cannot be made or opened: .*; give a folder"):
        AuditFolder(str(tmp_path / "file"))


def test_what_does_not_belong(tmp_path: Path) -> None:
    """Files that are no records are named with the reason; hidden ones, our own half-written ones, are passed over."""
    with AuditFolder(str(tmp_path)) as folder:
        folder.write_record("web1", data_of("web1"))
        other = tmp_path / "records"
        (other / ".0123.tmp").write_text("half")
        (other / "broken.json").write_text("{")
        (other / "notes.txt").write_text("")
        (other / "folder.json").mkdir()
        (other / "renamed.json").write_bytes(data_of("web2"))
        os.mkfifo(other / "pipe.json")
        (other / "huge.json").write_bytes(b" " * (_record.LARGEST + 2))
        found = list(folder.records())
    assert {one.file: one.reason.split(":")[0] for one in found if isinstance(one, Unread)} == {
        "broken.json": "it is not JSON",
        "notes.txt": "its name does not end in .json",
        "folder.json": "Is a directory",
        "renamed.json": "it is not named after its host",
        "pipe.json": "it is no plain file",
        "huge.json": f"it has more than {_record.LARGEST} bytes",
    }
    assert [one[0] for one in found if not isinstance(one, Unread)] == [_record.file_name("web1")]


def test_a_report_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    """When making a report fails halfway, the old one stays and nothing is left behind."""
    with AuditFolder(str(tmp_path)) as folder:
        folder.write_report("report.md", ["old"])
        with pytest.raises(ZeroDivisionError):
            folder.write_report("report.md", (str(1 // number) for number in (1, 0)))
    assert (tmp_path / "report.md").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["records", "report.md"]


def write_many(path: str, host: str, times: int) -> None:
    """One controller that audits one host again and again."""
    with AuditFolder(path) as folder:
        for number in range(times):
            found = _record.Found(facts={"filler": str(number) * 2000})
            record = _record.make_record(host, [], "audited", found, records.NOW, folder.read(host))
            folder.write_record(host, _record.to_bytes(record))


def test_two_controllers_in_one_folder(tmp_path: Path) -> None:
    """While two controllers write the same record again and again, whoever reads it always reads a whole one."""
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_many, args=(str(tmp_path), "web1", 100)) for _writer in range(2)]
    for writer in writers:
        writer.start()
    seen = 0
    with AuditFolder(str(tmp_path)) as folder:
        while any(writer.is_alive() for writer in writers):
            for one in folder.records():
                assert not isinstance(one, Unread)
                seen += 1
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert seen > 0
    assert len(list((tmp_path / "records").iterdir())) == 1
    json.loads((tmp_path / "records" / _record.file_name("web1")).read_text())
