"""The model that works before a person has one: a small head that ships, on the ImageNet base.

Only what was learned lies in resources/ (a head and its adapter, under 1 MB); the base's weights
come from where training finds them. Both together are a saved model like any other, made once and
kept in the cache.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from faceapp.errors import WorldError
from faceapp.networks.adapters import Adapter, adapted, adapter_of, map_shapes
from faceapp.networks.backbones import Head, TrunkSpec, classification_model, trunk
from faceapp.networks.frameworks import building
from faceapp.networks.precision import UNKNOWN, Known, Proof, keep
from faceapp.networks.quantising import Ranges
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
    learned = _Learned.read(file)
    info = learned.info
    kept = cache_folder() / STARTER / learned.digest[:16] / MODEL_NAME
    if _is_whole(kept, info):
        return kept
    base = weights or find_weights(learned.spec.backbone)
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
        below = trunk(learned.spec, base)
        if learned.adapter is not None:
            below = adapted(below, learned.spec, learned.adapter)
        model = classification_model(
            below, len(info.classes), mirror=info.mirror, head=learned.head
        )
        save_model(model, info, kept)
    keep(kept, learned.known)
    return kept


def save_head(model: Path, spec: TrunkSpec, to: Path) -> None:
    """Write what a saved model learned, with all that is needed to put it on its base again.

    Args:
        model: file or folder of a run whose base is frozen.
        spec: the base it was trained on.
        to: an .npz file.

    Raises:
        StarterRefused: the head is over 1 MB, or not on this base.

    """
    learned = _Learned.of(model, spec)
    if not learned.fits:
        raise StarterRefused(
            Words(
                "{model} has no head on {cut} of {backbone}.",
                model=model,
                cut=spec.cut,
                backbone=spec.backbone,
            )
        )
    learned.write(to)
    if to.stat().st_size > _MOST_BYTES:
        to.unlink()
        raise StarterRefused(
            Words(
                "The head of {model} is larger than {most_bytes} bytes.",
                model=model,
                most_bytes=_MOST_BYTES,
            )
        )


def add_proof(head: Path, proof: Proof, ranges: Ranges | None = None) -> None:
    """Store in a head's file what was proved on it, so that its model need not prove it again.

    Whoever puts the model together has none of the faces that a proof takes. The weights and the
    proofs of other precisions stay as they are, and weights saved anew have no proof. With a proof
    of "int8" come the ranges that it was made with.
    """
    learned = _Learned.read(head)
    known = learned.known.proved(proof)
    if ranges is not None:
        known = replace(known, ranges=ranges)
    replace(learned, known=known).write(head)


def proofs_of(head: Path) -> tuple[Proof, ...]:
    """What was proved on a head; raises `StarterRefused` where it is missing or damaged."""
    return _Learned.read(head).known.proofs


@dataclass(frozen=True, eq=False)
class _Learned:
    """What a head's file holds; `digest` is of the file that it was read from."""

    info: ModelInfo
    spec: TrunkSpec
    head: Head
    adapter: Adapter | None
    known: Known = UNKNOWN
    digest: str = ""

    @classmethod
    def of(cls, model: Path, spec: TrunkSpec) -> _Learned:
        """What a saved model learned on that base."""
        whole = load_keras(model)
        head = Head(*whole.get_layer("predictions").get_weights())
        return cls(read_info(model), spec, head, adapter_of(whole))

    @property
    def fits(self) -> bool:
        """Whether the head reads this base, and what the adapter makes of it."""
        width, classes = self.spec.width, len(self.info.classes)
        if self.adapter is not None:
            width += self.adapter.width(map_shapes(self.spec))
        return (self.head.kernel.shape, self.head.bias.shape) == ((width, classes), (classes,))

    def write(self, file: Path) -> None:
        about = {
            "info": self.info.to_json(),
            "trunk": self.spec.to_json(),
            **self.known.to_json(),
        }
        arrays: dict[str, Any] = {"kernel": self.head.kernel, "bias": self.head.bias}
        if self.adapter is not None:
            arrays |= {"adapter_kernel": self.adapter.kernel, "adapter_bias": self.adapter.bias}
        data = np.frombuffer(json.dumps(about).encode(), np.uint8)
        np.savez_compressed(file, about=data, **arrays)

    @classmethod
    def read(cls, file: Path) -> _Learned:
        """What `write` wrote; pickles are never loaded. Raises `StarterRefused`."""
        try:
            data = file.read_bytes()
            with np.load(io.BytesIO(data), allow_pickle=False) as stored:
                about: dict[str, Any] = json.loads(stored["about"].tobytes())
                adapter = None
                if "adapter_kernel" in stored:
                    adapter = Adapter(stored["adapter_kernel"], stored["adapter_bias"])
                head = Head(kernel=stored["kernel"], bias=stored["bias"])
            return cls(
                ModelInfo.from_json(about["info"]),
                TrunkSpec(**about["trunk"]),
                head,
                adapter,
                Known.from_json(about),
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
