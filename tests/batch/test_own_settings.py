"""Settings that single photographs keep."""

from __future__ import annotations

import json

import pytest

from labcolor.batch.options import OutputOptions
from labcolor.batch.own_settings import Colorizers, SettingsOfAll, described, own_settings
from labcolor.colorizer import Colorizer
from labcolor.errors import UsageError

USUAL = {
    **{"method": None, "weights": "embedded", "network": None, "like": None},
    **{"strength": 1.0, "rebalance": None, "threads": None, "engine": "auto"},
}


@pytest.fixture(scope="module")
def colorizer() -> Colorizer:
    return Colorizer()


def test_only_what_is_not_usual_is_kept() -> None:
    """Nothing of the machine, and files by names that lead there from anywhere."""
    assert own_settings(USUAL, USUAL) == ""
    kept = own_settings(USUAL | {"strength": 0.5, "threads": 3, "weights": "w.npz"}, USUAL)
    told = json.loads(kept)
    assert told.keys() == {"strength", "weights"}
    assert told["weights"].endswith("/w.npz") or told["weights"].endswith("\\w.npz")
    assert described('{"strength": 0.5}') == "strength 0.5"


def test_own_settings_go_before_those_of_the_run(colorizer: Colorizer) -> None:
    """What they do not say is as in the run; each is made once."""
    run = USUAL | {"rebalance": 0.2}
    colorizers = Colorizers(colorizer.adjusted(rebalance=0.2), run)
    one = colorizers('{"strength": 0.5}')
    assert (one.strength, one.rebalance) == (0.5, 0.2)
    assert colorizers('{"strength": 0.5}') is one


def test_identities_tell_settings_apart(colorizer: Colorizer) -> None:
    """Those of a photograph with settings of its own are as if the whole run had them."""
    plain = SettingsOfAll(Colorizers(colorizer, USUAL), OutputOptions())
    own = '{"strength": 0.5}'
    half = Colorizers(colorizer.adjusted(strength=0.5), USUAL | {"strength": 0.5}, own)
    assert plain.of(own) == (own, SettingsOfAll(half, OutputOptions(), own).of("")[1])
    assert plain.of("")[1] != plain.of(own)[1]
    assert SettingsOfAll(Colorizers(colorizer, USUAL), OutputOptions(), reset=True).of(own) == (
        plain.of("")
    )


@pytest.mark.parametrize("own", [{"flip": True}, {"strength": "much"}, {"strength": 9}])
def test_what_another_version_wrote_is_an_error(colorizer: Colorizer, own: dict) -> None:
    with pytest.raises(UsageError):
        Colorizers(colorizer, USUAL)(json.dumps(own))
