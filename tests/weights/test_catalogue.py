"""The catalogue against what is known of the files from elsewhere."""

from __future__ import annotations

import io
import re
from urllib.parse import urlsplit

import numpy as np
import pytest

from labcolor.weights.catalogue import FILES

# Parameters of the network's layer list without the two layers that the files lack: the factor
# of the annealed mean (313) and the bin centres (628).
ZHANG16_PARAMETERS = 32_236_333 - 313 - 628

# Hosts of the authors that have not answered since 2024.
DEAD = {"eecs.berkeley.edu", "people.eecs.berkeley.edu", "colorization.eecs.berkeley.edu"}


@pytest.fixture(params=sorted(FILES))
def file(request: pytest.FixtureRequest):
    return FILES[request.param]


def test_every_file_can_be_known(file) -> None:
    """A size and 64 hexadecimal digits, under a name that stays inside the store."""
    assert file.bytes > 0
    assert re.fullmatch("[0-9a-f]{64}", file.sha256)
    assert re.fullmatch(r"[\w-]+\.\w+", file.name)


def test_no_file_is_the_empty_one(file) -> None:
    """The digest of nothing at all has stood in a list of models before."""
    assert not file.sha256.startswith("e3b0c44298fc1c14")


def test_every_mirror_is_secure_and_not_known_to_be_dead(file) -> None:
    """Each address is https, and stands there once."""
    assert len(set(file.urls)) == len(file.urls)
    for url in map(urlsplit, file.urls):
        assert url.scheme == "https"
        assert url.hostname not in DEAD


def test_every_file_may_be_used(file) -> None:
    """A licence, the line that it asks for, and who vouches for the checksum."""
    assert file.licence == "BSD-2-Clause"
    assert file.attribution.startswith("Copyright (c) 2016, Richard Zhang")
    assert file.source


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".caffemodel")])
def test_a_caffemodel_is_its_parameters_and_little_else(name: str) -> None:
    """Four bytes for each parameter, and some kB that name 57 layers."""
    overhead = FILES[name].bytes - 4 * ZHANG16_PARAMETERS
    assert 4_000 < overhead < 6_000


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".pth")])
def test_a_pth_is_named_after_its_checksum(name: str) -> None:
    """torch.hub's convention: eight digits of the sha256 before the ending."""
    assert name.removesuffix(".pth").rpartition("-")[2] == FILES[name].sha256[:8]


@pytest.mark.parametrize(
    ("name", "numbers", "tensors"),
    [
        ("colorization_release_v2-9b330a0b.pth", 32_241_003, 82),
        ("siggraph17-df00044c.pth", 34_192_796, 107),
    ],
)
def test_a_pth_is_its_tensors_and_little_else(name: str, numbers: int, tensors: int) -> None:
    """Four bytes for each number of the stand-in state dicts, and 150 to name each tensor."""
    overhead = FILES[name].bytes - 4 * numbers
    assert 140 < overhead / tensors < 160


def test_the_prior_has_the_size_of_313_doubles() -> None:
    """NumPy's own writer makes a file of that size."""
    file = io.BytesIO()
    np.save(file, np.zeros(313))
    # Writers before 1.14 padded the header to 16 bytes, later ones pad it to 64.
    assert len(file.getvalue()) - FILES["prior_probs.npy"].bytes == 128 - 80


def test_no_mirror_is_claimed_for_the_weights_that_nobody_offers() -> None:
    """What is honest about the weights without rebalancing."""
    assert FILES["colorization_release_v2_norebal.caffemodel"].urls == ()
