from __future__ import annotations

import datetime
import random
import warnings
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from geo.articles.formats import document_of
from geo.articles.raw import Form, Raw
from geo.errors import InputError, TextWarning
from geo.model import Document
from tests import timing
from tests.every_format import mail, page

STORY = [
    "Fighting went on near Idlib and Aleppo, officials in Ankara said on Monday.",
    "The road to Latakia is closed.",
]


def read(data: bytes) -> Document:
    return document_of(Raw("a", "a.eml", data, Form.EMAIL))


def test_a_message_and_its_headers_are_read() -> None:
    document = read(mail(STORY, "Re: Fwd: Zürich and Idlib"))
    assert document.text == "\n\n".join(STORY)
    told = (document.title, document.author, document.date)
    assert told == ("Zürich and Idlib", "Ann Lee", datetime.date(2020, 3, 5))


def test_plain_text_goes_before_html_and_attachments_are_counted() -> None:
    message = EmailMessage()
    message["Subject"] = "News"
    message.set_content("In Idlib.")
    message.add_alternative(page(["In Tokyo."]).decode(), subtype="html")
    message.add_attachment(b"Oslo", maintype="text", subtype="plain", filename="oslo.txt")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    with pytest.warns(TextWarning, match=r"^a\.eml: attachments were not read \(count 2\)$"):
        assert read(bytes(message)).text == "In Idlib."


def test_a_message_of_html_alone_is_read_as_a_page() -> None:
    message = EmailMessage()
    message["From"] = "desk@example.org"
    message.set_content(page(STORY, before="<nav>Tokyo</nav>").decode(), subtype="html", cte="base64")
    document = read(bytes(message))
    assert (document.text, document.author) == ("\n\n".join(STORY), "desk@example.org")


def test_lines_broken_by_a_program_are_joined() -> None:
    data = b"Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\nIn New \r\nYork it rained.\r\nThen not.\r\n"
    assert read(data).text == "In New York it rained.\nThen not."


QUOTED = "On Mon, Mar 2, 2020 at 9:00 AM Bo Lin <bo@example.org>\nwrote:\n\n> What about Tokyo?\n> > And Lima?\n>\n"
ANSWERED = "-----Original Message-----\nFrom: Bo\nSent: Monday\n\nTokyo is far.\n"
FORWARDED = "---------- Forwarded message ---------\nFrom: Bo\n\nIn Tokyo.\n"
LIST = f"{'_' * 47}\nnews mailing list, Oslo\n"


@pytest.mark.parametrize(
    ("subject", "written", "own"),
    [
        ("Re: x", f"In Homs.\n\n{QUOTED}In Hama.\n", "In Homs.\n\n\nIn Hama."),
        ("x", "The governor said:\n> In Tokyo.\n", "The governor said:"),
        ("x", f"In Homs.\n-- \nAnn Lee, Oslo\n{LIST}", "In Homs."),
        ("x", f"In Homs.\n{LIST}", "In Homs."),
        ("AW: x", f"In Homs.\n\n{ANSWERED}", "In Homs."),
        ("Fwd: x", f"See below.\n\n{FORWARDED}", f"See below.\n\n{FORWARDED.strip()}"),
        ("Fwd: x", ANSWERED, ANSWERED.strip()),
        ("Re: x", "> In Homs.\n> > In Hama.\n", "In Homs.\nIn Hama."),
    ],
    ids=["quote", "said", "signature", "list", "answer", "forward", "forward by Outlook", "nothing else"],
)
@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
def test_what_is_only_quoted_is_not_read(subject: str, written: str, own: str) -> None:
    assert read(f"Subject: {subject}\n\n{written}".encode()).text == own


def test_lines_that_are_left_out_are_counted() -> None:
    with pytest.warns(TextWarning, match=r"^a\.eml: lines that only quote, or sign, were not read \(count 2\)$"):
        assert read(b"Subject: x\n\nIn Homs.\n> In Tokyo.\n> Or not.\n").text == "In Homs."


def test_quotes_take_as_long_as_they_are() -> None:
    def reading(bait: bytes) -> Callable[[int], object]:
        return lambda size: _without_warnings(b"Subject: x\n\nRome.\n" + bait * size)

    for bait in (b"a1:\n", b">", b"\n>", b"x1 " * 60 + b"\n"):
        timing.assert_linear(reading(bait), 20_000)


@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
def test_an_encoding_that_is_said_is_used_and_a_wrong_one_found() -> None:
    for said in ("iso-8859-1", "us-ascii", "x-unknown"):
        data = f"Content-Type: text/plain; charset={said}\r\n\r\nSão Paulo".encode("latin-1")
        assert read(data).text == "São Paulo"


@pytest.mark.parametrize(
    "header",
    [
        "Subject: =?utf-8?b?=ff?=",
        "Subject: =?nonsense?q?a?=",
        "From: " + "(" * 5_000,
        "From: " + '"<' * 2_000,
        "Date: Foo, 99 Bar 99999999999999999999",
        "Content-Type: text/plain; charset*0*=x''%00; charset*1=y",
        f"Content-Type: text/plain; charset*{'1' * 5_000}=x",
        f"Content-Type: text/plain; format*{'1' * 5_000}=x",
        "Content-Type: text/plain; charset*=a\0b''x",
        "Content-Transfer-Encoding: nonsense",
        "Content-Disposition: \x00;;;",
        "\xff: x",
    ],
)
@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
def test_hostile_headers_do_no_harm(header: str) -> None:
    assert "In Idlib." in read(header.encode("latin-1") + b"\r\n\r\nIn Idlib.").text


@pytest.mark.parametrize(
    "header", ["Content-Type: text/plain", "Content-Type: multipart/mixed", "Content-Disposition: x"]
)
@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
def test_parameters_take_as_long_as_they_are(header: str) -> None:
    message = 'Content-Type: multipart/mixed; boundary=b\n\n--b\n{}; a="{}\n\nIn Idlib.\n--b\n\nIn Homs.'
    timing.assert_linear(lambda size: _outcome(message.format(header, ";" * size).encode()), 20_000)


def test_parts_that_cannot_be_taken_apart_are_none() -> None:
    with pytest.raises(InputError, match=r"^a\.eml: there is no text in the e-mail$"):
        _without_warnings(b"Content-Type: multipart/mixed; charset*=utf-8''x\n\nIn K\xf6ln.")


def test_a_message_without_text_is_refused() -> None:
    for data in (b"", b"Subject: x\r\n\r\n", b"Content-Type: image/png\r\n\r\nabc"):
        with pytest.raises(InputError, match=r"^a\.eml: there is no text in the e-mail$"):
            _without_warnings(data)


def test_parts_in_parts_in_parts_are_refused() -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(5_000))
    with pytest.raises(InputError, match=r"^a\.eml: it has more than 200 e-mails or parts in one; save its text$"):
        read(nested)


@pytest.mark.filterwarnings("ignore::geo.errors.TextWarning")
def test_a_damaged_message_is_read_or_told_in_one_line() -> None:
    whole, chance = mail(STORY), random.Random(7)
    for _ in range(200):
        damaged = bytearray(whole)
        for _ in range(20):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        assert _outcome(bytes(damaged)) in {"read", "refused"}


def _outcome(data: bytes) -> str:
    try:
        read(data)
    except InputError as error:
        return "refused" if str(error).startswith("a.eml: ") else f"refused with {error!r}"
    return "read"


def _without_warnings(data: bytes) -> Document:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TextWarning)
        return read(data)
