from __future__ import annotations

import io
import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.writers.json_text import dumps
from geo.writers.xml_text import (
    DECLARATION,
    XmlError,
    closing,
    element,
    escaped,
    escaped_json,
    joined,
    opening,
    text_element,
    text_within,
)

HOSTILE = st.text(
    st.one_of(st.characters(), st.characters(categories=["Cc", "Cs"]), st.sampled_from("\ufffe\uffff]>&<"))
)
ALLOWED = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))
BOMB = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a><d>&c;</d></a>'


def found_in(content: bytes, name: str = "u d", attributes: dict[str, str] | None = None) -> str | None:
    return text_within(io.BytesIO(content), name, attributes or {})


@given(st.text(st.sampled_from("\t\n\r <>&\"']a\u0085\u2028\x7fء😀")) | ALLOWED)
def test_what_xml_allows_comes_back_as_it_was(text: str) -> None:
    parsed = ElementTree.fromstring(element("a", escaped(text), attributes={"b": text}))
    assert (parsed.text or "", parsed.get("b")) == (text, text)


@given(HOSTILE)
def test_any_text_gives_xml_that_parses(text: str) -> None:
    parsed = ElementTree.fromstring((DECLARATION + element("a", escaped(text), attributes={"b": text})).encode())
    assert len(parsed.get("b", "")) == len(parsed.text or "") == len(text)


@pytest.mark.parametrize("forbidden", ["\0", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_what_xml_forbids_becomes_the_sign_of_a_replaced_character(forbidden: str) -> None:
    assert escaped(f"a{forbidden}b") == "a\ufffdb"


def test_the_end_of_a_cdata_section_is_no_markup() -> None:
    assert escaped("]]>") == "]]&gt;"


@given(st.dictionaries(HOSTILE, HOSTILE))
def test_json_comes_back_without_loss(value: dict[str, str]) -> None:
    parsed = ElementTree.fromstring(element("a", escaped_json(dumps(value))).encode())
    assert json.loads(parsed.text or "") == value


def test_attributes_that_are_none_are_left_out() -> None:
    assert opening("a", {"b": None, "xml:id": "c"}) == '<a xml:id="c">'
    assert closing("a") == "</a>"


def test_an_element_without_content_closes_itself() -> None:
    assert element("a") == "<a/>"
    assert joined([element("a"), text_element("b", ""), text_element("c", None)]) == "<a/><b/>"


def test_the_text_of_an_element_is_found_by_its_namespace_and_attributes() -> None:
    content = b'<a xmlns="u"><d n="x">1</d><e:d xmlns:e="v" n="y">2</e:d><d n="y" m="">3<f>4</f>5</d><d n="y">6</d></a>'
    assert found_in(content, attributes={"n": "y"}) == "345"
    assert found_in(content, attributes={"n": "z"}) is None


def test_nothing_after_the_element_is_read() -> None:
    assert found_in(b'<a xmlns="u"><d>1</d>' + b" " * (2 << 20) + b"<") == "1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "declares types"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "declares types"),
        (b"<a><b></a>", "mismatched tag"),
        (b"", "no element found"),
        (b"<a>\xff</a>", "not well-formed"),
        (b"PK\x03\x04", "not well-formed"),
    ],
)
def test_what_is_no_xml_of_ours_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(XmlError, match=message):
        found_in(content)


def test_deep_nesting_does_no_harm() -> None:
    assert found_in(b'<a xmlns="u">' * 100_000 + b"<d>1</d>") == "1"
