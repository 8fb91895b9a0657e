"""Spanish words for what is written in signs."""

from __future__ import annotations

from june_tts.wording.language import Currency, Language

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip

LANGUAGE = Language(
    code="es",
    decimal=",",
    groups=" .\u202f\u00a0",
    months=MONTHS,
    month_names={name: number for number, name in enumerate(MONTHS, 1)} | {"setiembre": 9},
    currencies={
        "€": Currency("euro", "euros", "céntimo", "céntimos"),
        "EUR": Currency("euro", "euros", "céntimo", "céntimos"),
        "US$": Currency("dólar estadounidense", "dólares estadounidenses", "centavo", "centavos"),
        "$": Currency("dólar", "dólares", "centavo", "centavos"),
        "USD": Currency("dólar", "dólares", "centavo", "centavos"),
        "£": Currency("libra", "libras", "penique", "peniques"),
        "¥": Currency("yen", "yenes"),
        "CHF": Currency("franco suizo", "francos suizos", "céntimo", "céntimos"),
        "MXN": Currency("peso", "pesos", "centavo", "centavos"),
    },
    units={
        "km/h": ("kilómetro por hora", "kilómetros por hora"),
        "m/s": ("metro por segundo", "metros por segundo"),
        "km²": ("kilómetro cuadrado", "kilómetros cuadrados"),
        "m²": ("metro cuadrado", "metros cuadrados"), "m³": ("metro cúbico", "metros cúbicos"),
        "km": ("kilómetro", "kilómetros"), "m": ("metro", "metros"),
        "cm": ("centímetro", "centímetros"), "mm": ("milímetro", "milímetros"),
        "kg": ("kilogramo", "kilogramos"), "g": ("gramo", "gramos"),
        "mg": ("miligramo", "miligramos"), "t": ("tonelada", "toneladas"),
        "l": ("litro", "litros"), "L": ("litro", "litros"), "ml": ("mililitro", "mililitros"),
        "°C": ("grado Celsius", "grados Celsius"), "°": ("grado", "grados"),
        "kWh": ("kilovatio hora", "kilovatios hora"), "kW": ("kilovatio", "kilovatios"),
        "W": ("vatio", "vatios"), "Hz": ("hercio", "hercios"), "MHz": ("megahercio", "megahercios"),
        "GHz": ("gigahercio", "gigahercios"), "MB": ("megabyte", "megabytes"),
        "GB": ("gigabyte", "gigabytes"), "ms": ("milisegundo", "milisegundos"),
        "s": ("segundo", "segundos"), "min": ("minuto", "minutos"), "h": ("hora", "horas"),
        "ha": ("hectárea", "hectáreas"),
    },
    abbreviations={
        "Sr": "Señor", "Sra": "Señora", "Srta": "Señorita", "Dr": "Doctor", "Dra": "Doctora",
        "D": "Don", "Dña": "Doña", "Ud": "usted", "Uds": "ustedes", "p. ej": "por ejemplo",
        "etc": "etcétera", "aprox": "aproximadamente", "av": "avenida", "Av": "Avenida",
        "tel": "teléfono", "pág": "página", "núm": "número", "EE. UU": "Estados Unidos",
        "EE.UU": "Estados Unidos", "cap": "capítulo", "máx": "máximo", "mín": "mínimo",
    },
    symbols={
        "&": "y", "+": "más", "=": "igual a", "%": "por ciento", "‰": "por mil", "×": "por",
        "÷": "entre", "±": "más o menos", "≈": "aproximadamente", "≠": "distinto de",
        "≤": "como máximo", "≥": "como mínimo", "√": "raíz de", "∞": "infinito", "→": "a",
        "²": "al cuadrado", "³": "al cubo", "°": "grados", "#": "número", "№": "número",
        "hash": "hashtag", "~": "unos", "<": "menor que", ">": "mayor que", "^": "elevado a",
        "§": "párrafo", "€": "euros", "$": "dólares", "£": "libras", "½": "un medio",
        "¼": "un cuarto", "¾": "tres cuartos", "⅓": "un tercio", "⅔": "dos tercios",
    },
    to="a",
    minus="menos",
    percent="por ciento",
    dot="punto",
    at="arroba",
    slash="barra",
    scales={
        "mil": "mil", "millón": "millón", "millones": "millones", "mill.": "millones",
        "M": "millones",
    },
    and_cents=" con ",
    scale_of=" de ",
    one="un",
    ordinal_marks="[ºª]|er",
    date_gap=" de ",
    clock=("{h} {m}", "{h} en punto", "una"),
)  # fmt: skip
