"""French words for what is written in signs."""

from __future__ import annotations

from june_tts.wording.language import Currency, Language

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

LANGUAGE = Language(
    code="fr",
    decimal=",",
    groups=" .\u202f\u00a0",
    months=MONTHS,
    month_names={name: number for number, name in enumerate(MONTHS, 1)}
    | {"janv.": 1, "févr.": 2, "juil.": 7, "sept.": 9, "oct.": 10, "nov.": 11, "déc.": 12},
    currencies={
        "€": Currency("euro", "euros", "centime", "centimes"),
        "EUR": Currency("euro", "euros", "centime", "centimes"),
        "$": Currency("dollar", "dollars", "cent", "cents"),
        "USD": Currency("dollar américain", "dollars américains", "cent", "cents"),
        "£": Currency("livre", "livres", "penny", "pence"),
        "GBP": Currency("livre", "livres", "penny", "pence"),
        "¥": Currency("yen", "yens"),
        "CHF": Currency("franc suisse", "francs suisses", "centime", "centimes"),
    },
    units={
        "km/h": ("kilomètre par heure", "kilomètres par heure"),
        "m/s": ("mètre par seconde", "mètres par seconde"),
        "km²": ("kilomètre carré", "kilomètres carrés"), "m²": ("mètre carré", "mètres carrés"),
        "m³": ("mètre cube", "mètres cubes"), "km": ("kilomètre", "kilomètres"),
        "m": ("mètre", "mètres"), "cm": ("centimètre", "centimètres"),
        "mm": ("millimètre", "millimètres"), "kg": ("kilogramme", "kilogrammes"),
        "g": ("gramme", "grammes"), "mg": ("milligramme", "milligrammes"),
        "t": ("tonne", "tonnes"), "l": ("litre", "litres"), "L": ("litre", "litres"),
        "ml": ("millilitre", "millilitres"), "°C": ("degré Celsius", "degrés Celsius"),
        "°": ("degré", "degrés"), "kWh": ("kilowattheure", "kilowattheures"),
        "kW": ("kilowatt", "kilowatts"), "W": ("watt", "watts"), "V": ("volt", "volts"),
        "Hz": ("hertz", "hertz"), "MHz": ("mégahertz", "mégahertz"),
        "GHz": ("gigahertz", "gigahertz"), "Mo": ("mégaoctet", "mégaoctets"),
        "Go": ("gigaoctet", "gigaoctets"), "To": ("téraoctet", "téraoctets"),
        "ms": ("milliseconde", "millisecondes"), "s": ("seconde", "secondes"),
        "min": ("minute", "minutes"), "h": ("heure", "heures"), "ha": ("hectare", "hectares"),
    },
    abbreviations={
        "M": "Monsieur", "MM": "Messieurs", "Dr": "Docteur", "Pr": "Professeur",
        "St": "Saint", "Ste": "Sainte", "etc": "et cetera", "p. ex": "par exemple",
        "c.-à-d": "c'est-à-dire", "env": "environ", "av": "avenue", "bd": "boulevard",
        "tél": "téléphone", "fig": "figure", "chap": "chapitre", "vol": "volume",
        "max": "maximum", "min": "minimum", "cf": "confer", "J.-C": "Jésus-Christ",
    },
    symbols={
        "&": "et", "+": "plus", "=": "égale", "%": "pour cent", "‰": "pour mille",
        "§": "paragraphe", "×": "fois", "÷": "divisé par", "±": "plus ou moins",
        "≈": "environ", "≠": "différent de", "≤": "au plus", "≥": "au moins",
        "√": "racine de", "∞": "l'infini", "→": "vers", "²": "au carré", "³": "au cube",
        "°": "degrés", "#": "numéro", "№": "numéro", "hash": "hashtag", "~": "environ",
        "<": "inférieur à", ">": "supérieur à", "^": "puissance", "€": "euros",
        "$": "dollars", "£": "livres", "½": "un demi", "¼": "un quart", "¾": "trois quarts",
        "⅓": "un tiers", "⅔": "deux tiers",
        "Mme": "Madame", "Mmes": "Mesdames", "Mlle": "Mademoiselle", "n°": "numéro",
    },
    to="à",
    minus="moins",
    percent="pour cent",
    dot="point",
    at="arobase",
    slash="barre oblique",
    scales={
        "million": "million", "millions": "millions", "milliard": "milliard",
        "milliards": "milliards", "M": "millions", "Md": "milliards", "Mds": "milliards",
    },
    and_cents=" et ",
    scale_of=" de ",
    one="un",
    ordinal_marks="ers?|ère|re|ème|eme|nde?|e",
    hour_marks=r"\s?(?:h|:)\s?",
    clock=("{h} heures {m}", "{h} heures", "une"),
)  # fmt: skip
