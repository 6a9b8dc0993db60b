"""Where segments begin is found without colours, and a segment that begins there is the same."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from clips import Flickering, pan, write

from labcolor.film import Options, colour
from labcolor.film.colouring import identity
from labcolor.film.pipeline import Pipeline, write_segment
from labcolor.film.plan import Plan, make_plan
from labcolor.film.scouting import Boundary, boundaries
from labcolor.film.segments import Start, Work, file_of


@pytest.fixture(scope="module", params=["short shots", "one long shot", "a part, turned"])
def plan(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Plan a film of shots that are cut at 12.5 s and later, or of a shot that is not."""
    folder = tmp_path_factory.mktemp("film")
    lengths = [280] if request.param == "one long shot" else [50, 130, 30, 70]
    pictures = [one for seed, count in enumerate(lengths) for one in pan(count, seed=seed)]
    turned: dict[str, Any] = {"rotation": 90} if "turned" in request.param else {}
    film = write(folder / "film.mp4", pictures, rate=4, **turned)
    options = Options(begin=Fraction(5)) if turned else Options()
    return make_plan(film, folder / "colour.mp4", options, overwrite=False)


def pipeline(plan: Plan) -> Pipeline:
    return Pipeline(plan, Flickering(flicker=5), Options())


@pytest.fixture(scope="module")
def whole(plan: Plan) -> Work:
    """Colour the film from its beginning to its end."""
    work = Work(plan.target, identity(plan, Flickering(flicker=5), Options()))
    with pipeline(plan).rendered(Start(0)) as coming:
        first = next(coming, None)
        while first:
            number = work.start.number
            written = write_segment(plan, work.part, number, first, coming)
            work.add(written.segment, written.state)
            first = written.following
    return work


def test_scouted_segments_are_those_of_the_whole_film(
    plan: Plan, whole: Work, tmp_path: Path
) -> None:
    """Each is coloured by itself, the last one first, and is the same to the byte."""
    work = whole
    found = list(boundaries(plan, Start(0)))
    assert len(found) == len(work.segments) - 1 >= 2
    for boundary, before in zip(found, work.segments, strict=False):
        assert boundary.start.after == before.position
        assert boundary.start.number == before.number + 1
        if boundary.end.at_cut:
            assert boundary.start == work.after(before.number)
    ends: list[Boundary | None] = [*found, None]
    for segment in reversed(work.segments):
        number = segment.number
        start = work.after(number - 1) if number else Start(0)
        end, part = ends[number], tmp_path / "part"
        with pipeline(plan).rendered(start, end and end.end) as coming:
            written = write_segment(plan, part, number, next(coming), coming, end=end and end.end)
        assert (written.segment, written.state) == (segment, _state_after(work, number))
        assert part.read_bytes() == file_of(work.folder, number).read_bytes()


def _state_after(work: Work, number: int) -> bytes | None:
    return work.after(number).state


def test_scouting_goes_on_from_any_boundary(plan: Plan) -> None:
    found = list(boundaries(plan, Start(0)))
    for number, boundary in enumerate(found):
        assert list(boundaries(plan, boundary.start)) == found[number + 1 :]


def test_segments_that_came_out_of_order_are_not_made_again(
    plan: Plan, whole: Work, tmp_path: Path
) -> None:
    """One machine goes on where several were stopped, and fills the gap that they left."""
    options = Options(begin=plan.cut.begin)
    undisturbed = colour(plan.film.path, tmp_path / "whole.mp4", Flickering(flicker=5), options)
    target = tmp_path / "film.mp4"
    again = make_plan(plan.film.path, target, options, overwrite=False)
    work = Work(target, identity(again, Flickering(flicker=5), options))
    last = whole.segments[-1]
    for segment in (whole.segments[0], last):
        part = tmp_path / "part"
        part.write_bytes(file_of(whole.folder, segment.number).read_bytes())
        work.add(segment, whole.after(segment.number).state, part)
    told: list[int] = []
    colour(
        plan.film.path,
        target,
        Flickering(flicker=5),
        options,
        watch=lambda progress: told.append(progress.pictures),
    )
    assert len(told) == sum(one.pictures for one in whole.segments[1:-1])
    assert target.read_bytes() == undisturbed.path.read_bytes()
