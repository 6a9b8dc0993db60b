"""Settings that single photographs have of their own, and keep from run to run.

`labcolor scans --include oma.jpg --strength 0.5` says something about one photograph. The journal
remembers it, and later runs colour that photograph so, and all else about it as they colour the
others, until it is told something else or `--reset` is given.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from labcolor.batch.options import OutputOptions
from labcolor.batch.settings import identity, settings
from labcolor.errors import UsageError

if TYPE_CHECKING:
    from labcolor.colorizer import Colorizer, ColorizerOptions

_ADJUSTABLE = frozenset({"temperature", "rebalance", "strength", "upsample"})
_NO_SETTINGS = frozenset({"threads", "backend", "engine"})


def own_settings(colouring: ColorizerOptions, usual: ColorizerOptions) -> str:
    """Write down those arguments of `Colorizer` that are not the usual ones.

    Returns
    -------
    str
        JSON, or nothing where all are.
    """
    own = {
        name: absolute(value) if name in ("weights", "network", "like") else value
        for name, value in colouring.items()
        if name not in _NO_SETTINGS and value != usual.get(name)
    }
    return json.dumps(own, sort_keys=True) if own else ""


def described(own: str) -> str:
    """Say settings in words."""
    return ", ".join(f"{name} {value}" for name, value in json.loads(own).items())


def absolute(value: Any) -> Any:
    """Name a file so that it is found from another folder; a name stays a name."""
    from labcolor.palettes.built_in import BUILT_IN

    if isinstance(value, (tuple, list)):
        return tuple(map(absolute, value))
    if value in (None, "embedded", "published", *BUILT_IN):
        return value
    return str(Path(value).absolute())


class Colorizers:
    """The colorizer of a run, and others for photographs with settings of their own.

    Parameters
    ----------
    colorizer : Colorizer
        Of the run.
    colouring : ColorizerOptions
        The arguments that it was made with.
    own : str
        Those settings of the run that its photographs are to keep; see `own_settings`.
    """

    def __init__(self, colorizer: Colorizer, colouring: ColorizerOptions, own: str = "") -> None:
        self._colouring = colouring
        self._made = {"": colorizer, own: colorizer}
        self._lock = threading.Lock()

    def __call__(self, own: str) -> Colorizer:
        """Give the one for a photograph with such settings, each made once.

        Raises
        ------
        LabcolorError
            They do not go with those of the run, or weights are gone.
        """
        with self._lock:
            if own not in self._made:
                self._made[own] = self._make(json.loads(own))
            return self._made[own]

    def forget(self) -> None:
        """Let go of the networks, which are large."""
        self._made.clear()

    def settings(self, own: str, options: OutputOptions) -> dict[str, Any]:
        """Collect what the results depend on; see `labcolor.batch.settings`."""
        arguments = self._arguments(json.loads(own) if own else {})
        return settings(self(own), arguments["weights"], options, arguments["network"])

    def _make(self, own: dict[str, Any]) -> Colorizer:
        from labcolor.colorizer import Colorizer

        try:
            if own.keys() <= _ADJUSTABLE:
                return self._made[""].adjusted(**own)
            return Colorizer(**self._arguments(own))
        except TypeError as error:
            message = "A different version of labcolor wrote them."
            raise UsageError(message) from error

    def _arguments(self, own: dict[str, Any]) -> ColorizerOptions:
        return cast("ColorizerOptions", {**self._colouring, **own})


class SettingsOfAll:
    """What each photograph of a run is coloured with: the run's settings, or its own.

    Parameters
    ----------
    colorizers : Colorizers
    options : OutputOptions
    own : str
        Settings of this run that the photographs it names are to keep.
    reset : bool
        Whether what they kept from earlier runs is forgotten.

    Attributes
    ----------
    run : dict
        The settings of the run.
    found : dict of str to dict
        Settings by their identity, those of the run first, then others that have been asked for.
    """

    def __init__(
        self, colorizers: Colorizers, options: OutputOptions, own: str = "", *, reset: bool = False
    ) -> None:
        self.run = colorizers.settings("", options)
        self._names = {"": identity(self.run)}  # identities by settings of one's own
        self.found = {self._names[""]: self.run}
        self._colorizers = colorizers
        self._options = options
        self._own = own
        self._reset = reset

    def of(self, remembered: str) -> tuple[str, str]:
        """Give the settings that a photograph keeps, and the identity of all of its settings.

        Parameters
        ----------
        remembered : str
            What it has kept so far.

        Raises
        ------
        LabcolorError
            They cannot be used in this run.
        """
        own = self._own or ("" if self._reset else remembered)
        if own not in self._names:
            whole = self._colorizers.settings(own, self._options)
            self._names[own] = identity(whole)
            self.found[self._names[own]] = whole
        return own, self._names[own]
