"""The machine's cameras by name, and leave to use them, where Qt's multimedia knows them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCameraPermission, QCoreApplication, QObject, Qt

from faceapp.gui.live.service import Named


def named_cameras() -> Sequence[Named] | None:
    """Name and place of each camera; None where nobody knows names.

    QtMultimedia is loaded here and not before: it wants libraries that a machine may lack. On Linux
    it may load and yet see no device, as without its plugin; there numbers say what there is, too.
    """
    try:
        from PySide6.QtMultimedia import QMediaDevices
    except ImportError:
        return None
    found: list[Named] = []
    for number, device in enumerate(QMediaDevices.videoInputs()):
        path = bytes(device.id().data()).decode("utf-8", "replace")
        # Elsewhere OpenCV counts cameras in the same order as the system tells them.
        by_path = sys.platform == "linux" and path.startswith("/dev/")
        found.append((device.description(), path if by_path else number))
    return None if not found and sys.platform == "linux" else found


def with_leave(owner: QObject, granted: Callable[[], object], denied: Callable[[], object]) -> None:
    """Call `granted` once the system lets this program use cameras; it may ask the person."""
    app = QCoreApplication.instance()
    permission = QCameraPermission()
    status = app.checkPermission(permission) if app else Qt.PermissionStatus.Granted
    if status is Qt.PermissionStatus.Granted:
        granted()
    elif status is Qt.PermissionStatus.Denied or app is None:
        denied()
    else:

        def answered(answer: QCameraPermission) -> None:
            assert app is not None
            fine = app.checkPermission(answer) is Qt.PermissionStatus.Granted
            (granted if fine else denied)()

        app.requestPermission(permission, owner, answered)
