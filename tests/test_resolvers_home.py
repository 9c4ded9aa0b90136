"""Where a text was published."""

from __future__ import annotations

import pytest

from geo.gazetteers.embedded import open_embedded
from geo.gazetteers.known import KnownNames
from geo.model import Document
from geo.resolvers.home import home_of


@pytest.mark.parametrize(
    ("source", "country"),
    [
        ("lfpress.ca", "CA"),
        ("thisisoxfordshire.co.uk", "GB"),
        ("BBC News (https://www.bbc.co.uk/news)", "GB"),
        ("Daily Nation, Kenya", "KE"),
        ("The Irish Times", "IE"),
        ("https://en.wikinews.org/wiki/Floods_in_Kenya", None),
        ("pal-item.com", None),
        ("t.me", None),
        ("The Daily", None),
        ("", None),
        (None, None),
    ],
)
def test_a_source_tells_its_country_by_its_domain_or_by_name(source: str | None, country: str | None) -> None:
    assert home_of(Document("a", "text", source=source), KnownNames(open_embedded())) == country
