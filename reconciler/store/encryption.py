"""Encryption at rest with `age`, around any backend and for saved plans.

A stored text is one readable line that names the recipients, then age's armor: `sed 1d FILE | age -d -i KEY` decrypts
it. The line is for people without a key, and nothing depends on it. age does not authenticate the writer; that a
journal was not edited is checked by its hash chain and by last_seen.

Recipients: RECONCILER_AGE_RECIPIENTS, identities: RECONCILER_AGE_IDENTITY. Each is a file, or inline, separated by
commas. Errors never show a secret key, nor a value given in place of one.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.errors import Problem, StateError
from reconciler.runtime import regular_files
from reconciler.store.backend import Around, Backend, Read

if TYPE_CHECKING:
    from pyrage import x25519

RECIPIENTS, IDENTITY = "RECONCILER_AGE_RECIPIENTS", "RECONCILER_AGE_IDENTITY"
HEAD = "reconciler-age/1 for "
SECRET = "AGE-SECRET-KEY-"
CODING = ("utf-8", "surrogatepass")
KEYS = 1 << 20
"""The maximum size of a key file, in bytes."""


class Keys:
    """The keys of this run.

    recipients: `age1…`, who can decrypt. identities: `AGE-SECRET-KEY-1…`, to decrypt with. said: which options or
        variables gave the two, for messages.
    """

    def __init__(
        self,
        recipients: Sequence[str] = (),
        identities: Sequence[str] = (),
        said: tuple[str, str] = (RECIPIENTS, IDENTITY),
    ) -> None:
        self.recipients = sorted(set(recipients))
        self._said = said
        self._to = [_recipient(text, said[0]) for text in self.recipients]
        self._identities = [_identity(text, said[1]) for text in dict.fromkeys(identities)]
        self._mine = {str(identity.to_public()) for identity in self._identities}

    def __repr__(self) -> str:
        return f"Keys(for {', '.join(self.recipients) or 'nobody'})"

    def encrypt(self, text: str) -> str:
        """Encrypted for all recipients; unchanged if there are none."""
        return self.encrypt_bytes(text.encode(*CODING)).decode() if self._to else text

    def encrypt_bytes(self, content: bytes) -> bytes:
        """The same for bytes."""
        if not self._to:
            return content
        from pyrage import encrypt

        armor: bytes = encrypt(content, self._to, armored=True)
        return f"{HEAD}{','.join(self.recipients)}\n".encode() + armor

    def decrypt(self, text: str, what: str, of: str = "") -> str:
        """Decrypted; unchanged if it is not encrypted. Raises StateError.

        what: names the text in messages. of: the backend, named instead if no key fits.
        """
        if not is_encrypted(text):
            return text
        try:
            return self.decrypt_bytes(text.encode(*CODING), what, of).decode(*CODING)
        except UnicodeDecodeError:
            raise _damaged(what) from None

    def decrypt_bytes(self, content: bytes, what: str, of: str = "") -> bytes:
        """The same for bytes."""
        if not content.startswith(HEAD.encode()):
            return content
        head, _, armor = content.partition(b"\n")
        line = head.decode("utf-8", "replace")
        if not self._identities:
            raise _no_key(line, of or what)
        from pyrage import DecryptError, decrypt

        try:
            opened: bytes = decrypt(armor, self._identities)
        except DecryptError:
            raise (_no_key(line, of or what) if self._mine.isdisjoint(_named(line)) else _damaged(what)) from None
        return opened

    def check_writer(self) -> None:
        """Raises StateError if what is written could not be read again here, or would be unencrypted among encrypted
        entries."""
        if self._identities and not self.recipients:
            what = f"{self._said[1]} is given, and {self._said[0]} is not: nothing is written unencrypted"
            raise StateError(Problem("no-recipient", what))
        if self.recipients and self._mine.isdisjoint(self.recipients):
            what = f"no key of {self._said[1]} belongs to a recipient, so what is written could not be read again here"
            raise StateError(Problem("no-recipient", what, found=",".join(self.recipients)))


class Encrypted(Around):
    """Any backend, with entries and checkpoints encrypted. Without keys it changes nothing."""

    def __init__(self, inner: Backend, keys: Keys) -> None:
        super().__init__(inner)
        self._keys = keys

    @property
    def encrypts(self) -> bool:
        """Whether there are recipients."""
        return bool(self._keys.recipients)

    @property
    def _by_entry(self) -> Keys:
        return Keys() if self.inner.encrypts_itself else self._keys

    def check_writer(self) -> None:
        """Raises StateError if an append would be refused because of the keys."""
        self._keys.check_writer()

    def read(self, space_id: str) -> Read:
        return self._read(space_id, *self.inner.read(space_id))

    def read_all(self, but: Collection[str] = ()) -> Iterator[tuple[str, Read]]:
        return ((space_id, self._read(space_id, *found)) for space_id, found in self.inner.read_all(but))

    def history(self, space_id: str) -> list[str]:
        return self._all(space_id, self.inner.history(space_id))

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        self._keys.check_writer()
        self.inner.append(space_id, serial, [self._by_entry.encrypt(entry) for entry in entries])

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        self._keys.check_writer()
        self.inner.snapshot(space_id, serial, self._by_entry.encrypt(body))

    def _read(self, space_id: str, snapshot: str | None, entries: Sequence[str]) -> Read:
        opened = None if snapshot is None else self._opened(snapshot, f"the snapshot of {space_id}")
        return opened, self._all(space_id, entries)

    def _all(self, space_id: str, entries: Sequence[str]) -> list[str]:
        return [self._opened(entry, f"an entry of {space_id}") for entry in entries]

    def _opened(self, text: str, what: str) -> str:
        if self._by_entry.recipients and not is_encrypted(text):
            raise not_encrypted(self.url)
        return self._keys.decrypt(text, f"{self.url}: {what}", self.url)


def not_encrypted(url: str) -> StateError:
    return StateError(Problem("not-encrypted", f"{url} is not encrypted, and {RECIPIENTS} says it should be"))


def is_encrypted(text: str) -> bool:
    """Whether a text begins as encrypt() writes it."""
    # A damaged store may return something else than text; folding reports that.
    return isinstance(text, str) and text.startswith(HEAD)


def keys(
    environ: Mapping[str, str], root: Path = Path(), to_recipients: str | None = None, to_identity: str | None = None
) -> Keys:
    """Keys from the options, otherwise from the environment; possibly none. Raises StateError.

    root: the directory that paths of key files are relative to.
    """
    said = "--to-recipients" if to_recipients else RECIPIENTS, "--to-identity" if to_identity else IDENTITY
    recipients = _recipients(to_recipients or environ.get(RECIPIENTS, ""), said[0], root)
    return Keys(recipients, _identities(to_identity or environ.get(IDENTITY, ""), said[1], root), said)


def encrypt_file_text(text: str, environ: Mapping[str, str] = os.environ, root: Path = Path()) -> str:
    """For a file such as a saved plan; unchanged without recipients."""
    return keys(environ, root).encrypt(text)


def decrypt_text(text: str, what: str, environ: Mapping[str, str] = os.environ, root: Path = Path()) -> str:
    """Unchanged if it is not encrypted. what: the file, for messages. Raises StateError without a fitting key."""
    return keys(environ, root).decrypt(text, what) if is_encrypted(text) else text


def encrypt_bytes(content: bytes, environ: Mapping[str, str] = os.environ, root: Path = Path()) -> bytes:
    """The same for bytes."""
    return keys(environ, root).encrypt_bytes(content)


def decrypt_bytes(content: bytes, what: str, environ: Mapping[str, str] = os.environ, root: Path = Path()) -> bytes:
    """The same for bytes."""
    encrypted = content.startswith(HEAD.encode())
    return keys(environ, root).decrypt_bytes(content, what) if encrypted else content


def _damaged(what: str) -> StateError:
    return StateError(Problem("state-unreadable", f"{what} is encrypted, and damaged: it cannot be opened"))


def _named(line: str) -> list[str]:
    return line.removeprefix(HEAD).split(",")


def _no_key(line: str, what: str) -> StateError:
    hint = f"Set {IDENTITY} to the key of one of: {', '.join(_named(line))}"
    return StateError(Problem("key-missing", f"{what} is encrypted, and no key here opens it", hint=f"{hint}."))


def _recipients(said: str, where: str, root: Path) -> list[str]:
    if SECRET in said.upper():
        raise StateError(Problem("key-unusable", f"{where} holds a secret key; recipients begin with age1"))
    return _lines(said if said.startswith("age1") else _file(said, where, root))


def _identities(said: str, where: str, root: Path) -> list[str]:
    """Options are visible to every user of the machine, so they may not contain a secret key."""
    if where != IDENTITY and SECRET in said.upper():
        hint = "Replace this key, for others may have seen it; keep the new one in a file, and name the file."
        raise StateError(Problem("key-unusable", f"{where} takes a file, and no key itself", hint=hint))
    return _lines(said if SECRET in said else _file(said, where, root))


def _lines(text: str) -> list[str]:
    """As `age-keygen` writes them: one a line, with comments; or separated by commas."""
    lines = [line.strip() for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [part.strip() for line in lines for part in line.split(",") if part.strip()]


def _file(said: str, where: str, root: Path) -> str:
    """Errors do not show the path: it may be a mistyped key."""
    if not said:
        return ""
    try:
        text = regular_files.text(root / Path(said).expanduser(), KEYS)
    except (OSError, ValueError, RuntimeError):
        raise StateError(Problem("key-unusable", f"{where} is neither a key nor a file that can be read")) from None
    if not _lines(text):
        raise StateError(Problem("key-unusable", f"the file that {where} names holds no key"))
    return text


def _recipient(text: str, where: str) -> x25519.Recipient:
    return _parsed("Recipient", text, f"{where} holds what is no recipient such as age1…")


def _identity(text: str, where: str) -> x25519.Identity:
    return _parsed("Identity", text, f"{where} holds what is no key such as {SECRET}1…")


def _parsed(kind: str, text: str, what: str) -> Any:
    try:
        import pyrage
    except ModuleNotFoundError:
        from reconciler.store import extras

        lacking = Problem("extra-missing", "encryption needs the package pyrage", hint=extras.hint("age"))
        raise StateError(lacking) from None
    try:
        return getattr(pyrage.x25519, kind).from_str(text)
    except (pyrage.IdentityError, pyrage.RecipientError):
        raise StateError(Problem("key-unusable", what)) from None
