"""A checkpoint's networks, loaded into the library's own classes."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from chatterbox.models.s3gen import S3Gen
from chatterbox.models.t3 import T3
from chatterbox.models.t3.modules.t3_config import T3Config
from chatterbox.models.voice_encoder import VoiceEncoder
from safetensors import SafetensorError
from safetensors.torch import load_file

from june_runtime.errors import SettingsError
from june_runtime.model_fetch import obtain
from june_tts.engines.chatterbox.likeness import Likeness
from june_tts.engines.chatterbox.reading import Reader, reader_for
from june_tts.engines.chatterbox.variants import CHINESE_TABLE, Variant, lacking, variant_of

OWN_VOICE = "conds.pt"
# What a file that is not what it should be makes the loaders raise.
_BROKEN = (
    OSError, RuntimeError, ValueError, KeyError, TypeError, EOFError, SafetensorError,
    pickle.UnpicklingError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """What a checkpoint holds, on its device.

    Attributes:
        dtype: of the token network and of the flow's estimator; the rest is float32.
        languages: the variant's that can be read with what is there.
        own_voice: None where the checkpoint brings none.
    """

    variant: Variant
    t3: Any
    s3gen: Any
    encoder: Any
    reader: Reader
    languages: tuple[str, ...]
    own_voice: Likeness | None
    device: torch.device
    dtype: torch.dtype


def load_model(name_or_path: str, models: Path, device: str, *, may_fetch: bool = False) -> Model:
    """Loads a checkpoint. Blocking: seconds, or minutes where it is fetched.

    Args:
        models: the folder of all models.
        device: auto or one of torch's.
        may_fetch: whether a model that is not here is fetched.

    Raises:
        SettingsError: MODEL_UNKNOWN, MODEL_MISSING, MODEL_BROKEN, DEVICE_UNAVAILABLE.
    """
    chosen, dtype = chosen_device(device)
    folder = obtain(name_or_path, models, may_fetch=may_fetch)
    files = [path.name for path in folder.iterdir()]
    variant = variant_of(files)
    if variant is None:
        raise _broken(folder, "it holds no Chatterbox model")
    if absent := lacking(variant, files):
        raise _broken(folder, f"it lacks {', '.join(absent)}")
    try:
        return _load(variant, folder, chosen, dtype)
    except _BROKEN as fault:
        raise _broken(folder, f"{type(fault).__name__}: {str(fault)[:200]}") from fault


def chosen_device(device: str) -> tuple[torch.device, torch.dtype]:
    """The device, and the precision that suits it.

    Raises:
        SettingsError: DEVICE_UNAVAILABLE.
    """
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if device == "auto":
        device = "cuda" if there["cuda"] else "cpu"
    kind, _, number = device.partition(":")
    if not there[kind] or (number and int(number) >= torch.cuda.device_count()):
        raise SettingsError(
            "DEVICE_UNAVAILABLE", f"JUNE_TTS_DEVICE={device}: this machine has none for torch"
        )
    if kind == "cuda" and torch.cuda.is_bf16_supported():
        return torch.device(device), torch.bfloat16
    return torch.device(device), torch.float32


def _load(variant: Variant, folder: Path, device: torch.device, dtype: torch.dtype) -> Model:
    t3 = T3(_config(variant))
    t3.load_state_dict(_unwrapped(_tensors(folder / variant.tokens)))
    if variant.name == "turbo":
        del t3.tfmr.wte  # texts come embedded
    s3gen = S3Gen(meanflow=variant.name == "turbo")
    # What may be missing are tables that the class computes itself.
    missing = s3gen.load_state_dict(_tensors(folder / variant.vocoder), strict=False)
    lost = [name for name in missing.missing_keys if not name.startswith("tokenizer.")]
    if lost or missing.unexpected_keys:
        raise ValueError(f"{variant.vocoder} is of another model: {lost[:3]}")
    encoder = VoiceEncoder()
    encoder.load_state_dict(_tensors(folder / variant.encoder))
    own = folder / OWN_VOICE
    return Model(
        variant=variant,
        t3=t3.to(device).eval(),
        s3gen=s3gen.to(device).eval(),
        encoder=encoder.to(device).eval(),
        reader=reader_for(variant, folder),
        languages=tuple(
            code for code in variant.languages if code != "zh" or (folder / CHINESE_TABLE).exists()
        ),
        own_voice=Likeness.read(own, device) if own.exists() else None,
        device=device,
        dtype=dtype,
    )


def _config(variant: Variant) -> T3Config:
    match variant.name:
        case "english":
            return T3Config.english_only()
        case "multilingual":
            return T3Config.multilingual()
    config = T3Config(text_tokens_dict_size=50_276)
    config.llama_config_name = "GPT2_medium"
    config.speech_tokens_dict_size = 6_563
    config.input_pos_emb = None
    config.speech_cond_prompt_len = 375
    config.use_perceiver_resampler = False
    config.emotion_adv = False
    return config


def _tensors(file: Path) -> Mapping[str, Any]:
    if file.suffix == ".safetensors":
        loaded: Mapping[str, Any] = load_file(file)
        return loaded
    return torch.load(file, map_location="cpu", weights_only=True)  # type: ignore[no-any-return]


def _unwrapped(state: Mapping[str, Any]) -> Mapping[str, Any]:
    return state["model"][0] if "model" in state else state


def _broken(folder: Path, fault: str) -> SettingsError:
    return SettingsError(
        "MODEL_BROKEN",
        f"the model in {folder} cannot be loaded: {fault}; "
        "fetch it with `june models fetch chatterbox`, or set JUNE_TTS_MODEL to another one",
    )
