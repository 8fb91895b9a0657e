"""The trained network as a model that faster-whisper loads."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from ctranslate2.specs import whisper_spec
from ctranslate2.specs.model_spec import LayerSpec
from torch import nn

from tools.tiny_whisper.features import FFT, HOP, MELS, RATE
from tools.tiny_whisper.network import Attention, Block, Network, Shape
from tools.tiny_whisper.tokens import Tokens

Weights = npt.NDArray[np.float32]

QUANTIZATION = "int8"
PREPROCESSOR = {
    "chunk_length": 30,
    "feature_extractor_type": "WhisperFeatureExtractor",
    "feature_size": MELS,
    "hop_length": HOP,
    "n_fft": FFT,
    "sampling_rate": RATE,
}


def export(checkpoint: Path, folder: Path, alignment_heads: list[tuple[int, int]]) -> None:
    """Writes model.bin, config.json, vocabulary.json, tokenizer.json and
    preprocessor_config.json into the folder."""
    tokens = Tokens()
    network = Network(Shape(len(tokens), len(tokens.words)))
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["shadow"])
    spec = _spec(network)
    spec.register_vocabulary(list(tokens.spelled))
    spec.config.suppress_ids = tokens.never_said
    spec.config.suppress_ids_begin = [tokens.end]
    spec.config.lang_ids = tokens.language_ids
    spec.config.alignment_heads = alignment_heads
    spec.validate()
    spec.optimize(quantization=QUANTIZATION)
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    tokens.tokenizer().save(str(folder / "tokenizer.json"), pretty=False)
    written = json.dumps(PREPROCESSOR, indent=2) + "\n"
    (folder / "preprocessor_config.json").write_text(written)


def _spec(network: Network) -> whisper_spec.WhisperSpec:
    shape = network.shape
    spec = whisper_spec.WhisperSpec(
        shape.encoder_layers, shape.heads, shape.decoder_layers, shape.heads
    )
    encoder, decoder = spec.encoder, spec.decoder
    _set(encoder.conv1, network.conv1)
    _set(encoder.conv2, network.conv2)
    encoder.position_encodings.encodings = network.audio_positions.numpy()
    _set_norm(encoder.layer_norm, network.encoder_norm)
    decoder.embeddings.weight = _weights(network.table.weight)
    decoder.projection.weight = decoder.embeddings.weight
    decoder.position_encodings.encodings = network.text_positions.numpy()
    _set_norm(decoder.layer_norm, network.decoder_norm)
    for layer, block in zip(encoder.layer, network.encoder, strict=True):
        _set_block(layer, block)
    for layer, block in zip(decoder.layer, network.decoder, strict=True):
        _set_block(layer, block)
        assert isinstance(block, Block)
        across = layer.attention
        _set_norm(across.layer_norm, block.cross_norm)
        _set(across.linear[0], block.cross.query)
        _set_together(across.linear[1], block.cross, ("key", "value"))
        _set(across.linear[2], block.cross.out)
    return spec


def _set_block(layer: LayerSpec, block: nn.Module) -> None:
    assert isinstance(block, Block)
    _set_norm(layer.self_attention.layer_norm, block.attention_norm)
    _set_together(layer.self_attention.linear[0], block.attention, ("query", "key", "value"))
    _set(layer.self_attention.linear[1], block.attention.out)
    _set_norm(layer.ffn.layer_norm, block.feed_norm)
    _set(layer.ffn.linear_0, block.wide)
    _set(layer.ffn.linear_1, block.narrow)


def _set(layer: LayerSpec, part: nn.Linear | nn.Conv1d) -> None:
    assert part.bias is not None
    layer.weight, layer.bias = _weights(part.weight), _weights(part.bias)


def _set_together(layer: LayerSpec, attention: Attention, names: tuple[str, ...]) -> None:
    """Several projections as one; CTranslate2 wants a bias of keys too."""
    parts = [getattr(attention, name) for name in names]
    zero = np.zeros(len(parts[0].weight), np.float32)
    layer.weight = np.concatenate([_weights(part.weight) for part in parts])
    layer.bias = np.concatenate(
        [zero if part.bias is None else _weights(part.bias) for part in parts]
    )


def _set_norm(layer: LayerSpec, norm: nn.LayerNorm) -> None:
    layer.gamma, layer.beta = _weights(norm.weight), _weights(norm.bias)


def _weights(parameter: torch.Tensor) -> Weights:
    weights: Weights = parameter.detach().numpy()
    return weights
