"""The README.md beside the model."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from tools.tiny_whisper import corpus
from tools.tiny_whisper.network import Shape
from tools.tiny_whisper.score import NAMES, Row, table
from tools.tiny_whisper.sentences import HELD_OUT_OF, words_of
from tools.tiny_whisper.voices import ESPEAK, FLITE

_TEXT = """\
# A tiny Whisper that truly recognises a closed vocabulary

A model in faster-whisper's own format, for tests: real words through the real
faster-whisper and CTranslate2, in English and German. `python -m tools.tiny_whisper`
makes it from nothing but speech that this project synthesises.

- **Input and prompts** are those of any multilingual Whisper: log-mel features padded
  with zeros to a window of 1 to 30 s; `<|startoftranscript|><|en|><|transcribe|>` with
  `<|notimestamps|>` or with timestamps (to {grid} s), after `<|startofprev|>` and
  earlier text or hotwords, or without. `detect_language` tells English from German and
  knows no other language. Where nothing is said, `<|nospeech|>` is likely at the first
  position.
- **One token is one word.** Text comes out in lower case without punctuation; in a
  prompt, words it does not know become `!`.
- **The table of tokens is short** ({tokens} rows): CTranslate2 calls a model
  multilingual that knows the empty token, whatever the size.
- **Network**: width {width}, {heads} heads, {encoder} encoder and {decoder} decoder
  layers, int8. Word timestamps come from head {head[1]} of decoder layer {head[0]}, the
  best of all that were measured; training showed one head where each word lies.
- **Training**: {steps} steps over {english} English and {german} German utterances, by
  flite ({flite}) and espeak-ng ({espeak}) at varied tempo and pitch, with noise, hum
  and chords, cut off anywhere, trimmed at words, and joined up to 30 s.

It understands these voices and this vocabulary, in windows that hold up to some 10 s of
speech. It is no recogniser of people, and loses its way where there is more to hear: see
the last rows.

## Score

Of sentences that training never said (one in {held_out} of those with a slot), through
CTranslate2 in int8, {lead}.

{table}

## Vocabulary

{vocabulary}
## Licences

The model is this project's own, under its licence. The speech it learnt from was made
by flite, whose code and voices (cmu_us_rms, slt, awb, kal, kal16) are under a BSD-like
licence of Carnegie Mellon University, and by espeak-ng, whose GPL-3.0-or-later covers
the program and not what it says. No recording of a person and no weights of others are
in it.
"""


def write_readme(
    folder: Path, rows: Sequence[Row], steps: int, head: tuple[int, int], tokens: int
) -> None:
    shape = Shape(tokens, 0)
    vocabulary = ""
    for language, name in NAMES.items():
        words = words_of(language)
        listed = fill(" ".join(words), 88, break_on_hyphens=False)
        vocabulary += f"{name}, {len(words)} words:\n\n{listed}\n\n"
    text = _TEXT.format(
        grid="0.2",
        tokens=f"{tokens:,}",
        width=shape.width,
        heads=shape.heads,
        encoder=shape.encoder_layers,
        decoder=shape.decoder_layers,
        head=head,
        steps=f"{steps:,}",
        english=f"{corpus.TRAINED['en']:,}",
        german=f"{corpus.TRAINED['de']:,}",
        flite=", ".join(FLITE),
        espeak=", ".join(dict.fromkeys(voice for voices in ESPEAK.values() for voice in voices)),
        held_out=HELD_OUT_OF,
        lead="with 0.3 s of silence before and after",
        table=table(rows),
        vocabulary=vocabulary,
    )
    (folder / "README.md").write_text(text)
