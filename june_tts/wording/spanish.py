"""Spanish words for what is written in signs."""

from __future__ import annotations

from june_tts.wording.language import Counting, Currency, Language, Marks

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
        "ºC": ("grado Celsius", "grados Celsius"), "ºF": ("grado Fahrenheit", "grados Fahrenheit"),
        "°C": ("grado Celsius", "grados Celsius"), "°": ("grado", "grados"),
        "kWh": ("kilovatio hora", "kilovatios hora"), "kW": ("kilovatio", "kilovatios"),
        "W": ("vatio", "vatios"), "Hz": ("hercio", "hercios"), "MHz": ("megahercio", "megahercios"),
        "GHz": ("gigahercio", "gigahercios"), "MB": ("megabyte", "megabytes"),
        "GB": ("gigabyte", "gigabytes"), "KB": ("kilobyte", "kilobytes"),
        "TB": ("terabyte", "terabytes"), "MW": ("megavatio", "megavatios"),
        "Mbps": ("megabit por segundo", "megabits por segundo"), "V": ("voltio", "voltios"),
        "kcal": ("kilocaloría", "kilocalorías"), "dB": ("decibelio", "decibelios"),
        "hPa": ("hectopascal", "hectopascales"), "cl": ("centilitro", "centilitros"),
        "°F": ("grado Fahrenheit", "grados Fahrenheit"), "lb": ("libra", "libras"),
        "ms": ("milisegundo", "milisegundos"),
        "s": ("segundo", "segundos"), "min": ("minuto", "minutos"), "h": ("hora", "horas"),
        "ha": ("hectárea", "hectáreas"),
    },
    abbreviations={
        "Sr": "Señor", "Sra": "Señora", "Sres": "Señores", "Srta": "Señorita", "Dr": "Doctor",
        "Dra": "Doctora",
        "D": "Don", "Dña": "Doña", "Ud": "usted", "Uds": "ustedes", "p. ej": "por ejemplo",
        "etc": "etcétera", "aprox": "aproximadamente", "av": "avenida", "Av": "Avenida",
        "tel": "teléfono", "pág": "página", "núm": "número", "EE. UU": "Estados Unidos",
        "JJ. OO": "Juegos Olímpicos", "a. C": "antes de Cristo", "d. C": "después de Cristo",
        "a. de C": "antes de Cristo", "d. de C": "después de Cristo", "Avda": "Avenida",
        "Prof": "Profesor", "Profa": "Profesora", "Lic": "Licenciado", "Ing": "Ingeniero",
        "págs": "páginas", "p": "página", "art": "artículo", "S. A": "sociedad anónima",
        "Sto": "Santo", "Sta": "Santa", "vol": "volumen", "fig": "figura", "tfno": "teléfono",
        "cap": "capítulo", "máx": "máximo", "mín": "mínimo",
    },
    symbols={
        "&": "y", "+": "más", "=": "igual a", "%": "por ciento", "‰": "por mil", "×": "por",
        "÷": "entre", "±": "más o menos", "≈": "aproximadamente", "≠": "distinto de",
        "≤": "como máximo", "≥": "como mínimo", "√": "raíz de", "∞": "infinito", "→": "a",
        "²": "al cuadrado", "³": "al cubo", "°": "grados", "#": "número", "№": "número",
        "hash": "hashtag", "~": "unos", "n.º": "número", "N.º": "número", "nº": "número",
        "Nº": "número", "n°": "número", "C/": "calle", "<": "menor que", ">": "mayor que",
        "^": "elevado a",
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
        "mil": ("mil", "mil"),
        **dict.fromkeys(("millón", "millones", "mill.", "M"), ("millón", "millones")),
    },
    and_cents=" con ",
    scale_of=" de ",
    ordinal_marks=r"\.?[ºª]|\.?er",
    date_gap=" de ",
    clock=("{h} {m}", "{h} en punto"),
    day_parts=("de la mañana", "del mediodía", "de la tarde", "de la noche"),
    counting=Counting(
        feminine=(
            r"(?!días?$|mapas?$|problemas?$|temas?$|programas?$|sistemas?$|idiomas?$|planetas?$"
            r"|poemas?$|poetas?$|climas?$|diplomas?$|\w*gramas?$|dramas?$|fantasmas?$|sofás?$)"
            r"(?:\w+(?:as?|ción|ciones|sión|siones|dad|dades|tud|tudes)|vez|veces|noches?|clases?"
            r"|llaves?|partes?|mujer|mujeres|leyes|frases?|calles?|tardes?|nubes?|series?|manos?)"
        ),
        links=frozenset(
            "y e o u de del a al en es son con por para que la las el los un una se no ni más "
            "menos "
            "hasta sobre entre fue era está están como si su sus lo le ya pero sin desde cada va "
            "cuesta contra veces tiene hay ha".split()
        ) - {"veces"},
        half=("un medio", "medio"),
        parts={
            3: ("tercio", "tercios"), 4: ("cuarto", "cuartos"), 5: ("quinto", "quintos"),
            6: ("sexto", "sextos"), 7: ("séptimo", "séptimos"), 8: ("octavo", "octavos"),
            9: ("noveno", "novenos"), 10: ("décimo", "décimos"), 100: ("centésimo", "centésimos"),
        },
        over="sobre",
        and_word="y",
        times=("vez", "veces"),
        against="a",
        per="por",
    ),
    marks=Marks(
        numbered=frozenset(
            "capítulo parte tomo acto siglo s. volumen libro escena fase tipo título artículo "
            "sección "
            "anexo número página paso nivel línea sala planta puerta habitación opción regla "
            "versión "
            "guerra apartado día canal".split()
        ),
        kings=frozenset(
            "felipe carlos juan isabel fernando alfonso luis enrique jorge napoleón pablo "
            "benedicto pío "
            "león gregorio pedro alejandro nicolás catalina federico".split()
        ) | {"juan carlos", "juan pablo"},
        articles=frozenset("el la del al los las un una".split()),
        dates=frozenset("el al del día lunes martes miércoles jueves viernes sábado".split()),
        feminine=frozenset({"las"}),
        phones=frozenset(
            "teléfono tel tfno móvil celular whatsapp fax llame llama llamar llámenos".split()
        ),
    ),
    weekdays={
        "lun": "lunes", "mar": "martes", "mié": "miércoles", "jue": "jueves", "vie": "viernes",
        "sáb": "sábado", "dom": "domingo",
    },
)  # fmt: skip
