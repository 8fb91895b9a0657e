"""What is said in German: sentences with slots, and what may stand in these."""

SLOTS: dict[str, tuple[str, ...]] = {
    "ziffer": ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
    "zahl": ("zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf",
             "zwölf", "zwanzig"),
    "einheit": ("sekunden", "minuten", "stunden"),
    "tag": ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    "wann": ("heute", "morgen", "am {tag}"),
    "stadt": ("berlin", "hamburg", "wien"),
    "wetter": ("kalt", "warm", "sonnig", "windig"),
    "raum": ("garten", "bad", "wohnzimmer", "schlafzimmer", "büro"),
    "schalter": ("an", "aus"),
    "ding": ("die tür", "das fenster", "das licht", "das auto", "das haus"),
    "farbe": ("rot", "grün", "blau", "gelb", "weiß", "schwarz"),
}  # fmt: skip

TEMPLATES: tuple[str, ...] = (
    "hallo", "hallo june", "guten morgen", "guten tag", "guten abend", "gute nacht",
    "wie geht es dir", "mir geht es gut", "mir geht es gut danke", "hallo june wie geht es dir",
    "danke", "danke", "vielen dank", "nein danke", "danke june", "ja", "nein", "ja bitte", "bitte",
    "auf wiedersehen", "tschüss", "wie heißt du", "ich heiße june", "was kannst du",
    "kannst du mir bitte helfen", "erzähl mir einen witz", "ich weiß es nicht", "wer bist du",
    "wie spät ist es", "wie spät ist es in {stadt}", "es ist {zahl} uhr", "es ist {zahl} uhr in {stadt}",
    "welcher tag ist heute", "heute ist {tag}", "morgen ist {tag}", "am {tag} um {zahl} uhr",
    "am {tag} bin ich in {stadt}", "wie ist das wetter", "wie ist das wetter {wann}",
    "wie ist das wetter {wann} in {stadt}", "wie wird das wetter {wann}", "regnet es {wann}",
    "regnet es {wann} in {stadt}", "es ist {wetter} und {wetter}", "es ist {wann} {wetter} in {stadt}",
    "ist es {wetter} in {stadt}", "stelle einen timer auf {zahl} {einheit}",
    "stelle bitte einen timer auf {zahl} minuten", "wecke mich um {zahl} uhr",
    "wecke mich {wann} um {zahl} uhr", "stopp", "mach das licht {schalter}",
    "mach das licht im {raum} {schalter}", "mach bitte die musik {schalter}",
    "mach die musik im {raum} {schalter}", "mach die musik lauter", "mach die musik leiser bitte",
    "spiele musik", "spiele musik im {raum}", "spiele das nächste lied", "spiele das lied bitte",
    "{ding} ist {farbe}", "{ding} im {raum} ist {farbe}", "ist {ding} im {raum} {farbe}",
    "mach das licht {farbe}", "ist das licht im {raum} an", "wo ist {ding}", "ich bin im {raum}",
    "{ziffer}", "{ziffer} {ziffer}", "{ziffer} {ziffer} {ziffer}", "{ziffer} {ziffer} {ziffer} {ziffer}",
    "{ziffer} {ziffer} {ziffer} {ziffer} {ziffer} {ziffer}", "{farbe}", "{farbe} und {farbe}", "{tag}",
)  # fmt: skip
