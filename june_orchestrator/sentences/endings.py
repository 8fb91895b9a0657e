"""Words that end a sentence or carry it on where marks do not tell; data."""

from __future__ import annotations

# Polite particles and question words: a space after them ends a Thai sentence.
THAI_ENDINGS = ("ครับ", "ค่ะ", "คะ", "จ้ะ", "จ้า", "ไหม", "หรือยัง", "หรือไม่", "นะ", "เลย", "แล้วกัน")
# A Thai sentence does not begin with the sign that repeats a word.
THAI_LINKS = "ๆฯ)"

# After a Japanese quotation: "「行こう。」と言った。"
AFTER_QUOTES = "とってはがをにのでも、，"
