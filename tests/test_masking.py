from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.masking import masked, masked_field, masked_url


@pytest.mark.parametrize(
    "name",
    [
        *"key apikey apiKey api_key api-key token access_token access-token accessToken auth auth-id".split(),
        *"auth-token app_id app_code ak sk sn signature sig client client_id client_secret subscription-key".split(),
        *"private_key username user password passwd pass secret X-Api-Key".split(),
    ],
)
def test_what_holds_a_secret_is_masked_by_its_name(name: str) -> None:
    assert masked_url(f"https://example.org/?a=1&{name}=abc&b=2") == f"https://example.org/?a=1&{name}=***&b=2"
    assert masked_field(name, "abc", ()) == "***"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://example.org/search?q=monkey+key%3Dx&format=json&limit=5&countrycodes=sy,tr&viewbox=35.0,36.0,37.0,38.0",
        "https://example.org/search?text=token&layers=locality&lang=en&addressdetails=1&keyword=x&skip=1&author=y",
        "https://example.org/?flag&&=x&a==b?c",
    ],
)
def test_everything_else_is_shown_as_it_would_be_sent(url: str) -> None:
    assert masked_url(url) == url


def test_a_secret_is_masked_wherever_it_stands() -> None:
    secrets = ["a b/c", "", "a b"]
    assert masked("a b/c, a+b%2Fc, a%20b/c, a b", secrets) == "***, ***, ***, ***"
    assert (
        masked_url("https://example.org/v1/a%20b%2Fc?q=x&z=a+b%2Fc", secrets) == "https://example.org/v1/***?q=x&z=***"
    )


@given(st.text(), st.text(min_size=1))
def test_no_text_keeps_a_secret(text: str, secret: str) -> None:
    shown = masked(f"{text}{secret}{text}", [secret])
    assert secret not in shown or secret in "***" or "*" in secret
