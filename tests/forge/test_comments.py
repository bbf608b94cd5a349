"""One comment for each key, whatever happens to the calls; strangers' comments are never ours."""

from __future__ import annotations

import re

import pytest

from reconciler.forge import github, gitlab
from tests.forge.writing import FIRST, MARK, OURS, SECOND, WRITES, Writer
from tests.stage.servers.forge import APP, BOT, LINK, PERSON, WHO, Forge

# Written out here once more, so that nothing can be added to the tables unseen.
CALLS = {
    "github": {
        "GET /user",
        "POST /graphql",
        "GET /repos/{repository}/pulls",
        "GET /repos/{repository}/issues/{number}/comments",
        "POST /repos/{repository}/issues/{number}/comments",
        "PATCH /repos/{repository}/issues/comments/{id}",
        "GET /repos/{repository}/issues",
        "POST /repos/{repository}/issues",
        "PATCH /repos/{repository}/issues/{number}",
    },
    "gitlab": {
        "GET /user",
        "GET /projects/{project}/merge_requests",
        "GET /projects/{project}/merge_requests/{number}/notes",
        "POST /projects/{project}/merge_requests/{number}/notes",
        "PUT /projects/{project}/merge_requests/{number}/notes/{id}",
        "GET /projects/{project}/issues",
        "POST /projects/{project}/issues",
        "PUT /projects/{project}/issues/{number}",
    },
}
NOTES = r"/(notes|comments)$"


def writes(forge: Forge) -> list[str]:
    return [method for method, path in forge.heard if method in WRITES and path != "/graphql"]


def ours(forge: Forge) -> list[str]:
    """The texts of our comments, of all that are there."""
    rows = forge.comments.get(12, [])
    whose = [(row, row.get("user", {}).get("login") or row.get("author", {}).get("username")) for row in rows]
    return [row["body"] for row, who in whose if who == OURS[forge.gitlab]]


def test_these_calls_and_no_others() -> None:
    """The tables hold what is listed here; what is not in them cannot be named, so it cannot be called."""
    tables = {"github": github.ENDPOINTS, "gitlab": gitlab.ENDPOINTS}
    held = {name: {f"{each.method} {each.path}" for each in table.values()} for name, table in tables.items()}
    assert held == CALLS
    assert re.fullmatch(r"query \{ viewer \{ login \} \}", github.VIEWER["query"])


def test_one_comment_updated_in_place(forge: Forge) -> None:
    """Created once, updated when it says something else, left alone when it says the same; nothing else is called."""
    writer = Writer(forge)
    assert [writer.action(text) for text in (FIRST, FIRST, SECOND, SECOND)] == [
        "created",
        "unchanged",
        "updated",
        "unchanged",
    ]
    assert (forge.texts(12), len(writes(forge))) == ([SECOND], 2)
    table = github.ENDPOINTS if not forge.gitlab else gitlab.ENDPOINTS
    known = [(each.method, re.sub(r"\{\w+\}", "[^?]+", each.path)) for each in table.values()]
    strange = [call for call in forge.heard if not any(call[0] == m and re.fullmatch(p, call[1]) for m, p in known)]
    assert strange == []


def test_each_key_has_a_comment_of_its_own(forge: Forge) -> None:
    """A key that begins like another one is another one."""
    other = "<!-- reconciler:plan-eu -->"
    writer = Writer(forge)
    writer.put()
    writer.put(f"{other}\nelsewhere", other)
    assert forge.texts(12) == [FIRST, f"{other}\nelsewhere"]


def test_line_ends_that_the_forge_changed_are_no_difference(forge: Forge) -> None:
    """What comes back with CR LF, or without the last newline, says the same."""
    forge.write(12, OURS[forge.gitlab], FIRST.replace("\n", "\r\n").rstrip())
    assert (Writer(forge).action(), writes(forge)) == ("unchanged", [])


def test_a_strangers_comment_with_our_mark_is_not_taken(forge: Forge) -> None:
    """Not by name, not as a quotation further down, not as a note of the system: each stays as it was."""
    forge.write(12, "mallory", SECOND)
    forge.write(12, OURS[forge.gitlab], f"quoted:\n{SECOND}")
    forge.write(12, OURS[forge.gitlab], f"{MARK} said somebody")
    if forge.gitlab:
        forge.write(12, OURS[True], SECOND, system=True)
    before = list(forge.texts(12))
    assert Writer(forge).action() == "created"
    assert forge.texts(12) == [*before, FIRST]


def test_of_several_the_newest_is_updated(forge: Forge) -> None:
    """The others are left: this never deletes."""
    for text in ("old", "new"):
        forge.write(12, OURS[forge.gitlab], f"{MARK}\n{text}")
    assert Writer(forge).action() == "updated"
    assert forge.texts(12) == [f"{MARK}\nold", FIRST]


@pytest.mark.parametrize(("largest", "silent"), [(100, False), (7, False), (100, True)])
def test_it_is_found_on_the_last_page(forge: Forge, largest: int, silent: bool) -> None:
    """Pages are counted: a server that gives fewer than asked for, or says nothing of more, misleads nobody, nor does
    a link to another host.
    """
    forge.largest, forge.silent = largest, silent
    for n in range(230):
        forge.write(12, "ann", f"comment {n}")
    forge.write(12, OURS[forge.gitlab], SECOND)
    assert Writer(forge).action() == "updated"
    assert len(forge.texts(12)) == 231
    assert "198.51.100.7" in LINK


def test_what_is_deleted_meanwhile_hides_no_comment(forge: Forge) -> None:
    """Ours stood first on page two; a comment of page one is deleted once that was read, and ours is found."""
    size = 50 if forge.gitlab else 100
    for n in range(size):
        forge.write(12, "ann", f"comment {n}")
    forge.write(12, OURS[forge.gitlab], SECOND)
    for n in range(size):
        forge.write(12, "ann", f"later {n}")

    def delete(page: int) -> None:
        if page == 1:
            forge.after_page = None
            del forge.comments[12][0]

    forge.after_page = delete
    assert Writer(forge).action() == "updated"
    assert len(ours(forge)) == 1


def test_a_comment_that_vanishes_before_its_update_is_written_anew(forge: Forge) -> None:
    """Found, deleted by somebody, updated: 404. One comment is there in the end."""
    writer = Writer(forge)
    writer.put()
    forge.fail("PUT" if forge.gitlab else "PATCH", r"/\d+$", 404, first=lambda: forge.comments[12].clear())
    assert writer.action(SECOND) == "created"
    assert forge.texts(12) == [SECOND]


def test_a_comment_that_is_there_and_not_found_is_a_refusal(forge: Forge) -> None:
    """An update that is answered with 404 although the comment is there makes no second one."""
    writer = Writer(forge)
    writer.put()
    forge.fail("PUT" if forge.gitlab else "PATCH", r"/\d+$", 404)
    assert (writer.problem(SECOND).code, forge.texts(12)) == ("forge-refused", [FIRST])


@pytest.mark.parametrize("status", [0, 408, 500, 502, 504])
@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer_makes_no_second_comment(forge: Forge, status: int, done: bool) -> None:
    """Whether it was written or not: it is looked for before it is tried again, so one is there in the end."""
    forge.fail("POST", NOTES, status, done=done)
    assert Writer(forge).action() == "created"
    assert (ours(forge), len(writes(forge))) == ([FIRST], 1 if done else 2)


def test_a_comment_that_appears_late_is_waited_for(forge: Forge) -> None:
    """The gateway gave up first; the comment appears after the second look, and is not written again."""
    writer = Writer(forge)
    writer.at_sleep = lambda: len(writer.slept) == 2 and forge.write(12, OURS[forge.gitlab], FIRST)
    forge.fail("POST", NOTES, 504)
    assert writer.action() == "created"
    assert (ours(forge), writes(forge)) == ([FIRST], ["POST"])


def test_unknown_is_called_unknown(forge: Forge) -> None:
    """A comment that is never answered and never seen: two tries, then it says so."""
    for _ in range(2):
        forge.fail("POST", NOTES, 502)
    assert (Writer(forge).problem().code, len(writes(forge))) == ("comment-unsure", 2)


def test_reads_and_updates_are_repeated(forge: Forge) -> None:
    """A read that breaks and an update whose answer is lost are made again, with growing waits."""
    writer = Writer(forge)
    writer.put()
    update = "PUT" if forge.gitlab else "PATCH"
    for method, path, status in (("GET", "/user", 502), ("GET", NOTES, 0), ("GET", NOTES, 500), (update, r"\d$", 0)):
        forge.fail(method, path, status, done=method != "GET")
    assert writer.action(SECOND) == "updated"
    assert (forge.texts(12), len(writer.slept)) == ([SECOND], 4)


def test_a_read_that_never_answers_writes_nothing(forge: Forge) -> None:
    """Without knowing what is there, nothing is created."""
    for _ in range(4):
        forge.fail("GET", NOTES, 503)
    assert (Writer(forge).problem().code, writes(forge)) == ("forge-unreachable", [])


@pytest.mark.parametrize(("status", "headers"), [(429, {"retry-after": "7"}), (403, {"retry-after": "7"})])
def test_a_limit_is_waited_out(forge: Forge, status: int, headers: dict[str, str]) -> None:
    """As long as it asks for; what it refused it did not do, so it is made again."""
    writer = Writer(forge)
    forge.fail("POST", NOTES, status, {"message": "slow down"}, headers=headers)
    assert writer.action() == "created"
    assert (writer.slept, forge.texts(12)) == ([7.0], [FIRST])


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"retry-after": "3600"}, "slow down"),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999999999"}, "API rate limit exceeded"),
    ],
)
def test_a_long_limit_is_said(github: Forge, headers: dict[str, str], body: str) -> None:
    """Nobody's pipeline waits an hour: it says when to go on."""
    github.fail("GET", NOTES, 403, {"message": body}, headers=headers)
    writer = Writer(github)
    assert (writer.problem().code, writer.slept) == ("forge-throttled", [])


@pytest.mark.parametrize(
    ("method", "status", "body", "code", "hint"),
    [
        ("GET", 401, {}, "forge-refused", "expired"),
        ("POST", 403, {"message": "Resource not accessible by integration"}, "forge-refused", "permissions|scope"),
        ("GET", 404, {}, "forge-refused", "GITHUB_REPOSITORY|CI_PROJECT_ID"),
        ("POST", 422, {"message": "Validation Failed"}, "forge-refused", "took the request"),
        ("POST", 422, {"errors": [{"message": "body is too long"}]}, "comment-too-long", "--space"),
        ("POST", 403, {"message": "Unable to create comment because issue is locked."}, "comment-locked", "Unlock"),
        ("GET", 301, {}, "forge-moved", "renamed"),
        ("GET", 200, {"an": "object"}, "forge-unreachable", "again"),
    ],
)
def test_each_refusal_says_how_to_mend_it(
    forge: Forge, method: str, status: int, body: object, code: str, hint: str
) -> None:
    """Nothing is tried again, nothing is followed, and neither the answer's words nor the token are shown."""
    elsewhere = {"location": "http://198.51.100.7/"} if status == 301 else {}
    forge.fail(method, NOTES, status, body, headers=elsewhere)
    problem = Writer(forge).problem()
    assert problem.code == code
    assert re.search(hint, problem.mend)
    assert not [token for token in WHO if token in problem.what + problem.mend]


def test_a_huge_answer_is_not_read(github: Forge) -> None:
    """More than a page of the longest comments is no list of comments."""
    for _ in range(4):
        github.fail("GET", NOTES, 200, size=49 << 20)
    assert (Writer(github).problem().code, writes(github)) == ("forge-unreachable", [])


def test_a_text_that_is_too_long_is_not_sent(github: Forge) -> None:
    """65,536 characters are GitHub's limit."""
    assert Writer(github).problem(FIRST + "x" * 65_536).code == "comment-too-long"
    assert writes(github) == []


@pytest.mark.parametrize(("token", "who"), [(BOT, "github-actions[bot]"), (APP, "phones-app[bot]"), (PERSON, "ann")])
def test_whose_comments_are_ours(github: Forge, token: str, who: str) -> None:
    """Also of an app's token, which may not ask for its user: that app's, and no other bot's."""
    for other in WHO.values():
        github.write(12, other, SECOND)
    written = Writer(github).put(env={"GITHUB_TOKEN": token})
    assert written and (written.action, written.author) == ("updated", who)
    assert [row["user"]["login"] for row in github.comments[12] if row["body"] == FIRST] == [who]


def test_where_nobody_tells_whose_token_it_is(github: Forge) -> None:
    """In a job of GitHub it is the job's own; elsewhere it is a refusal, unless the command line says."""
    github.graphql = False
    assert Writer(github).problem().code == "forge-refused"
    assert Writer(github).action(GITHUB_ACTIONS="true") == "created"
    assert Writer(github, author="github-actions[bot]").action(SECOND) == "updated"


def test_nothing_new_where_it_is_not_worth_it(forge: Forge) -> None:
    """An update of what is there, and no comment where none was."""
    assert Writer(forge).put(anew=False) is None
    Writer(forge).put()
    written = Writer(forge).put(SECOND, anew=False)
    assert written and (written.action, forge.texts(12)) == ("updated", [SECOND])


def test_the_token_goes_in_its_header_and_nowhere_else(forge: Forge) -> None:
    """Not in an address, not in a body."""
    Writer(forge).put()
    name = "private-token" if forge.gitlab else "authorization"
    assert all(any(token in headers[name] for token in WHO) for headers in forge.headers)
    assert not [path for _, path in forge.heard for token in WHO if token in path]
    assert "ghs_" not in "".join(forge.texts(12))
