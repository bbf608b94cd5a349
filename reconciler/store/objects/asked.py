"""Retries the requests of an object store that has temporary trouble."""

from __future__ import annotations

from reconciler.store.objects.contract import Objects
from reconciler.store.trouble import Retries, Trouble


class AskedAgain:
    """Repeats each request on temporary trouble. All of them may be repeated."""

    def __init__(self, objects: Objects, retries: Retries) -> None:
        self.url = objects.url
        self._objects, self._ask = objects, retries.ask

    def check(self) -> None:
        self._ask(self._objects.check)

    def create(self, key: str, body: bytes) -> bool:
        """False also if an answer was lost and the object exists: the caller reads who wrote it."""
        return self._ask(lambda: self._created(key, body))

    def _created(self, key: str, body: bytes) -> bool:
        try:
            return self._objects.create(key, body)
        except Trouble as trouble:
            if self._is_there(key, trouble):
                return False
            raise

    def _is_there(self, key: str, trouble: Trouble) -> bool:
        try:
            return self._objects.get(key) is not None
        except Trouble:
            raise trouble from None  # the first error's Retry-After still counts

    def replace(self, key: str, body: bytes) -> None:
        self._ask(lambda: self._objects.replace(key, body))

    def get(self, key: str) -> bytes | None:
        return self._ask(lambda: self._objects.get(key))

    def names(self, folder: str, after: str = "", most: int = 0) -> list[str]:
        return self._ask(lambda: self._objects.names(folder, after, most))

    def folders(self) -> list[str]:
        return self._ask(self._objects.folders)

    def keys(self, most: int) -> list[str]:
        return self._ask(lambda: self._objects.keys(most))

    def remove(self, key: str) -> None:
        self._ask(lambda: self._objects.remove(key))

    def close(self) -> None:
        self._objects.close()
