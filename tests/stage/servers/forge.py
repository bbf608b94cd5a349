"""A forge over real sockets: answers as GitHub's and GitLab's REST APIs do, and can be told to misbehave.

What is told with `fail` happens once for each time it was told, in order. Tokens name who writes.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from reconciler.sandbox.http.serving import Listener
from reconciler.sandbox.http.serving import serving as listening
from tests.stage.servers.quiet import Quiet

Row = dict[str, Any]
Query = Mapping[str, str]
Answer = tuple[int, Any, dict[str, str]]

BOT, APP, PERSON = "ghs_actions", "ghs_app", "ghp_person"
"""The job's own token, another app's, a person's."""
WHO = {BOT: "github-actions[bot]", APP: "phones-app[bot]", PERSON: "ann", "glpat-bot": "project_7_bot"}
NOT_FOR_APPS = {"message": "Resource not accessible by integration"}
LINK = '<http://198.51.100.7/elsewhere?page=2>; rel="next"'

_NOTES = r"/projects/7/merge_requests/(\d+)/notes(?:/(\d+))?"
_ISSUES = re.compile(r"(?:/projects/7|/repos/acme/phones)/issues(?:/(\d+))?")
_COMMENTS = re.compile(_NOTES + r"|/repos/acme/phones/issues/(?:(\d+)/comments|comments/(\d+))")


@dataclass
class Fault:
    """done: whether the request is done before it goes wrong. status 0: the connection breaks. size: of the answer."""

    method: str
    path: str
    status: int = 0
    body: object = None
    done: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    size: int = 0
    first: Callable[[], object] | None = None


@dataclass
class Forge:
    """comments by number, oldest first. pulls: as they are listed. largest: rows in a page at most.
    issues: oldest first, as they are listed; with pull requests among them.

    silent: no header tells whether there are more. after_page: called with the number of each page that was given.
    """

    gitlab: bool = False
    url: str = ""
    comments: dict[int, list[Row]] = field(default_factory=dict)
    pulls: list[Row] = field(default_factory=list)
    issues: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    heard: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    graphql: bool = True
    locked: bool = False
    largest: int = 100
    silent: bool = False
    after_page: Callable[[int], object] | None = None
    last: int = 1000
    mutex: threading.RLock = field(default_factory=threading.RLock)

    def fail(self, method: str, path: str, status: int = 0, body: object = None, **more: Any) -> None:
        """path: a regular expression found in it."""
        self.faults.append(Fault(method, path, status, body, **more))

    def write(self, number: int, who: str, body: str, **more: object) -> Row:
        """A comment, as one made at the site."""
        with self.mutex:
            self.last += 1
            author = {"author": {"username": who}, "system": False} if self.gitlab else {"user": {"login": who}}
            row: Row = {"id": self.last, "body": body, **author, **more}
            self.comments.setdefault(number, []).append(row)
            return row

    def open(self, who: str, title: str, body: str, **more: object) -> Row:
        """An issue, as one opened at the site."""
        with self.mutex:
            number = max((self.number(row) for row in self.issues), default=0) + 1
            if self.gitlab:
                row: Row = {"id": 5000 + number, "iid": number, "title": title, "description": body, "state": "opened"}
                row["author"] = {"username": who}
            else:
                row = {"id": 5000 + number, "number": number, "title": title, "body": body, "state": "open"}
                row["user"] = {"login": who}
            self.issues.append({**row, **more})
            return self.issues[-1]

    def number(self, issue: Row) -> int:
        return int(issue["iid" if self.gitlab else "number"])

    def told(self) -> list[tuple[int, str, str]]:
        """Number, `open` or `closed`, and text of every issue."""
        text = "description" if self.gitlab else "body"
        states = {"opened": "open"}
        return [(self.number(row), states.get(row["state"], row["state"]), row[text]) for row in self.issues]

    def texts(self, number: int) -> list[str]:
        return [row["body"] for row in self.comments.get(number, [])]

    @property
    def environment(self) -> dict[str, str]:
        if self.gitlab:
            return {"CI_API_V4_URL": self.url, "CI_PROJECT_ID": "7", "RECONCILER_GITLAB_TOKEN": "glpat-bot"}
        return {"GITHUB_API_URL": self.url, "GITHUB_REPOSITORY": "acme/phones", "GITHUB_TOKEN": BOT}


class _Handler(Quiet):
    protocol_version = "HTTP/1.1"
    forge: Forge

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        forge = self.forge
        forge.heard.append((self.command, parts.path))
        forge.headers.append({name.lower(): value for name, value in self.headers.items()})
        fault = self._fault(parts.path)
        if fault and fault.first:
            fault.first()
        with forge.mutex:
            answer = None if fault and not fault.done else self._done(parts.path, query, json.loads(body or b"null"))
        if fault:
            return self._wrong(fault)
        assert answer
        with forge.mutex:  # whoever was answered comes back after that
            self._send(*answer)
            if forge.after_page and "page" in query:
                forge.after_page(int(query["page"]))
        return None

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

    def _fault(self, path: str) -> Fault | None:
        found = self.forge.faults
        due = next((each for each in found if each.method == self.command and re.search(each.path, path)), None)
        if due:
            found.remove(due)
        return due

    def _wrong(self, fault: Fault) -> None:
        if not fault.status:
            self.close_connection = True
            self.connection.close()
        else:
            self._send(fault.status, fault.body, fault.headers, fault.size)

    def _send(self, status: int, value: object, headers: Mapping[str, str], size: int = 0) -> None:
        data = b" " * size if size else json.dumps(value).encode()
        try:
            self.reply(status, data, {"content-type": "application/json", **headers})
        except OSError:
            self.close_connection = True

    def _done(self, path: str, query: Query, body: Any) -> Answer:
        forge = self.forge
        token = self.headers.get("private-token") or (self.headers.get("authorization") or "").removeprefix("Bearer ")
        who = WHO.get(token)
        if who is None:
            return 401, {"message": "Bad credentials"}, {}
        if path == "/user":
            return self._user(who)
        if path == "/graphql" and not forge.gitlab and forge.graphql:
            return 200, {"data": {"viewer": {"login": who}}}, {}
        if re.fullmatch(r"/projects/7/merge_requests|/repos/acme/phones/pulls", path):
            return 200, [row for row in forge.pulls if query["state"] == row.get("state")], {}
        if issues := _ISSUES.fullmatch(path):
            return self._issue(who, issues[1], query, body)
        found = _COMMENTS.fullmatch(unquote(path))
        if not found:
            return 404, {"message": "Not Found"}, {}
        return self._comment(who, found[1] or found[3], found[2] or found[4], query, body)

    def _user(self, who: str) -> Answer:
        if who.endswith("[bot]") and not self.forge.gitlab:
            return 403, NOT_FOR_APPS, {}
        return 200, {"login": who, "username": who}, {}

    def _comment(self, who: str, number: str | None, id: str | None, query: Query, body: Any) -> Answer:
        forge = self.forge
        if self.command == "GET" and number:
            return self._page(forge.comments.get(int(number), []), query)
        if self.command == "POST" and number:
            if forge.locked:
                return 403, {"message": "Unable to create comment because issue is locked."}, {}
            return 201, forge.write(int(number), who, body["body"]), {}
        if self.command == ("PUT" if forge.gitlab else "PATCH") and id:
            row = next((row for rows in forge.comments.values() for row in rows if row["id"] == int(id)), None)
            if row:
                row["body"] = body["body"]
            return (200, row, {}) if row else (404, {"message": "Not Found"}, {})
        return 405, {"message": "Method not allowed"}, {}

    def _issue(self, who: str, number: str | None, query: Query, body: Any) -> Answer:
        forge = self.forge
        text = "description" if forge.gitlab else "body"
        if self.command == "GET" and not number:
            by = query.get("author_username" if forge.gitlab else "creator")
            whose = ((row, row["author"]["username"] if forge.gitlab else row["user"]["login"]) for row in forge.issues)
            # GitHub lists open ones only, unless asked for all.
            shown = [row for row, login in whose if by in (None, login)]
            closed = forge.gitlab or query.get("state") == "all"
            return self._page([row for row in shown if closed or row["state"] == "open"], query)
        if self.command == "POST" and not number:
            return 201, forge.open(who, body["title"], body[text]), {}
        row = next((row for row in forge.issues if number and forge.number(row) == int(number)), None)
        if self.command != ("PUT" if forge.gitlab else "PATCH") or row is None:
            return 404, {"message": "Not Found"}, {}
        row[text] = body.get(text, row[text])
        if forge.gitlab and (event := body.get("state_event")):
            row["state"] = {"reopen": "opened", "close": "closed"}[event]
        row["state"] = row["state"] if forge.gitlab else body.get("state", row["state"])
        return 200, row, {}

    def _page(self, rows: list[Row], query: Query) -> Answer:
        size = min(int(query.get("per_page", "30")), self.forge.largest)
        page = int(query.get("page", "1"))
        more = len(rows) > page * size
        told = {"link": LINK} if more and not self.forge.gitlab else {}
        if self.forge.gitlab:
            told = {"x-next-page": str(page + 1) if more else ""}
        return 200, rows[(page - 1) * size : page * size], {} if self.forge.silent else told


@contextmanager
def serving(gitlab: bool = False) -> Iterator[Forge]:
    forge = Forge(gitlab)
    with listening(Listener(type("Handler", (_Handler,), {"forge": forge}))) as server:
        forge.url = server.url
        yield forge
