"""faceapp: build a facial-expression classifier from your own images, on your own machine."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("faceapp")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"
