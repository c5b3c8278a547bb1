"""The model that works before a person has one: a small head that ships, on the ImageNet base.

Only the head lies in resources/ (under 1 MB); the base's weights come from where training finds
them. Both together are a saved model like any other, made once and kept in the cache.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from faceapp.errors import WorldError
from faceapp.networks.backbones import Head, TrunkSpec, classification_model, trunk
from faceapp.networks.frameworks import building
from faceapp.networks.precision import Proof, keep, proof_of
from faceapp.networks.saved_model import (
    MODEL_NAME,
    ModelInfo,
    ModelRefused,
    load_keras,
    read_info,
    save_model,
)
from faceapp.networks.weights import Weights, find_weights
from faceapp.paths import cache_folder, resource_path
from faceapp.words import Words

STARTER = "starter"
_MOST_BYTES = 2**20
_NO_HEAD = Words(
    "There is no starter model here ({file}): train one of your own, or reinstall faceapp."
)
# What numpy, zipfile and our own readers raise over a file that is no head.
_DAMAGE = (
    *(OSError, EOFError, ValueError, LookupError, TypeError, AttributeError),
    *(zipfile.BadZipFile, WorldError),
)


class StarterRefused(WorldError):
    """The starter's head is not there, is damaged, or belongs on another base."""


def model_named(name: str) -> Path:
    """The model that a command means: "starter", a run's folder or a model file.

    Raises:
        StarterRefused, WeightsMissing: the starter cannot be put together here.

    """
    return starter_model() if name == STARTER else Path(name)


def starter_card() -> Path:
    """What the starter was trained on, how well it does, and its limits (Markdown)."""
    return resource_path(STARTER, "card.md")


def head_file() -> Path:
    """The head that ships; raises `StarterRefused` where it is not there."""
    file = resource_path(STARTER, "head.npz")
    if not file.is_file():
        raise StarterRefused(_NO_HEAD.filled(file=file))
    return file


def starter_model(head: Path | None = None, weights: Weights | None = None) -> Path:
    """The starter's model file, put together at the first call and kept in the cache folder.

    Args:
        head: another head than the one that ships.
        weights: of its base; None takes the ImageNet weights that are installed.

    Raises:
        StarterRefused: the head is missing, damaged or of another base.
        WeightsMissing: the base's weights are not installed; the message says what to do.

    """
    file = head or resource_path(STARTER, "head.npz")
    info, spec, layer, proofs, digest = _read_head(file)
    kept = cache_folder() / STARTER / digest[:16] / MODEL_NAME
    if _is_whole(kept, info):
        return kept
    base = weights or find_weights(spec.backbone)
    if base.digest != info.weights_digest:
        raise StarterRefused(
            Words(
                "{file} belongs on other weights than those of {origin}: reinstall faceapp.",
                file=file,
                origin=base.origin,
            )
        )
    kept.parent.mkdir(parents=True, exist_ok=True)
    with building:
        model = classification_model(
            trunk(spec, base), len(info.classes), mirror=info.mirror, head=layer
        )
        save_model(model, info, kept)
    for proof in proofs:
        keep(kept, proof)
    return kept


def save_head(model: Path, spec: TrunkSpec, to: Path) -> None:
    """Write the head of a saved model, with all that is needed to put it on its base again.

    Args:
        model: file or folder of a run whose base is frozen.
        spec: the base it was trained on.
        to: an .npz file.

    Raises:
        StarterRefused: the head is over 1 MB, or no single Dense on this base.

    """
    info = read_info(model)
    kernel, bias = load_keras(model).get_layer("predictions").get_weights()
    if (kernel.shape, bias.shape) != ((spec.width, len(info.classes)), (len(info.classes),)):
        raise StarterRefused(
            Words(
                "{model} has no head on {cut} of {backbone}.",
                model=model,
                cut=spec.cut,
                backbone=spec.backbone,
            )
        )
    _write(to, {"info": info.to_json(), "trunk": spec.to_json()}, Head(kernel, bias))
    if to.stat().st_size > _MOST_BYTES:
        to.unlink()
        raise StarterRefused(
            Words(
                "The head of {model} is larger than {most_bytes} bytes.",
                model=model,
                most_bytes=_MOST_BYTES,
            )
        )


def add_proof(head: Path, proof: Proof) -> None:
    """Store in a head's file what was proved on it, so that its model need not prove it again.

    Whoever puts the model together has none of the faces that a proof takes. The weights stay as
    they are, and weights saved anew have no proof.
    """
    with np.load(head, allow_pickle=False) as stored:
        about = json.loads(stored["about"].tobytes())
        layer = Head(kernel=stored["kernel"], bias=stored["bias"])
    _write(head, {**about, "proofs": [vars(proof)]}, layer)


def _write(file: Path, about: dict[str, Any], layer: Head) -> None:
    data = np.frombuffer(json.dumps(about).encode(), np.uint8)
    np.savez_compressed(file, about=data, kernel=layer.kernel, bias=layer.bias)


def _read_head(file: Path) -> tuple[ModelInfo, TrunkSpec, Head, list[Proof], str]:
    """Description, base, layer, proofs and digest of a head file; pickles are never loaded."""
    try:
        data = file.read_bytes()
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            about: dict[str, Any] = json.loads(stored["about"].tobytes())
            layer = Head(kernel=stored["kernel"], bias=stored["bias"])
        return (
            ModelInfo.from_json(about["info"]),
            TrunkSpec(**about["trunk"]),
            layer,
            [proof_of(each) for each in about.get("proofs", [])],
            hashlib.sha256(data).hexdigest(),
        )
    except FileNotFoundError as error:
        raise StarterRefused(_NO_HEAD.filled(file=file)) from error
    except _DAMAGE as error:
        raise StarterRefused(
            Words("{file} is damaged ({error}): reinstall faceapp.", file=file, error=error)
        ) from error


def _is_whole(model: Path, info: ModelInfo) -> bool:
    try:
        return read_info(model) == info
    except ModelRefused:
        return False
