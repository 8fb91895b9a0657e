"""Chatterbox checkpoints small enough for a test, which the library's own classes load.

Only sizes change; weights are random, and so the audio is noise. A few are set by
hand, so that what is made of a text behaves as speech does:

- about 1.8 speech tokens come for each token of the text, and then the stop token:
  head 0 of the first layer weighs text against speech heard so far;
- the heads from which the library reads the alignment look at the text token that
  is being spoken;
- ids that are no speech are rare.

`python -m tests.engines.chatterbox.tiny english FOLDER` writes one.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from tests.engines.chatterbox.sizes import HIDDEN, shrunk

TOKENS_PER_TEXT = 1.8
# The model's own voice: it goes through the networks with every chunk, so a short one.
OWN_SECONDS, OWN_SECONDS_OF_TURBO = 2.0, 6.0

# Dimensions of the residual stream that carry what is set by hand: whether a token is
# text, a constant, how far the text is spoken; then two places on a circle each, and
# one so large that norms leave all the others as they are.
TEXT, ONE, BALANCE, SPEECH_PLACE, TEXT_PLACE, STEADY = 0, 1, 2, (3, 4), (5, 6), 7
RESERVED = (TEXT, ONE, BALANCE, *SPEECH_PLACE, *TEXT_PLACE, STEADY)
LARGE = 400.0
GUIDANCE = 1.5  # what cfg_weight 0.5 makes of the text's weight
ANGLE = math.pi / 320  # of one text token


def write(variant: str, folder: Path) -> None:
    """Writes that variant's files into `folder`, which is made; within sizes.shrunk."""
    folder.mkdir(parents=True)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        _WRITERS[variant](folder)


def reference(seconds: float = 6.0, sample_rate: int = 24_000) -> npt.NDArray[np.float32]:
    """A made-up voice: a buzz whose pitch and loudness wander as a speaker's do."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    phase = 2 * np.pi * np.cumsum(120 + 20 * np.sin(2.1 * time)) / sample_rate
    buzz = sum(np.sin(harmonic * phase) / harmonic for harmonic in range(1, 25))
    loudness = 0.55 + 0.45 * np.sin(2 * np.pi * 3.1 * time)
    return np.float32(0.2) * np.asarray(buzz * loudness, np.float32)


def _write_english(folder: Path) -> None:
    from chatterbox.models.t3 import T3
    from chatterbox.tts import ChatterboxTTS

    t3 = T3()
    _speak_like_people(t3)
    _save(folder / "t3_cfg.safetensors", t3)
    _save_rest(folder, "s3gen.safetensors", "ve.safetensors")
    _save_tokenizer(folder / "tokenizer.json", ())
    _save_voice(ChatterboxTTS.from_local(folder, "cpu"), folder)


def _write_multilingual(folder: Path) -> None:
    from chatterbox.models.t3 import T3
    from chatterbox.models.t3.modules.t3_config import T3Config
    from chatterbox.models.voice_encoder import VoiceEncoder
    from chatterbox.mtl_tts import SUPPORTED_LANGUAGES, ChatterboxMultilingualTTS

    t3 = T3(T3Config.multilingual())
    _speak_like_people(t3)
    _save(folder / "t3_mtl23ls_v2.safetensors", t3)
    s3gen = _s3gen()
    torch.save(s3gen.state_dict(), folder / "s3gen.pt")
    encoder = VoiceEncoder()
    torch.save(encoder.state_dict(), folder / "ve.pt")
    languages = tuple(f"[{language}]" for language in SUPPORTED_LANGUAGES)
    _save_tokenizer(folder / "grapheme_mtl_merged_expanded_v1.json", languages)
    # `from_local` would look for a Chinese dictionary on the network.
    _save_voice(ChatterboxMultilingualTTS(t3, s3gen, encoder, None, "cpu"), folder)


def _write_turbo(folder: Path) -> None:
    from chatterbox.models.t3 import T3
    from chatterbox.models.t3.modules.t3_config import T3Config
    from chatterbox.tts_turbo import ChatterboxTurboTTS

    config = T3Config(text_tokens_dict_size=50276)
    config.llama_config_name = "GPT2_medium"
    config.speech_tokens_dict_size = 6563
    config.input_pos_emb = None
    config.speech_cond_prompt_len = 375
    config.use_perceiver_resampler = False
    config.emotion_adv = False
    t3 = T3(config)
    with torch.no_grad():
        t3.speech_head.weight.mul_(3)
        t3.speech_head.bias[config.stop_speech_token] = 6.0  # one token in some twenty
    _save(folder / "t3_turbo_v1.safetensors", t3)
    _save_rest(folder, "s3gen_meanflow.safetensors", "ve.safetensors", meanflow=True)
    _save_gpt_tokenizer(folder)
    _save_voice(ChatterboxTurboTTS.from_local(folder, "cpu"), folder, OWN_SECONDS_OF_TURBO)


_WRITERS = {
    "english": _write_english,
    "multilingual": _write_multilingual,
    "turbo": _write_turbo,
}


@torch.no_grad()
def _speak_like_people(t3: Any) -> None:
    """Sets by hand what the module's docstring lists."""
    reserved = list(RESERVED)
    for embedding in (t3.text_emb, t3.speech_emb, t3.text_pos_emb.emb, t3.speech_pos_emb.emb):
        embedding.weight[:, reserved] = 0
    for layer in t3.tfmr.layers:
        for out in (layer.self_attn.o_proj, layer.mlp.down_proj):
            out.weight[reserved] = 0  # nobody else writes there
            out.weight.mul_(HIDDEN / t3.dim)  # nor does a wider network drown it
    perceiver = t3.cond_enc.perceiver
    perceiver.pre_attention_query[..., reserved] = 0
    for out in (perceiver.attn.proj_out, t3.cond_enc.spkr_enc):
        out.weight[reserved] = 0
        out.bias[reserved] = 0
    t3.cond_enc.emotion_adv_fc.weight[reserved] = 0
    t3.speech_head.weight.mul_(3)
    _steady(t3)
    _count(t3)
    _follow(t3)


def _steady(t3: Any) -> None:
    """Norms divide by what is the same everywhere, and multiply by it again."""
    for positions in (t3.text_pos_emb.emb, t3.speech_pos_emb.emb):
        positions.weight[:, STEADY] = LARGE
    conditioning = t3.cond_enc
    conditioning.spkr_enc.bias[STEADY] = LARGE
    conditioning.emotion_adv_fc.weight[STEADY] = LARGE
    conditioning.perceiver.pre_attention_query[..., STEADY] = LARGE
    norms = [conditioning.perceiver.attn.norm, t3.tfmr.norm]
    for layer in t3.tfmr.layers:
        norms += [layer.input_layernorm, layer.post_attention_layernorm]
    for norm in norms:
        norm.weight[:] = LARGE / math.sqrt(t3.dim)
        norm.weight[STEADY] = 0


def _count(t3: Any) -> None:
    """The stop token, once there are as many speech tokens as the text wants."""
    t3.text_emb.weight[:, TEXT] = TOKENS_PER_TEXT / GUIDANCE
    t3.speech_emb.weight[:, TEXT] = -1
    t3.speech_emb.weight[:, ONE] = 1
    attention = t3.tfmr.layers[0].self_attn
    size = t3.cfg.head_dim
    attention.q_proj.weight[:size] = 0  # head 0 averages over everything before
    attention.v_proj.weight[:size] = 0
    attention.v_proj.weight[0, TEXT] = 1
    attention.o_proj.weight[:, :size] = 0
    attention.o_proj.weight[BALANCE, 0] = 2
    head = t3.speech_head.weight
    head[:, list(RESERVED)] = 0
    stop = t3.hp.stop_speech_token
    head[stop + 1 :, ONE] = -4
    head[t3.hp.start_speech_token, ONE] = -4
    head[stop] = 0
    head[stop, BALANCE] = -60
    head[stop, ONE] = 8


def _follow(t3: Any) -> None:
    """The heads of alignment look at the text token that is being spoken."""
    import chatterbox.models.t3.inference.alignment_stream_analyzer as analyzer

    for positions, dims, step in (
        (t3.speech_pos_emb.emb, SPEECH_PLACE, ANGLE / TOKENS_PER_TEXT),
        (t3.text_pos_emb.emb, TEXT_PLACE, ANGLE),
    ):
        angles = torch.arange(len(positions.weight)) * step
        positions.weight[:, dims[0]] = torch.cos(angles)
        positions.weight[:, dims[1]] = torch.sin(angles)
    size = t3.cfg.head_dim
    for layer, head in analyzer.LLAMA_ALIGNED_HEADS:
        attention = t3.tfmr.layers[layer].self_attn
        for projection, dims in ((attention.q_proj, SPEECH_PLACE), (attention.k_proj, TEXT_PLACE)):
            rows = projection.weight[head * size : (head + 1) * size]
            rows[:] = 0
            rows[size // 2 - 1, dims[0]] = rows[-1, dims[1]] = 250


def _s3gen(meanflow: bool = False) -> Any:
    from chatterbox.models.s3gen import S3Gen

    return S3Gen(meanflow=meanflow).eval()


def _save(path: Path, model: Any) -> None:
    from safetensors.torch import save_file

    tensors = {name: value.clone().contiguous() for name, value in model.state_dict().items()}
    save_file(tensors, path)


def _save_rest(folder: Path, s3gen: str, encoder: str, meanflow: bool = False) -> None:
    from chatterbox.models.voice_encoder import VoiceEncoder

    _save(folder / s3gen, _s3gen(meanflow))
    _save(folder / encoder, VoiceEncoder())


def _save_tokenizer(path: Path, languages: tuple[str, ...]) -> None:
    """One token for each printable character of ASCII."""
    from tokenizers import Tokenizer, models

    special = ["[STOP]", "[UNK]", "[SPACE]"]
    pieces = [*special, *map(chr, range(33, 127)), *languages]
    unused = map(chr, range(0xE000, 0xE000 + 255 - len(pieces)))
    vocabulary = {piece: at for at, piece in enumerate([*pieces, *unused, "[START]"])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="[UNK]"))
    tokenizer.add_special_tokens([*special, "[START]", *languages])
    tokenizer.save(str(path))


def _save_gpt_tokenizer(folder: Path) -> None:
    """One token for each byte."""
    from tokenizers import pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: index for index, letter in enumerate(letters)}
    vocabulary["<|endoftext|>"] = len(vocabulary)
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    config = {"tokenizer_class": "GPT2Tokenizer", "model_max_length": 1_000_000}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def _save_voice(loaded: Any, folder: Path, seconds: float = OWN_SECONDS) -> None:
    import soundfile

    recording = folder / "reference.flac"
    soundfile.write(recording, reference(seconds), 24_000)
    loaded.prepare_conditionals(recording)
    loaded.conds.save(folder / "conds.pt")
    recording.unlink()


if __name__ == "__main__":
    with shrunk():
        write(sys.argv[1], Path(sys.argv[2]))
