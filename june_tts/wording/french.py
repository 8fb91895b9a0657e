"""French words for what is written in signs."""

from __future__ import annotations

from june_tts.wording.language import Counting, Currency, Language, Marks

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
        "£": Currency("livre sterling", "livres sterling", "penny", "pence"),
        "GBP": Currency("livre sterling", "livres sterling", "penny", "pence"),
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
        "GHz": ("gigahertz", "gigahertz"), "ko": ("kilooctet", "kilooctets"),
        "Mo": ("mégaoctet", "mégaoctets"), "MB": ("mégaoctet", "mégaoctets"),
        "GB": ("gigaoctet", "gigaoctets"), "Mbit/s": ("mégabit par seconde",
        "mégabits par seconde"),
        "MW": ("mégawatt", "mégawatts"), "kcal": ("kilocalorie", "kilocalories"),
        "dB": ("décibel", "décibels"), "hPa": ("hectopascal", "hectopascals"),
        "cl": ("centilitre", "centilitres"), "°F": ("degré Fahrenheit", "degrés Fahrenheit"),
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
        "av. J.-C": "avant Jésus-Christ", "apr. J.-C": "après Jésus-Christ",
        "ap. J.-C": "après Jésus-Christ", "p": "page", "art": "article", "Cie": "compagnie",
        "qqch": "quelque chose", "qqn": "quelqu'un", "N.B": "nota bene", "apr": "après",
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
        "nº": "numéro", "c. à soupe": "cuillères à soupe", "c. à café": "cuillères à café",
        "c. à s.": "cuillères à soupe", "c. à c.": "cuillères à café", "N°": "numéro",
    },
    to="à",
    minus="moins",
    percent="pour cent",
    dot="point",
    at="arobase",
    slash="barre oblique",
    scales={
        **dict.fromkeys(("million", "millions", "M"), ("million", "millions")),
        **dict.fromkeys(("milliard", "milliards", "Md", "Mds"), ("milliard", "milliards")),
        "mille": ("mille", "mille"),
    },
    and_cents=" et ",
    scale_of=" de ",
    ordinal_marks="ers?|ère|re|ème|eme|nde?|e",
    hour_marks=r"\s?(?:h|:)\s?",
    clock=("{h} heures {m}", "{h} heures"),
    counting=Counting(
        feminine=(
            r"(?!kilowattheures?$|murmures?$|silences?$|comités?|côtés?|étés?|musées?|lycées?"
            r"|trophées?|squelette)"
            r"(?:\w+(?:tions?|sions?|tés?|ées?|ettes?|ances?|ences?|ures?|esses?|euses?|trices?)"
            r"|heures?|minutes?|\w*secondes?|semaines?|fois|personnes?|tonnes?|pages?|lignes?"
            r"|livres? sterling|choses?|femmes?|filles?|cartes?|places?|pièces?|tasses?|bouteilles?"
            r"|étapes?|étoiles?|parties?|nuits?|réponses?|règles?|raisons?|chambres?|tables?"
            r"|villes?"
            r"|photos?|\w*calories?|parts?|gouttes?|cuillères?|boîtes?|portes?|questions?|voix"
            r"|mains?)"
        ),
        links=frozenset(
            "et ou de du des à au aux en est sont sur par pour que qui la le les un une dans avec "
            "ni"
            " ne plus moins fois il elle se sera était avait puis mais car".split()
        ) - {"fois"},
        half=("un demi", "demi"),
        parts={
            3: ("tiers", "tiers"), 4: ("quart", "quarts"), 5: ("cinquième", "cinquièmes"),
            6: ("sixième", "sixièmes"), 7: ("septième", "septièmes"), 8: ("huitième", "huitièmes"),
            9: ("neuvième", "neuvièmes"), 10: ("dixième", "dixièmes"),
            100: ("centième", "centièmes"),
        },
        over="sur",
        and_word="et",
        times=("fois", "fois"),
        against="à",
        per="par",
    ),
    marks=Marks(
        numbered=frozenset(
            "chapitre tome partie acte volume livre scène numéro page étape niveau phase type "
            "article section annexe ligne salle option règle version".split()
        ),
        kings=frozenset(
            "louis françois henri charles philippe napoléon jean-paul benoît pie léon grégoire "
            "élisabeth elizabeth catherine frédéric guillaume édouard alexandre nicolas".split()
        ),
        articles=frozenset("le la du au l' les".split()),
        dates=frozenset("le au du jusqu'au dès lundi mardi mercredi jeudi vendredi samedi".split()),
        phones=frozenset("téléphone tél tel portable fax mobile appelez whatsapp".split()),
    ),
    weekdays={
        "lun": "lundi", "mar": "mardi", "mer": "mercredi", "jeu": "jeudi", "ven": "vendredi",
        "sam": "samedi", "dim": "dimanche",
    },
)  # fmt: skip
