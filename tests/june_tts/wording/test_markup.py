"""Markdown, HTML, SSML and emoji are not heard."""

import pytest

from june_tts.wording.markup import visible

CASES = [
    ("**bold** and *it* and __b__ and _i_", "bold and it and b and i"),
    ("***both*** ~~gone~~ ==marked==", "both gone marked"),
    ("`code` and ``more``", "code and more"),
    ("# Title", "Title"),
    ("## Title ##\nText", "Title, Text"),
    ("- one\n- two\n* three\n+ four", "one, two, three, four"),
    ("1. one\n2) two", "1. one, 2. two"),
    ("- [x] done\n- [ ] open", "done, open"),
    ("> quoted\n> more", "quoted more"),
    ("[text](https://example.com/a_(b))", "text"),
    ("![alt](picture.png) here", "alt here"),
    ("[text][1] and a note[^1] and [2]", "text and a note and [2]"),
    ("as shown[3].", "as shown."),
    ("| a | b |\n|---|:-:|\n| c | d |", "a, b, c, d"),
    ("| a |", "a"),
    ("a | b", "a, b"),
    ("| A part of a row.", "A part of a row."),
    ("above\n\n---\n\nbelow", "above, below"),
    ("Title\n=====\ntext", "Title, text"),
    ("soft\nwrap", "soft wrap"),
    ("First.\n\nSecond", "First. Second"),
    ("```python\nprint(1)\n```\nafter", "after"),
    ("```\nnever closed", "never closed"),
    (r"\*not emphasis\*", "not emphasis"),
    ("2 * 3 = 6 and 2*3", "2 * 3 = 6 and 2*3"),
    ("snake_case_name", "snake_case_name"),
    ("<p>One</p><p>two</p>", "One two"),
    ("a<b>b</b>c", "abc"),
    ('<a href="https://example.com">link</a>', "link"),
    ("<!-- hidden -->shown", "shown"),
    ('<speak>Hi <break time="1s"/><emphasis level="strong">you</emphasis></speak>', "Hi you"),
    ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ("Tom &amp; Jerry &lt;3", "Tom & Jerry"),
    ("<https://example.com>", "https://example.com"),
    ("hi 👍🏽 there 🇺🇸 ❤️ 👨‍👩‍👧", "hi there"),
    ("1️⃣ first", "1 first"),
    ("smile :) and ;-)", "smile and"),
    ("zero\u200bwidth\ufeff", "zerowidth"),
    ("𝐛𝐨𝐥𝐝 ｆｕｌｌ", "bold full"),
    ("20 °C © 2024", "20 °C © 2024"),
    ("tab\tand  spaces\u00a0here", "tab and spaces here"),
    ("***", ""),
    ("😀😀", ""),
    ("", ""),
]


@pytest.mark.parametrize(("written", "seen"), CASES)
def test_only_what_a_reader_sees_stays(written: str, seen: str) -> None:
    """Marks go, words stay in order."""
    assert visible(written) == seen
