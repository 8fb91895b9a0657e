"""Portuguese words for what is written in signs."""

from __future__ import annotations

from june_tts.wording.language import Counting, Currency, Language, Marks

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
        "ºC": ("grau Celsius", "graus Celsius"), "ºF": ("grau Fahrenheit", "graus Fahrenheit"),
        "°C": ("grau Celsius", "graus Celsius"), "°": ("grau", "graus"),
        "kWh": ("quilowatt-hora", "quilowatts-hora"), "kW": ("quilowatt", "quilowatts"),
        "W": ("watt", "watts"), "Hz": ("hertz", "hertz"), "MB": ("megabyte", "megabytes"),
        "GB": ("gigabyte", "gigabytes"), "KB": ("quilobyte", "quilobytes"),
        "TB": ("terabyte", "terabytes"), "MW": ("megawatt", "megawatts"), "V": ("volt", "volts"),
        "Mbps": ("megabit por segundo", "megabits por segundo"), "MHz": ("mega-hertz",
        "mega-hertz"),
        "GHz": ("giga-hertz", "giga-hertz"), "kcal": ("quilocaloria", "quilocalorias"),
        "dB": ("decibel", "decibéis"), "hPa": ("hectopascal", "hectopascais"),
        "cl": ("centilitro", "centilitros"), "°F": ("grau Fahrenheit", "graus Fahrenheit"),
        "ms": ("milissegundo", "milissegundos"),
        "s": ("segundo", "segundos"), "min": ("minuto", "minutos"), "h": ("hora", "horas"),
        "ha": ("hectare", "hectares"),
    },
    abbreviations={
        "Sr": "Senhor", "Sra": "Senhora", "Dr": "Doutor", "Dra": "Doutora",
        "Prof": "Professor", "Profa": "Professora", "Eng": "Engenheiro", "etc": "et cetera",
        "p. ex": "por exemplo", "aprox": "aproximadamente", "Av": "Avenida", "tel": "telefone",
        "Tel": "Telefone",
        "Srta": "Senhorita", "D": "Dom", "Exmo": "Excelentíssimo", "Lda": "Limitada",
        "Ltda": "Limitada", "a. C": "antes de Cristo", "d. C": "depois de Cristo",
        "séc": "século", "págs": "páginas", "p": "página", "art": "artigo",
        "Sto": "Santo", "Sta": "Santa", "vol": "volume", "fig": "figura", "Trav": "Travessa",
        "pág": "página", "núm": "número", "cap": "capítulo", "máx": "máximo", "mín": "mínimo",
    },
    symbols={
        "&": "e", "+": "mais", "=": "igual a", "%": "por cento", "‰": "por mil",
        "×": "vezes", "÷": "dividido por", "±": "mais ou menos", "≈": "cerca de",
        "≠": "diferente de", "≤": "no máximo", "≥": "no mínimo", "√": "raiz de",
        "∞": "infinito", "→": "para", "²": "ao quadrado", "³": "ao cubo", "°": "graus",
        "#": "número", "№": "número", "hash": "hashtag", "n.º": "número", "N.º": "número",
        "nº": "número", "Nº": "número",
        "n°": "número", "Dr.ª": "Doutora", "Sr.ª": "Senhora", "Prof.ª": "Professora",
        "~": "cerca de", "<": "menor que",
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
        "mil": ("mil", "mil"),
        **dict.fromkeys(("milhão", "milhões", "mi", "M"), ("milhão", "milhões")),
        **dict.fromkeys(("bilhão", "bilhões", "bi"), ("bilhão", "bilhões")),
        "mil milhões": ("mil milhões", "mil milhões"),
    },
    and_cents=" e ",
    scale_of=" de ",
    ordinal_marks=r"\.?[ºª]",
    date_gap=" de ",
    hour_marks=r":|\s?h\s?",
    clock=("{h} e {m}", "{h} horas"),
    day_parts=("da manhã", "do meio-dia", "da tarde", "da noite"),
    counting=Counting(
        feminine=(
            r"(?!dias?$|mapas?$|problemas?$|temas?$|programas?$|sistemas?$|idiomas?$|planetas?$"
            r"|poemas?$|poetas?$|climas?$|diplomas?$|\w*gramas?$|dramas?$|sofás?$)"
            r"(?:\w+(?:as?|ção|ções|são|sões|dade|dades|tude|tudes)|vez|vezes|noites?|partes?"
            r"|mulher|mulheres|leis|frases?|tardes?|chaves?|classes?|séries?|mãos?|pontes?)"
        ),
        links=frozenset(
            "e ou de do da dos das a ao à às em é são com por para que o as os um uma se não nem "
            "mais menos até sobre entre foi era está como na no pelo pela já mas sem desde custa "
            "contra tem há".split()
        ),
        half=("um meio", "meio"),
        parts={
            3: ("terço", "terços"), 4: ("quarto", "quartos"), 5: ("quinto", "quintos"),
            6: ("sexto", "sextos"), 7: ("sétimo", "sétimos"), 8: ("oitavo", "oitavos"),
            9: ("nono", "nonos"), 10: ("décimo", "décimos"), 100: ("centésimo", "centésimos"),
        },
        over="de",
        and_word="e",
        times=("vez", "vezes"),
        against="a",
        per="por",
    ),
    marks=Marks(
        numbered=frozenset(
            "capítulo parte tomo ato século séc. volume livro cena fase tipo título artigo seção "
            "secção anexo número página passo nível linha sala porta quarto opção regra versão "
            "guerra dia canal".split()
        ),
        kings=frozenset(
            "pedro joão afonso manuel luís carlos filipe isabel henrique jorge napoleão paulo "
            "bento "
            "pio leão gregório alexandre nicolau catarina frederico sebastião".split()
        ) | {"joão paulo"},
        articles=frozenset("o a do da no na ao à um uma".split()),
        dates=frozenset("dia desde até segunda terça quarta quinta sexta sábado domingo".split()),
        feminine=frozenset({"às", "as"}),
        phones=frozenset(
            "telefone tel telemóvel celular whatsapp fax ligue ligar contato".split()
        ),
    ),
    weekdays={
        "seg": "segunda", "ter": "terça", "qua": "quarta", "qui": "quinta", "sex": "sexta",
        "sáb": "sábado", "dom": "domingo",
    },
)  # fmt: skip
