"""What a network says of a view, rebalanced, and the ab that is made of it."""

from __future__ import annotations

import copy

import numpy as np

from labcolor.color import decode
from labcolor.color import palette as palettes
from labcolor.color.bins import BINS, rebalancing_weights
from labcolor.color.floats import Floats
from labcolor.color.palette import Palette
from labcolor.engines.protocol import Engine
from labcolor.errors import UsageError
from labcolor.model.methods import METHODS
from labcolor.model.network import Network

MIXING = 0.5  # λ of the rebalancing weights, in the paper and in all weights here


class Estimator:
    """From a view to the distribution over ab bins, or to ab itself, and from that to ab.

    Parameters
    ----------
    network : Network
        Its I/O spec, and how it is used.
    engine : Engine
        What runs it.
    temperature : float, 0 or above, optional
        T of the annealed mean.
    rebalance : float, 0…1, optional
        S, how much class rebalancing the result carries.

    Attributes
    ----------
    gives : {"distribution", "ab", "rgb"}
        What comes out of the network.
    bins : (Q, 2) float32
        The centres of the bins of a distribution.
    temperature, rebalance : float
        Those given, or those that suit the network.

    Raises
    ------
    UsageError
        The network has no use for a temperature or a rebalance.
    """

    def __init__(
        self,
        network: Network,
        engine: Engine,
        temperature: float | None = None,
        rebalance: float | None = None,
    ) -> None:
        self.gives = network.output.kind
        self.bins = network.output.bins
        self._engine = engine
        # not the network itself, whose model may be hundreds of megabytes
        self._input, self._output, self._source = network.input, network.output, network.source
        self._name, self._trained_rebalance = network.name, network.trained_rebalance
        self._prior = prior = network.prior
        self._weights = None if prior is None else rebalancing_weights(prior, MIXING)
        self._answers: dict[bytes, Floats] | None = None
        self._shift: Floats | None = None
        self._rebalance_is_chosen = False
        self.temperature, self.rebalance = network.temperature, network.rebalance
        self._set(temperature, rebalance)

    def adjusted(self, temperature: float | None, rebalance: float | None) -> Estimator:
        """Return one of the same network with another T, another S, or both.

        Raises
        ------
        UsageError
            The network has no use for them.
        """
        other = copy.copy(self)
        other._set(temperature, rebalance)
        return other

    def remembering(self) -> Estimator:
        """Return one that asks the network about each view but once; so do those adjusted of it.

        What it remembers are logits from before they are rebalanced: 1.6 MB of 36 × 36 × 313.
        """
        other = copy.copy(self)
        other._answers = {}
        return other

    def towards(self, palette: Palette, strength: float = 1.0) -> Estimator:
        """Return one of the same network whose colours are drawn towards a palette.

        The rebalance follows to what suits a palette, unless somebody chose it.

        Parameters
        ----------
        palette : Palette
            What takes the place of the prior, to a degree.
        strength : float, 0…1
            That degree; 0 changes nothing.

        Raises
        ------
        UsageError
            The network gives no distribution over the 313 bins, or its prior is not known.
        """
        prior = self._prior_over_bins()
        other = copy.copy(self)
        if not self._rebalance_is_chosen:
            other.rebalance += strength * (palettes.REBALANCE - other.rebalance)
        other._shift = palettes.shift(palette, prior, strength)
        return other

    def _prior_over_bins(self) -> Floats:
        if self.gives != "distribution":
            those = [one.name for one in METHODS.values() if one.gives == "distribution"]
            message = (
                f"{self._name} gives {self.gives} directly, so references cannot steer its "
                f"colours; --method {' and '.join(those)} take --like."
            )
            raise UsageError(message)
        if self._prior is None or not np.array_equal(self.bins, BINS):
            message = (
                f"A reference replaces the prior over the 313 bins, and {self._name} has none."
            )
            raise UsageError(message)
        return self._prior

    def _set(self, temperature: float | None, rebalance: float | None) -> None:
        if self.gives != "distribution" and (temperature, rebalance) != (None, None):
            message = (
                f"{self._name} gives {self.gives} directly, so it has no rebalance and no "
                "temperature to set."
            )
            raise UsageError(message)
        if self._weights is None and rebalance is not None:
            message = (
                f"It is not known how much rebalancing {self._name} was trained with, so it has "
                "no rebalance to set."
            )
            raise UsageError(message)
        self.temperature = self.temperature if temperature is None else temperature
        if rebalance is not None:
            self.rebalance, self._rebalance_is_chosen = rebalance, True

    def __call__(self, view: Floats) -> Floats:
        """Ask the network about a view.

        Parameters
        ----------
        view : (1 or 4, S, S) float32
            L*, and behind it a, b and mask where there are hints.

        Returns
        -------
        (Q, h, w) or (2, h, w) float32
            The distribution, rebalanced but not annealed; or ab, of a network that gives colours.

        Raises
        ------
        WeightsError
            The network cannot be run, or gives what no network should.
        """
        answer = self._answer(view)
        return decode.softmax(answer) if self.gives == "distribution" else answer

    def ab(self, view: Floats) -> Floats:
        """Ask the network about a view, and make ab, (h, w, 2), of its answer at once."""
        return self._made(self._answer(view))

    def decoded(self, answer: Floats) -> Floats:
        """Make ab, (h, w, 2), of an answer, (Q, h, w) or (2, h, w)."""
        return self._made(decode.logarithm(answer) if self.gives == "distribution" else answer)

    def rebalanced(self, distribution: Floats, change: float) -> Floats:
        """Make ab, (h, w, 2), of a distribution, (Q, h, w), with so much more rebalancing."""
        logits = decode.logarithm(distribution)
        if self._weights is not None:
            logits = decode.rebalance(logits, self._weights, change)
        return self.annealed_mean(logits)

    def _made(self, answer: Floats) -> Floats:
        """Make ab, (h, w, 2), of logits or ab, channels first."""
        if self.gives == "distribution":
            return self.annealed_mean(answer)
        return answer.transpose(1, 2, 0)

    def _answer(self, view: Floats) -> Floats:
        """Return the logits, rebalanced and drawn, or ab."""
        answer = self._asked(view)
        if self._weights is None or self.gives != "distribution":
            return answer
        change = self.rebalance - self._trained_rebalance
        logits = decode.rebalance(answer, self._weights, change)
        return logits if self._shift is None else logits + self._shift[:, None, None]

    def _asked(self, view: Floats) -> Floats:
        """Return the logits or ab, remembered where that is wanted.

        Not of a view with hints, of which there may be as many as a person has ideas.
        """
        if self._answers is None or len(view) > 1:
            return self._ask(view)
        key = view.tobytes()
        if key not in self._answers:
            self._answers[key] = self._ask(view)
        return self._answers[key]

    def _ask(self, view: Floats) -> Floats:
        """Ask the network for the logits, or ab."""
        output = self._output
        planes = self._input.planes(view[0], view[1:] if len(view) > 1 else None)
        answer = output.checked(self._engine(planes), self._source)
        if self.gives != "distribution":
            return output.ab(answer).transpose(2, 0, 1)
        return output.logits(answer)

    def annealed_mean(self, logits: Floats) -> Floats:
        """Make ab, (h, w, 2), of logits, (Q, h, w)."""
        return decode.annealed_mean(logits, self.temperature, self.bins)
