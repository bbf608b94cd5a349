"""What is read at once in front of libyaml: exactly as libyaml reads it, which then need not be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from reconciler.config.text import fast_yaml, source
from reconciler.config.text.nodes import Block, Node, Shifted, place, section
from reconciler.config.text.reader import parse_yaml
from reconciler.errors import ConfigError
from tests.fuzz import config
from tests.fuzz.hostile import TEXTS

KEYS = ("a", "b", "number", "n1.x-y", "客服", "0", "_", "true")
ODD_KEYS = ("a b", '"q"', "-", "- c", "?", "? d", "<<", "...", "---")
VALUES = (
    *("sms", "+8613800001234", '"+8613800001234"', "'it'", "Acme & Co. (East)", "客服 热线", "it's", "a  b", "12.5"),
    *("${a}", "${a} b", "$$ x ${a}-${b}", "../a/b.yaml", "./a", "a {b}", "{}", "[]"),
    *("NO", '"a # b"', "[a, b]", "{a: b, c: 'd'}", '["86", x]'),
)
ODD_VALUES = (
    *("a#b", "a # b", "a: b", "a:b", "a::b", "a: :b", "a:", "a :b", "a : b", "http://x/", "a:#b", '"a\\n"', "'a''b'"),
    *('""', "''", '"a" b', "x,", "&a b", "~", "*a", "!t x", "|", ">-"),
    *("{a: b, a: c}", "[[a]]", "{a: [b]}", "[a, b", "[]", "{}", "{a}", "[a]b", "[a] # b", "[a]# b", "[a: b]", "{a:b}"),
    *("..", ".a", ".", "/a", "../", "$", "${", "${a", "a}", "}", "{", "${a: b}", "${a #b}", "{{a}}", "a {{ b }}", "$,"),
    *("%x", "@x", "`x", "- x", "?", "-", ":", "a -", "a - b", "\ta", "a\tb", "\u00a0", "\x85"),
)
INSIDE = (
    *("a", "b", "+86", '"86"', "'x'", "客服", "a b", "a-", "-", "-a", "a:", "a: b", "c: 'd'", "a#", "#", "", "?", "a@"),
    *("(", "]"),
)
TAILS = ("", "", "", "", " ", "   ", " # why", "# why", " #", "\r", "\t", " \t# x", "\u2028", "\x00")
INDENTS = ("", "", "  ", "  ", "  ", "    ", "    ", "      ", " ", "   ", "\t", "  \t")
OTHERS = ("", "", "# note", "  # note: more", "more", "    more", "---", "...", "%YAML 1.1", "- a", "\ufeff", "]", "'")
FOLDER = Path(__file__).parents[2]


def bracketed(random: Random) -> str:
    """A list or mapping in brackets, now and then of odd parts."""
    inside = INSIDE[:6] if random.random() < 0.6 else INSIDE
    words = [random.choice(inside) for _ in range(random.randint(0, 4))]
    if kind := random.random() < 0.5:
        words = [f"{random.choice('abcde')}: {word}" for word in words]
    between = ", " if random.random() < 0.8 else random.choice((",", " ,", ",  ", " "))
    return f"{{{between.join(words)}}}" if kind else f"[{between.join(words)}]"


def line(random: Random, depth: int) -> str:
    """Mostly `key: value`, mostly where one can stand."""
    if random.random() < 0.1:
        return random.choice(OTHERS)
    indent = "  " * random.randint(0, depth + 1) if random.random() < 0.9 else random.choice(INDENTS)
    plain = random.random() < 0.9
    key = random.choice(KEYS if plain else ODD_KEYS) + (str(random.randrange(30)) if random.random() < 0.8 else "")
    gap = " " if plain else random.choice(("", " ", "  ", " \t"))
    if random.random() < 0.3:
        return f"{indent}{key}:{random.choice(TAILS) if random.random() < 0.2 else ''}"
    odd = random.random()
    value = random.choice(VALUES if odd < 0.8 else ODD_VALUES) if odd < 0.9 else bracketed(random)
    return f"{indent}{key}:{gap}{value}{'' if plain else random.choice(TAILS)}"


def drawn(random: Random) -> str:
    """A text of a few lines, most of which could stand in a space file."""
    written: list[str] = []
    for _ in range(random.choice((1, 3, 6, 9))):
        depth = (len(written[-1]) - len(written[-1].lstrip())) // 2 if written else 0
        if written and written[-1].endswith(":") and random.random() < 0.8:
            written.append("  " * (depth + 1) + line(random, 0).lstrip())
        else:
            written.append(line(random, depth))
    return "\n".join(written) + random.choice(("\n", "\n", "", "\n\n", "\n  "))


def places(node: Node) -> object:
    """A node's marks, and those of all in it."""
    if isinstance(node, str):
        return ()
    return [*node.marks], [places(each) for each in (node.values() if isinstance(node, Block) else node)]


def alike(text: str) -> bool:
    """Whether it was read at once; then libyaml finds the same there, at the same places, and nothing wrong."""
    with suppress(ConfigError):
        source.decode(text.encode("utf-8", "surrogatepass"), "f")
        if found := fast_yaml.parse_lines(text):
            as_libyaml_reads_it(found, text)
            return True
    return False


def as_libyaml_reads_it(found: Block, text: str) -> None:
    node, problems, begins = parse_yaml(text, "f")
    assert (found, problems, place("f", found.marks[0])) == (node, [], begins), text
    assert places(found) == places(node or ""), text


@pytest.mark.parametrize("part", range(4))
def test_lines_are_read_alike(part: int) -> None:
    """Whatever stands in a line, however deep: what is read at once is what libyaml reads."""
    found = [alike(drawn(Random(seed))) for seed in range(part * 5_000, part * 5_000 + 5_000)]
    assert 500 < sum(found) < 4_500


def texts(seeds: range) -> Iterator[str]:
    for seed in seeds:
        for raw in config.generated(Random(seed)).values():
            try:
                yield source.decode(raw, "f")
            except ConfigError:
                continue


def test_the_grammars_documents_are_read_alike() -> None:
    """So are files by grammar with every kind of slip, files mutated, and bytes."""
    found = [alike(text) for text in texts(range(2_000))]
    assert 100 < sum(found) < len(found)


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_hostile_texts_are_read_alike(text: str) -> None:
    """As a key, a value, in quotes and in a comment."""
    for each in (
        f"a: {text}\n",
        f"{text}: a\n",
        f'a: "{text}"\n',
        f"a: '{text}'\n",
        f"a: b # {text}\n",
        f"# {text}\na: b",
    ):
        alike(each.encode("utf-8", "replace").decode())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("a: 1", "b: 1"),
        lambda text: text.replace("  a", "   a"),
        lambda text: text.replace("  b", " b"),
        lambda text: text.replace(": 1", ":"),
        lambda text: text.replace(": 1", ": 1: 2"),
        lambda text: text.replace(": 1", f": {'1' * 1_001}"),
        lambda text: text.replace(": 1", ": {c: 1, c: 2}"),
        lambda text: text.replace(": 1", ": [[1]]"),
        lambda text: text.replace(": 1", f": [1{', 1' * 100}]"),
        lambda text: text.replace(": 1", f": {{c: 1{''.join(f', c{n}: 1' for n in range(100))}}}"),
        lambda text: text.replace("a: 1", f"{'a' * 101}: 1"),
        lambda text: text + "---\n",
        lambda text: "".join(f"{' ' * depth}a:\n" for depth in range(12)) + " " * 12 + "a: 1\n",
    ],
)
def test_what_is_not_plain_is_left_to_libyaml(spoil: Callable[[str], str]) -> None:
    """A key twice, another indent, no value, a colon too many, too long, brackets, a second document, too deep."""
    text = "top:\n  a: 1\n  b: 1\n"
    assert alike(text)
    assert fast_yaml.parse_lines(spoil(text)) is None


def test_the_space_files_of_the_examples_are_read_alike() -> None:
    """Every space file of them is read at once."""
    found = {path: alike(path.read_text()) for path in sorted((FOLDER / "examples").rglob("*.yaml"))}
    assert {path for path, read in found.items() if not read and path.parent.name == "spaces"} == set()


EVERY = 127
"""The shape of so many blocks' last one is learned."""


def blocks(random: Random, shapes: int, slips: float) -> str:
    """Some hundred blocks of few shapes; of each value, key or line of them, now and then another."""
    forms = [
        [
            (key, random.choice(('"{}"', "'{}'", "{}", "{}", "{} x")))
            for key in random.sample(KEYS, random.randint(1, 4))
        ]
        for _ in range(shapes)
    ]
    gap, indent, again = random.choice((" ", "  ")), random.choice(("  ", "    ", " ")), random.choice((999, 999, 135))
    lines = [f"{random.choice(('phone_numbers', 'a'))}:"]
    for number in range(EVERY + random.randrange(200)):
        lines += ["", "# note", "  # note"][: 2 * (random.random() < slips)]
        lines.append(f"{indent}{'n' if random.random() > slips / 4 else 'b'}{number % again}:")
        for key, form in random.choice(forms):
            odd = random.random() < slips
            value = random.choice((*VALUES, *ODD_VALUES)) if odd else form.format(random.randrange(10**9))
            tail = random.choice(TAILS) if random.random() < slips / 4 else ""
            lines.append(f"{indent * (2 + (random.random() < slips / 8))}{key}:{gap}{value}{tail}")
        if random.random() < slips:
            lines.append(line(random, 1))
    return "\n".join(lines) + random.choice(("\n", "", "\nb: c\n", "\n  more\n"))


@pytest.mark.parametrize(("slips", "least"), [(0, 30), (0.001, 20), (0.003, 5)])
def test_blocks_like_another_one_are_read_alike(slips: float, least: int) -> None:
    """Blocks of one look and of a dozen, with other values, keys, lines and places between them."""
    found = [alike(blocks(Random(seed), seed % 12 + 1, slips)) for seed in range(80)]
    assert least < sum(found) < 80


AT = EVERY + 20
LIKE = "  n{0}:\n    a: {0}\n    b: '{0}'\n    c: \"{0}\"\n"
HARMS = {
    "": True,
    "    more: 1\n": True,
    "  # note\n    more: 1\n": True,
    "    # note\n": True,
    LIKE.format(70): False,
    "  n70:\n    a: 1\n": False,
    "     more\n": False,
    "   x: 1\n": False,
    " x: 1\n": False,
    "\t\n": False,
}
"""What is put behind a block, and whether all can still be read at once."""


@pytest.mark.parametrize("harm", HARMS)
def test_what_follows_a_block_belongs_to_it(harm: str) -> None:
    """A key more, also behind a comment; a name again, the rest of a text, other columns: as in a short file."""
    texts = [LIKE.format(number) for number in range(AT + 9)]
    assert alike(f"top:\n{''.join(texts[:AT])}{harm}{''.join(texts[AT:])}") == HARMS[harm]


@pytest.mark.parametrize("value", sorted({*VALUES, *ODD_VALUES, "a\n    # note", "\n    # note", "a  "}))
@pytest.mark.parametrize("key", "abc")
@pytest.mark.parametrize("at", [EVERY - 2, AT])
def test_a_value_unlike_the_others_is_read_alike(key: str, value: str, at: int) -> None:
    """In the block from which the others' look is learned, and in one that is read by it."""
    texts = [LIKE.format(number) for number in range(AT + 9)]
    lines = [f"    {key}: {value}" if f" {key}:" in line else line for line in texts[at].splitlines()]
    whole = "top:\n" + "".join([*texts[:at], *(f"{line}\n" for line in lines), *texts[at + 1 :]])
    assert alike(whole) == alike(f"top:\n{texts[0]}" + "".join(f"{line}\n" for line in lines))


def test_a_block_in_a_block_is_no_block_like_it() -> None:
    """Blocks that only hold one other are not what is learned from it: not for the same columns elsewhere either."""
    outer = "".join(f"  n{number}:\n    c:\n      a: {number}\n" for number in range(EVERY + 3))
    inner = "".join(f"    n{number}:\n      a: {number}\n" for number in range(EVERY + 3))
    assert alike(f"top:\n{outer}other:\n{inner}")


def test_most_blocks_are_read_like_another_one() -> None:
    """Of two shapes by turns all blocks but those that came before one was learned, and the last."""
    odd = "  m{0}:\n    a: {0}\n"
    text = "".join((LIKE if number % 2 else odd).format(number) for number in range(4 * EVERY))
    found = fast_yaml.parse_lines(f"top:\n{text}")
    assert found
    alone = [name for name, block in section(found, "top").items() if not isinstance(block.marks, Shifted)]
    assert EVERY < len(alone) < 2 * EVERY
