"""Owns handing mails over: by SMTP, into a Maildir, and what they must not say."""

import mailbox
import socket
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, Envelope, Session

from kyc.delivery.composing import NEEDS_LINK, Letter, compose
from kyc.delivery.sending import MaildirPost, SmtpPost, make_post, message_id
from kyc.errors import ConfigurationError, UnavailableError
from tests.core.kit import START, details

KINDS = ("link", "received", "verified", "asked", "rejected", "expired")
URL = "https://kyc.example/v/token"


class Inbox(Sink):
    """Keeps what it was given; `answer` is what it says to each letter."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = "250 OK"
        self.letters: list[Envelope] = []

    async def handle_DATA(  # noqa: N802 - its name in aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.letters.append(envelope)
        return self.answer


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def smtp_url(inbox: Inbox) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}"
    controller.stop()


def _letter(kind: str = "link") -> Letter:
    return compose(
        kind,
        "leelo.tammsaar@example.org",
        "en",
        business="Näidis OÜ",
        reference="vs_1234",
        url=URL,
        home="https://kyc.example/",
        until=START,
    )


def test_a_mail_server_gets_the_letter(inbox: Inbox, smtp_url: str) -> None:
    make_post(smtp_url, Path()).send(_letter(), "kyc@example.com", message_id("mail_1"))
    (envelope,) = inbox.letters
    assert envelope.rcpt_tos == ["leelo.tammsaar@example.org"]
    assert envelope.mail_from == "kyc@example.com"
    content = envelope.content
    assert isinstance(content, bytes)
    assert b"Message-ID: <mail_1@kyc.invalid>" in content
    assert b"Auto-Submitted: auto-generated" in content


@pytest.mark.parametrize("answer", ["451 later", "550 no", "552 full"])
def test_a_mail_server_that_refuses_is_asked_again(
    inbox: Inbox, smtp_url: str, answer: str
) -> None:
    inbox.answer = answer
    with pytest.raises(UnavailableError):
        SmtpPost(smtp_url).send(_letter(), "kyc@example.com", message_id("mail_1"))


def test_a_mail_server_that_is_down_is_asked_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UnavailableError):
            SmtpPost(url).send(_letter(), "kyc@example.com", message_id("mail_1"))


def test_a_server_without_tls_does_not_get_the_password(inbox: Inbox, smtp_url: str) -> None:
    url = smtp_url.replace("smtp://", "smtp+starttls://app:hush@")
    with pytest.raises(UnavailableError):
        SmtpPost(url).send(_letter(), "kyc@example.com", message_id("mail_1"))
    assert inbox.letters == []


@pytest.mark.parametrize("url", ["http://host", "smtp://", "host:25"])
def test_another_kind_of_url_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="SMTP_URL"):
        SmtpPost(url).send(_letter(), "kyc@example.com", message_id("mail_1"))


def test_without_a_mail_server_letters_wait_in_a_directory(tmp_path: Path) -> None:
    post = make_post("", tmp_path / "mail")
    assert isinstance(post, MaildirPost)
    for number in (1, 2):
        post.send(_letter(), "kyc@example.com", message_id(f"mail_{number}"))
    letters = list(mailbox.Maildir(tmp_path / "mail", create=False))
    assert len(letters) == 2
    assert {letter["To"] for letter in letters} == {"leelo.tammsaar@example.org"}
    assert all(URL in _text(letter) for letter in letters)


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_names_nobody_and_has_a_link_only_where_one_is_needed(kind: str) -> None:
    letter = _letter(kind)
    said = (letter.subject + letter.body).lower()
    person = details()
    for word in (
        person.surname,
        person.given_names,
        person.email,
        person.phone,
        "1987",
        "passport",
    ):
        assert word.lower() not in said
    assert (URL in said) == (kind in NEEDS_LINK)
    assert "%(" not in said


def test_a_letter_of_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError):
        _letter("advertisement")


def test_addresses_and_passwords_are_not_shown() -> None:
    assert "leelo" not in repr(_letter())
    assert "token" not in repr(_letter())
    assert "hush" not in repr(SmtpPost("smtps://app:hush@host"))


@pytest.mark.parametrize("to", ["a@example.org\r\nBcc: b@example.org", "a@example.org\nX: y"])
def test_an_address_cannot_add_a_header(tmp_path: Path, to: str) -> None:
    letter = Letter(to, "subject", "body")
    with pytest.raises(ValueError, match=r"(?i)linefeed|newline|carriage"):
        MaildirPost(tmp_path / "mail").send(letter, "kyc@example.com", message_id("mail_1"))


def _text(letter: Message) -> str:
    content = letter.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()
