"""Packages that say what they offer, and load the module of a name when somebody first asks.

A package that imported its modules at once would be a ring: a thread that imports one of the
modules holds that and waits for the package, while a thread that imports the package holds that and
waits for the module. Python then lets one of them go on with a module that is half there. The
window's jobs start beside one another and import what they need, so this happened.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping


def lazily(package: str, names: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package.

    Args:
        package: its `__name__`.
        names: of each of its modules what the package offers, with blanks between.

    """
    modules = {name: module for module, offered in names.items() for name in offered.split()}

    def look_up(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{modules[name]}"), name)

    return look_up
