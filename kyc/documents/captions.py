"""Owns the printed captions of personal details, and of what stays readable beside them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from kyc.documents.dates import Span, date_spans, fold
from kyc.documents.geometry import axis, gap_on_row
from kyc.documents.labels import number_label
from kyc.documents.likeness import likest, plain_phrases, printed
from kyc.documents.mrz_rows import is_row
from kyc.documents.pages import Cls, Line, Quad
from kyc.documents.remembered import remembered
from kyc.documents.spans import quad_of
from kyc.documents.titles import title_spans


class Detail(StrEnum):
    ADDRESS = "address"
    BIRTHPLACE = "birthplace"
    PARENTS = "parents"
    HEIGHT = "height"
    EYES = "eyes"
    RELIGION = "religion"
    BLOOD_GROUP = "blood group"

    @property
    def cls(self) -> Cls:
        return Cls.ADDRESS if self is Detail.ADDRESS else Cls.PERSONAL_DETAIL


@dataclass(frozen=True)
class Caption:
    """Where in a line a caption stands; `detail` is None for one whose value stays readable."""

    span: Span
    detail: Detail | None


@dataclass(frozen=True)
class Label:
    """A caption on the page: its detail, its own stretch of the line as a quad, the line."""

    detail: Detail
    caption: Caption
    quad: Quad
    line: Line


_DETAILS = {
    Detail.ADDRESS: r"ADDRESS|ADR[EI]S\w{0,3}|ELUKOHT|ANSCHRIFT|WOHNORT|DOMICIL\w{1,2}|DIRECCION"
    r"|OSOITE|KOTIKUNTA|PLACE OF RESIDENCE|DZIVESVIETA|GYVENAM\w+ VIETA|WOONPLAATS|RESIDEN[ZC]A"
    r"|RESIDENCIA|INDIRIZZO|MORADA|TRVALY POBYT|STALNO PREBIVALISCE|NASLOV|PREBIVALISTE|LAKCIM"
    r"|LAKOHELY|BOP[ÆA]?EL|BOSTED|BOSTAD|(?:LOG)?HEIMILI|ΔΙΕΥΘΥΝΣΗ|ΚΑΤΟΙΚΙΑ|АДРЕС",
    Detail.BIRTHPLACE: r"(?:DATE AND )?(?:P\w{0,5} OF BIRTH|BIRTH PLACE)|LIEU DE NAISSANCE"
    r"|^A(?=\W{0,2}:)|GEBURTSORT|LUGAR DE NAC\w*|SUNNIKOHT|MIEJSCE URODZENIA"
    r"|SYNTYMA(?:PAIKKA|KOTIKUNTA)"
    r"|FODELSE(?:ORT|PLATS)|F[OØ]DE(?:STED|BY)|F[ÆA]E?[DÐ]INGARSTA[DÐ]UR|DZIMSANAS VIETA"
    r"|GIMIMO VIETA|GEBOORTEPLAATS|LUOGO DI NASCITA|LOCAL DE NASC\w*|NATURALIDADE"
    r"|MI(?:E)?STO NAROD?Z?ENI[AE]?|KRAJ ROJSTVA|MJESTO RO[DĐÐ]ENJA|SZULETESI HELY"
    r"|LOC(?:UL)? NASTERII?|ΤΟΠΟΣ ΓΕΝΝΗΣΗΣ|МЯСТО НА РАЖДАНЕ",
    Detail.PARENTS: r"PARENTS|FATHER(?:S NAME)?|MOTHER(?:S NAME)?|IMIONA RODZICOW|HIJ[OA](?:/A)? DE"
    r"|NOM DU PERE|NOM DE LA MERE|PADRES|PARINTI|VANEMAD|RODICE|RODICIA|FILIACAO|ANYJA NEVE",
    Detail.HEIGHT: r"HEIGHT|HGT|GRO(?:SS|ß|B)E|TAILLE|ESTATURA|TALLA|PIKKUS|WZROST|PITUUS|LANGD"
    r"|AUGUMS|UGIS|LENGTE|STATURA|ALTURA|VYSKA|VISINA|MAGASSAG|(?:IN)?ALTIME|H[OØ][JY]DE|H[ÆA]E?D"
    r"|ΥΨΟΣ|ΑΝΑΣΤΗΜΑ|РЪСТ",
    Detail.EYES: r"(?:COLOU?R OF )?EYES?(?: COLOU?R)?|AUGENFARBE|(?:COULEUR DES )?YEUX"
    r"|(?:COLOR DE )?OJOS|SILMADE VARV\w*|KOLOR OCZU|SILMIEN VARI|OGONFARG|[OØ]JENFARVE"
    r"|[OØ]YENFARGE|ACU KRASA|AKIU SPALVA|KLEUR (?:VAN DE )?OGEN|OCCHI|COR DOS OLHOS|BARVA OCI"
    r"|BOJA OCIJU|SZEM SZINE|CULOAREA OCHILOR|ΧΡΩΜΑ ΜΑΤΙΩΝ|AUGNLITUR|ЦВЯТ НА ОЧИТЕ",
    Detail.RELIGION: r"RELIGION|RELIGIO|USKONTO|RELIGIJA|RELIGIA|ΘΡΗΣΚΕΥΜΑ",
    Detail.BLOOD_GROUP: r"BLOOD (?:GROUP|TYPE)|BLUTGRUPPE|GROUPE SANGUIN|GRUPO SANGUINEO"
    r"|GRUPPO SANGUIGNO|GRUPA (?:KRWI|SANGUINA)|VERIRUHM|VERIRYHMA|BLODGRUPP?E?|BLOEDGROEP"
    r"|KRAUJO GRUPE|ASINS GRUPA|KREVN[AI] SKUPINA|KRVNA (?:GRUPA|SKUPINA)|VERCSOPORT"
    r"|ΟΜΑΔΑ ΑΙΜΑΤΟΣ|BL[OÓ][DÐ]FLOKKUR|КРЪВНА ГРУПА",
}  # fmt: skip
_KEPT = (
    r"(?:SUR|GIVEN |FIRST |FULL |FAMILY )?NAMES?|NOM|PRENOMS?|VORNAMEN?|APELLIDOS?|NOMBRES?"
    r"|PEREKONNANIM\w*|EESNIM\w*|NAZWISKO|IMI(?:E|ONA)|UZVARDS?|VARDS?|PAVARDE|VARDAI?S?"
    r"|SUKUNIMI|ETUNIM\w*|EFTERNAMN|FORNAMN|EFTERNAVN|ETTERNAVN|FORNAVN|NAAM|VOORNAMEN|COGNOME"
    r"|NOMI?E?|APELIDO|PRIJMENI|PRIEZVISKO|JMEN[OA]|MENO|PRIIMEK|IME|PREZIME|CSALADI NEV|UTONEV"
    r"|NUMELE?|PRENUMELE?|ΕΠΩΝΥΜΟ|ΟΝΟΜΑ|NATIONALI\w+|STAATSANG\w+|CITIZENSHIP|KODAKONDSUS"
    r"|NACIONALIDA\w+|OBYWATELSTWO|PILSONIBA|PILIETYBE|KANSALAISUUS|MEDBORGARSKAP|STATSBORGER\w*"
    r"|CITTADINANZA|STATN[IE] OBC\w+|DRZAVLJAN\w+|ALLAMPOLG\w+|CETATENI\w+|ΙΘΑΓΕΝΕΙΑ"
    r"|SEX[EO]?|SEXUL|SESSO|GESCHLECHT|SUGU|PLEC|DZIMUMS|LYTIS|SUKUPUOLI|KON|KJ[OØ]NN"
    r"|GESLACHT|POHLAVI[E]?|SPOL|NEM|ΦΥΛΟ|DATE|DATUM|DATA|FECHA|\w*DATUM|\w*DATO|SUNNIAEG"
    r"|GEBURTSTAG|SYNTYMAAIKA|BIRTH|SZULETESI IDO|ISSUED?|VALID\w*|EXPIR\w*|KEHTIV|VALJA ANTUD"
    r"|GULTIG|GALIOJA|DERIGA|VOIMASSA|GILTIG|GYLDIG|GELDIG|SCADENZA|PLATNOST|ERVENYES|KIALLITAS"
    r"|TERMIN WAZNOSCI|AUSGESTELLT|UTFARDAD|MYONTAMISPAIVA|ΗΜ|ΑΡΧΗ|\w*AUTHORITY|AUTORI\w+|BEHORDE"
    r"|VALJAANDJA|ORGAN|VIRANOMAINEN|MYNDIGHET|IZDEVEJS|ISTAIGA|URAD|HATOSAG|\w*SIGNATURE"
    r"|UNTERSCHRIFT|FIRMA|PODPIS|ALLKIRI|PARAKSTS|PARASAS|NIMIKIRJOITUS|NAMNTECKNING"
    r"|HANDTEKENING|ALAIRAS|SEMNATURA|ΥΠΟΓΡΑΦΗ|TY[PP]E?|TIP[OAS]?|TUUP|TYYPPI|CODE|KOOD|KOD(?:AS|S)?"
    r"|COD(?:ICE|IGO)|KODI|REMARKS?"
)


def _compiled(pattern: str) -> re.Pattern[str]:
    """Whole words; between two words a blank may have been lost or read as a point."""
    loose = pattern.replace(" ", r"\W{0,2}")
    return re.compile(rf"(?<![^\W_])(?:{loose})(?![^\W_])")


_CUT_SHORT = re.compile(r"\W*O?F\W*(\w{2,6})\W*")
"""What is left of `of birth` where the words before it are in a script without glyphs here."""

BELOW, EXPLAINED, ALIKE = 2.5, 0.8, 0.7
DETAILS = tuple((detail, _compiled(pattern)) for detail, pattern in _DETAILS.items())
KEPT = _compiled(_KEPT)
_OTHERS = (
    "DATE OF BIRTH|DATE OF ISSUE|DATE OF EXPIRY|GIVEN NAMES|SURNAME|DATUM VYDANI"
    "|GEBURTSDATUM|AUSSTELLUNGSDATUM|DATE DE NAISSANCE|FECHA DE NACIMIENTO"
    "|DATA URODZENIA|DATA WYDANIA|DATA DI NASCITA|DATUM NAROZENI|GEBOORTEDATUM|FODELSEDATUM"
    "|DZIMSANAS DATUMS|GIMIMO DATA|ΗΜΕΡΟΜΗΝΙΑ ΓΕΝΝΗΣΗΣ|ΗΜ ΓΕΝΝΗΣΗΣ|ΗΜ ΕΚΔΟΣΗΣ|ΗΜ ΛΗΞΗΣ"
    "|NATIONALITY|AUTHORITY|SIGNATURE|DOCUMENT NUMBER|PERSONAL NUMBER|ΥΠΟΓΡΑΦΗ|ΙΘΑΓΕΝΕΙΑ|ΕΠΩΝΥΜΟ"
)
PRINTED = printed(
    {
        **{detail.value: plain_phrases(pattern) for detail, pattern in _DETAILS.items()},
        Detail.BIRTHPLACE.value: plain_phrases(f"{_DETAILS[Detail.BIRTHPLACE]}|PLACE OF BIRTH"),
        "kept": plain_phrases(f"{_KEPT}|{_OTHERS}"),
    }
)


@remembered
def captions(text: str) -> list[Caption]:
    """Every caption in a line, in reading order; of two that overlap the detail's counts."""
    folded = fold(text)
    found = [
        Caption(match.span(), detail)
        for detail, pattern in DETAILS
        for match in pattern.finditer(folded)
    ]
    kept = [Caption(match.span(), None) for match in KEPT.finditer(folded)]
    found += [
        one
        for one in kept
        if not any(a.span[0] < one.span[1] and one.span[0] < a.span[1] for a in found)
    ]
    return sorted(found, key=lambda caption: caption.span)


def _read(text: str) -> list[Caption]:
    """A line's captions; where none names a detail, also what it may be a misreading of."""
    found = captions(text)
    return found if any(caption.detail for caption in found) else misread(text) or found


@remembered
def misread(text: str) -> list[Caption]:
    """The caption that a line without a readable one comes nearest to, if it comes near any."""
    known = date_spans(text) or number_label(text) or title_spans(text) or _is_explained(text)
    found = None if known else likest(text, PRINTED)
    if found is None:
        return []
    kind, span = found
    return [Caption(span, None if kind == "kept" else Detail(kind))]


def _is_explained(text: str) -> bool:
    """Whether captions that can be read are most of a line already."""
    read = sum(caption.span[1] - caption.span[0] for caption in captions(text))
    return read >= EXPLAINED * sum(glyph.isalpha() for glyph in text)


def is_caption(text: str) -> bool:
    return bool(captions(text)) or number_label(text) is not None


def labels_of(lines: Sequence[Line]) -> Iterator[Label]:
    """Captions of details on a page, each from where the one before it in its line ended."""
    for line in lines:
        if is_row(line.text):
            continue
        start = 0
        for caption in _cut_short(line, lines) or _read(line.text):
            if caption.detail:
                quad = quad_of(line, (start, caption.span[1]))
                yield Label(caption.detail, caption, _with_beginning(line, quad, lines), line)
            else:
                start = caption.span[1]


def _cut_short(line: Line, lines: Sequence[Line]) -> list[Caption]:
    """The birthplace's caption, unless a date stands below: then it is that of the date."""
    cut = _CUT_SHORT.fullmatch(fold(line.text))
    if not cut or SequenceMatcher(None, cut.group(1), "BIRTH", autojunk=False).ratio() < ALIKE:
        return []
    box = axis(line.quad)
    for other in lines:
        along, across = box.place(other.quad)
        drop = float(across.mean()) / box.height
        over = along.min() < box.length and along.max() > 0
        if over and 0.5 < drop < BELOW and date_spans(other.text):
            return []
    return [Caption((0, len(line.text)), Detail.BIRTHPLACE)]


def _with_beginning(line: Line, quad: Quad, lines: Sequence[Line]) -> Quad:
    """The caption as far as it was cut off into a box of its own before the line."""
    box = axis(quad)
    for other in lines:
        gap = gap_on_row(other.quad, line.quad)
        if other is line or gap is None or abs(gap) > box.height or is_caption(other.text):
            continue
        start = float(box.place(other.quad)[0].min())
        if start < -box.height and not date_spans(other.text):
            return box.box(start, box.length, 0, box.height)
    return quad
