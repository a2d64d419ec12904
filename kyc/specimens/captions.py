"""Owns the printed captions, one line a language, in the order of `Caption`."""

from enum import IntEnum
from types import MappingProxyType


class Caption(IntEnum):
    TYPE = 0
    CODE = 1
    NUMBER = 2
    SURNAME = 3
    GIVEN_NAMES = 4
    NATIONALITY = 5
    BIRTH = 6
    SEX = 7
    BIRTHPLACE = 8
    ISSUED = 9
    EXPIRES = 10
    AUTHORITY = 11
    SIGNATURE = 12
    PERSONAL = 13
    ADDRESS = 14
    HEIGHT = 15
    PASSPORT = 16
    IDENTITY_CARD = 17
    RESIDENCE_PERMIT = 18
    DRIVING_LICENCE = 19
    VISA = 20


_LINES = {
    "en": "Type|Code|Document No.|Surname|Given names|Nationality|Date of birth|Sex|Place of birth"
    "|Date of issue|Date of expiry|Authority|Signature|Personal No.|Address|Height"
    "|PASSPORT|IDENTITY CARD|RESIDENCE PERMIT|DRIVING LICENCE|VISA",
    "et": "Liik|Kood|Dokumendi nr|Perekonnanimi|Eesnimed|Kodakondsus|Sünniaeg|Sugu|Sünnikoht"
    "|Välja antud|Kehtiv kuni|Väljaandja|Allkiri|Isikukood|Elukoht|Pikkus"
    "|PASS|ISIKUTUNNISTUS|ELAMISLUBA|JUHILUBA|VIISA",
    "de": "Typ|Code|Dokumentennr.|Name|Vornamen|Staatsangehörigkeit|Geburtstag|Geschlecht"
    "|Geburtsort|Ausstellungsdatum|Gültig bis|Behörde|Unterschrift|Personenkennzahl|Anschrift|Größe"
    "|REISEPASS|PERSONALAUSWEIS|AUFENTHALTSTITEL|FÜHRERSCHEIN|VISUM",
    "fr": "Type|Code|N° du document|Nom|Prénoms|Nationalité|Date de naissance|Sexe"
    "|Lieu de naissance|Date de délivrance|Date d'expiration|Autorité|Signature"
    "|N° personnel|Domicile|Taille|PASSEPORT|CARTE D'IDENTITÉ|TITRE DE SÉJOUR|PERMIS DE CONDUIRE"
    "|VISA",
    "es": "Tipo|Código|Núm. documento|Apellidos|Nombre|Nacionalidad|Fecha de nacimiento|Sexo"
    "|Lugar de nacimiento|Fecha de expedición|Válido hasta|Autoridad|Firma|Núm. personal|Domicilio"
    "|Estatura|PASAPORTE|DOCUMENTO DE IDENTIDAD|PERMISO DE RESIDENCIA|PERMISO DE CONDUCCIÓN|VISADO",
    "pl": "Typ|Kod|Nr dokumentu|Nazwisko|Imiona|Obywatelstwo|Data urodzenia|Płeć|Miejsce urodzenia"
    "|Data wydania|Termin ważności|Organ wydający|Podpis|Numer PESEL|Adres|Wzrost"
    "|PASZPORT|DOWÓD OSOBISTY|KARTA POBYTU|PRAWO JAZDY|WIZA",
    "lv": "Tips|Kods|Dokumenta Nr.|Uzvārds|Vārds|Pilsonība|Dzimšanas datums|Dzimums|Dzimšanas vieta"
    "|Izdošanas datums|Derīga līdz|Izdevējs|Paraksts|Personas kods|Adrese|Augums"
    "|PASE|PERSONAS APLIECĪBA|UZTURĒŠANĀS ATĻAUJA|VADĪTĀJA APLIECĪBA|VĪZA",
    "lt": "Tipas|Kodas|Dokumento Nr.|Pavardė|Vardas|Pilietybė|Gimimo data|Lytis|Gimimo vieta"
    "|Išdavimo data|Galioja iki|Įstaiga|Parašas|Asmens kodas|Adresas|Ūgis"
    "|PASAS|TAPATYBĖS KORTELĖ|LEIDIMAS GYVENTI|VAIRUOTOJO PAŽYMĖJIMAS|VIZA",
    "fi": "Tyyppi|Koodi|Asiakirjan nro|Sukunimi|Etunimet|Kansalaisuus|Syntymäaika|Sukupuoli"
    "|Syntymäpaikka|Myöntämispäivä|Voimassa|Viranomainen|Nimikirjoitus|Henkilötunnus|Osoite"
    "|Pituus|PASSI|HENKILÖKORTTI|OLESKELULUPA|AJOKORTTI|VIISUMI",
    "nl": "Soort|Code|Documentnr.|Naam|Voornamen|Nationaliteit|Geboortedatum|Geslacht"
    "|Geboorteplaats|Datum van afgifte|Geldig tot|Autoriteit|Handtekening"
    "|Persoonsnummer|Adres|Lengte|PASPOORT|IDENTITEITSKAART|VERBLIJFSTITEL|RIJBEWIJS|VISUM",
    "it": "Tipo|Codice|Documento n.|Cognome|Nome|Cittadinanza|Data di nascita|Sesso"
    "|Luogo di nascita|Data di rilascio|Scadenza|Autorità|Firma|Codice fiscale|Residenza|Statura"
    "|PASSAPORTO|CARTA DI IDENTITÀ|PERMESSO DI SOGGIORNO|PATENTE DI GUIDA|VISTO",
    "cs": "Typ|Kód|Číslo dokladu|Příjmení|Jména|Státní občanství|Datum narození|Pohlaví"
    "|Místo narození|Datum vydání|Platnost do|Úřad|Podpis|Rodné číslo|Trvalý pobyt|Výška"
    "|CESTOVNÍ PAS|OBČANSKÝ PRŮKAZ|POVOLENÍ K POBYTU|ŘIDIČSKÝ PRŮKAZ|VÍZUM",
    "hu": "Típus|Kód|Okmányszám|Családi név|Utónév|Állampolgárság|Születési idő|Nem|Születési hely"
    "|Kiállítás kelte|Érvényes|Hatóság|Aláírás|Személyi szám|Lakcím|Magasság"
    "|ÚTLEVÉL|SZEMÉLYAZONOSÍTÓ|TARTÓZKODÁSI ENGEDÉLY|VEZETŐI ENGEDÉLY|VÍZUM",
    "ro": "Tip|Cod|Nr. document|Nume|Prenume|Cetățenie|Data nașterii|Sex|Locul nașterii"
    "|Data emiterii|Data expirării|Autoritatea|Semnătura|CNP|Domiciliu|Înălțime"
    "|PAȘAPORT|CARTE DE IDENTITATE|PERMIS DE ȘEDERE|PERMIS DE CONDUCERE|VIZĂ",
    "sv": "Typ|Kod|Dokumentnr|Efternamn|Förnamn|Medborgarskap|Födelsedatum|Kön|Födelseort"
    "|Utfärdad|Giltig till|Myndighet|Namnteckning|Personnummer|Adress|Längd"
    "|PASS|IDENTITETSKORT|UPPEHÅLLSTILLSTÅND|KÖRKORT|VISUM",
    "bg": "Тип|Код|Номер на документа|Фамилия|Имена|Гражданство|Дата на раждане|Пол"
    "|Място на раждане|Дата на издаване|Валидност|Издаден от|Подпис|ЕГН|Адрес|Ръст"
    "|ПАСПОРТ|ЛИЧНА КАРТА|РАЗРЕШЕНИЕ ЗА ПРЕБИВАВАНЕ|СВИДЕТЕЛСТВО ЗА УПРАВЛЕНИЕ|ВИЗА",
    "el": "Τύπος|Κωδικός|Αριθ. εγγράφου|Επώνυμο|Όνομα|Ιθαγένεια|Ημ. γέννησης|Φύλο"
    "|Τόπος γέννησης|Ημ. έκδοσης|Ημ. λήξης|Αρχή|Υπογραφή|Προσωπικός αριθ.|Διεύθυνση|Ύψος"
    "|ΔΙΑΒΑΤΗΡΙΟ|ΔΕΛΤΙΟ ΤΑΥΤΟΤΗΤΑΣ|ΑΔΕΙΑ ΔΙΑΜΟΝΗΣ|ΑΔΕΙΑ ΟΔΗΓΗΣΗΣ|ΘΕΩΡΗΣΗ",
}  # fmt: skip

CAPTIONS = MappingProxyType({language: tuple(line.split("|")) for language, line in _LINES.items()})


def caption(language: str, item: Caption, separator: str = " / ") -> str:
    """The caption in the state's language and in English; Utopia pairs English with French."""
    first = CAPTIONS[language][item]
    second = CAPTIONS["fr" if language == "en" else "en"][item]
    return first if first == second else f"{first}{separator}{second}"
