"""Real places to keep journals in, which the suites over all backends run in.

Each is a context manager that brings its engine up on this machine, yields a `Where` in it that nobody else uses, and
takes the engine down again. Nothing is shared between two of them but a server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pyrage import x25519

from reconciler.store import open_backend
from reconciler.store.backend import Backend
from reconciler.store.encryption import IDENTITY, RECIPIENTS
from tests.stage.servers import oss, postgres, s3, terraform


@dataclass(frozen=True)
class Where:
    """url: as `--state` takes it. environ: what the backend's credentials come from."""

    url: str
    root: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    def open(self) -> Backend:
        """Once more, as another process would."""
        return open_backend(self.url, self.root, environ=self.environ)


Open = Callable[[Path], AbstractContextManager[Where]]


def places() -> dict[str, Open]:
    return {
        "dir": _directory,
        "encrypted": _encrypted,
        "gitlab": _gitlab,
        "oss": _oss,
        "postgres": _postgres,
        "s3": _s3,
        "sqlite": _sqlite,
        "terraform": _terraform,
    }


@contextmanager
def _directory(scratch: Path) -> Iterator[Where]:
    yield Where(f"dir:{scratch}/state/journals", scratch)


@contextmanager
def _encrypted(scratch: Path) -> Iterator[Where]:
    """A file of SQLite's in which everything is encrypted for two recipients, one of whom reads."""
    mine, other = x25519.Identity.generate(), x25519.Identity.generate()
    environ = {RECIPIENTS: f"{mine.to_public()},{other.to_public()}", IDENTITY: str(mine)}
    yield Where(f"sqlite:{scratch}/state/state.db", scratch, environ)


@contextmanager
def _gitlab(scratch: Path) -> Iterator[Where]:
    """A server of Terraform's state protocol, in GitLab's dialect, found by the environment alone."""
    with terraform.serving(gitlab=True) as (_, url):
        yield Where("http:", scratch, terraform.environment(url, gitlab=True))


@contextmanager
def _oss(scratch: Path) -> Iterator[Where]:
    """A bucket that a stub serves."""
    with oss.serving(oss.Bucket()) as url:
        yield Where("oss://bucket/team/journals", scratch, {**oss.KEYS, "OSS_ENDPOINT": url})


@contextmanager
def _postgres(scratch: Path) -> Iterator[Where]:
    with postgres.database() as name:
        yield Where(postgres.url(name), scratch)


@contextmanager
def _s3(scratch: Path) -> Iterator[Where]:
    """A bucket that moto serves."""
    with s3.serving() as (url, bucket):
        yield Where(f"s3://{bucket}/team/journals", scratch, {**s3.KEYS, "AWS_ENDPOINT_URL_S3": url})


@contextmanager
def _sqlite(scratch: Path) -> Iterator[Where]:
    yield Where(f"sqlite:{scratch}/state/state.db", scratch)


@contextmanager
def _terraform(scratch: Path) -> Iterator[Where]:
    """A server of Terraform's state protocol, in its original dialect."""
    with terraform.serving() as (_, url):
        yield Where(f"{url}/{{space}}", scratch, terraform.environment(url))
