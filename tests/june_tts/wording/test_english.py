"""English: what is written in signs is said in words."""

import pytest

from june_tts.text import speakable

NUMBERS = [
    ("I have 3 cats.", "I have three cats."),
    ("1,234 items", "one thousand two hundred and thirty-four items"),
    ("1,000,000", "one million"),
    ("3.14", "three point one four"),
    ("0.5 of it", "zero point five of it"),
    (".5", "point five"),
    ("-5", "minus five"),
    ("007", "zero zero seven"),
    ("12345678901234567890", "one two three four five six seven eight nine zero one two three "
     "four five six seven eight nine zero"),
    ("1st, 2nd, 3rd and 21st", "first, second, third and twenty-first"),
    ("the 1,000th time", "the one thousandth time"),
    ("5-10 people", "five to ten people"),
    ("pages 3–7", "pages three to seven"),
    ("10k users", "ten thousand users"),
    ("2.5M downloads", "two point five million downloads"),
    ("a 4K screen", "a four K screen"),
    ("GPT-4", "GPT-four"),
    ("an mp3 in 3D", "an mp three in three D"),
    ("#1 of 3", "number one of three"),
    ("No. 5", "number five"),
]  # fmt: skip
FRACTIONS = [
    ("1/2 cup", "one half cup"),
    ("1 1/2 cups", "one and a half cups"),
    ("2 3/4 miles", "two and three quarters miles"),
    ("½ ¼ ¾", "one half one quarter three quarters"),
    ("2/3 of it", "two thirds of it"),
    ("8/10", "eight out of ten"),
    ("24/7", "twenty-four seven"),
    ("50%", "fifty percent"),
    ("3.5 %", "three point five percent"),
    ("20-30%", "twenty to thirty percent"),
]
MATHS = [
    ("2+2=4", "two plus two equals four"),
    ("10 - 3 = 7", "ten minus three equals seven"),
    ("3 x 4", "three times four"),
    ("5*6", "five times six"),
    ("x² > 3", "x squared is greater than three"),
    ("a < b", "a is less than b"),
    ("2^3", "two cubed"),
    ("a ratio of 3:1", "a ratio of three to one"),
    ("~50 guests", "about fifty guests"),
    ("5 ± 1", "five plus or minus one"),
    ("a ≥ 2", "a is at least two"),
]
MONEY = [
    ("$5", "five dollars"),
    ("$1", "one dollar"),
    ("$5.20", "five dollars and twenty cents"),
    ("$1.01", "one dollar and one cent"),
    ("$0.99", "ninety-nine cents"),
    ("$5.00", "five dollars"),
    ("$1,234.56", "one thousand two hundred and thirty-four dollars and fifty-six cents"),
    ("$2.5 million", "two point five million dollars"),
    ("$3M", "three million dollars"),
    ("$5-10", "five to ten dollars"),
    ("-$5", "minus five dollars"),
    ("£1.50", "one pound and fifty pence"),
    ("€20", "twenty euros"),
    ("20 €", "twenty euros"),
    ("50¢", "fifty cents"),
    ("USD 30", "thirty US dollars"),
    ("30 EUR", "thirty euros"),
    ("¥100", "one hundred yen"),
]
UNITS = [
    ("5 km", "five kilometers"),
    ("1 kg", "one kilogram"),
    ("20 km/h", "twenty kilometers per hour"),
    ("72°F", "seventy-two degrees Fahrenheit"),
    ("-5°C", "minus five degrees Celsius"),
    ("90°", "ninety degrees"),
    ("3GHz and 100GB", "three gigahertz and one hundred gigabytes"),
    ("25 m²", "twenty-five square meters"),
    ("a 5-km run", "a five kilometer run"),
    ("6'2\"", "six foot two"),
    ("5 min. later", "five minutes later"),
    ("10 mins, 30 s", "ten minutes, thirty seconds"),
    ("a 10-year-old", "a ten-year-old"),
]
DATES = [
    ("March 3, 2024", "March third, twenty twenty-four"),
    ("Jan. 5th", "January fifth"),
    ("the 4th of July", "the fourth of July"),
    ("3 March 2024", "the third of March, twenty twenty-four"),
    ("2024-03-05", "March fifth, twenty twenty-four"),
    ("3/4/2021", "March fourth, twenty twenty-one"),
    ("25/12/2021", "December twenty-fifth, twenty twenty-one"),
    ("Dec 24-26", "December twenty-fourth to twenty-sixth"),
    ("in 1999", "in nineteen ninety-nine"),
    ("in 2005", "in two thousand and five"),
    ("1984-1990", "nineteen eighty-four to nineteen ninety"),
    ("the 1990s", "the nineteen nineties"),
    ("the 80s", "the eighties"),
    ("2000 km", "two thousand kilometers"),
    ("May I?", "May I?"),
    ("2024-03-05T14:30:00Z", "March fifth, twenty twenty-four, fourteen thirty"),
]
TIMES = [
    ("3:45 PM", "three forty-five P M"),
    ("at 3 p.m. sharp", "at three P M sharp"),
    ("I left at 5 a.m. He stayed.", "I left at five A M. He stayed."),
    ("7:05", "seven oh five"),
    ("12:00", "twelve o'clock"),
    ("15:00", "fifteen hundred"),
    ("9:00 am", "nine A M"),
    ("9am-5pm", "nine A M to five P M"),
    ("10:30:15", "ten thirty and fifteen seconds"),
]
ADDRESSES = [
    ("https://www.example.com", "example dot com"),
    ("https://example.com/docs", "example dot com slash docs"),
    ("https://example.com/a/b/c?d=1&e=2#f", "example dot com"),
    ("(at https://example.com/docs).", "at example dot com slash docs."),
    ("See example.org.", "See example dot org."),
    ("jane.doe@example.com", "jane dot doe at example dot com"),
    ("555-123-4567", "five five five, one two three, four five six seven"),
    ("(555) 123-4567", "five five five, one two three, four five six seven"),
    ("+44 20 7946 0958", "plus four four, two zero, seven nine four six, zero nine five eight"),
    ("v2.0", "version two point zero"),
    ("Python 3.11.4", "Python three dot eleven dot four"),
    ("12 Main St. again", "twelve Main Street again"),
    ("in St. Louis", "in Saint Louis"),
]
ABBREVIATIONS = [
    ("Dr. Smith", "Doctor Smith"),
    ("Mr. and Mrs. Jones", "Mister and Missus Jones"),
    ("e.g. this", "for example this"),
    ("i.e. that", "that is that"),
    ("Apples, etc.", "Apples, et cetera."),
    ("etc. and so on", "et cetera and so on"),
    ("cats vs. dogs", "cats versus dogs"),
    ("the U.S. team", "the U S team"),
    ("Henry VIII", "Henry the eighth"),
    ("World War II", "World War two"),
    ("p. 10 and pp. 3-4", "page ten and pages three to four"),
    ("R&D", "R and D"),
    ("w/o it", "without it"),
    ("on Mon. or Tue.", "on Monday or Tuesday."),
    ("C++ and C#", "C plus plus and C sharp"),
    ("approx. 5", "approximately five"),
    ("see Fig. 3 in vol. 2", "see Figure three in volume two"),
    ("I ate a fig.", "I ate a fig."),
    ("Ph.D. thesis", "P H D thesis"),
]
SIGNS = [
    ("“Hello,” she said.", "Hello, she said."),
    ("wait… what", "wait... what"),
    ("yes — no", "yes, no"),
    ("this (that) too", "this, that, too"),
    ("What?! No!!!", "What? No!"),
    ("and/or", "and or"),
    ("foo_bar", "foo bar"),
    ("#winning", "hashtag winning"),
    ("@june", "at june"),
    ("it’s", "it's"),
    ("50€/month", "fifty euros per month"),
    ("a™ b®", "a b"),
]


@pytest.mark.parametrize(
    ("written", "said"),
    [*NUMBERS, *FRACTIONS, *MATHS, *MONEY, *UNITS, *DATES, *TIMES, *ADDRESSES, *ABBREVIATIONS,
     *SIGNS],
)  # fmt: skip
def test_signs_become_words(written: str, said: str) -> None:
    """Each is said as an English speaker would."""
    assert speakable(written, "en-GB").text == said


@pytest.mark.parametrize(
    "plain",
    [
        "Plain words stay as they are.",
        "It's a well-known fact, isn't it?",
        "Wait; there is more: this!",
        "The march of time may help us in the sun.",
        "He said no. She said yes.",
        "naïve café in Zürich",
    ],
)
def test_plain_words_are_left_alone(plain: str) -> None:
    """What is in words already is said as it stands."""
    assert speakable(plain).text == plain
