"""PyTorch's files are read as PyTorch wrote them, and nothing that they ask for is done."""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pth_standin import (
    archive,
    name,
    number,
    numbers,
    pth,
    state,
    storage,
    stream,
    tensor,
    text,
)

from labcolor.errors import WeightsError
from labcolor.weights.torch import read_pth

DATA = Path(__file__).parent / "data"
CONTAINERS = {"archive": archive, "stream": stream}
NUMBERS = np.arange(12, dtype=np.float32)
STORAGE = {"0": NUMBERS.tobytes()}
SOUND = tensor(storage("0", 12), (3, 4), (4, 1))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "weights.pth"


@pytest.fixture(params=CONTAINERS)
def container(request):
    return CONTAINERS[request.param]


@pytest.mark.parametrize("container", CONTAINERS)
def test_pytorchs_own_files_are_read(container):
    """Both were written by PyTorch 2.13 from the tensors that stand in make_pth.py."""
    layers = read_pth(DATA / f"{container}.pth")

    def counted(start, *shape):
        return np.arange(start, start + np.prod(shape), dtype=np.float32).reshape(shape)

    expected = {
        "0": (counted(0, 3, 2, 3, 3), counted(1, 3)),
        "2": tuple(counted(start, 3) for start in (2, 3, 4, 5)),
        "view": (counted(0, 4, 6)[1:, 2:], counted(5, 4)),
        "transposed": (np.arange(6, dtype=np.float64).reshape(2, 3).T,),
        "half": (np.array([0.5, -2, 65504], np.float16),),
        "whole": (np.array([-(2**40), 3]),),
        "empty": (np.zeros((0, 3), np.float32),),
        "parameter": (np.array([1, 2], np.float32),),
    }
    assert list(layers) == list(expected)
    for layer, tensors in expected.items():
        for found, array in zip(layers[layer], tensors, strict=True):
            assert found.dtype == array.dtype
            np.testing.assert_array_equal(found, array)


def test_reading_imports_no_torch():
    """Not even where it is installed."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom labcolor.weights.torch import read_pth\n"
        "assert read_pth(Path(sys.argv[1]))\nassert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program, str(DATA / "stream.pth")], check=True)


@pytest.mark.parametrize(("order", "code"), [(b"little", "<f4"), (b"big", ">f4"), (None, "<f4")])
def test_the_byte_order_of_an_archive_is_its_own(path, order, code):
    """Files from before PyTorch 2.1 do not tell theirs."""
    records = {} if order is None else {"byteorder": order}
    content = archive(state({"a.weight": SOUND}), {"0": NUMBERS.astype(code).tobytes()}, **records)
    path.write_bytes(content)

    [weight] = read_pth(path)["a"]

    np.testing.assert_array_equal(weight, NUMBERS.reshape(3, 4))
    assert weight.dtype.isnative


def test_an_ordered_dict_as_python_2_wrote_it(path, container):
    """Its pickle has the items as the argument of the call."""
    items = b"](](" + text("a.weight") + SOUND + b"ee"
    program = b"\x80\x02" + name("collections", "OrderedDict") + b"(" + items + b"tR."
    path.write_bytes(container(program, STORAGE))

    np.testing.assert_array_equal(read_pth(path)["a"][0], NUMBERS.reshape(3, 4))


class Call:
    """Pickles to a call of whatever it is given."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def hostile(protocol):
    """Return a pickle that would make a folder here, as `pickle.load` shows."""
    return pickle.dumps({"a.weight": Call(os.mkdir, "made")}, protocol)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("wrap", ["bare", "archive", "stream", "first", "system", "keys"])
def test_no_pickle_gets_its_call(path, tmp_path, monkeypatch, protocol, wrap):
    """Wherever in the file it stands, in whatever protocol: refused by the name it asks for."""
    monkeypatch.chdir(tmp_path)
    program, sound = hostile(protocol), pickle.dumps(None, 2)
    head = [pickle.dumps(0x1950A86A20F9469CFC6C, 2), pickle.dumps(1001, 2), sound]
    forms = {
        "bare": program,
        "archive": archive(program, STORAGE),
        "stream": stream(program, STORAGE),
        "first": program + b"".join(head),
        "system": head[0] + head[1] + program + state({}),
        "keys": b"".join(head) + state({"a.weight": SOUND}) + program,
    }
    path.write_bytes(forms[wrap])

    refused = rf"names '{os.name}.mkdir'" if protocol else "has the instruction DICT"
    with pytest.raises(WeightsError, match=f"{refused}, which no weights need"):
        read_pth(path)

    assert not (tmp_path / "made").exists()
    pickle.loads(program)
    assert (tmp_path / "made").is_dir()


ORDERED_DICT = name("collections", "OrderedDict")
REBUILD = name("torch._utils", "_rebuild_tensor_v2")


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (name("builtins", "eval") + b"(" + text("1") + b"tR", "names 'builtins.eval'"),
        (name("__builtin__", "eval") + b"(" + text("1") + b"tR", "names '__builtin__.eval'"),
        (text("os") + text("system") + b"\x93", "names 'os.system'"),
        (name("torch._utils", "_rebuild_qtensor"), "names 'torch._utils._rebuild_qtensor'"),
        (name("torch", "load"), "names 'torch.load'"),
        (name("torch", "storage.os.system"), "names 'torch.storage.os.system'"),
        (name("collections", "OrderedDict.__init__"), "names 'collections.OrderedDict.__init__'"),
        (name("torch", "BFloat16Storage"), "names 'torch.BFloat16Storage'"),
        (name("x" * 9000, "y"), "names 'xxx"),
        (b"(" + text("x") + b"ios\nsystem\n", "names 'os.system'"),
        (b"(icollections\nOrderedDict\n", "makes an object of collections.OrderedDict"),
        (b"(" + ORDERED_DICT + b"o", "has the instruction OBJ"),
        (ORDERED_DICT + b")\x81", "has the instruction NEWOBJ"),
        (b"\x82\x01", "has the instruction EXT1"),
        (b"cos\nsystem\n0N", "names 'os.system'"),
        (b"Pfile\n", "has the instruction PERSID"),
    ],
)
def test_every_name_and_way_to_call_is_refused(path, container, entry, complaint):
    """Globals of any spelling, objects made without REDUCE, registered extensions."""
    path.write_bytes(container(state({"a.weight": entry}), STORAGE))
    with pytest.raises(WeightsError) as caught:
        read_pth(path)
    assert str(caught.value).startswith(f"{path} {complaint}")
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    "entry",
    [
        name("torch", "FloatStorage") + b")R",  # allowed as a name, not as a call
        text("os.system") + b"(" + text("id") + b"tR",
        SOUND + b")R",
        b")q\x07h\x07h\x07R",  # a tuple from the memo as function and arguments
        storage("0", 12) + b")R",
        b")R",
    ],
)
def test_only_the_functions_are_called(path, container, entry):
    """REDUCE on a storage class, a text, a tensor or what the memo holds."""
    path.write_bytes(container(state({"a.weight": entry}), STORAGE))
    with pytest.raises(WeightsError, match=r"calls .*, which no weights need"):
        read_pth(path)


@pytest.mark.parametrize(
    "entry",
    [
        ORDERED_DICT + b"}b",  # BUILD would set attributes of the class
        REBUILD + b"}" + text("__code__") + b"N" + b"sb",
        SOUND + b"}" + text("storage") + b"Ns" + b"b",
        b"h\x63",  # a memo that was never written
        b"]" + SOUND + b"a" + text("x") + b"Ns",  # SETITEM on a list
        REBUILD + b")R",
        REBUILD + b"NR",
        ORDERED_DICT + b"(NNtR",
        ORDERED_DICT + b"()tR",
        ORDERED_DICT + b"(NtR",
        ORDERED_DICT + b"(](]" + text("x") + b"aetR",
        b"t",
        b"e",
        b"\x87",
    ],
)
def test_programs_that_misuse_the_machine_are_refused(path, container, entry):
    """State on functions, memo entries that are not there, stacks that are too short."""
    path.write_bytes(container(state({"a.weight": entry}), STORAGE))
    with pytest.raises(WeightsError, match="damaged or cut short"):
        read_pth(path)


@pytest.mark.parametrize(
    ("persistent_id", "complaint"),
    [
        (text("../../etc/passwd") + b"Q", "points to something outside"),
        (b"(" + text("module") + name("torch", "FloatStorage") + text("0") + b"tQ", "points to"),
        (storage("../data.pkl", 12), "storage|record"),
        (storage("7", 12), "storage|record"),
        (storage("0", 2**60), "storage"),
        (storage("0", 13), "storage"),
        (storage("0", -1), "points to something outside"),
        (storage("0", 12, "DoubleStorage"), "storage"),
    ],
)
def test_storages_that_are_not_there_are_refused(path, container, persistent_id, complaint):
    """Keys of nothing, sizes beyond what there is, ids that are no storages."""
    entry = tensor(persistent_id, (3, 4), (4, 1))
    path.write_bytes(container(state({"a.weight": entry}), STORAGE))
    with pytest.raises(WeightsError, match=complaint):
        read_pth(path)


@pytest.mark.parametrize(
    ("size", "strides", "offset"),
    [
        ((3, 4), (4, 1), 1),
        ((3, 4), (5, 1), 0),
        ((13,), (1,), 0),
        ((2**40, 2**40), (0, 0), 0),  # as many numbers as one likes out of one
        ((10,) * 9, (0,) * 9, 0),
        ((1,), (1,), 2**62),
        ((), (), 12),
    ],
)
def test_tensors_beyond_their_storage_are_refused(path, container, size, strides, offset):
    entry = tensor(storage("0", 12), size, strides, offset)
    path.write_bytes(container(state({"a.weight": entry}), STORAGE))
    with pytest.raises(WeightsError, match="reaches beyond its storage '0'"):
        read_pth(path)


@pytest.mark.parametrize(
    ("size", "strides", "offset"),
    [((3, 4), (-4, 1), 0), ((-1,), (1,), 0), ((3,), (1,), -1), ((3, 4), (4,), 0)],
)
def test_sizes_that_are_no_sizes_are_refused(path, container, size, strides, offset):
    entry = tensor(storage("0", 12), size, strides, offset)
    path.write_bytes(container(state({"a.weight": entry}), STORAGE))
    with pytest.raises(WeightsError, match="damaged"):
        read_pth(path)


def test_names_that_take_for_ever_to_compare_are_refused(path, container):
    """The hash of a tuple of two tuples of two tuples of … 60 deep."""
    nested = b")" + b"q\x01h\x01\x86" * 60
    path.write_bytes(container(b"\x80\x02}" + nested + b"Ns.", STORAGE))
    with pytest.raises(WeightsError, match="keys are not names"):
        read_pth(path)


def test_one_list_does_not_become_a_thousand_dicts(path, container):
    """A megabyte of pickle that would ask for some ten gigabytes of dicts."""
    items = b"".join(b"](" + text(f"{key:x}") + b"Ne" for key in range(40_000))
    made = name("collections", "OrderedDict") + b"q\x01](" + items + b"e\x85q\x020"
    program = b"\x80\x02](" + made.removesuffix(b"0") + b"R" + b"h\x01h\x02R" * 40_000 + b"e."
    path.write_bytes(container(program, STORAGE))
    with pytest.raises(WeightsError, match="holds no state dict"):
        read_pth(path)


def test_a_pickle_as_long_as_a_film_is_refused(path, container):
    path.write_bytes(container(b"\x80\x02" + b"N" * (2 << 20) + b".", STORAGE))
    with pytest.raises(WeightsError, match=r"longer than|too large"):
        read_pth(path)


def test_a_record_that_would_unpack_to_anything_is_refused(path):
    """A few kB of zip for a gigabyte of noughts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(
            "archive/data.pkl", state({"a.weight": tensor(storage("0", 1 << 20), (1,), (1,))})
        )
        out.writestr("archive/data/0", bytes(4 << 20))
    with pytest.raises(WeightsError, match="compressed or too large"):
        read_pth(path)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><title>404</title>", "is an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "is a Git LFS pointer"),
        (b"\x0a\x05LtoAB\xa2\x06", "is not a PyTorch file"),
        (pickle.dumps([1, 2], 2), "is a pickle, but not a PyTorch file"),
        (pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1000, 2), "uses a version"),
        (archive(b"\x80\x02N.", {}), "holds no state dict"),
        (archive(state({"epoch": number(3)}), {}), "holds 'epoch', which is not a tensor"),
        (archive(state({"a.weight": numbers((1, 2))}), {}), "holds 'a.weight', which is no"),
        (archive(state({}), {}, byteorder=b"middle"), "has numbers of an unknown byte order"),
    ],
)
def test_what_is_no_state_dict_is_named(path, content, complaint):
    path.write_bytes(content)
    with pytest.raises(WeightsError) as caught:
        read_pth(path)
    assert str(caught.value).startswith(f"{path} {complaint}")
    assert "sha256" in str(caught.value)


def test_another_archive_is_named(tmp_path):
    np.savez(tmp_path / "a.npz", a=NUMBERS)
    with pytest.raises(WeightsError, match="a zip archive, but not a PyTorch file"):
        read_pth(tmp_path / "a.npz")


def test_storages_that_the_stream_lists_but_nobody_uses_are_refused(path):
    path.write_bytes(stream(state({"a.weight": SOUND}), {**STORAGE, "1": bytes(4)}))
    with pytest.raises(WeightsError, match="other storages"):
        read_pth(path)


def test_a_stream_whose_counts_disagree_is_refused(path):
    content = stream(state({"a.weight": SOUND}), STORAGE)
    path.write_bytes(content[: -48 - 8] + struct.pack("<q", 1 << 50) + content[-48:])
    with pytest.raises(WeightsError, match="other numbers in the storage '0'"):
        read_pth(path)


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_file_that_is_cut_anywhere_is_refused(path, container):
    """At every seventh length, and just before the end."""
    content = (DATA / f"{container}.pth").read_bytes()
    for length in (*range(0, len(content), 7), len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(WeightsError):
            read_pth(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(which=st.sampled_from(sorted(CONTAINERS)), data=st.data())
def test_a_damaged_file_is_an_error_or_other_numbers(path, which, data):
    """Whatever a few changed bytes do, it is no other exception and no other kind of result."""
    content = bytearray((DATA / f"{which}.pth").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        layers = read_pth(path)
    except WeightsError:
        return
    assert all(isinstance(each, np.ndarray) for layer in layers.values() for each in layer)


def test_files_made_by_hand_are_sound(path, container):
    """The stand-in files of other tests, whose writer this is."""
    arrays: dict[str, np.ndarray] = {
        "a.weight": NUMBERS.reshape(3, 4),
        "a.bias": NUMBERS.astype(np.float16),
    }
    if container is stream:  # which counts numbers, and here takes them to have four bytes
        arrays["a.bias"] = arrays["a.bias"].astype(np.float32)
    path.write_bytes(pth(arrays, container))
    for found, array in zip(read_pth(path)["a"], arrays.values(), strict=True):
        np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_or_nothing_at_all_is_named(tmp_path, there):
    path = tmp_path if there else tmp_path / "none.pth"
    with pytest.raises(WeightsError, match="cannot be read"):
        read_pth(path)
