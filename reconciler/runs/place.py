"""Where the state is, by the variables: RECONCILER_STATE_NAME of the chosen environment, else RECONCILER_STATE."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from reconciler.errors import Problem, UsageError

SHARED = "RECONCILER_STATE"
_READ = f"{SHARED}_READ"
"""What pipelines call the secret for jobs that only read."""


def named_by(environ: Mapping[str, str], environment: str, environments: Callable[[], Collection[str]]) -> str:
    """The URL; "" if no variable names one. environment: the chosen one; "" without environments.

    Raises UsageError if the environment's variable is empty, or probably mistyped: it must not mean the state of a
    pipeline's runner, in which nothing is recorded.
    """
    if not environment:
        return environ.get(SHARED, "")
    wanted = variable_of(environment)
    if (own := environ.get(wanted)) is not None:
        if not own.strip():
            raise UsageError(Problem("empty-variable", f"{wanted} is empty"))
        return own
    given = {name for name in environ if name.startswith(f"{SHARED}_")} - {_READ}
    for name in sorted(given - {*map(variable_of, environments())} if given else ()):
        what = f"{name} is set, and no environment has this name; {wanted} is not set"
        raise UsageError(Problem("unknown-variable", what))
    return environ.get(SHARED, "")


def variable_of(environment: str) -> str:
    """The variable that names where this environment's state is."""
    return f"{SHARED}_{environment.upper().replace('-', '_')}"
