"""TLS for the mocks of this machine: what a server shows, and how our own connections know it again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from automock_tui.domain.errors import InvalidInput
from automock_tui.settings import expanded

if TYPE_CHECKING:
    import ssl

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True)
class Certificate:
    """The PEM files of a certificate (with those that signed it, if any) and of its key."""

    path: Path
    key: Path | None = None
    """None where the key is in the same file."""

    @classmethod
    def given(cls, certificate: str, key: str = "") -> Certificate | None:
        """The one that a user names, from wherever they are; None where they name none.

        Raises:
            InvalidInput: a key without a certificate.
        """
        if key and not certificate:
            raise InvalidInput("A key without a certificate", key, "Name the certificate that it belongs to.")
        if not certificate:
            return None
        return cls(_absolute(certificate), _absolute(key) if key else None)

    def for_server(self) -> ssl.SSLContext:
        """What a server needs to answer with it.

        Raises:
            InvalidInput: no certificate, no key that belongs to it, or one that asks for a password.
        """
        import ssl

        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self.path, self.key, self._has_password)
        except (OSError, ssl.SSLError) as error:
            raise InvalidInput(
                "The certificate cannot be used",
                f"{self._files}: {error.strerror or error}",
                "Give a PEM file with the certificate, and one with its key unless that is in it too.",
            ) from error
        return context

    def text(self) -> str:
        """The certificate itself as PEM, without its key and without those that signed it.

        Raises:
            InvalidInput: the file cannot be read, or has none.
        """
        try:
            found = _CERTIFICATE.search(self.path.read_text("ascii", "replace"))
        except OSError as error:
            raise InvalidInput(
                "The certificate cannot be read", f"{self.path}: {error.strerror}", "Check the path."
            ) from error
        if found is None:
            raise InvalidInput("No certificate", f"{self.path} has none.", "Give a PEM file.")
        return found[0] + "\n"

    @property
    def _files(self) -> str:
        return f"{self.path}, {self.key}" if self.key else str(self.path)

    def _has_password(self) -> NoReturn:
        """Instead of a question at a terminal that nobody may be watching."""
        raise InvalidInput(
            "The key has a password",
            f"{self.key or self.path} cannot be read without one.",
            "Give a key without: openssl pkey -in KEY -out PLAIN",
        )


def _absolute(path: str) -> Path:
    return expanded(path).absolute()


def pinned(certificate: str) -> ssl.SSLContext:
    """A client's context that trusts one certificate and no other, whatever names it bears.

    Args:
        certificate: It, as PEM.
    """
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # it is known itself: names say nothing more
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # trusted without whoever signed it
    context.load_verify_locations(cadata=certificate)
    return context
