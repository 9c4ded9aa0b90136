"""Names of places in Chinese and Japanese, where no space parts words: longest match from left to right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..names import name_key
from .doubtful import LONGER_WORDS, NOT_IDEOGRAPHS, SURNAMES

IDEOGRAPHS = r"\u3400-\u9fff々ヶ\u30a1-\u30faー"
"""Ideographs and katakana, as a class of a regular expression."""
_RUN = re.compile(rf"(?:(?![了是在我你他她它们們这這就很吗嗎呢吧啊被把或个個说說])[{IDEOGRAPHS}])+")
"""Ideographs and katakana, up to one of the commonest words of Chinese that are in no name."""
_ATOM = re.compile(r"[\u30a1-\u30faー]+|.", re.DOTALL)
"""A run of katakana is one foreign word; every ideograph may start or end one."""
_LONGEST = 8
_LONG = 4
_LONG_ENDS = frozenset(
    "丁东丹乌乔也乡亚亞京什伊伏休伦伯佐佛佩依克內兰兹冷则利則加努勒区區半卓南博卜卡卢厅原县古叻各哈哥国图國圖"
    "土地场坎坑坝坦城域埠基堂堡塔塞墟士多大夫央奇奈套奥奧姆娜季宋宗宫察尔尼山岛岭岸峡島峽州巴市布希帕带帯帶干"
    "庁府度当得德戈所扎打托拉拿提摩支敦斯旗日昂普曼本村束松板根格桑森楼榜殊比汗江沃沙河治波洋海港湖湾潘灣热然"
    "營爾特班琅瑟瓜瓦町略疆発登發盧省県社祖福科窩第答策米納索縣约纳绍绒罕罗羅群翁老耶肯脈脉臘茨茲茹莱萨蒂薩蘇"
    "蘭西詹諾诺谷贝赖赫路达迪道達遜那邦郡都鄢里野鎮镇阿陀陶陸雷霍革韦頓顿馬马魯鲁齊齐"
)
"""With what a name of four ideographs or more ends, as read off the gazetteer: others are not looked up."""
_JOINED = frozenset("·•・‧")
"""Between the names of a person, or of the members of a list."""
_INSIDE_FOREIGN_NAMES = frozenset("斯尔爾乌波克夫顿頓勒莱姆娃娜耶维奇埃戈诺茨涅兹赫蒂萨丽莉莎迪蒙伦兰蘭爵")
"""Ideographs that spell out foreign names and begin few words: beside a name they make it part of a longer one."""
_BEHIND_SURNAME = re.compile(r"[県市駅沖港]|で(?!し)|に(?!よる)|から|、|[東西南北中]部")
_OF_OTHERS = re.compile(
    r"さん|氏|容疑者|被告|選手|監督|議員|首相|大臣|投手|教授|先生|女士|夫人"
    r"|[语語]|新聞|テレビ|日[报報]|时报|時報|晚报|晚報|卫视|衛視|电信|移动|联通|电视"
)
"""What follows the name of a person, a language, a newspaper or another company."""
_KANA = re.compile(r"[\u30a1-\u30faー]")
_PAIR = 3
"""What two ideographs tell as much as, in letters: most words have two. Of more, each tells as much as
two, and katakana alone as much as a letter more than it has."""
_SHORT_KATAKANA = frozenset({"タイ", "チリ", "パリ"})
"""Countries and a capital whose names have two letters."""


def cjk_names(text: str, fame: Callable[[str, int], float]) -> Iterator[tuple[int, int, float, str]]:
    """Yield the start, end, certainty and key of every name in the runs of ideographs and katakana.

    Parameters
    ----------
    text
        The text.
    fame
        Says of a key and its length in letters how surely it means a place.
    """
    known: dict[str, float] = {}

    def rate(written: str) -> float:
        if written not in known:
            key = _key(written)
            kana = len(_KANA.findall(written))
            letters = (
                _PAIR if len(written) == 2 and not kana else 2 * len(written) - kana + (kana == len(written) > _PAIR)
            )
            known[written] = 0.0 if written in NOT_IDEOGRAPHS else fame(key, letters + (written in _SHORT_KATAKANA))
        return known[written]

    ended = -1
    for run in _RUN.finditer(text):
        edges = [atom.start() + run.start() for atom in _ATOM.finditer(run.group())] + [run.end()]
        at = 0
        while at < len(edges) - 1:
            length, sure = _longest(text, edges, at, rate)
            start, end = edges[at], edges[at + length]
            if sure and _stands_alone(text, start, end, ended, rate):
                yield start, end, sure, _key(text[start:end])
                ended = end
            at += length


def _longest(text: str, edges: list[int], at: int, rate: Callable[[str], float]) -> tuple[int, float]:
    """Return how many atoms the longest known word from here has, and how surely it is a name: 0 for other words."""
    for length in range(min(_LONGEST, len(edges) - 1 - at), 0, -1):
        written = text[edges[at] : edges[at + length]]
        is_tried = len(written) > 1 and (length < _LONG or written[-1] in _LONG_ENDS)
        if is_tried and (sure := rate(written)):
            return length, sure
        if written in LONGER_WORDS:
            return length, 0.0
    return 1, 0.0


def _stands_alone(text: str, start: int, end: int, ended: int, rate: Callable[[str], float]) -> bool:
    """Whether what surrounds a name leaves it a name of its own, and of a place."""
    if _OF_OTHERS.match(text, end):
        return False
    if text[start:end] in SURNAMES and not _BEHIND_SURNAME.match(text, end):
        return False
    if text[end : end + 1] in _JOINED or text[start - 1 : start] in _JOINED:
        return _is_in_list(text, start, end, ended, rate)
    is_split = text[end : end + 1] in _INSIDE_FOREIGN_NAMES and not _starts_name(text, end, rate)
    return not is_split and (start == ended or text[start - 1 : start] not in _INSIDE_FOREIGN_NAMES)


def _is_in_list(text: str, start: int, end: int, ended: int, rate: Callable[[str], float]) -> bool:
    """Whether the neighbours over a point are names as well: a list of places, not the parts of a person's name."""
    before = start > 0 and text[start - 1] in _JOINED and ended != start - 1
    behind = text[end : end + 1] in _JOINED and not _starts_name(text, end + 1, rate)
    return not (before or behind)


def _starts_name(text: str, at: int, rate: Callable[[str], float]) -> bool:
    run = _RUN.match(text, at, at + _LONGEST + 4)
    if run is None:
        return False
    edges = [atom.start() + at for atom in _ATOM.finditer(run.group())] + [run.end()]
    return _longest(text, edges, 0, rate)[1] > 0


def _key(written: str) -> str:
    # Ideographs are their own key, which takes half of the time to find out.
    return name_key(written) if _KANA.search(written) else written
