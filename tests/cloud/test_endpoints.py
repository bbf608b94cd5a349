from __future__ import annotations

import pytest

from reconciler.cloud.endpoints import endpoints, identities, identity
from reconciler.errors import UsageError

CAMS, DIRECTORY = "https://cams.ap-southeast-1.aliyuncs.com", "https://resourcedirectory.aliyuncs.com"
STS = "https://sts.aliyuncs.com"
HERE = "http://127.0.0.1:8801"


def test_the_defaults() -> None:
    """Unless told otherwise, each product has its documented host, the directory one for each site."""
    assert endpoints(None) == {"cams": CAMS, "resourcedirectorymaster": DIRECTORY, "sts": STS}
    intl = "https://resourcedirectory-intl.aliyuncs.com"
    assert endpoints(None, site="international") == {"cams": CAMS, "resourcedirectorymaster": intl, "sts": STS}
    assert endpoints(None, "cn-hongkong")["cams"] == "https://cams.cn-hongkong.aliyuncs.com"


def test_one_product_moves_alone() -> None:
    """A product's own address counts before the one for all; the other product stays where it is."""
    assert endpoints(None, own={"cams": HERE}) == {"cams": HERE, "resourcedirectorymaster": DIRECTORY, "sts": STS}
    assert endpoints(None, own={"resourcedirectorymaster": HERE}) == {
        "cams": CAMS,
        "resourcedirectorymaster": HERE,
        "sts": STS,
    }
    elsewhere = "https://directory.example.com"
    both = endpoints(HERE, own={"resourcedirectorymaster": elsewhere})
    assert both == {"cams": HERE, "resourcedirectorymaster": elsewhere, "sts": HERE}
    with pytest.raises(UsageError):
        endpoints(None, own={"cams": "http://cams.example.com"})


def test_a_journal_remembers_a_directory_of_its_own() -> None:
    """The sites' hosts are one cloud; a directory that was moved is another, so what is recorded never mixes."""
    assert identities(endpoints(None)) == identities(endpoints(None, site="international"))
    assert identities(endpoints(HERE)) == "loopback"
    moved = endpoints(None, own={"resourcedirectorymaster": HERE})
    assert identities(moved) == "cams.ap-southeast-1.aliyuncs.com, loopback"


@pytest.mark.parametrize(
    ("value", "url", "remembered"),
    [
        ("http://127.0.0.1:8801", "http://127.0.0.1:8801", "loopback"),
        ("http://127.0.0.1:8801/", "http://127.0.0.1:8801", "loopback"),
        ("http://127.255.0.9", "http://127.255.0.9", "loopback"),
        ("http://[::1]:8801", "http://[::1]:8801", "loopback"),
        ("HTTP://LOCALHOST:80", "http://localhost:80", "loopback"),
        ("https://localhost", "https://localhost", "loopback"),
        ("https://Cams.Example.com", "https://cams.example.com", "cams.example.com"),
        ("https://cams.example.com:8443", "https://cams.example.com:8443", "cams.example.com"),
    ],
)
def test_what_is_allowed(value: str, url: str, remembered: str) -> None:
    """https to a name, http to loopback; both products go there, and a journal remembers it without the port."""
    assert endpoints(value) == {"cams": url, "resourcedirectorymaster": url, "sts": url}
    assert identity(url) == remembered


@pytest.mark.parametrize(
    "value",
    [
        "http://cams.example.com",
        "http://127.0.0.1.example.com",
        "http://2130706433",
        "http://0x7f.1",
        "http://0x7f000001",
        "http://127.1",
        "http://0177.0.0.1",
        "http://127.0.0.01",
        "http://１２７.0.0.1",
        "http://[::ffff:127.0.0.1]",
        "http://[0:0:0:0:0:0:0:1]",
        "http://[::1%25lo]",
        "http://localhost.",
        "http://0.0.0.0",
        "http://169.254.169.254",
        "https://169.254.169.254",
        "https://100.100.100.200",
        "https://2852039166",
        "https://0xa9fea9fe",
        "https://10.0.0.1",
        "https://[fd00::1]",
        "https://metadata",
        "https://user:PASSWORD@cams.example.com",
        "http://127.0.0.1@cams.example.com",
        "https://cams.example.com/path",
        "https://cams.example.com?query",
        "https://cams.example.com#fragment",
        "https://cams.example.com\\@127.0.0.1",
        "https://cams.example.com:0",
        "https://cams.example.com:65536",
        "https://cams.example.com:",
        "https://-cams.example.com",
        "https://cams..example.com",
        "https://cams.example.com\n.evil",
        "ftp://127.0.0.1",
        "127.0.0.1:8801",
        "https://",
        "file:///etc/passwd",
    ],
)
def test_what_is_refused(value: str) -> None:
    """Every other address or notation is refused by one code, and what may be a password is not shown."""
    with pytest.raises(UsageError) as caught:
        endpoints(value)
    (problem,) = caught.value.problems
    assert (problem.code, caught.value.exit_code) == ("endpoint-not-allowed", 64)
    assert "PASSWORD" not in f"{problem}"


@pytest.mark.parametrize("region", ["evil.example/", "cn", "CN-Hangzhou", "a-b.c"])
def test_a_region_is_no_way_around(region: str) -> None:
    """A region is a region, not a piece of an address."""
    with pytest.raises(UsageError):
        endpoints(None, region)
