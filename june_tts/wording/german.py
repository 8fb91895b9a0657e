"""German words for what is written in signs."""

from __future__ import annotations

from june_tts.wording.language import Currency, Language

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip

LANGUAGE = Language(
    code="de",
    decimal=",",
    groups=".",
    months=MONTHS,
    month_names={name.lower(): number for number, name in enumerate(MONTHS, 1)}
    | {"jan.": 1, "feb.": 2, "jänner": 1, "aug.": 8, "sept.": 9, "okt.": 10, "nov.": 11}
    | {"dez.": 12},
    currencies={
        "€": Currency("Euro", "Euro", "Cent", "Cent"),
        "EUR": Currency("Euro", "Euro", "Cent", "Cent"),
        "$": Currency("Dollar", "Dollar", "Cent", "Cent"),
        "USD": Currency("US-Dollar", "US-Dollar", "Cent", "Cent"),
        "£": Currency("Pfund", "Pfund", "Pence", "Pence"),
        "GBP": Currency("Pfund", "Pfund", "Pence", "Pence"),
        "¥": Currency("Yen", "Yen"),
        "CHF": Currency("Franken", "Franken", "Rappen", "Rappen"),
        "Fr.": Currency("Franken", "Franken", "Rappen", "Rappen"),
    },
    units={
        "km/h": ("Kilometer pro Stunde",) * 2, "m/s": ("Meter pro Sekunde",) * 2,
        "km²": ("Quadratkilometer",) * 2, "m²": ("Quadratmeter",) * 2, "m³": ("Kubikmeter",) * 2,
        "km": ("Kilometer",) * 2, "m": ("Meter",) * 2, "cm": ("Zentimeter",) * 2,
        "mm": ("Millimeter",) * 2, "kg": ("Kilogramm",) * 2, "g": ("Gramm",) * 2,
        "mg": ("Milligramm",) * 2, "t": ("Tonne", "Tonnen"), "l": ("Liter",) * 2,
        "ml": ("Milliliter",) * 2, "°C": ("Grad Celsius",) * 2, "°": ("Grad",) * 2,
        "kWh": ("Kilowattstunde", "Kilowattstunden"), "kW": ("Kilowatt",) * 2,
        "W": ("Watt",) * 2, "V": ("Volt",) * 2, "Hz": ("Hertz",) * 2, "MHz": ("Megahertz",) * 2,
        "GHz": ("Gigahertz",) * 2, "MB": ("Megabyte",) * 2, "GB": ("Gigabyte",) * 2,
        "TB": ("Terabyte",) * 2, "ms": ("Millisekunde", "Millisekunden"),
        "s": ("Sekunde", "Sekunden"), "Sek.": ("Sekunde", "Sekunden"),
        "min": ("Minute", "Minuten"), "Min.": ("Minute", "Minuten"),
        "h": ("Stunde", "Stunden"), "Std.": ("Stunde", "Stunden"), "ha": ("Hektar",) * 2,
    },
    abbreviations={
        "z. B": "zum Beispiel", "z.B": "zum Beispiel", "d. h": "das heißt", "d.h": "das heißt",
        "u. a": "unter anderem", "u.a": "unter anderem", "usw": "und so weiter",
        "bzw": "beziehungsweise", "ca": "circa", "ggf": "gegebenenfalls", "evtl": "eventuell",
        "inkl": "inklusive", "zzgl": "zuzüglich", "vgl": "vergleiche", "Dr": "Doktor",
        "Prof": "Professor", "Hr": "Herr", "Fr": "Frau", "Nr": "Nummer", "Str": "Straße",
        "str": "straße", "Tel": "Telefon", "Abb": "Abbildung", "Kap": "Kapitel", "Bd": "Band",
        "Mio": "Millionen", "Mrd": "Milliarden", "St": "Sankt", "etc": "et cetera",
        "max": "maximal", "min": "minimal", "bspw": "beispielsweise", "sog": "sogenannte",
    },
    symbols={
        "&": "und", "+": "plus", "=": "gleich", "%": "Prozent", "‰": "Promille",
        "§": "Paragraf", "×": "mal", "÷": "geteilt durch", "±": "plus minus", "≈": "ungefähr",
        "≠": "ungleich", "≤": "höchstens", "≥": "mindestens", "√": "Wurzel aus",
        "∞": "unendlich", "→": "nach", "²": "Quadrat", "³": "hoch drei", "°": "Grad",
        "#": "Nummer", "hash": "Hashtag", "~": "etwa", "<": "kleiner als", ">": "größer als",
        "^": "hoch", "€": "Euro", "$": "Dollar", "£": "Pfund", "½": "ein halb",
        "¼": "ein Viertel", "¾": "drei Viertel", "⅓": "ein Drittel", "⅔": "zwei Drittel",
    },
    to="bis",
    minus="minus",
    percent="Prozent",
    dot="Punkt",
    at="ät",
    slash="Schrägstrich",
    scales={
        "Mio.": "Millionen", "Mio": "Millionen", "Mrd.": "Milliarden", "Mrd": "Milliarden",
        "Million": "Million", "Millionen": "Millionen", "Milliarde": "Milliarde",
        "Milliarden": "Milliarden", "Tausend": "Tausend", "tausend": "tausend",
    },
    and_cents=" und ",
    one="ein",
    hour_marks=r"[:.]",
    clock=("{h} Uhr {m}", "{h} Uhr", "ein"),
)  # fmt: skip
