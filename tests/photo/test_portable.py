"""Names that any disk takes, by the rules that Microsoft publishes."""

from __future__ import annotations

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labcolor.photo.portable import oddity, portable
from labcolor.photo.target import cannot_write


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Oma 1943.jpg", "Oma 1943.jpg"),
        ('a<b>c:d"e|f?g*h.tif', "a_b_c_d_e_f_g_h.tif"),
        ("back\\slash.png", "back_slash.png"),
        ("tab\there.png", "tab_here.png"),
        ("ends with a dot.", "ends with a dot_"),
        ("ends with a blank ", "ends with a blank_"),
        ("CON.jpg", "CON_.jpg"),
        ("nul", "nul_"),
        ("Lpt9.tar.gz", "Lpt9_.tar.gz"),
        ("COM¹.png", "COM¹_.png"),
        ("console.jpg", "console.jpg"),
        (".hidden", ".hidden"),
        ("題.jpg", "題.jpg"),
    ],
)
def test_names_are_made_portable(name, expected):
    """What is forbidden becomes a low line, and names of devices are no longer theirs."""
    assert portable(name) == expected
    assert bool(oddity(name)) == (name != expected)


@given(st.text(min_size=1, max_size=30).filter(lambda name: "/" not in name and "\0" not in name))
def test_a_portable_name_is_portable(name):
    """Once made so, a name is one."""
    once = portable(name)
    assert portable(once) == once
    assert not oddity(once)
    assert once


@pytest.mark.parametrize("name", ["12:30.jpg", "why?.jpg", "CON.jpg", "end."])
def test_what_a_disk_refuses_is_said(name):
    """EINVAL of an exFAT disk is told by the characters that it means."""
    error = OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    text = str(cannot_write(f"/disk/{name}", error))
    assert "a name that its disk refuses" in text
    assert "--portable-names" in text
    plain = str(cannot_write("/disk/fine.jpg", error))
    assert "its disk refuses" not in plain
