"""The command line. Promise: every command is thin; what it does stands in the core."""

from faceapp.cli.main import run

__all__ = ["run"]
