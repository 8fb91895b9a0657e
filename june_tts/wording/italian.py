"""Italian words for what is written in signs."""

from __future__ import annotations

from june_tts.wording.language import Counting, Currency, Language, Marks

MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip

LANGUAGE = Language(
    code="it",
    decimal=",",
    groups=" .\u202f\u00a0",
    months=MONTHS,
    month_names={name: number for number, name in enumerate(MONTHS, 1)},
    currencies={
        "€": Currency("euro", "euro", "centesimo", "centesimi"),
        "EUR": Currency("euro", "euro", "centesimo", "centesimi"),
        "$": Currency("dollaro", "dollari", "centesimo", "centesimi"),
        "USD": Currency("dollaro", "dollari", "centesimo", "centesimi"),
        "£": Currency("sterlina", "sterline", "penny", "pence"),
        "¥": Currency("yen", "yen"),
        "CHF": Currency("franco svizzero", "franchi svizzeri", "centesimo", "centesimi"),
    },
    units={
        "km/h": ("chilometro orario", "chilometri orari"),
        "m/s": ("metro al secondo", "metri al secondo"),
        "km²": ("chilometro quadrato", "chilometri quadrati"),
        "m²": ("metro quadrato", "metri quadrati"), "m³": ("metro cubo", "metri cubi"),
        "km": ("chilometro", "chilometri"), "m": ("metro", "metri"),
        "cm": ("centimetro", "centimetri"), "mm": ("millimetro", "millimetri"),
        "kg": ("chilogrammo", "chilogrammi"), "g": ("grammo", "grammi"),
        "mg": ("milligrammo", "milligrammi"), "t": ("tonnellata", "tonnellate"),
        "l": ("litro", "litri"), "ml": ("millilitro", "millilitri"),
        "°C": ("grado Celsius", "gradi Celsius"), "°": ("grado", "gradi"),
        "kWh": ("chilowattora", "chilowattora"), "kW": ("chilowatt", "chilowatt"),
        "W": ("watt", "watt"), "Hz": ("hertz", "hertz"), "MHz": ("megahertz", "megahertz"),
        "GHz": ("gigahertz", "gigahertz"), "MB": ("megabyte", "megabyte"),
        "GB": ("gigabyte", "gigabyte"), "ms": ("millisecondo", "millisecondi"),
        "s": ("secondo", "secondi"), "min": ("minuto", "minuti"), "h": ("ora", "ore"),
        "mq": ("metro quadrato", "metri quadrati"), "mc": ("metro cubo", "metri cubi"),
        "KB": ("kilobyte", "kilobyte"), "TB": ("terabyte", "terabyte"),
        "V": ("volt", "volt"), "MW": ("megawatt", "megawatt"), "cl": ("centilitro", "centilitri"),
        "kcal": ("chilocaloria", "chilocalorie"), "dB": ("decibel", "decibel"),
        "Mbps": ("megabit al secondo", "megabit al secondo"), "hPa": ("ettopascal", "ettopascal"),
        "°F": ("grado Fahrenheit", "gradi Fahrenheit"), "L": ("litro", "litri"),
        "hg": ("etto", "etti"), "q": ("quintale", "quintali"),
        "ha": ("ettaro", "ettari"),
    },
    abbreviations={
        "Sig": "Signor", "Dott": "Dottor", "Dott.ssa": "Dottoressa", "Prof": "Professor",
        "Ing": "Ingegner", "Avv": "Avvocato", "ecc": "eccetera", "es": "esempio",
        "p.es": "per esempio", "circa": "circa", "pag": "pagina", "tel": "telefono",
        "Sig.ra": "Signora", "Sig.na": "Signorina", "Prof.ssa": "Professoressa",
        "Dott.sa": "Dottoressa", "sig": "signor", "sig.ra": "signora", "ad es": "ad esempio",
        "p. es": "per esempio", "a. C": "avanti Cristo", "d. C": "dopo Cristo",
        "S. p. A": "società per azioni", "S. r. l": "società a responsabilità limitata",
        "n": "numero", "N": "numero", "pagg": "pagine", "p": "pagina", "art": "articolo",
        "fig": "figura", "Geom": "Geometra", "Arch": "Architetto", "dott": "dottor",
        "ing": "ingegner", "prof": "professor",
        "on": "onorevole",
        "cap": "capitolo", "vol": "volume", "max": "massimo", "min": "minimo", "ca": "circa",
    },
    symbols={
        "&": "e", "+": "più", "=": "uguale a", "%": "per cento", "‰": "per mille",
        "×": "per", "÷": "diviso", "±": "più o meno", "≈": "circa", "≠": "diverso da",
        "≤": "al massimo", "≥": "almeno", "√": "radice di", "∞": "infinito", "→": "a",
        "²": "al quadrato", "³": "al cubo", "°": "gradi", "#": "numero", "№": "numero",
        "hash": "hashtag", "~": "circa", "<": "minore di", ">": "maggiore di", "^": "elevato a",
        "Sig.ra": "Signora", "Sig.na": "Signorina", "Dott.ssa": "Dottoressa",
        "Prof.ssa": "Professoressa", "sig.ra": "signora",
        "§": "paragrafo", "n°": "numero", "nº": "numero", "N°": "numero", "€": "euro",
        "$": "dollari", "£": "sterline", "½": "un mezzo",
        "¼": "un quarto", "¾": "tre quarti", "⅓": "un terzo", "⅔": "due terzi",
    },
    to="a",
    minus="meno",
    percent="per cento",
    dot="punto",
    at="chiocciola",
    slash="barra",
    scales={
        "mila": ("mila", "mila"),
        **dict.fromkeys(("milione", "milioni", "mln"), ("milione", "milioni")),
        **dict.fromkeys(("miliardo", "miliardi", "mld"), ("miliardo", "miliardi")),
    },
    and_cents=" e ",
    scale_of=" di ",
    ordinal_marks="[ºª]",
    clock=("{h} e {m}", "{h}"),
    counting=Counting(
        feminine=(
            r"(?!problema|tema|programma|sistema|poeta|pianeta|clima|diploma|dramma|\w*gramma)"
            r"(?:\w+(?:a|zione|sione|tà|tù)|notte|volta|parte|mano|moto|foto|auto|chiave|classe"
            r"|frase|legge|luce|ore|[a-z]+ate|sterline|tonnellate)"
        ),
        links=frozenset(
            "e o ed di del della a al alla in è sono con per che la le il lo i gli un una si non "
            "né "
            "più meno fino su tra fra era ma come da dal dalla ha già va se costa".split()
        ),
        half=("un mezzo", "mezzo"),
        parts={
            3: ("terzo", "terzi"), 4: ("quarto", "quarti"), 5: ("quinto", "quinti"),
            6: ("sesto", "sesti"), 7: ("settimo", "settimi"), 8: ("ottavo", "ottavi"),
            9: ("nono", "noni"), 10: ("decimo", "decimi"), 100: ("centesimo", "centesimi"),
        },
        over="su",
        and_word="e",
        times=("volta", "volte"),
        against="a",
        per="per",
    ),
    marks=Marks(
        numbered=frozenset(
            "capitolo parte tomo atto secolo volume libro scena fase tipo titolo articolo sezione "
            "numero pagina passo livello riga sala porta stanza opzione regola versione binario "
            "guerra giorno canale".split()
        ),
        kings=frozenset(
            "luigi giovanni enrico carlo filippo elisabetta vittorio emanuele umberto napoleone "
            "paolo pio "
            "benedetto leone gregorio federico giorgio pietro alessandro nicola caterina".split()
        ),
        articles=frozenset(
            "il lo la del al nel dal sul alla della nella dalla un una ogni l'".split()
        ),
        dates=frozenset("il del dal al entro dell'".split()),
        phones=frozenset("telefono tel cellulare cell whatsapp fax chiami chiama".split()),
        hours=frozenset("alle dalle ore le all' fino entro verso".split()),
    ),
    weekdays={
        "lun": "lunedì", "mar": "martedì", "mer": "mercoledì", "gio": "giovedì", "ven": "venerdì",
        "sab": "sabato", "dom": "domenica",
    },
)  # fmt: skip
