"""Encryption at rest, in the format of `age`: around any backend, and for saved plans.

A stored text is one readable line that names who can open it, then age's armor: `sed 1d FILE | age -d -i KEY` opens it.
The line is for people without a key, and nothing is decided by it: it is no part of what is encrypted, so that what
`age` gives is the very text. Whoever may write to the place could write whole entries anyway: age says for whom a text
is, not from whom; that a journal was not edited is what its chain of hashes and the witness are for.

Recipients: RECONCILER_AGE_RECIPIENTS, identities: RECONCILER_AGE_IDENTITY; each a file, or inline, separated by commas.
A secret key is never shown, nor what stands where one belongs.
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
"""Bytes that a file of keys has at most."""


class Keys:
    """recipients: `age1…`, who will be able to read. identities: `AGE-SECRET-KEY-1…`, who is reading.

    said: where the two were said, for messages.
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
        """For all recipients; as it is when there are none."""
        return self.encrypt_bytes(text.encode(*CODING)).decode() if self._to else text

    def encrypt_bytes(self, content: bytes) -> bytes:
        if not self._to:
            return content
        from pyrage import encrypt

        armor: bytes = encrypt(content, self._to, armored=True)
        return f"{HEAD}{','.join(self.recipients)}\n".encode() + armor

    def decrypt(self, text: str, what: str, of: str = "") -> str:
        """what: names the text in messages; of: the place that it is kept in, which is encrypted like it.

        A text that is not encrypted stays as it is. Raises StateError.
        """
        if not is_encrypted(text):
            return text
        try:
            return self.decrypt_bytes(text.encode(*CODING), what, of).decode(*CODING)
        except UnicodeDecodeError:
            raise _damaged(what) from None

    def decrypt_bytes(self, content: bytes, what: str, of: str = "") -> bytes:
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
        """Who writes has to be able to read it again, and writes nothing readable into what is encrypted."""
        if self._identities and not self.recipients:
            what = f"{self._said[1]} is given, and {self._said[0]} is not: nothing is written unencrypted"
            raise StateError(Problem("no-recipient", what))
        if self.recipients and self._mine.isdisjoint(self.recipients):
            what = f"no key of {self._said[1]} belongs to a recipient, so what is written could not be read again here"
            raise StateError(Problem("no-recipient", what, found=",".join(self.recipients)))


class Encrypted(Around):
    """Any backend, with each entry and snapshot encrypted. Without keys it changes nothing and opens nothing."""

    def __init__(self, inner: Backend, keys: Keys) -> None:
        super().__init__(inner)
        self._keys = keys

    @property
    def encrypts(self) -> bool:
        return bool(self._keys.recipients)

    def check_writer(self) -> None:
        """Raises StateError where an append would be refused for its keys."""
        self._keys.check_writer()

    def read(self, space_id: str) -> Read:
        return self._read(space_id, *self.inner.read(space_id))

    def read_all(self, but: Collection[str] = ()) -> Iterator[tuple[str, Read]]:
        return ((space_id, self._read(space_id, *found)) for space_id, found in self.inner.read_all(but))

    def history(self, space_id: str) -> list[str]:
        return self._all(space_id, self.inner.history(space_id))

    def append(self, space_id: str, serial: int, entries: Sequence[str]) -> None:
        self._keys.check_writer()
        self.inner.append(space_id, serial, [self._keys.encrypt(entry) for entry in entries])

    def snapshot(self, space_id: str, serial: int, body: str) -> None:
        self._keys.check_writer()
        self.inner.snapshot(space_id, serial, self._keys.encrypt(body))

    def _read(self, space_id: str, snapshot: str | None, entries: Sequence[str]) -> Read:
        opened = None if snapshot is None else self._opened(snapshot, f"the snapshot of {space_id}")
        return opened, self._all(space_id, entries)

    def _all(self, space_id: str, entries: Sequence[str]) -> list[str]:
        return [self._opened(entry, f"an entry of {space_id}") for entry in entries]

    def _opened(self, text: str, what: str) -> str:
        if self._keys.recipients and not is_encrypted(text):
            told = f"{self.url} is not encrypted, and {RECIPIENTS} says it should be"
            raise StateError(Problem("not-encrypted", told))
        return self._keys.decrypt(text, f"{self.url}: {what}", self.url)


def is_encrypted(text: str) -> bool:
    # What a damaged place gives may be no text at all; that is for the fold to say.
    return isinstance(text, str) and text.startswith(HEAD)


def keys(
    environ: Mapping[str, str], root: Path = Path(), to_recipients: str | None = None, to_identity: str | None = None
) -> Keys:
    """As the environment says, and the command line before it; none is as fine as some. Raises StateError.

    root: where the paths of key files begin.
    """
    said = "--to-recipients" if to_recipients else RECIPIENTS, "--to-identity" if to_identity else IDENTITY
    recipients = _recipients(to_recipients or environ.get(RECIPIENTS, ""), said[0], root)
    return Keys(recipients, _identities(to_identity or environ.get(IDENTITY, ""), said[1], root), said)


def encrypt_file_text(text: str, environ: Mapping[str, str] = os.environ, root: Path = Path()) -> str:
    """For a file such as a saved plan: as it is when no recipients are set."""
    return keys(environ, root).encrypt(text)


def decrypt_text(text: str, what: str, environ: Mapping[str, str] = os.environ, root: Path = Path()) -> str:
    """what: the file, for messages. As it is when it is not encrypted. Raises StateError without a fitting key."""
    return keys(environ, root).decrypt(text, what) if is_encrypted(text) else text


def encrypt_bytes(content: bytes, environ: Mapping[str, str] = os.environ, root: Path = Path()) -> bytes:
    """The same for a file that is no text."""
    return keys(environ, root).encrypt_bytes(content)


def decrypt_bytes(content: bytes, what: str, environ: Mapping[str, str] = os.environ, root: Path = Path()) -> bytes:
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
    """A command line is seen by all of the machine, so no key stands there."""
    if where != IDENTITY and SECRET in said.upper():
        hint = "Replace this key, for others may have seen it; keep the new one in a file, and name the file."
        raise StateError(Problem("key-unusable", f"{where} takes a file, and no key itself", hint=hint))
    return _lines(said if SECRET in said else _file(said, where, root))


def _lines(text: str) -> list[str]:
    """As `age-keygen` writes them: one a line, with comments; or separated by commas."""
    lines = [line.strip() for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [part.strip() for line in lines for part in line.split(",") if part.strip()]


def _file(said: str, where: str, root: Path) -> str:
    """The path is not shown: it may be a key that was mistyped."""
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
