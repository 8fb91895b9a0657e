"""Italian words for what is written in signs."""

from __future__ import annotations

from june_tts.wording.language import Currency, Language

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
        "ha": ("ettaro", "ettari"),
    },
    abbreviations={
        "Sig": "Signor", "Dott": "Dottor", "Dott.ssa": "Dottoressa", "Prof": "Professor",
        "Ing": "Ingegner", "Avv": "Avvocato", "ecc": "eccetera", "es": "esempio",
        "p.es": "per esempio", "circa": "circa", "pag": "pagina", "tel": "telefono",
        "cap": "capitolo", "vol": "volume", "max": "massimo", "min": "minimo", "ca": "circa",
    },
    symbols={
        "&": "e", "+": "più", "=": "uguale a", "%": "per cento", "‰": "per mille",
        "×": "per", "÷": "diviso", "±": "più o meno", "≈": "circa", "≠": "diverso da",
        "≤": "al massimo", "≥": "almeno", "√": "radice di", "∞": "infinito", "→": "a",
        "²": "al quadrato", "³": "al cubo", "°": "gradi", "#": "numero", "№": "numero",
        "hash": "hashtag", "~": "circa", "<": "minore di", ">": "maggiore di", "^": "elevato a",
        "§": "paragrafo", "€": "euro", "$": "dollari", "£": "sterline", "½": "un mezzo",
        "¼": "un quarto", "¾": "tre quarti", "⅓": "un terzo", "⅔": "due terzi",
    },
    to="a",
    minus="meno",
    percent="per cento",
    dot="punto",
    at="chiocciola",
    slash="barra",
    scales={
        "mila": "mila", "milione": "milione", "milioni": "milioni", "mln": "milioni",
        "miliardo": "miliardo", "miliardi": "miliardi", "mld": "miliardi",
    },
    and_cents=" e ",
    scale_of=" di ",
    one="un",
    ordinal_marks="[ºª]",
    hour_marks=r"[:.]",
    clock=("{h} e {m}", "{h} in punto", "una"),
)  # fmt: skip
