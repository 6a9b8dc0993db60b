"""The cores of a container are those of its quota, in either version of control groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from labcolor.batch.cores import cores


def machine(root: Path, group: str, **files: str) -> Path:
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(group)
    for name, content in files.items():
        path = root / "sys/fs/cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


@pytest.fixture(autouse=True)
def _eight_cores(monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)), raising=False)


@pytest.mark.parametrize(
    ("group", "files", "expected"),
    [
        ("0::/\n", {"cpu.max": "200000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "150000 100000\n"}, 2),
        ("0::/\n", {"cpu.max": "10000 100000\n"}, 1),
        ("0::/\n", {"cpu.max": "max 100000\n"}, 8),
        ("0::/\n", {"cpu.max": "nonsense"}, 8),
        ("0::/\n", {"cpu.max": "100000 0"}, 8),
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000", "a/cpu.max": "300000 100000"}, 3),
        ("0::/../up\n", {"cpu.max": "400000 100000"}, 4),
        (
            "5:cpu,cpuacct:/docker/x\n0::/\n",
            {"cpu,cpuacct/cpu.cfs_quota_us": "250000", "cpu,cpuacct/cpu.cfs_period_us": "100000"},
            3,
        ),
        (
            "5:cpu,cpuacct:/docker/x\n",
            {
                "cpu/docker/x/cpu.cfs_quota_us": "100000",
                "cpu/docker/x/cpu.cfs_period_us": "100000",
            },
            1,
        ),
        ("5:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 8),
        ("", {}, 8),
    ],
)
def test_a_quota_bounds_the_cores(group, files, expected, tmp_path):
    """The smallest quota on the way up counts, rounded up; none and nonsense do not."""
    assert cores(machine(tmp_path, group, **files)) == expected


def test_a_machine_without_control_groups(tmp_path):
    """There it is the cores that the process is bound to."""
    assert cores(tmp_path) == 8
