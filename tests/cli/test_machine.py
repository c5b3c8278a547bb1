"""check, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from faceapp.cli import machine

pytestmark = pytest.mark.gui


def check(*arguments: str) -> Any:
    app = typer.Typer()
    machine.register(app)
    answer = CliRunner().invoke(app, ["check", *arguments])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout) if "--json" in arguments else answer.stdout


def test_check_names_what_a_report_of_a_problem_should_say(qapp: object) -> None:
    facts = {each["name"]: each["value"] for each in check("--json")["facts"]}
    assert {"faceapp", "tensorflow", "Memory", "Processor", "Cameras", "Fonts"} <= set(facts)
    assert facts["Precision"].startswith("f32")
    for network in ("Face detector", "VGG16 weights", "Starter model", "Network for people"):
        assert "sha256" in facts[network]
    assert "free" in facts["Log folder"]


def test_what_cannot_be_written_asks_for_attention(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FACEAPP_BASE_DIR", str(tmp_path / "file"))
    assert {"Data folder", "Log folder"} <= set(check("--json")["attention"])
    assert "! Log folder" in check()


def test_instructions_are_named_where_the_system_says_none(
    qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faceapp.computer._cpuinfo", lambda _field: "")
    facts = {each["name"]: each["value"] for each in check("--json")["facts"]}
    assert facts["Instructions"]
