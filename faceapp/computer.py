"""What this machine is to faceapp: everything that a report of a problem should say of it."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from faceapp import __version__, paths
from faceapp.gui.services import Fact
from faceapp.jobs import Job
from faceapp.words import Words

LIBRARIES = (
    *("pyside6", "tensorflow", "keras", "openvino", "opencv-python", "numpy", "scikit-learn"),
    *("pillow", "matplotlib", "cleanlab"),
)
# Of the many that a processor has, those that decide how fast networks run.
_INSTRUCTIONS = (
    *("sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx_vnni"),
    *("avx512_bf16", "amx_bf16", "amx_int8", "asimd", "bf16", "i8mm"),
)
_GIB = 2**30
_LITTLE_MEMORY, _LITTLE_ROOM = 4 * _GIB, 2 * _GIB


def check(job: Job = Job()) -> list[Fact]:
    """Look at everything, and say what is not as it should be; nothing is sent anywhere."""
    facts: list[Fact] = []
    for part in job.track(_PARTS, Words("Checking this computer")):
        facts.extend(part())
    return facts


def _program() -> Iterator[Fact]:
    kind = "as one program" if getattr(sys, "frozen", False) else "as a Python package"
    yield Fact("faceapp", f"{__version__}, {kind}")
    yield Fact("Python", f"{platform.python_version()} ({sys.executable})")
    for name in LIBRARIES:
        try:
            yield Fact(name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Fact(name, "not installed", fine=False)


def _machine() -> Iterator[Fact]:
    yield Fact("System", platform.platform())
    total, free = _memory()
    if total:
        shown = f"{total / _GIB:.1f} GiB" + (f", {free / _GIB:.1f} GiB free" if free else "")
        yield Fact("Memory", shown, fine=total >= _LITTLE_MEMORY)
    cores = os.cpu_count() or 1
    yield Fact("Processor", f"{_processor()}, {cores} core{'s' if cores > 1 else ''}")
    known = _flags()
    have = [name for name in _INSTRUCTIONS if name in known] if known else _flags_of_numpy()
    yield Fact("Instructions", ", ".join(have) or "none that help")


def _memory() -> tuple[int, int]:
    """Bytes of memory in all and free, 0 where nobody says."""
    if sys.platform == "win32":
        return _memory_of_windows()
    page = os.sysconf("SC_PAGE_SIZE")
    total = page * os.sysconf("SC_PHYS_PAGES")
    try:
        text = Path("/proc/meminfo").read_text("ascii")
    except OSError:
        return total, 0
    found = re.search(r"MemAvailable:\s+(\d+) kB", text)
    return total, int(found[1]) * 1024 if found else 0


if sys.platform == "win32":  # UNTESTED: no such machine has run it yet

    class _MemoryStatus(ctypes.Structure):
        """MEMORYSTATUSEX of sysinfoapi.h."""

        _fields_ = (
            *(("length", ctypes.c_ulong), ("load", ctypes.c_ulong)),
            *((name, ctypes.c_ulonglong) for name in ("total", "free", *"abcde")),
        )

    def _memory_of_windows() -> tuple[int, int]:
        status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
        answered = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return (status.total, status.free) if answered else (0, 0)


def _cpuinfo(field: str) -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", errors="replace")
    except OSError:
        return ""
    found = re.search(rf"^{field}\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def _processor() -> str:
    return _cpuinfo("model name") or platform.processor() or platform.machine()


def _flags() -> set[str]:
    return set((_cpuinfo("flags") or _cpuinfo("Features")).split())


def _flags_of_numpy() -> list[str]:
    """What NumPy finds the processor able to, in its words, where the system does not say."""
    import numpy as np

    return [str(name) for name in np.show_config(mode="dicts")["SIMD Extensions"]["found"]]


def _networks() -> Iterator[Fact]:
    """What networks run in, and what they need to begin with."""
    from faceapp.errors import WorldError
    from faceapp.faces import detector, embedding
    from faceapp.inference import reduced_precisions
    from faceapp.networks import starter

    fast = ", ".join(reduced_precisions())
    also = f"; {fast} in the live view once it is proved on a model" if fast else ""
    yield Fact("Precision", f"f32{also}")
    yield _file("Face detector", detector.network_file)
    try:
        from faceapp.networks.weights import find_weights

        found = find_weights()
        state = "verified" if found.verified else "not the published ones"
        yield Fact("VGG16 weights", f"{found.origin}, {state}, sha256 {found.digest}")
    except WorldError as missing:
        yield Fact("VGG16 weights", str(missing), fine=False)
    yield _file("Starter model", starter.head_file)
    if embedding.can_embed():
        yield _file("Network for people", embedding.network_file)
    else:  # an extra that most work does without
        yield Fact("Network for people", embedding.missing_words())


def _file(name: str, find: Callable[[], Path]) -> Fact:
    """The digest of a network's file, or why there is none."""
    from faceapp.errors import WorldError

    try:
        return Fact(name, f"sha256 {hashlib.sha256(find().read_bytes()).hexdigest()}")
    except WorldError as missing:
        return Fact(name, str(missing), fine=False)


def _folders() -> Iterator[Fact]:
    for name, folder in (
        ("Data folder", paths.data_folder()),
        ("Cache folder", paths.cache_folder()),
        ("Log folder", paths.log_folder()),
    ):
        trouble = _unwritable(folder)
        if trouble:
            yield Fact(name, f"{folder} cannot be written: {trouble}", fine=False)
            continue
        free = shutil.disk_usage(folder).free
        yield Fact(name, f"{folder}, {free / _GIB:.1f} GiB free", fine=free >= _LITTLE_ROOM)


def _unwritable(folder: Path) -> str:
    """Why nothing can be written to a folder, which is made where it is not there; or ""."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def _cameras() -> Iterator[Fact]:
    if sys.platform != "linux":
        yield Fact("Cameras", "shown on the Live page, which asks the system for them")
        return
    found = sorted(Path("/sys/class/video4linux").glob("video*"))
    names = [f"{(each / 'name').read_text('utf-8').strip()} ({each.name})" for each in found]
    yield Fact("Cameras", ", ".join(names) or "none; videos and images can be read all the same")


def _screen() -> Iterator[Fact]:
    """What Qt has to write with; it must be asked of an application, if only an unseen one."""
    try:
        from PySide6.QtGui import QFontDatabase, QGuiApplication
    except ImportError as error:
        yield Fact("Window", f"Qt does not load: {error}", fine=False)
        return
    unseen = None
    if QGuiApplication.instance() is None:
        unseen = QGuiApplication(["faceapp", "-platform", "offscreen"])
    families = len(QFontDatabase.families())
    yield Fact("Window", f"Qt on {QGuiApplication.platformName()}")
    if families:
        family = QGuiApplication.font().family()
        yield Fact("Fonts", f"{families} families; text is in {family}")
    else:
        carried = importlib.util.find_spec("matplotlib") is not None
        yield Fact("Fonts", "none; the window brings its own" if carried else "none", fine=carried)
    del unseen


_PARTS: Sequence[Callable[[], Iterator[Fact]]] = (
    _program, _machine, _networks, _folders, _cameras, _screen
)  # fmt: skip
