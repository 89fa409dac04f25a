"""What can go wrong. Messages are those of the `ganglion` command."""


class Error(Exception):
    """Anything that goes wrong in ganglion."""


class InvalidValueError(Error, ValueError):
    """A value, a config or an array cannot be used; the message says which, and what would work."""


class MissingFileError(Error, FileNotFoundError):
    """A file or folder is not there."""


class InternalError(Error, RuntimeError):
    """A defect of ganglion, which should be reported."""


class GanglionWarning(UserWarning):
    """Something is worth a doubt, such as light that a network has never seen."""
