"""Settings: departures survive, whatever else stands in the file does no harm."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp import paths
from faceapp.gui.settings import (
    FILE_NAME,
    GEOMETRY,
    LAST_DATASET,
    LAST_PAGE,
    THEME,
    ZOOM,
    Row,
    Settings,
)
from faceapp.gui.welcome.recents import RECENT

pytestmark = pytest.mark.gui

ROWS: tuple[Row[Any], ...] = (THEME, ZOOM, GEOMETRY, LAST_DATASET, LAST_PAGE, RECENT)
ANY_TEXT = st.text(st.characters())  # half surrogate pairs too: a path may hold any bytes
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
DEPARTURES = st.one_of(
    st.tuples(st.just(THEME), st.sampled_from(["system", "light", "dark"])),
    st.tuples(st.just(ZOOM), st.floats(0.5, 2.5)),
    *(st.tuples(st.just(row), ANY_TEXT) for row in (GEOMETRY, LAST_DATASET, LAST_PAGE)),
    st.tuples(
        st.just(RECENT),
        st.lists(
            st.fixed_dictionaries(
                {
                    "folder": ANY_TEXT,
                    "samples": st.integers(0, 10**6),
                    "opened": st.datetimes().map(lambda moment: moment.isoformat()),
                }
            ),
            max_size=3,
        ),
    ),
    st.tuples(st.just(Row("an integer", 3)), st.integers()),
    st.tuples(st.just(Row("a switch", default=True)), st.booleans()),
    st.tuples(st.just(Row("a table", {"a": 1})), st.dictionaries(ANY_TEXT, st.integers())),
)


@given(departures=st.lists(DEPARTURES))
def test_every_departure_comes_back_and_nothing_else_is_written(
    departures: list[tuple[Row[Any], Any]],
) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "deep" / FILE_NAME
        settings = Settings(file)
        for row, value in departures:
            settings.set(row, value)
            assert settings.get(row) == value
        last = {row.name: (row, value) for row, value in departures}
        again = Settings(file)
        for row, value in last.values():
            assert again.get(row) == value
        written = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        away = {name for name, (row, value) in last.items() if value != row.default}
        assert set(written) == away


@given(values=st.dictionaries(st.sampled_from([row.name for row in ROWS]), JSON))
def test_what_does_not_fit_is_as_if_it_were_not_there(values: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / FILE_NAME
        file.write_text(json.dumps(values), encoding="utf-8")
        settings = Settings(file)
        for row in ROWS:
            value = settings.get(row)
            assert type(value) is type(row.default)
            assert row.fits(value)
            settings.set(row, row.default)
            assert settings.get(row) == row.default


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1, 2]",
        b'"theme"',
        b"\xff\xfe\x00",
        b'{"zoom": 1e999}',
        b'{"zoom": ' + b"9" * 4000 + b"}",
        b'{"zoom": NaN}',
        b'{"zoom": true}',
        b'{"theme": "pink"}',
        b"[" * 100_000,
    ],
    ids=range(11),
)
def test_a_broken_file_means_the_defaults_and_is_written_anew(
    content: bytes, tmp_path: Path
) -> None:
    file = tmp_path / FILE_NAME
    file.write_bytes(content)
    settings = Settings(file)
    assert settings.get(ZOOM) == 1.0
    assert settings.get(THEME) == "system"
    settings.set(THEME, "dark")
    assert Settings(file).get(THEME) == "dark"


def test_rows_of_a_newer_faceapp_are_kept(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_text('{"from the future": [1]}', encoding="utf-8")
    Settings(file).set(THEME, "dark")
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "from the future": [1],
        "theme": "dark",
    }


def test_they_lie_in_the_users_own_folder() -> None:
    Settings().set(THEME, "dark")
    assert (paths.data_folder() / FILE_NAME).is_file()
    assert Settings().get(THEME) == "dark"


def test_a_file_that_cannot_be_written_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    settings = Settings(tmp_path / "file" / FILE_NAME)
    with caplog.at_level(logging.WARNING):
        settings.set(THEME, "dark")
    assert settings.get(THEME) == "dark"
    assert "cannot be written" in caplog.text


def test_a_write_that_breaks_off_leaves_what_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / FILE_NAME
    Settings(file).set(THEME, "dark")

    def full(self: Path, text: str, **_options: str) -> int:
        with self.open("w", encoding="ascii") as half:
            half.write(text[: len(text) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    Settings(file).set(THEME, "light")
    assert Settings(file).get(THEME) == "dark"
