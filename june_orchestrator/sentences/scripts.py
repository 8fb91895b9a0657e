"""Scripts that decide how text is cut, as ranges of a regular expression's class."""

GREEK = "\u0370-\u03ff\u1f00-\u1fff"
THAI = "\u0e00-\u0e7f"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ebef"
KANA = "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"
HANGUL = "\u1100-\u11ff\uac00-\ud7af"

# A sign is a syllable.
SYLLABLES = KANA + HANGUL
# No spaces between words.
NO_SPACES = HAN + KANA + THAI
