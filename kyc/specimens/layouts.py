"""Owns what differs between issuing states: language of the labels, colours, kind of codes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """Labels in the state's own language; each is followed by English on the drawing."""

    country: str
    tint: tuple[int, int, int]
    passport: str
    card: str
    permit: str
    licence: str
    surname: str
    given: str
    birth: str
    expiry: str
    issue: str
    number: str
    personal: str


_LAYOUTS = {
    "EST": Layout("EESTI", (90, 140, 200), "PASS", "ISIKUTUNNISTUS", "ELAMISLUBA", "JUHILUBA",
                  "Perekonnanimi", "Eesnimi", "Sünniaeg", "Kehtiv kuni", "Välja antud",
                  "Dokumendi number", "Isikukood"),
    "DEU": Layout("BUNDESREPUBLIK DEUTSCHLAND", (200, 150, 120), "REISEPASS", "PERSONALAUSWEIS",
                  "AUFENTHALTSTITEL", "FÜHRERSCHEIN", "Name", "Vornamen", "Geburtstag",
                  "Gültig bis", "Ausstellungsdatum", "Nummer", "Seriennummer"),
    "FRA": Layout("RÉPUBLIQUE FRANÇAISE", (120, 130, 200), "PASSEPORT", "CARTE D'IDENTITÉ",
                  "TITRE DE SÉJOUR", "PERMIS DE CONDUIRE", "Nom", "Prénoms", "Date de naissance",
                  "Date d'expiration", "Date de délivrance", "N° du document", "N° personnel"),
    "POL": Layout("RZECZPOSPOLITA POLSKA", (210, 120, 130), "PASZPORT", "DOWÓD OSOBISTY",
                  "KARTA POBYTU", "PRAWO JAZDY", "Nazwisko", "Imiona", "Data urodzenia",
                  "Data ważności", "Data wydania", "Nr dokumentu", "PESEL"),
    "ESP": Layout("ESPAÑA", (210, 170, 90), "PASAPORTE", "DOCUMENTO NACIONAL DE IDENTIDAD",
                  "PERMISO DE RESIDENCIA", "PERMISO DE CONDUCCIÓN", "Apellidos", "Nombre",
                  "Fecha de nacimiento", "Fecha de caducidad", "Fecha de expedición",
                  "Núm. soporte", "Núm. identidad"),
    "FIN": Layout("SUOMI FINLAND", (120, 180, 210), "PASSI", "HENKILÖKORTTI", "OLESKELULUPA",
                  "AJOKORTTI", "Sukunimi", "Etunimet", "Syntymäaika", "Viimeinen voimassaolopäivä",
                  "Myönnetty", "Numero", "Henkilötunnus"),
    "LVA": Layout("LATVIJAS REPUBLIKA", (170, 90, 110), "PASE", "PERSONAS APLIECĪBA",
                  "UZTURĒŠANĀS ATĻAUJA", "VADĪTĀJA APLIECĪBA", "Uzvārds", "Vārds",
                  "Dzimšanas datums", "Derīga līdz", "Izdošanas datums", "Numurs",
                  "Personas kods"),
    "LTU": Layout("LIETUVOS RESPUBLIKA", (150, 170, 90), "PASAS", "ASMENS TAPATYBĖS KORTELĖ",
                  "LEIDIMAS GYVENTI", "VAIRUOTOJO PAŽYMĖJIMAS", "Pavardė", "Vardas",
                  "Gimimo data", "Galioja iki", "Išduotas", "Numeris", "Asmens kodas"),
    "SWE": Layout("SVERIGE", (200, 180, 90), "PASS", "NATIONELLT ID-KORT", "UPPEHÅLLSTILLSTÅND",
                  "KÖRKORT", "Efternamn", "Förnamn", "Födelsedatum", "Giltigt t.o.m.",
                  "Utfärdat", "Nummer", "Personnummer"),
    "NLD": Layout("KONINKRIJK DER NEDERLANDEN", (200, 140, 90), "PASPOORT", "IDENTITEITSKAART",
                  "VERBLIJFSTITEL", "RIJBEWIJS", "Naam", "Voornamen", "Geboortedatum",
                  "Geldig tot", "Datum van afgifte", "Documentnummer", "Persoonsnummer"),
    "AUT": Layout("REPUBLIK ÖSTERREICH", (200, 120, 110), "REISEPASS", "PERSONALAUSWEIS",
                  "AUFENTHALTSTITEL", "FÜHRERSCHEIN", "Familienname", "Vornamen", "Geburtsdatum",
                  "Gültig bis", "Ausstellungsdatum", "Nummer", "Personenkennzahl"),
    "UTO": Layout("UTOPIA", (130, 170, 150), "PASSPORT", "IDENTITY CARD", "RESIDENCE PERMIT",
                  "DRIVING LICENCE", "Surname", "Given names", "Date of birth", "Date of expiry",
                  "Date of issue", "Document No.", "Personal No."),
}  # fmt: skip

STATES = tuple(_LAYOUTS)


def layout_of(state: str) -> Layout:
    """The layout of an issuing state (ICAO three letters); Utopia's for one we do not draw."""
    return _LAYOUTS.get(state, _LAYOUTS["UTO"])
