"""Space files and settings as people write them, with slips: by value, by key, by line and by structure."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from tests.fuzz import hostile

SOUND = b'space: b\nspace_id: cams-b\nphone_numbers: {z: {number: "+8613900009999", onboarding: migrate}}\n'
PIECES = [
    *(b"&a ", b"*a", b"<<: *a\n", b"!!python/object/apply:os.system [x]", b"!!binary x", b"---\n", b"...\n"),
    b"%YAML 9\n",
    *(b"{", b"}", b"[", b"]", b"? ", b"- ", b": ", b"#", b"|\n", b">-\n", b"'", b'"', b"\t", b"\\", b"=" * 7 + b"\n"),
    *(b"<<<<<<< HEAD\n", b">>>>>>> x\n", b"[" * 60, b"{a: " * 40, b"x" * 12_000, b'"\\ud800"', b'"\\U00110000"'),
]
NUMBERS = (
    *("8613800001234", "+86 138 0000 1234", "+86-138-0000-1234", "013800001234", "+86138", "+86138000012345678"),
    *("+9991234567", "+８６13800001234", "+861380000\u200b1234", "0x32b", "8.613e12", "+8613800001234\\n"),
    "tel:+86138",
    *("+44 (0)20 7946 0958", "8_613_800_001_234", "~", "", "12:34", "2026-11-20", "[1]", "{a: b}", "9" * 5_000, "*a"),
)
WORDS = (
    *("NO", "off", "~", "null", "yes", "0", "1.5", "[]", "{}", "[a, b]", "2026-11-20", "''", "!!str x", "&a b", "*a"),
    ">",
)
KEYS = ("phone_numbers", "contacts", "removed", "defaults", "space", "space_id")
WRONG_KEYS = (
    *("phonenumbers", "Phone_Numbers", "contact", "endpoint", "proxy", "access_key_secret", "password", "command"),
    "hook",
    *("verify_code", "token", "1", "~", "? [a]", "<<", "''", '"a b"', "region", "url", "webhook_url", "a.b", "王"),
)
GOOD = {
    "onboarding": ("register", "migrate", "prevalidated"),
    "display_name": ("Acme Support", '"A: b # c"', "王记"),
    "method": ("sms", "voice"),
    "locale": ("en_US", "zh_CN"),
    "on_remove": ("refuse", "forget", "deregister"),
    "email": ("tom@example.com",),
    "title": ("CEO", "Other"),
    "phone": ('"+8613911111234"',),
    "message_types": ("[ServiceMessage]", "[FaultMessage, SecurityMessage]"),
    "name": ("tom", "王小明"),
}


def files(random: Random) -> Mapping[str, bytes]:
    """Mostly one or two slips in a whole project: what is refused should be refused for them alone."""
    slips = Slips(random, random.choice((0.0, 0.01, 0.03, 0.1, 0.4)))
    found = {"spaces/a.yaml": slips.encoded(slips.space("a", random.randint(1, 3)))}
    if random.random() < 0.3:
        found["spaces/b.yaml"] = slips.encoded(slips.space(slips.of("b", "a"), 1))
    if random.random() < 0.3:
        found["reconciler.yaml"] = slips.encoded(slips.settings())
    return found


class Slips:
    """chance: of a slip at each place where one can be made."""

    def __init__(self, random: Random, chance: float) -> None:
        self._random, self._chance = random, chance

    def slip(self) -> bool:
        return self._random.random() < self._chance

    def of(self, good: str, *bad: str) -> str:
        return self._random.choice(bad) if self.slip() else good

    def value(self, good: str) -> str:
        """As it should be, or something that YAML or the schema takes otherwise."""
        if not self.slip():
            return good
        hostile_text = hostile.text(self._random)
        return self._random.choice((*WORDS, *NUMBERS, hostile_text, f'"{hostile_text}"', f"'{good}", good.upper()))

    def line(self, indent: int, key: str, value: str = "") -> str:
        key = self.of(key, *WRONG_KEYS, key + "x", key[:-1], key.upper(), hostile.text(self._random))
        gap = self.of(" " * indent, "\t", " " * (indent + 1), "", " " * 40)
        return f"{gap}{key}{self.of(':', '', ' :', '=', '::')} {value}{self.of('', ' # note', ' x: y', ' ]', '  ')}"

    def space(self, name: str, blocks: int) -> list[str]:
        lines = [self.line(0, "space", self.value(name)), self.line(0, "space_id", self.value(f"cams-{name}"))]
        if self._random.random() < 0.2:
            lines += [self.line(0, "defaults"), self.line(2, "method", self.value("voice"))]
        lines += [self.line(0, "phone_numbers"), *(line for each in range(blocks) for line in self._number(name, each))]
        if self._random.random() < 0.4:
            lines += [self.line(0, "contacts"), *self._contact(name)]
        if self._random.random() < 0.2:
            lines += [self.line(0, "removed", self.value("{old: forget}"))]
        return [line for line in lines if not self.slip()]

    def _number(self, space: str, place: int) -> list[str]:
        number = f'"+86138{ord(space) % 10}000{self._random.randrange(2) if self.slip() else place}234"'
        fields = {"number": self.of(number, *NUMBERS, *(f'"{each}"' for each in NUMBERS)), "onboarding": "register"}
        fields |= {name: self._random.choice(GOOD[name]) for name in ("onboarding", "display_name")}
        fields |= {name: GOOD[name][0] for name in ("method", "locale", "on_remove") if self._random.random() < 0.3}
        return self._block(self.of(f"n{place}", "n0", "N", "a b", "-", "a" * 70), fields)

    def _contact(self, space: str) -> list[str]:
        fields = {name: self._random.choice(GOOD[name]) for name in ("email", "title", "message_types")}
        fields |= {name: self._random.choice(GOOD[name]) for name in ("phone", "name") if self._random.random() < 0.5}
        return self._block(self.of("tom", "t", "tom2", "🙂", "a" * 13, "王小明"), fields)

    def _block(self, name: str, fields: Mapping[str, str]) -> list[str]:
        said = {key: value if value.startswith('"') else self.value(value) for key, value in fields.items()}
        if self._random.random() < 0.3:
            return [self.line(2, name, f"{{{', '.join(f'{key}: {value}' for key, value in said.items())}}}")]
        return [self.line(2, name), *(self.line(4, key, value) for key, value in said.items())]

    def settings(self) -> list[str]:
        said = {
            "spaces": self.of(
                "[spaces/*.yaml]", "[../*.yaml]", "[]", "x", "[/etc/*.yaml]", "['**']", "[spaces/*.y?ml]"
            ),
            "state": self.of("sqlite:state.db", "sqlite:/x", "postgres://u:p@h/d", "dir:..", "x", "sqlite:a\\0"),
            "guards": self.of(
                "{max_messages: 5}", "{max_messages: -1}", "{max_messages: 9999999999999999999999}", "[]"
            ),
            "limits": self.of("{calls_per_second: 5}", "{calls_per_second: 11}", "{x: 1}", "1"),
        }
        return [
            self.line(0, key, value) for key, value in said.items() if key == "guards" or self._random.random() < 0.6
        ]

    def encoded(self, lines: list[str]) -> bytes:
        if self.slip():
            lines = [*lines, self._random.choice(lines or [""])]
        if self.slip():
            self._random.shuffle(lines)
        raw = (self.of("\n", "\r\n", "\r", "\n\n") + "").join([*lines, ""]).encode("utf-8", "surrogatepass")
        if self.slip():
            place = self._random.randint(0, len(raw))
            raw = raw[:place] + self._random.choice(PIECES) + raw[place:]
        return raw.decode("utf-8", "replace").encode(self.of("utf-8", "utf-16", "gb18030", "utf-8-sig"))
