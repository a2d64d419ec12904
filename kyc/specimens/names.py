"""Owns the lists that invented people's names and places are drawn from, by language."""

from types import MappingProxyType

# Surnames | women's names | men's names | towns | streets
_LINES = {
    "en": "Eriksson,Marlowe,Ashdown,Fenwick,O'Connor,Whitlock,Van der Meer"
    "|Anna Maria,Clara,Edith Rose,Ivy|Thomas,Henry James,Oliver,Silas"
    "|Zenith,Arcadia,Port Verity,New Haven|Harbour Road,Orchard Lane,Mill Street",
    "et": "Männik,Õunapuu,Tamm,Rebane,Kuusk,Šmidt,Ülesoo|Mari-Liis,Kärt,Tiina,Põhja-Liis"
    "|Jüri,Märt,Toomas,Karl-Erik|Tallinn,Pärnu,Võru,Tõrva|Pärna tänav,Õie tänav,Lõuna põik",
    "de": "Mustermann,Weiß,Grünewald,Schäfer,Müller-Köhn,Brückner|Erika,Jürgine,Anna-Lena,Käthe"
    "|Max,Jörg,Karl Günther,Lukas|Berlin,Köln,Görlitz,Würzburg|Lindenstraße,Am Mühlbach,Rosenweg",
    "fr": "Lefèvre,Dupré,Bœuf,François,Martin-Élysée|Zoé,Marie Hélène,Chloé|Jérôme,Noël,Benoît"
    "|Orléans,Nîmes,Besançon|Rue des Écoles,Allée du Chêne,Quai Sud",
    "es": "Núñez García,Muñoz Peña,Ibáñez Ruiz,Castaño Gil|Begoña,María José,Inés"
    "|Íñigo,José Ángel,Andrés"
    "|Logroño,Cádiz,León|Calle del Olmo,Avenida Ronda,Plaza Mayor",
    "pl": "Kowalska-Nowak,Wiśniewski,Żółkiewicz,Dąbrowa,Święcicki|Łucja,Małgorzata,Zofia"
    "|Stanisław,Michał,Błażej|Łódź,Poznań,Gdańsk|ul. Lipowa,ul. Świerkowa,ul. Długa",
    "lv": "Bērziņš,Kalniņa,Ozoliņš,Liepiņa|Ilze,Anna Līga,Zane|Jānis,Andris,Pēteris"
    "|Rīga,Cēsis,Jūrmala|Liepu iela,Skolas iela,Jūras iela",
    "lt": "Žukauskas,Jankauskaitė,Petrulis,Čiurlys|Rūta,Eglė,Živilė|Jonas,Žygimantas,Ąžuolas"
    "|Vilnius,Kaunas,Šiauliai|Liepų g.,Pušyno g.,Ežero g.",
    "fi": "Hämäläinen,Mäkinen,Jääskeläinen,Niemi|Päivi,Aino Sofia,Helmi|Väinö,Matti,Eetu Johannes"
    "|Helsinki,Jyväskylä,Oulu|Mäntytie,Rantakatu,Koivukuja",
    "nl": "de Vries,van den Berg,IJsselstein,Mulder|Willeke,Fenna Liselotte,Noëlle"
    "|Joost,Daniël,Pieter"
    "|Utrecht,Zwolle,Leiden|Kerkstraat,Molenweg,Dorpsplein",
    "it": "D'Angelo,Colò,Ferrari,Di Marzò|Nicolò Maria,Chiara,Lucìa|Niccolò,Matteo,Giosuè"
    "|Forlì,Torino,Bari|Via dei Tigli,Via Roma,Corso Mare",
    "cs": "Dvořák,Šťastná,Růžička,Nováková|Běla,Tereza,Žaneta|Jiří,Vít,Ondřej"
    "|Plzeň,Žďár,Třebíč|Lipová,Na Výsluní,Školní",
    "hu": "Őszi,Kovács,Szűcs,Fehér|Erzsébet,Zsófia,Réka|Győző,László,Ákos"
    "|Győr,Pécs,Kőszeg|Fő utca,Rózsa utca,Kossuth tér",
    "ro": "Ionescu,Ștefănescu,Țurcanu,Bălan|Ioana,Mădălina,Anișoara|Ștefan,Răzvan,Ionuț"
    "|București,Timișoara,Iași|Str. Teilor,Str. Școlii,Str. Mare",
    "sv": "Åkerström,Björk,Sjögren,Lindqvist|Åsa,Märta Sofia,Elin|Örjan,Göran,Nils Erik"
    "|Malmö,Örebro,Luleå|Björkvägen,Storgatan,Ängsstigen",
    "bg": "Dimitrov,Petrova,Ivanov,Yordanova|Desislava,Elena,Tsvetelina|Georgi,Hristo,Plamen"
    "|Sofia,Plovdiv,Varna|ul. Lipa,ul. Roza,bul. Iztok",
    "el": "Papadopoulos,Georgiou,Nikolaidi,Alexiou|Eleni,Sofia,Despina|Nikolaos,Georgios,Ilias"
    "|Athina,Patra,Volos|Odos Elias,Odos Limanos,Plateia Nea",
}  # fmt: skip
NAMES = MappingProxyType(
    {k: tuple(tuple(part.split(",")) for part in v.split("|")) for k, v in _LINES.items()}
)
