from __future__ import annotations

import datetime

import pytest

from geo.addresses import web_address
from geo.articles.formats import document_of
from geo.articles.language import language_of, with_language
from geo.articles.metadata import LONGEST, phrase
from geo.articles.raw import Form, Raw
from geo.articles.source import MAX_BYTES
from geo.errors import InputError
from geo.model import Document
from tests import timing

MARKDOWN = """---
title: "Talks end: no result"
author: Ann Lee
date: 2020-03-05T10:00:00Z
url: https://example.org/talks
publisher: Coast Radio
place: Tokyo
---
# Talks **end**

In [Ankara](https://example.org/oslo "Lima") and *Moscow*, see ![Quito](quito.png).

```
Nairobi
```
<!-- Berlin -->
- Idlib <span class="Cairo">again</span>
"""


def read(data: str, name: str = "a.md") -> Document:
    return document_of(Raw("a", name, data.encode(), Form.TEXT, name))


def test_marks_of_markdown_are_no_names_and_its_front_matter_is_told() -> None:
    document = read(MARKDOWN)
    assert document.text.split() == "Talks end In Ankara and Moscow, see . - Idlib again".split()
    told = (document.title, document.author, document.source, document.date, document.url)
    assert told == (
        "Talks end: no result",
        "Ann Lee",
        "Coast Radio",
        datetime.date(2020, 3, 5),
        "https://example.org/talks",
    )


def test_the_first_heading_is_the_title_where_no_front_matter_says_one() -> None:
    assert read("# Talks *end* #\n\nIn Ankara.").title == "Talks end"


def test_plain_text_keeps_its_marks() -> None:
    assert read("See [Rome](x) *now*.", "a.txt").text == "See [Rome](x) *now*."


def test_markdown_of_marks_alone_is_empty() -> None:
    with pytest.raises(InputError, match=r"^a\.md: it is empty; give an article as text$"):
        read("---\ntitle: x\n---\n<!-- Rome -->\n")


@pytest.mark.parametrize("bait", ["[", "![", "*", "_", "`", "<!--", "<a ", "---\n", "# ", "[a](", "**a"])
def test_marks_without_end_take_as_long_as_they_are(bait: str) -> None:
    timing.assert_linear(lambda size: read("Rome.\n" + bait * size), 4_000)


def test_front_matter_without_end_takes_as_long_as_it_is() -> None:
    timing.assert_linear(lambda size: read("---\r\n" + "a: b\r\n" * size), 6)
    assert read("---\r\ntitle: Rome\r\n---\r\nOslo.").title == "Rome"


def test_what_the_container_says_goes_first() -> None:
    raw = Raw("7", "a.zip/a.md", MARKDOWN.encode(), Form.TEXT, "a.md", None, "T", "B", "S", "https://x.org", None)
    document = document_of(raw)
    assert (document.id, document.file_name, document.title, document.author) == ("7", "a.md", "T", "B")
    assert (document.source, document.url, document.date) == ("S", "https://x.org", datetime.date(2020, 3, 5))


def test_a_row_that_is_read_already_is_told_its_language() -> None:
    row = Document("a", "Le maire de la ville est mort dans un accident de voiture.", source="S")
    assert with_language(row) == Document("a", row.text, source="S", language="fr")
    assert with_language(Document("a", row.text, language="oc")).language == "oc"


@pytest.mark.parametrize("form", list(Form))
def test_what_is_larger_than_any_article_is_refused(form: Form) -> None:
    with pytest.raises(InputError, match=r"^a: it is larger than 16 MiB; give one article a file$"):
        document_of(Raw("a", "a", b"x" * (MAX_BYTES + 1), form))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The minister said on Wednesday that talks would go on next week in the capital.", "en"),
        ("Statsministeren sagde onsdag, at forhandlingerne begynder igen i næste uge.", "da"),
        ("Bakan çarşamba günü yaptığı açıklamada görüşmelerin süreceğini söyledi.", "tr"),
        ("Бои под Харьковом продолжались весь день, сообщил представитель министерства.", "ru"),
        ("Бої під Харковом тривали весь день, повідомив речник міністерства.", "uk"),
        ("قال الوزير يوم الأربعاء إن المحادثات ستستمر الأسبوع المقبل في العاصمة.", "ar"),
        ("部长星期三表示，会谈将于下周在首都继续举行，双方都表示愿意继续对话。", "zh"),
        ("Paris, Rome", None),
        ("1234567890 " * 50, None),
        ("", None),
    ],
)
def test_languages_are_told_or_not(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_plain_english_is_told_without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The talks in the capital went on to the end of the week, and of the ministers two went to see the king."
    asked: list[str] = []

    def identify() -> _English:
        return _English(asked)

    monkeypatch.setattr("geo.articles.language._identifier", identify)
    assert language_of(text) == "en"
    assert not asked
    foreign = (
        "Of de minister to the point kwam, of niet, weten wij niet. The Guardian schreef er over, and so on to be."
    )
    assert language_of(foreign) == "en"
    assert asked


class _English:
    """Takes every text for English, and notes which."""

    def __init__(self, asked: list[str]) -> None:
        self.asked = asked

    def classify(self, instance: str) -> tuple[str, float]:
        self.asked.append(instance)
        return "en", 1.0


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "//example.org",
        "http://",
        "https://a b",
        'https://a/"x',
        "ftp://a",
        "http://u@h/",
        "https://a/\u202egpj",
        "https://a\\b/",
        "https://[a/",
        "https://a/" + "b" * 2_000,
        7,
        None,
    ],
)
def test_what_is_no_address_of_the_web_is_none(value: object) -> None:
    assert web_address(value) is None


def test_addresses_are_kept_as_they_are_written() -> None:
    for address in ("http://example.org", "HTTPS://Zürich.example/straße?q=1&b=ü#x", "http://[::1]:80/"):
        assert web_address(f" {address}\n") == address


def test_names_are_one_line_of_bounded_length() -> None:
    assert phrase("a\n\tb\0") == "a b"
    assert phrase("x" * 10_000) == "x" * LONGEST
