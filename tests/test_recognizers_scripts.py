"""Places in texts in other scripts than Latin."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.extent import great_circle_km
from geo.gazetteers import Gazetteer
from geo.gazetteers.embedded import open_embedded
from geo.gazetteers.matching import Match
from geo.gazetteers.priors import prior
from geo.gazetteers.store import StoredGazetteer
from geo.model import Place
from geo.names import name_key
from geo.recognizers.doubtful import CAPITALS_ONLY, LEADING_PREFIXES, LEADS, NEVER, WITH_LEAD
from geo.recognizers.scripts import names_in_script
from tests.small_world import write
from tests.timing import assert_linear

GOLD = Path(__file__).parent / "gold" / "languages"
WORLD = open_embedded()
CLOSE_KM = 161


def found(text: str, gazetteer: Gazetteer = WORLD) -> list[str]:
    return [text[name.start : name.end] for name in names_in_script(text, gazetteer)]


def likeliest(key: str) -> Place:
    return max(WORLD.lookup(key), key=lambda one: (prior(Match(one.place, one.name_kind)), one.place.id)).place


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("قصف في إدلب وحلب ودمشق", ["إدلب", "حلب", "دمشق"]),
        ("وصل للقاهرة قادما من المملكة العربية السعودية", ["لقاهرة", "المملكة العربية السعودية"]),
        ("בתל אביב ובחיפה, מירושלים ובארה״ב", ["תל אביב", "חיפה", "ירושלים", "ארה״ב"]),
        ("Бои под Харьковом, в Нижнем Новгороде и в Идлибе", ["Харьковом", "Нижнем Новгороде", "Идлибе"]),
        ("У Києві, Харкові та Одесі; з Тернополя", ["Києві", "Харкові", "Одесі", "Тернополя"]),
        ("Поезд из Санкт-Петербурга в Ростов-на-Дону", ["Санкт-Петербурга", "Ростов-на-Дону"]),
        ("在上海和北京，中华人民共和国", ["上海", "北京", "中华人民共和国"]),
        ("ロシアのモスクワと東京都、石川県で", ["ロシア", "モスクワ", "東京都", "石川県"]),
        ("서울에서 러시아의 대통령은", ["서울에서", "러시아의"]),
        ("στην Αθήνα και της Ελλάδας", ["Αθήνα", "Ελλάδας"]),
        ("თბილისში", ["თბილისში"]),
    ],
)
def test_famous_places_are_found_in_every_script(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Pаris, Mосква",
        "Того же дня, Совет и Глаза, Давай",
        "А. Лондон",
        "под харьковом",
        "كيف كنت في المدينة، وفاطمة وزير مالي",
        "ברחובות, המרכז, כיוון",
        "发展中国家和今日本国总统",
        "马里乌波尔，努尔苏丹，乔治·华盛顿",
        "石川容疑者、千葉さん、マイケル・トロント、日本語",
        "ОК, УК и СУ",
    ],
)
def test_other_words_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_doubtful_words_are_kept_as_keys() -> None:
    words = NEVER | WITH_LEAD | CAPITALS_ONLY | LEADING_PREFIXES | frozenset().union(*LEADS.values())
    assert {word for word in words if name_key(word) != word} == set()


def test_a_doubtful_name_needs_a_word_that_leads_to_a_place() -> None:
    assert found("دعم مالي") == []
    assert found("في مالي") == ["مالي"]
    assert found("Чита") == []
    assert found("в Чита") == ["Чита"]


def test_a_latin_text_is_passed_over() -> None:
    assert found("Paris, München and Idlib") == []


def test_points_between_names_join_lists_but_not_people() -> None:
    assert found("俄罗斯·乌克兰") == ["俄罗斯", "乌克兰"]


def test_the_key_is_that_of_the_nominative_without_prefix() -> None:
    assert [name.key for name in names_in_script("в Москве, وبحلب, للقدس", WORLD)] == ["москва", "حلب", "القدس"]


def test_marks_on_letters_do_not_shift_offsets() -> None:
    assert found("وَبِدِمَشْق") == ["دِمَشْق"]


def test_what_had_to_be_assumed_lowers_the_certainty() -> None:
    def certainty(text: str) -> float:
        (name,) = names_in_script(text, WORLD)
        return name.certainty

    assert certainty("Москва") > certainty("Москве") > certainty("дядя Джек Москве")
    assert certainty("حلب") > certainty("وحلب")


def test_a_small_gazetteer_answers_for_its_own_names(tmp_path: Path) -> None:
    small = StoredGazetteer(write(tmp_path / "small.sqlite"))
    assert found("قصف إدلب ودمشق", small) == ["إدلب"]


@pytest.mark.parametrize("code", ["ar", "he", "ja", "ru", "uk", "zh"])
def test_annotated_pieces_are_read_with_few_false_places(code: str) -> None:
    false, right, gold_count = [], 0, 0
    for line in (GOLD / f"{code}.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        gold_count += len(record["toponyms"])
        for name in names_in_script(record["text"], WORLD):
            hits = [t for t in record["toponyms"] if t["start"] < name.end and name.start < t["end"]]
            if not hits:
                false.append(record["text"][name.start : name.end])
            elif great_circle_km(likeliest(name.key).lonlat, (hits[0]["lon"], hits[0]["lat"])) <= CLOSE_KM:
                right += 1
    assert len(false) <= 1, false
    assert right / gold_count >= 0.69


@pytest.mark.parametrize(
    "piece",
    [
        "在上海和北京召开的会议上，代表们讨论了气候变化问题",
        "قالت الحكومة إن المفاوضات في جنيف ودمشق مستمرة ",
        "Слово За Словом ",
    ],
)
def test_time_is_linear_in_the_text(piece: str) -> None:
    assert_linear(lambda size: names_in_script(piece * (size // len(piece)), WORLD), 25_000)


@given(st.text(alphabet=st.sampled_from("москва وبحلب北京・市 パリ'\"-.ה\u200f\u0301\ud800Aa"), max_size=60))
def test_names_are_in_order_and_apart(text: str) -> None:
    names = names_in_script(text, WORLD)
    assert all(0 <= name.start < name.end <= len(text) and 0 < name.certainty <= 1 for name in names)
    assert all(before.end <= after.start for before, after in pairwise(names))
    assert all(WORLD.lookup(name.key) for name in names)
