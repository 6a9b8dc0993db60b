"""Everything that can go wrong for a reason the user can mend, each kind with its exit code.

A message is one sentence or two: what is wrong, with which file, and what to do about it.
"""


class LabcolorError(Exception):
    """The root of labcolor's errors; the command line prints its text and exits with `exit_code`.

    Attributes
    ----------
    exit_code : int
        1 when the photograph, the output or the weights could not be used, 2 for wrong usage.
    """

    exit_code = 1


def without_opencv(error: ImportError) -> str:
    """Say why OpenCV is not there and what helps."""
    return (
        f"OpenCV cannot be loaded ({error}); where there is no libGL, as in a slim container, "
        "opencv-python-headless works: pip uninstall -y opencv-python && pip install "
        "'opencv-python-headless>=4.11'."
    )


class PhotoError(LabcolorError):
    """The photograph cannot be read, or is no photograph."""


class FilmError(PhotoError):
    """The film cannot be read, is no film, or of a kind that is not coloured."""


class StoppedError(LabcolorError):
    """The work was stopped on request, between two segments of a film; what is done is kept."""

    exit_code = 130


class OutputError(LabcolorError):
    """The result cannot be written where it was asked for."""


class WeightsError(LabcolorError):
    """The weights are missing, damaged or of another network."""


class BackendError(LabcolorError):
    """The hardware or the OpenCV build that was asked for is not there."""


class FetchError(LabcolorError):
    """Published weights cannot be fetched."""


class ClusterError(LabcolorError):
    """The machines of a cluster cannot be used: they are gone, or not of one kind."""


class UsageError(LabcolorError):
    """What was asked for makes no sense: an unknown name, a value out of range."""

    exit_code = 2
