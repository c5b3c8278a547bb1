"""faceapp: build a facial-expression classifier from your own images, on your own machine."""

__version__ = "0.1.0"
