"""`reconciler sandbox`: runs a local cloud until SIGTERM or Ctrl-C."""

from __future__ import annotations

import json
import shlex
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.terminal import complain, say
from reconciler.runs.files.write import writable
from reconciler.runtime import regular_files
from reconciler.store.filesystem import write_whole

if TYPE_CHECKING:
    from reconciler.sandbox import Sandbox

EPILOG = """\b
Examples:
  reconciler sandbox                   its page shows what was sent
  reconciler sandbox --contrary 7      unfavourable, always the same for 7
  reconciler sandbox --env --data ./world --ready-file sandbox.env &
  until [ -s sandbox.env ]; do sleep 0.1; done
  . ./sandbox.env           the endpoint and an access key: now plan and apply
"""


@click.command("sandbox", epilog=EPILOG)
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="Keep the world here, over restarts.")
@click.option("--ready-file", type=click.Path(path_type=Path), metavar="FILE", help="Write the same here.")
@click.option("--env", is_flag=True, help="Print `export NAME=value` lines for a shell in place of JSON.")
@click.option("--calls-per-second", type=click.IntRange(0), show_default="10", help="0 means no limit.")
@click.option("--contact-messages-per-day", type=click.IntRange(0), show_default="100")
@click.option("--code-messages-per-day", type=click.IntRange(0), show_default="0")
@click.option("--account", metavar="ID", show_default="1000000000000001", help="The account that the key belongs to.")
@click.option(
    "--contrary",
    type=click.IntRange(0),
    metavar="SEED",
    help="Where documents are silent, answer unfavourably, as SEED draws it; GET /_sandbox/world shows how.",
)
def command(ready_file: Path | None, env: bool, **given: Any) -> int:
    """Run a local cloud on 127.0.0.1 with made-up phones: what they receive is on a page and at /_sandbox/inbox.

    Once it listens it prints its url and an access key: one JSON line, or with --env lines that a shell can source.
    It runs until SIGTERM or Ctrl-C.
    """
    from reconciler.sandbox import Sandbox

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Sandbox(**given) as cloud:
        ready = _exports(cloud) if env else _document(cloud)
        if ready_file:
            _announce(ready_file, ready + "\n")
        say(ready, paint=False)
        complain(f"Messages are shown at {cloud.url}/ - stop with Ctrl-C.")
        stop.wait()
    if ready_file:
        ready_file.unlink(missing_ok=True)
    return 0


def _document(cloud: Sandbox) -> str:
    """One line of JSON."""
    key = {"access_key_id": cloud.access_key_id, "access_key_secret": cloud.access_key_secret}
    return json.dumps({"url": cloud.url, **key})


def variables(cloud: Sandbox) -> dict[str, str]:
    """What points reconciler at the sandbox."""
    return {
        "RECONCILER_ENDPOINT": cloud.url,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": cloud.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": cloud.access_key_secret,
    }


def _exports(cloud: Sandbox) -> str:
    """Lines to be sourced by a POSIX shell."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables(cloud).items())


def _announce(path: Path, text: str) -> None:
    """The file is complete as soon as it exists. It contains a key, so only its owner can read it."""
    with writable(path):
        regular_files.is_there(path)
        write_whole(path, text)
