"""Short texts cut from annotated ones: what is read is not always an article, and headlines shout."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace

from ..evaluation.gold import GoldDocument
from ..excerpts import sentences
from ..model import Document


def short_texts(gold: GoldDocument) -> Iterator[GoldDocument]:
    """Yield a sentence of an annotated text, and another one in capitals; of a text of one sentence that one.

    Which ones they are depends on the text's id alone. Sentences with a toponym go first.
    """
    spans = sentences(gold.document.text)
    named = [span for span in spans if _inside(gold, span)] or spans
    if not named:
        return
    first = zlib.crc32(gold.document.id.encode()) % len(named)
    yield _cut(gold, named[first], "sentence")
    shouted = _cut(gold, named[(first + 1) % len(named)], "capitals")
    text = shouted.document.text.upper()
    if len(text) == len(shouted.document.text):  # "ß" becomes two letters
        toponyms = tuple(replace(one, text=one.text.upper()) for one in shouted.toponyms)
        yield GoldDocument(replace(shouted.document, text=text), toponyms)


def _inside(gold: GoldDocument, span: tuple[int, int]) -> bool:
    return any(span[0] <= toponym.start and toponym.end <= span[1] for toponym in gold.toponyms)


def _cut(gold: GoldDocument, span: tuple[int, int], what: str) -> GoldDocument:
    start, end = span
    toponyms = tuple(
        replace(toponym, start=toponym.start - start, end=toponym.end - start)
        for toponym in gold.toponyms
        if start <= toponym.start and toponym.end <= end
    )
    document = Document(f"{gold.document.id}#{what}", gold.document.text[start:end], source=gold.document.source)
    return GoldDocument(document, toponyms)
