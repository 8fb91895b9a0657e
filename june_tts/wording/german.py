"""German words for what is written in signs."""

from __future__ import annotations

from june_tts.wording.language import Counting, Currency, Language, Marks

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
        "GHz": ("Gigahertz",) * 2, "MB": ("Megabyte",) * 2, "KB": ("Kilobyte",) * 2,
        "kB": ("Kilobyte",) * 2, "GB": ("Gigabyte",) * 2,
        "TB": ("Terabyte",) * 2, "ms": ("Millisekunde", "Millisekunden"),
        "Mbit/s": ("Megabit pro Sekunde",) * 2, "MW": ("Megawatt",) * 2,
        "qm": ("Quadratmeter",) * 2,
        "kJ": ("Kilojoule",) * 2, "kcal": ("Kilokalorien",) * 2, "dB": ("Dezibel",) * 2,
        "hPa": ("Hektopascal",) * 2, "PS": ("PS",) * 2, "A": ("Ampere",) * 2, "L": ("Liter",) * 2,
        "°F": ("Grad Fahrenheit",) * 2, "cl": ("Zentiliter",) * 2, "µm": ("Mikrometer",) * 2,
        "s": ("Sekunde", "Sekunden"), "Sek.": ("Sekunde", "Sekunden"),
        "min": ("Minute", "Minuten"), "Min.": ("Minute", "Minuten"),
        "h": ("Stunde", "Stunden"), "Std.": ("Stunde", "Stunden"), "ha": ("Hektar",) * 2,
    },
    abbreviations={
        "z. B": "zum Beispiel", "d. h": "das heißt", "u. a": "unter anderem",
        "usw": "und so weiter",
        "bzw": "beziehungsweise", "ca": "circa", "ggf": "gegebenenfalls", "evtl": "eventuell",
        "inkl": "inklusive", "zzgl": "zuzüglich", "vgl": "vergleiche", "Dr": "Doktor",
        "Prof": "Professor", "Hr": "Herr", "Fr": "Frau", "Nr": "Nummer", "Str": "Straße",
        "str": "straße", "Tel": "Telefon", "Abb": "Abbildung", "Kap": "Kapitel", "Bd": "Band",
        "Mio": "Millionen", "Mrd": "Milliarden", "St": "Sankt", "etc": "et cetera",
        "max": "maximal", "min": "minimal", "bspw": "beispielsweise", "sog": "sogenannte",
        "Abs": "Absatz", "Art": "Artikel", "S": "Seite", "s. S": "siehe Seite",
        "s. o": "siehe oben", "s. u": "siehe unten", "i. d. R": "in der Regel",
        "z. T": "zum Teil", "u. U": "unter Umständen", "o. ä": "oder ähnlich",
        "o. Ä": "oder Ähnliches", "u. Ä": "und Ähnliches", "i. A": "im Auftrag",
        "v. Chr": "vor Christus", "n. Chr": "nach Christus", "v. a": "vor allem",
        "m. E": "meines Erachtens", "a. M": "am Main", "lt": "laut", "gem": "gemäß",
        "Jh": "Jahrhundert", "Hbf": "Hauptbahnhof", "Jan": "Januar", "Feb": "Februar",
        "Aug": "August", "Sept": "September", "Okt": "Oktober", "Nov": "November",
        "Dez": "Dezember", "allg": "allgemein", "zzt": "zurzeit", "usf": "und so fort",
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
        **dict.fromkeys(("Mio.", "Mio", "Million", "Millionen"), ("Million", "Millionen")),
        **dict.fromkeys(("Mrd.", "Mrd", "Milliarde", "Milliarden"), ("Milliarde", "Milliarden")),
        "Tausend": ("Tausend", "Tausend"), "tausend": ("tausend", "tausend"),
        "Tsd.": ("tausend", "tausend"),
    },
    and_cents=" und ",
    clock=("{h} Uhr {m}", "{h} Uhr"),
    counting=Counting(
        feminine=(
            r"(?!Name|Junge|Kunde|Ende|Auge|Interesse|Gebäude|Käse|Löwe|Affe|Hase|Buchstabe|Gedanke"
            r"|Kollege|Kaffee|See|Tee|Klee|Schnee|Komitee|Museum|Stadion|Experte|Gemälde|Erbe"
            r"|Neffe)"
            r"(?:[A-ZÄÖÜ]\w*(?:e|ung|heit|keit|schaft|ion|tät|ik)|Frau|Person|Nacht|Stadt|Hand|Art"
            r"|Antwort|Zeit|Million|Bahn|Tür|Kugel|Regel|Tafel|Mutter|Schwester|Tochter|Wand|Uhr)"
        ),
        links=frozenset(
            "eine einer oder aber alle keine wurde hatte diese dieser dieses haben werden jede "
            "jeder "
            "jedes seine ihre meine deine unsere wäre hätte ohne eines einen wegen neben zwischen "
            "waren sollte konnte".split()
        ),
        half=("ein halb", "einhalb"),
        parts={
            3: ("Drittel",) * 2, 4: ("Viertel",) * 2, 5: ("Fünftel",) * 2, 6: ("Sechstel",) * 2,
            7: ("Siebtel",) * 2, 8: ("Achtel",) * 2, 9: ("Neuntel",) * 2, 10: ("Zehntel",) * 2,
            16: ("Sechzehntel",) * 2, 100: ("Hundertstel",) * 2,
        },
        over="von",
        and_word="und",
        times=("mal", "mal"),
        against="zu",
        per="pro",
    ),
    marks=Marks(
        numbered=frozenset(
            "kapitel teil band akt stufe phase typ klasse seite nummer artikel anhang abschnitt "
            "punkt gleis linie schritt level tag option regel version raum zimmer haus platz "
            "gruppe".split()
        ),
        kings=frozenset(
            "ludwig johannes heinrich karl friedrich wilhelm otto elisabeth katharina georg "
            "philipp franz "
            "joseph leopold maximilian paul benedikt pius leo gregor alexander peter nikolaus iwan "
            "napoleon ramses rudolf konrad".split()
        ),
        articles=frozenset(),
        dates=frozenset("am vom zum bis ab seit der den dem".split()),
        phones=frozenset(
            "telefon tel telefonnummer handy handynummer rufnummer fax mobil anrufen durchwahl "
            "telefonisch hotline whatsapp".split()
        ),
    ),
    weekdays={
        "Mo": "Montag", "Di": "Dienstag", "Mi": "Mittwoch", "Do": "Donnerstag", "Fr": "Freitag",
        "Sa": "Samstag", "So": "Sonntag",
    },
)  # fmt: skip
