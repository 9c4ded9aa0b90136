"""Article to atlas: recognise, look up, resolve, compile."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .atlas import Atlas, UnitCode, merged
from .corrections import Corrections
from .corrections.amendments import Amendments, Span
from .entries import rivals
from .excerpts import excerpt, sentences
from .gazetteers import Gazetteer
from .gazetteers.embedded import open_embedded
from .gazetteers.known import KnownNames
from .gazetteers.stack import described
from .learned import DATA_FILE, load_learned
from .model import Document, Mention, Origin, Place, Referent, Resolution, Role, Toponym
from .provenance import Run
from .recognizers.model import WITHOUT_MODEL, NamedSpan
from .recognizers.roads import RoadReference, recognize_roads
from .recognizers.spans import touching
from .recognizers.toponyms import Possible, ToponymRecognizer
from .recognizers.vicinities import find_vicinities
from .resolvers.context import ContextResolver, Given
from .resolvers.inquiry import Inquiry
from .resolvers.joint import JointReader
from .resolvers.rivers import RiverDrawer
from .resolvers.roads import RoadResolver
from .roads import RoadSource
from .roads.borders import BorderLines
from .roads.schematic import SchematicRoads
from .version import __version__

if TYPE_CHECKING:
    from .geocoders import OnlineGeocoder


class Geoparser:
    """Turn documents into atlases.

    Parameters
    ----------
    model
        Name of an installed spaCy model with an entity recogniser, asked beside the gazetteer; "none" to do without,
        which is many times faster and finds as much in English.
    gazetteer
        Where names are looked up; None for the embedded one.
    geocoder
        Asked for names that have no likely place in the gazetteer; None to stay offline.
    weights
        File of weights as ``placelines train`` writes it; None for those that come along.
    min_confidence
        Confidence from which a place is asserted, 0 to 1; None for what the weights were measured with.
    demonyms
        Whether words for the people or things of a place ("Syrian") are kept, marked, or dropped.
    roads
        Sources of the courses of roads and other lines, asked in the order of `geo.model.Origin`, beside those that
        come along: the borders of countries, and the listed highways.
    corrections
        What somebody says that names mean, put over what was worked out; None for nothing. They count what they did.

    Raises
    ------
    ResourceError
        If the embedded gazetteer or the weights are missing or damaged.

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
        model: str = WITHOUT_MODEL,
        gazetteer: Gazetteer | None = None,
        geocoder: OnlineGeocoder | None = None,
        weights: Path | None = None,
        min_confidence: float | None = None,
        demonyms: Literal["keep", "drop"] = "keep",
        roads: Sequence[RoadSource] = (),
        corrections: Corrections | None = None,
    ) -> None:
        self.gazetteer: Gazetteer = gazetteer if gazetteer is not None else open_embedded()
        self._weights = weights or DATA_FILE
        learned = load_learned(self._weights)
        known = KnownNames(self.gazetteer)
        measured = learned.reader(has_model=model != WITHOUT_MODEL).min_confidence
        self.min_confidence = measured if min_confidence is None else min_confidence
        self.reader = JointReader(
            ToponymRecognizer(known, learned, model=model), ContextResolver(known, ranker=learned.ranker)
        )
        self.model = model
        self.corrections = corrections if corrections is not None else Corrections()
        """What is put over what is worked out; others may take their place between documents."""
        self._demonyms = demonyms
        order = list(Origin)
        sources = [*roads, BorderLines(self.gazetteer), SchematicRoads(self.gazetteer)]
        sources.sort(key=lambda source: order.index(source.origin))
        self._sources = tuple(sources)
        self._inquiry = None if geocoder is None else Inquiry(geocoder, self.gazetteer)
        self._services = () if geocoder is None else (geocoder.described,)
        self._unit_names: dict[UnitCode, str | None] = {}
        self._roads = RoadResolver(sources, self.gazetteer)
        self._rivers = RiverDrawer(sources)

    def parse(self, documents: Iterable[Document], *, mentions: Literal["found", "given"] = "found") -> Atlas:
        """Return one atlas of all documents; see `parse_each`."""
        return merged(self.parse_each(documents, mentions=mentions))

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
                yield self._compiled(document, self._resolved(document, None))
            else:
                yield self._compiled(document, self._resolved(document, self.reader.recognizer.possible(document)))

    def atlas_of(self, document: Document, spans: Sequence[NamedSpan]) -> Atlas:
        """Return the atlas of a document of which a model's spans are known already."""
        possible = self.reader.recognizer.possible_in(document.text, spans)
        return self._compiled(document, self._resolved(document, possible))

    def _resolved(self, document: Document, possible: Possible | None) -> list[Resolution]:
        """Resolve places first: they say which country's road is meant and where it ends.

        Parameters
        ----------
        document
            The document.
        possible
            What may be its toponyms; None where they are given, and no others are wanted.
        """
        amendments = Amendments(self.corrections, document)
        given = Given()
        roads, names = self._named(document, possible, amendments, given)
        places = self.reader.resolve(document, names)
        if self._inquiry is not None:
            said = amendments.referents(places)
            # Nobody is asked for what a correction tells, which tells where to ask for the others, too.
            given = self._inquiry.about([_settled(one, said) for one in places])
            if given != Given():
                roads, names = self._named(document, possible, amendments, given)
                places = self.reader.resolve(document, names, given)
        places = self._corrected(document, names, places, amendments, given)
        lines = amendments.apply(self._roads.resolve(roads, places))
        if self._demonyms == "drop":
            places = [resolution for resolution in places if resolution.role is not Role.DEMONYM]
        decided = [
            one if one.confidence >= self.min_confidence else replace(one, is_asserted=False)
            for one in _one_each(places, lines)
        ]
        # Rivers last, so that one which a correction names is drawn too.
        return self._rivers.draw(decided)

    def _named(
        self, document: Document, possible: Possible | None, amendments: Amendments, given: Given
    ) -> tuple[list[RoadReference], list[Toponym]]:
        """Return the roads and the other toponyms of a document, with those that corrections add or strike out."""
        if possible is None:
            spans = sorted(set(document.given_spans or ()))
            toponyms = [Toponym(start, end, document.text[start:end]) for start, end in spans]
        else:
            toponyms = self.reader.find_among(document, possible, given)
        roads, names = apart(document, toponyms)
        if possible is not None:
            missed = amendments.missed([*names, *(road.toponym for road in roads)])
            roads = [road for road in roads if not touching(missed, road.toponym.start, road.toponym.end)]
            names = sorted([*(one for one in names if not touching(missed, one.start, one.end)), *missed])
        return amendments.kept(roads, lambda road: road.toponym), amendments.kept(names, lambda name: name)

    def _corrected(
        self,
        document: Document,
        names: Sequence[Toponym],
        places: list[Resolution],
        amendments: Amendments,
        given: Given,
    ) -> list[Resolution]:
        """Put corrections over what names mean; what they say helps with the others, which are resolved anew."""
        said = amendments.referents(places)
        settled = {span: referent for span, referent in said.items() if isinstance(referent, Place)}
        if settled:
            certain = [replace(name, certainty=1.0) if (name.start, name.end) in settled else name for name in names]
            anew = self.reader.resolve(document, certain, replace(given, settled=settled))
            places = [
                before
                if (before.toponym.start, before.toponym.end) in said
                else self._beside_corrections(before, after)
                for before, after in zip(places, anew, strict=True)
            ]
        return amendments.apply(places)

    def _beside_corrections(self, before: Resolution, after: Resolution) -> Resolution:
        """Return what a name means beside others that were corrected; where that is another place, it says so."""
        old, new = before.referent, after.referent
        if new is None or new == old:
            return after
        country = self.gazetteer.unit(old.country_code) if old is not None and old.country_code else None
        was = "" if old is None else f", before: {old.name}" + (f" in {country.name}" if country else "")
        return replace(after, evidence=(*after.evidence, f"read anew beside what was corrected{was}"))

    def _compiled(self, document: Document, resolutions: Sequence[Resolution]) -> Atlas:
        """Put each resolution beside the sentence it stands in, and the area near it that the sentence speaks of."""
        within = sentences(document.text)
        vicinities = find_vicinities(document.text, resolutions)
        mentions = [
            Mention(
                document.id,
                resolution,
                excerpt(document.text, resolution.toponym.start, resolution.toponym.end, within=within),
                vicinities.get((resolution.toponym.start, resolution.toponym.end)),
            )
            for resolution in resolutions
        ]
        return Atlas([document], mentions, units=self._units(resolutions), runs=[self.run])

    def _units(self, resolutions: Iterable[Resolution]) -> dict[UnitCode, str]:
        """Name the countries and first-level units of all that files tell of: referents, and what else they may be."""
        units: dict[UnitCode, str] = {}
        for resolution in resolutions:
            for referent in (resolution.referent, *(rival.referent for rival in rivals(resolution))):
                country = referent.country_code if referent is not None else None
                if country is None:
                    continue
                for code in {None, referent.admin1_code if isinstance(referent, Place) else None}:
                    if (country, code) not in self._unit_names:
                        unit = self.gazetteer.unit(country, code)
                        self._unit_names[country, code] = unit.name if unit else None
                    if name := self._unit_names[country, code]:
                        units[country, code] = name
        return units

    @property
    def run(self) -> Run:
        """With what it reads; ResourceError if the weights or the data of a source are missing or damaged."""
        return replace(self._run, corrections=self.corrections.files)

    @cached_property
    def _run(self) -> Run:
        return Run(
            tool_version=__version__,
            model=self.model,
            weights=hashlib.sha256(self._weights.read_bytes()).hexdigest(),
            min_confidence=self.min_confidence,
            gazetteers=described(self.gazetteer),
            roads=tuple(source for sources in self._sources for source in sources.described),
            services=self._services,
        )


def apart(document: Document, toponyms: Sequence[Toponym]) -> tuple[list[RoadReference], list[Toponym]]:
    """Return the roads that a document names, and its toponyms that are no mere part of a road's name."""
    roads = recognize_roads(document.text, toponyms)
    named = [road.toponym for road in roads]
    names = {(road.toponym.start, road.toponym.end) for road in roads if road.name}
    kept = [
        toponym
        for toponym in toponyms
        if (toponym.start, toponym.end) in names or not touching(named, toponym.start, toponym.end)
    ]
    return roads, kept


def _settled(resolution: Resolution, said: Mapping[Span, Referent]) -> Resolution:
    referent = said.get((resolution.toponym.start, resolution.toponym.end))
    return resolution if referent is None else replace(resolution, referent=referent, confidence=1.0)


def _one_each(places: Sequence[Resolution], lines: Sequence[Resolution]) -> list[Resolution]:
    """Return all resolutions, of what was read both as a place and as a line the line, if its course is known."""
    placed = {(one.toponym.start, one.toponym.end): one.referent is not None for one in places}
    drawn = [one for one in lines if one.referent or not placed.get((one.toponym.start, one.toponym.end))]
    taken = {(one.toponym.start, one.toponym.end) for one in drawn}
    return [*(one for one in places if (one.toponym.start, one.toponym.end) not in taken), *drawn]
