"""Abbreviations whose dot may be no end, of all languages together; data.

In small letters and without the last dot. Nobody says which language a reply is in, so
words that in another one end sentences are left out, unless they do so seldom: two
sentences spoken as one are heard less than one cut in two.
"""

from __future__ import annotations


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# Something always follows.
GO_ON = _words(
    # English
    "mr mrs dr prof sr jr rev capt lt sgt gov vs e.g eg i.e ie cf al approx dept",
    "messrs esp incl u.s u.k u.n",
    # German
    "bzw ca d.h evtl ggf s.o u.a z.b hrsg inkl zzgl vgl sog geb dipl",
    "dr.med dr.phil dr.jur dr.rer hrn",
    # French
    "mme mlle mgr av env chap p.ex c.-à-d bd boul",
    # Spanish and Portuguese
    "sra srta srs sres dra dres dª ud uds aprox p.ej avda gral ee exmo exma ilmo ltdo",
    # Italian
    "sig sigg dott avv ing geom egr spett gent p.es ad.es",
    # Dutch
    "dhr mevr mw bijv drs o.a d.w.z i.v.m m.b.t t.a.v t.o.v nl z.g",
    # Swedish
    "t.ex bl.a dvs d.v.s s.k f.d fr.o.m t.o.m",
    # Polish
    "ul np tj tzn m.in św pl inż mgr dr hab wg tzw płk ks",
    # Turkish
    "sn doç yrd örn bkz öğr",
    # Russian and Ukrainian
    "ул кв проф акад напр т т.е т.к т.н просп наб бул вул ім див тов",
    "гр доц ср т.зв",
    # Greek
    "κ κα κκ δρ π.χ δηλ αρ βλ λεωφ καθ",
    # Vietnamese
    "tp ts ths pgs gs bs ths.bs gs.ts pgs.ts ths.s th.s đ/c",
    # Hindi
    "डॉ श्री प्रो पं श्रीमती मो रु कि.मी कि.ग्रा से.मी ई.पू",
    # Arabic and Hebrew
    "د أ م أ.د",
)

# The name, and not the word that is written the same.
GO_ON_IF_LARGE = _words(
    "ms mm mt hr gör gen col hon maj sen rep pres fig co m fr mar sat sun mon tue wed thu fri est",
    "jan feb apr jun jul aug sep sept oct nov dec st d ave blvd rd",
)

# No end before a number: "no. 5", but "the answer is no."
GO_ON_BEFORE_NUMBERS = _words(
    "ok no nos nr nrs fig figs vol vols p pp pg ch sec art arts ed eq para abs bd kap str",
    "tel ext n núm num pág págs pag pagg cap kl s blz f ff nº tr q đt hr",
    "с д п стр ст гл рис тел кв корп буд № σελ αρ τηλ sf s.f",
    "jan feb apr jun jul aug sep sept oct nov dec janv févr juil déc",
    "ص त सं नं क्र",
)

# An end if a new sentence follows, which is told by a large letter.
MAY_END = _words(
    # English
    "etc inc ltd corp bros plc a.m p.m b.c a.d b.c.e c.e ph.d b.a m.a m.d u.s.a d.c e.u min max",
    "oz tbsp tsp sq",
    # German
    "usw u.s.w usf etc e.v u.ä o.ä v.chr n.chr mio mrd std",
    # French, Spanish, Portuguese, Italian
    "j.-c av.j.-c a.c d.c uu ee.uu e.e.u.u s.a s.l s.p.a ecc ltda cía s.r.l cts",
    # Dutch, Swedish
    "enz e.d a.u.b b.v n.v osv o.s.v m.m m.fl e.kr f.kr",
    # Polish
    "itd itp n.e p.n.e godz tys zł sp.z.o.o",
    # Turkish
    "vb vd m.ö m.s yy a.ş cad sok mah apt t.c",
    # Russian and Ukrainian
    "т.д т.п др пр н.э до.н.э руб коп тыс млн млрд мин сек шт км мл обл д п э е ін н.е",
    "грн тис год хв",
    # Greek
    "κ.λπ κλπ κ.ά π.μ μ.μ π.χ.χ μ.χ κ.τ.λ",
    # Vietnamese
    "v.v",
    # Arabic and Hebrew
    "إلخ ق.م وכו",
)

# Each begins an abbreviation in two parts whose second is large: "z. B.", "a. C."
FIRST_LETTERS = _words("z v n a d")

# Units: after a number they may end a sentence, elsewhere something follows.
MAY_END_AFTER_NUMBERS = _words("г гг в вв р рр см м")

# Beginnings of streets and the like, grown together: "Hauptstr. 5".
GO_ON_BEFORE_NUMBERS_AS_ENDING = ("str", "pl")

# Names that end in a mark.
NAMES_WITH_MARKS = _words("yahoo jeopardy yum oh ah ach ах ох ой")

# What a letter may stand for after these is no first name: "vitamin C."
LETTERED = _words(
    "vitamin vitamine vitamina witamina vitaminet c-vitamin витамин вітамін βιταμίνη",
    "plan план plano piano option opción option opção opzione opcja вариант варіант επιλογή",
    "optie alternativ alternativet seçenek variante version",
    "grade type typ tipo type тип τύπος group gruppe groupe grupo gruppo groep grupp grupa",
    "группа hepatitis hepatite class klasse classe clase klasa sınıf класс",
    "section sección team point punkt punto point letter buchstabe lettre letra lettera",
    "letter bokstaven litera harf буква answer antwort réponse respuesta risposta antwoord",
    "svaret odpowiedź cevap ответ відповідь απάντηση bloc block blok terminal gate lijn",
    "perron sal saal room salle sala zone zona strefa loại nhóm câu תשובה ויטמין כיתה",
    "الخيار الفئة विकल्प विटामिन",
)
