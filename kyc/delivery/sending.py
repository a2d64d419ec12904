"""Owns handing a mail over: to an SMTP server, or into a Maildir where none is set."""

import mailbox
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from kyc.delivery.composing import Letter
from kyc.errors import ConfigurationError, UnavailableError

TIMEOUT_SECONDS = 20
RECEIPTS_NAME = "receipts.jsonl"


class Post(Protocol):
    """Takes a letter for good, or raises UnavailableError so that it is tried again."""

    def send(self, letter: Letter, sender: str, message_id: str) -> None: ...


@dataclass(frozen=True)
class SmtpPost:
    """`smtp://host:25`, `smtp+starttls://user:secret@host:587` or `smtps://…:465`."""

    url: str = field(repr=False)

    def send(self, letter: Letter, sender: str, message_id: str) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"smtp", "smtp+starttls", "smtps"} or not parts.hostname:
            raise ConfigurationError(
                "SMTP_URL must begin with smtp://, smtp+starttls:// or smtps://"
            )
        try:
            tls = ssl.create_default_context()
            with _connect(parts.scheme, parts.hostname, parts.port, tls) as server:
                if parts.scheme == "smtp+starttls":
                    server.starttls(context=tls)
                if parts.username:
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(_message(letter, sender, message_id))
        except (OSError, smtplib.SMTPException) as error:
            raise UnavailableError(f"mail server: {type(error).__name__}") from error


@dataclass(frozen=True)
class MaildirPost:
    """Keeps letters in a directory for somebody to read: what a first start does."""

    directory: Path

    def send(self, letter: Letter, sender: str, message_id: str) -> None:
        self.directory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        box = mailbox.Maildir(self.directory, create=True)
        box.add(_message(letter, sender, message_id))


def make_post(smtp_url: str, mail_dir: Path) -> Post:
    return SmtpPost(smtp_url) if smtp_url else MaildirPost(mail_dir)


def _connect(scheme: str, host: str, port: int | None, tls: ssl.SSLContext) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=tls)
    return smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)


def _message(letter: Letter, sender: str, message_id: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    if letter.receipts:
        message.add_attachment(letter.receipts, filename=RECEIPTS_NAME)
    return message


def message_id(mail_id: str) -> str:
    """The same for every try, so that a receiver can drop a second copy (RFC 5322, 3.6.4)."""
    return f"<{mail_id}@kyc.invalid>"
