"""README shows every picture that is kept for it, and none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PICTURES = "resources/screenshots"


def test_readme_shows_every_picture() -> None:
    words = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    shown = set(re.findall(rf"\]\({PICTURES}/([\w-]+\.png)\)", words))
    assert shown == {file.name for file in (REPOSITORY / PICTURES).glob("*.png")}
