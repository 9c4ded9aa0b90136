"""Words of their own, in scripts with spaces and without."""

from __future__ import annotations

import unicodedata

import pytest

from geo.corrections.wording import Names, has_words


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("黑水镇", "战斗在黑水镇附近继续。黑水镇的居民。", 2),
        ("บ้านนา", "เกิดเหตุที่บ้านนาเมื่อวาน", 1),
        ("นา", "ที่นาเมือง นาำ เนา", 1),
        ("アレ", "アレッポとアレ、シリアのアレで", 2),
        ("Homs", "他在Homs市 Homs2 _Homs Homs", 2),
        ("M4", "M4公路 M42", 1),
        ("تل مرديخ", "في تل مرديخ، بتل مرديخ وتل مرديخ", 1),
        ("दिल", "दिल्ली दिल", 1),
        ("Leo", unicodedata.normalize("NFD", "Leó Leo"), 1),
        ("vec", unicodedata.normalize("NFD", "Blévec vec"), 1),
        ("Blévec camp", unicodedata.normalize("NFD", "Blévec  camp"), 1),
        (unicodedata.normalize("NFD", "Blévec"), "Blévec blévec", 1),
        ("تهران", "تهران\u200cها تهران", 1),
        ("Y", "Y and Y, YY", 2),
        ("🗼", "the 🗼.", 1),
        ("Qal'at camp", "Qal’at camp, Qalʼat camp, Qalat camp", 2),
        ("'Ayn", "in 'Ayn Issa, 'Ayna", 1),
    ],
)
def test_a_name_is_found_as_words_of_its_own(name: str, text: str, found: int) -> None:
    assert len(list(Names([(name, None)]).found_in(text))) == found


def test_names_are_found_in_their_order_whatever_the_text_has_first() -> None:
    names = Names([("Homs", 1), ("黑水", 2), ("Homs", 3), ("Hama", 4)])
    assert list(names.found_in("Hama 黑水 Homs")) == [(8, 12, 1), (5, 7, 2), (8, 12, 3), (0, 4, 4)]


@pytest.mark.parametrize(
    ("text", "words", "has"),
    [("a brainstorm, rain", "rain", True), ("rains", "rain", False), ("今日下雨了", "下雨", True), ("", "rain", False)],
)
def test_words_are_no_parts_of_words(text: str, words: str, has: bool) -> None:
    assert has_words(text, words) is has
