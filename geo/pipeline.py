"""Article to atlas: recognise, look up, resolve, compile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from .atlas import Atlas
from .excerpts import excerpt, sentences
from .gazetteers import Gazetteer
from .gazetteers.embedded import open_embedded
from .model import Document, Mention, Resolution, Toponym
from .recognizers.model import DEFAULT_MODEL
from .recognizers.roads import recognize_roads
from .recognizers.spans import touching
from .recognizers.toponyms import ToponymRecognizer
from .resolvers.context import ContextResolver
from .resolvers.roads import RoadResolver
from .roads.schematic import SchematicRoads

if TYPE_CHECKING:
    from .geocoders import NominatimGeocoder

__all__ = ["DEFAULT_MODEL", "Geoparser"]


class Geoparser:
    """Turn documents into atlases.

    Parameters
    ----------
    model
        Name of an installed spaCy model with an entity recogniser.
    gazetteer
        Where names are looked up; None for the embedded one.
    geocoder
        Asked for names that the gazetteer does not know; None to stay offline.

    Raises
    ------
    ResourceError
        If the embedded gazetteer is missing or damaged.

    Examples
    --------
    >>> atlas = Geoparser().parse([Document("news", "Floods hit Hama in Syria.")])
    >>> [(entry.referent.name, entry.referent.id) for entry in atlas.places]
    [('Syria', 'geonames:163843'), ('Ḩamāh', 'geonames:170017')]
    >>> Geoparser().parse([]).places
    ()
    """

    def __init__(
        self,
        *,
        model: str = DEFAULT_MODEL,
        gazetteer: Gazetteer | None = None,
        geocoder: NominatimGeocoder | None = None,
    ) -> None:
        self.gazetteer: Gazetteer = gazetteer if gazetteer is not None else open_embedded()
        self._recognizer = ToponymRecognizer(self.gazetteer, model=model)
        self._resolver = ContextResolver(self.gazetteer, ask=geocoder.search if geocoder is not None else None)
        self._roads = RoadResolver([SchematicRoads(self.gazetteer)])

    def parse(self, documents: Iterable[Document], *, mentions: Literal["found", "given"] = "found") -> Atlas:
        """Return one atlas of all documents; see `parse_each`."""
        atlases = list(self.parse_each(documents, mentions=mentions))
        return Atlas(
            (document for atlas in atlases for document in atlas.documents),
            (mention for atlas in atlases for mention in atlas.mentions),
        )

    def parse_each(
        self, documents: Iterable[Document], *, mentions: Literal["found", "given"] = "found"
    ) -> Iterator[Atlas]:
        """Yield one atlas for each document, in order.

        Parameters
        ----------
        documents
            The articles.
        mentions
            "found": recognise the toponyms. "given": take each document's `Document.given_spans` and only resolve them.

        Raises
        ------
        ResourceError
            If the model is missing or does not fit.
        """
        for document in documents:
            if mentions == "given":
                toponyms = [
                    Toponym(start, end, document.text[start:end])
                    for start, end in sorted(set(document.given_spans or ()))
                ]
            else:
                toponyms = self._recognizer.recognize(document)
            yield _compiled(document, self._resolved(document, toponyms))

    def _resolved(self, document: Document, toponyms: list[Toponym]) -> list[Resolution]:
        """Resolve places first: they say which country's road is meant and where it ends."""
        roads = recognize_roads(document.text, toponyms)
        named = [road.toponym for road in roads]
        places = self._resolver.resolve(document, [t for t in toponyms if not touching(named, t.start, t.end)])
        return places + self._roads.resolve(roads, places)


def _compiled(document: Document, resolutions: Iterable[Resolution]) -> Atlas:
    """Put each resolution beside the sentence it stands in."""
    within = sentences(document.text)
    return Atlas(
        [document],
        (
            Mention(
                document.id,
                resolution,
                excerpt(document.text, resolution.toponym.start, resolution.toponym.end, within=within),
            )
            for resolution in resolutions
        ),
    )
