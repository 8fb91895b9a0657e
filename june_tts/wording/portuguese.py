"""Portuguese words for what is written in signs."""

from __future__ import annotations

from june_tts.wording.language import Currency, Language

MONTHS = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho",
    "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
)  # fmt: skip

LANGUAGE = Language(
    code="pt",
    decimal=",",
    groups=" .\u202f\u00a0",
    months=MONTHS,
    month_names={name: number for number, name in enumerate(MONTHS, 1)},
    currencies={
        "€": Currency("euro", "euros", "cêntimo", "cêntimos"),
        "EUR": Currency("euro", "euros", "cêntimo", "cêntimos"),
        "R$": Currency("real", "reais", "centavo", "centavos"),
        "BRL": Currency("real", "reais", "centavo", "centavos"),
        "$": Currency("dólar", "dólares", "centavo", "centavos"),
        "USD": Currency("dólar", "dólares", "centavo", "centavos"),
        "£": Currency("libra", "libras", "péni", "pence"),
        "¥": Currency("iene", "ienes"),
    },
    units={
        "km/h": ("quilómetro por hora", "quilómetros por hora"),
        "m/s": ("metro por segundo", "metros por segundo"),
        "km²": ("quilómetro quadrado", "quilómetros quadrados"),
        "m²": ("metro quadrado", "metros quadrados"), "m³": ("metro cúbico", "metros cúbicos"),
        "km": ("quilómetro", "quilómetros"), "m": ("metro", "metros"),
        "cm": ("centímetro", "centímetros"), "mm": ("milímetro", "milímetros"),
        "kg": ("quilograma", "quilogramas"), "g": ("grama", "gramas"),
        "mg": ("miligrama", "miligramas"), "t": ("tonelada", "toneladas"),
        "l": ("litro", "litros"), "L": ("litro", "litros"), "ml": ("mililitro", "mililitros"),
        "°C": ("grau Celsius", "graus Celsius"), "°": ("grau", "graus"),
        "kWh": ("quilowatt-hora", "quilowatts-hora"), "kW": ("quilowatt", "quilowatts"),
        "W": ("watt", "watts"), "Hz": ("hertz", "hertz"), "MB": ("megabyte", "megabytes"),
        "GB": ("gigabyte", "gigabytes"), "ms": ("milissegundo", "milissegundos"),
        "s": ("segundo", "segundos"), "min": ("minuto", "minutos"), "h": ("hora", "horas"),
        "ha": ("hectare", "hectares"),
    },
    abbreviations={
        "Sr": "Senhor", "Sra": "Senhora", "Dr": "Doutor", "Dra": "Doutora",
        "Prof": "Professor", "Profa": "Professora", "Eng": "Engenheiro", "etc": "et cetera",
        "p. ex": "por exemplo", "aprox": "aproximadamente", "Av": "Avenida", "tel": "telefone",
        "pág": "página", "núm": "número", "cap": "capítulo", "máx": "máximo", "mín": "mínimo",
    },
    symbols={
        "&": "e", "+": "mais", "=": "igual a", "%": "por cento", "‰": "por mil",
        "×": "vezes", "÷": "dividido por", "±": "mais ou menos", "≈": "cerca de",
        "≠": "diferente de", "≤": "no máximo", "≥": "no mínimo", "√": "raiz de",
        "∞": "infinito", "→": "para", "²": "ao quadrado", "³": "ao cubo", "°": "graus",
        "#": "número", "№": "número", "hash": "hashtag", "~": "cerca de", "<": "menor que",
        ">": "maior que", "^": "elevado a", "§": "parágrafo", "€": "euros", "$": "dólares",
        "£": "libras", "½": "um meio", "¼": "um quarto", "¾": "três quartos",
        "⅓": "um terço", "⅔": "dois terços",
    },
    to="a",
    minus="menos",
    percent="por cento",
    dot="ponto",
    at="arroba",
    slash="barra",
    scales={
        "mil": "mil", "milhão": "milhão", "milhões": "milhões", "mi": "milhões",
        "bilhão": "bilhão", "bilhões": "bilhões",
    },
    and_cents=" e ",
    scale_of=" de ",
    one="um",
    ordinal_marks="[ºª]",
    date_gap=" de ",
    hour_marks=r"(?:[:]|\s?h\s?)",
    clock=("{h} e {m}", "{h} horas", "uma"),
)  # fmt: skip
