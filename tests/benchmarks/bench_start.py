"""How long the window takes to stand: process start to first paint, beside an empty Qt window.

    python tests/benchmarks/bench_start.py [--dataset DIR] [--program FILE] [--rounds 10]

Both sides are fresh processes with warm file caches, offscreen, taken in turns; each prints the
time since its process was started when its window has been painted. Without --dataset the window
opens on the welcome page. --program is a shipped faceapp, measured beside the source.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Watches every widget; once the first has painted and the whole pass is through, says when.
WATCH = """
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

def tell():
    print(time.time(), flush=True)
    os._exit(0)

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            QApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, tell)
        return False
"""
EMPTY = f"""
import os, time
{WATCH}
app = QApplication([])
watch = FirstPaint()
app.installEventFilter(watch)
window = QWidget()
window.resize(1280, 840)
window.show()
app.exec()
"""
# Has the program tell when it has painted, and end.
TELL = "FACEAPP_TELL_FIRST_PAINT"


def first_paint(*command: str) -> float:
    """Seconds from the process's start to its first paint."""
    started = time.time()
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return float(done.stdout.split()[0]) - started


def main(arguments: list[str] | None = None) -> dict[str, list[float]]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--program", type=Path)
    parser.add_argument("--rounds", type=int, default=10)
    args = parser.parse_args(arguments)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ[TELL] = "1"
    source = (sys.executable, "-m", "faceapp")
    sides = {"empty PySide6 window": (sys.executable, "-c", EMPTY), "faceapp": source}
    if args.dataset:
        sides["faceapp on a dataset"] = (*source, str(args.dataset))
    if args.program:
        sides["faceapp as one program"] = (str(args.program),)
    found: dict[str, list[float]] = {name: [] for name in sides}
    with tempfile.TemporaryDirectory() as base:
        os.environ["FACEAPP_BASE_DIR"] = base
        for side in sides.values():  # a round that only warms the caches
            first_paint(*side)
        for _ in range(args.rounds):
            for name, side in sides.items():
                found[name].append(first_paint(*side))
    print("| seconds to first paint | median | least | most |")
    print("| --- | --- | --- | --- |")
    for name, seconds in found.items():
        figures = (statistics.median(seconds), min(seconds), max(seconds))
        print(f"| {name} | " + " | ".join(f"{each:.2f}" for each in figures) + " |")
    return found


if __name__ == "__main__":
    main()
