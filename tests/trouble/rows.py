"""The backends whose server is elsewhere, and what they ask it for: a row for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from tests.stage.places import Where, places
from tests.store.unreliable import unreliable
from tests.trouble.line import TROUBLE, Troubled

CREATED = "/0000000000"
"""In the name of a part's object, and in no other."""


@dataclass(frozen=True)
class Request:
    """method and part: which requests of an apply are of this kind. nth: those of them that trouble begins with."""

    method: str
    part: str
    nth: tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """place: of tests/stage. endpoint: the variable that names its server. troubles: those that it can have."""

    place: str
    endpoint: str
    requests: Mapping[str, Request]
    troubles: tuple[str, ...] = TROUBLE


BUCKET = {
    "list": Request("GET", "list-type=2", (1, 3)),
    "read": Request("GET", CREATED, (1,)),
    "create": Request("PUT", CREATED, (1, 3, 6, 9)),
}
STATE = {"read": Request("GET", "/cams-e2e", (1, 3)), "write": Request("POST", "/cams-e2e?", (1, 3))}
LOCKS = {"lock": Request("LOCK", "/cams-e2e", (1, 3)), "unlock": Request("UNLOCK", "/cams-e2e", (1, 3))}
LOCKS_OF_GITLAB = {"lock": Request("POST", "/lock", (2, 4)), "unlock": Request("DELETE", "/lock", (2, 4))}
ROWS: dict[str, Row] = {
    "s3": Row("s3", "AWS_ENDPOINT_URL_S3", BUCKET),
    "oss": Row("oss", "OSS_ENDPOINT", {**BUCKET, "versioning": Request("GET", "versioning", (1,))}),
    "terraform": Row("terraform", "TF_HTTP_ADDRESS", STATE | LOCKS),
    "gitlab": Row("gitlab", "TF_HTTP_ADDRESS", STATE | LOCKS_OF_GITLAB),
}


@contextmanager
def troubled(name: str, scratch: Path) -> Iterator[tuple[Where, Troubled]]:
    """The place, behind a line that is good until trouble is armed."""
    row, line = ROWS[name], Troubled()
    with places()[row.place](scratch) as near, unreliable(near.environ[row.endpoint], line) as (_, url):
        behind, before = urlsplit(near.environ[row.endpoint]).netloc, urlsplit(url).netloc
        environ = {variable: value.replace(behind, before) for variable, value in near.environ.items()}
        yield replace(near, url=near.url.replace(behind, before), environ=environ), line
