"""`reconciler sandbox`: a local cloud, until it is told to stop."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import click

from reconciler.cli.terminal import complain, say
from reconciler.errors import Problem, UsageError
from reconciler.runtime import regular_files
from reconciler.store.filesystem import write_whole

EPILOG = """\b
Examples:
  reconciler sandbox                                   a page at its url shows what was sent
  reconciler sandbox --contrary 7                      as unkind as the documents allow; 7 again is the same world
  reconciler sandbox --data ./world --ready-file ready.json &
  until [ -s ready.json ]; do sleep 0.1; done
  export RECONCILER_ENDPOINT=$(jq -r .url ready.json)
  export ALIBABA_CLOUD_ACCESS_KEY_ID=$(jq -r .access_key_id ready.json)
  export ALIBABA_CLOUD_ACCESS_KEY_SECRET=$(jq -r .access_key_secret ready.json)
"""


@click.command("sandbox", epilog=EPILOG)
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="Keep the world here, over restarts.")
@click.option("--ready-file", type=click.Path(path_type=Path), metavar="FILE", help="Write the same line here.")
@click.option("--calls-per-second", type=click.IntRange(0), show_default="10", help="0 means no limit.")
@click.option("--contact-messages-per-day", type=click.IntRange(0), show_default="100")
@click.option("--code-messages-per-day", type=click.IntRange(0), show_default="0")
@click.option(
    "--contrary",
    type=click.IntRange(0),
    metavar="SEED",
    help="Draw from SEED, against you, whatever no document tells of the real cloud; /_sandbox/world says what.",
)
def command(
    port: int,
    data: Path | None,
    ready_file: Path | None,
    calls_per_second: int | None,
    contact_messages_per_day: int | None,
    code_messages_per_day: int | None,
    contrary: int | None,
) -> int:
    """Serve both products on 127.0.0.1, with made-up phones: what they receive is at /_sandbox/inbox and on a page.

    Once it listens it prints one JSON line with its url and an access key. It runs until SIGTERM or Ctrl-C.
    """
    from reconciler.sandbox import Sandbox

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Sandbox(port, data, calls_per_second, contact_messages_per_day, code_messages_per_day, contrary) as cloud:
        ready = {
            "url": cloud.url,
            "access_key_id": cloud.access_key_id,
            "access_key_secret": cloud.access_key_secret,
        }
        if ready_file:
            _announce(ready_file, json.dumps(ready) + "\n")
        say(json.dumps(ready))
        complain(f"Messages are shown at {cloud.url}/ - stop with Ctrl-C.")
        stop.wait()
    if ready_file:
        ready_file.unlink(missing_ok=True)
    return 0


def _announce(path: Path, text: str) -> None:
    """Whoever waits for the file finds it complete; it holds a key, so it is for its owner."""
    try:
        regular_files.is_there(path)
        write_whole(path, text)
    except OSError as error:
        raise UsageError(Problem("cannot-write", f"{path}: {error.strerror}")) from None
