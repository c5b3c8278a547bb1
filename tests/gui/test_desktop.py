"""Opening files on the desktop: what is said where nothing opens them, and whose libraries."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication

from faceapp.gui.desktop import open_on_desktop
from faceapp.gui.messages import Messages

pytestmark = pytest.mark.gui


def test_where_nothing_opens_it_the_path_is_said_and_copied(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    messages = Messages()
    for _ in range(2):
        open_on_desktop(tmp_path, messages)
    (message,) = messages.standing
    assert str(tmp_path) in message.text
    assert message.action is not None
    message.action.run()
    assert QGuiApplication.clipboard().text() == str(tmp_path)


@pytest.mark.parametrize("before", [None, "/theirs"])
def test_a_program_of_the_desktop_does_not_load_the_libraries_of_a_frozen_one(
    before: str | None, qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str | None] = []

    def open_url(_url: object) -> bool:
        seen.append(os.environ.get("LD_LIBRARY_PATH"))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/ours")
    if before is None:
        monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    else:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    messages = Messages()
    open_on_desktop(tmp_path, messages)
    assert seen == [before]
    assert os.environ["LD_LIBRARY_PATH"] == "/ours"
    assert not messages.standing
