"""German, French, Spanish, Italian and Portuguese; and all the others."""

import pytest

from june_tts.text import speakable

GERMAN = [
    ("1.234,56 €", "eintausendzweihundertvierunddreißig Euro und sechsundfünfzig Cent"),
    ("1 €", "ein Euro"),
    ("3,5 %", "drei Komma fünf Prozent"),
    ("am 3. März 2024", "am dritten März zweitausendvierundzwanzig"),
    ("12.5.2024", "zwölfter Mai zweitausendvierundzwanzig"),
    ("um 15:30 Uhr", "um fünfzehn Uhr dreißig"),
    ("1999", "neunzehnhundertneunundneunzig"),
    ("z. B. Dr. Müller", "zum Beispiel Doktor Müller"),
    ("5 km/h & mehr", "fünf Kilometer pro Stunde und mehr"),
    ("2,5 Mio. Euro", "zwei Komma fünf Millionen Euro"),
]
FRENCH = [
    ("1 234,56 €", "mille deux cent trente-quatre euros et cinquante-six centimes"),
    ("1 €", "un euro"),
    ("3,5 %", "trois virgule cinq pour cent"),
    ("le 1er mars 2024", "le premier mars deux mille vingt-quatre"),
    ("à 15h30", "à quinze heures trente"),
    ("1h", "une heure"),
    ("M. Dupont et Mme Martin", "Monsieur Dupont et Madame Martin"),
    ("n° 5", "numéro cinq"),
    ("le 3e étage", "le troisième étage"),
]
SPANISH = [
    ("1.234,56 €", "mil doscientos treinta y cuatro euros con cincuenta y seis céntimos"),
    ("3,5 %", "tres coma cinco por ciento"),
    ("el 3 de marzo de 2024", "el tres de marzo de dos mil veinticuatro"),
    ("a las 15:30", "a las quince treinta"),
    ("el Sr. García", "el Señor García"),
    ("la 1ª planta", "la primera planta"),
    ("$20", "veinte dólares"),
]
ITALIAN = [
    ("1.234,56 €", "milleduecentotrentaquattro euro e cinquantasei centesimi"),
    ("il 3 marzo 2024", "il tre marzo duemilaventiquattro"),
    ("alle 15:30", "alle quindici e trenta"),
    ("il Sig. Rossi", "il Signor Rossi"),
    ("5 km", "cinque chilometri"),
]
PORTUGUESE = [
    ("R$ 1.234,56", "mil duzentos e trinta e quatro reais e cinquenta e seis centavos"),
    ("3 de março de 2024", "três de março de dois mil e vinte e quatro"),
    ("20 €", "vinte euros"),
    ("o Sr. Silva", "o Senhor Silva"),
    ("5 km", "cinco quilómetros"),
]


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        (language, *case)
        for language, cases in {
            "de-DE": GERMAN,
            "fr": FRENCH,
            "es-MX": SPANISH,
            "it": ITALIAN,
            "pt_PT": PORTUGUESE,
        }.items()
        for case in cases
    ],
)
def test_signs_become_words(language: str, written: str, said: str) -> None:
    """Each language has its own marks, order and words."""
    assert speakable(written, language).text == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("ja", "**今日は**2024年です😀", "今日は2024年です"),
        ("pl", "# Cześć\n5 zł", "Cześć, 5 zł"),
        ("", "`a` 5%", "a 5%"),
        ("x-nonsense", "[a](b) 5%", "a 5%"),
    ],
)
def test_other_languages_keep_their_digits(language: str, written: str, said: str) -> None:
    """Where June has no words only markup goes: the engine reads digits itself."""
    assert speakable(written, language).text == said
