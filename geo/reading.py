"""With what articles are read: a value that says it all, travels to other processes, and makes the geoparser there."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .errors import PlacelinesWarning
from .recognizers.model import WITHOUT_MODEL

if TYPE_CHECKING:
    from .adapters import Request
    from .cache import Recording, Replies, Use
    from .corrections import Corrections
    from .gazetteers import Gazetteer
    from .geocoders import OnlineGeocoder
    from .pipeline import Geoparser
    from .roads import RoadSource
    from .roads.countries import CountryFinder

NOMINATIM = "nominatim"
"""The geocoder that is asked when no other is named."""

Tell = Callable[["Request"], None]
OnRequest = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Services:
    """The online services that have a say, in person or by what they said before."""

    geocoder: str = NOMINATIM
    """Which geocoder is asked."""
    geocoder_url: str | None = None
    """Another server of it."""
    geocoders: Path | None = None
    """File with the options of geocoders; None for the usual one."""
    overpass_url: str | None = None
    """Another Overpass server."""
    cache: Path | None = None
    """Folder for the replies; None for the usual one."""
    use: Use = "keep"
    """What is done with those that are kept there."""
    replay: Path | None = None
    """Recorded replies, instead of the services."""

    def replies(self) -> Replies:
        """Open what they said before; OptionError if a recording is none."""
        from .cache import ReplyCache, default_cache_folder, read_recording

        if self.replay is not None:
            return read_recording(self.replay)
        return ReplyCache(self.cache or default_cache_folder(), use=self.use)

    def opened(
        self, replies: Replies, country_of: CountryFinder, *, tell: Tell | None, on_request: OnRequest | None
    ) -> tuple[OnlineGeocoder, RoadSource]:
        """Return what asks for names, and what asks for roads; parameters and errors as of `Reading.geoparser`.

        Warns
        -----
        PlacelinesWarning
            If replies were recorded of services that are set up otherwise.
        """
        from .cache import Recording
        from .geocoders import open_geocoder
        from .roads.overpass import PUBLIC_URL, OverpassRoads

        geocoder = open_geocoder(
            self.geocoder, replies, url=self.geocoder_url, config=self.geocoders, tell=tell, on_request=on_request
        )
        url = self.overpass_url or PUBLIC_URL
        if isinstance(replies, Recording):
            _warn_of_others(replies, {geocoder.url, url.rstrip("/")})
        return geocoder, OverpassRoads(replies, country_of=country_of, url=url, tell=tell, on_request=on_request)


@dataclass(frozen=True, slots=True)
class Reading:
    """With what articles are read."""

    model: str = WITHOUT_MODEL
    """Name of an installed spaCy model to ask beside the gazetteer; "none" to do without."""
    gazetteers: tuple[str, ...] | None = None
    """Names of the installed gazetteers to ask beside the one that comes along, in their order; None for all."""
    weights: Path | None = None
    """File of learned weights; None for those that come along."""
    min_confidence: float | None = None
    """Confidence from which a place is asserted, 0 to 1; None for what was measured."""
    demonyms: Literal["keep", "drop"] = "keep"
    """Whether words for the people or things of a place are kept."""
    roads: tuple[Path, ...] = ()
    """The user's own files of roads."""
    corrections: tuple[Path, ...] = ()
    """Files of corrections."""
    mentions: Literal["found", "given"] = "found"
    """Where the toponyms come from."""
    services: Services | None = None
    """Whom to ask for what is not known otherwise; None to stay offline."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that it names: what is in them decides as well."""
        services = self.services
        asked = (services.geocoders, services.replay) if services else ()
        return tuple(file for file in (self.weights, *self.roads, *self.corrections, *asked) if file is not None)

    def absolute(self) -> Reading:
        """Return the same with paths that hold in every folder of this machine, and on others with the same files."""
        services = self.services
        if services is not None:
            services = replace(
                services,
                geocoders=_absolute(services.geocoders),
                cache=_absolute(services.cache),
                replay=_absolute(services.replay),
            )
        return replace(
            self,
            weights=_absolute(self.weights),
            roads=tuple(path.absolute() for path in self.roads),
            corrections=tuple(path.absolute() for path in self.corrections),
            services=services,
        )

    def geoparser(
        self,
        *,
        gazetteer: Gazetteer | None = None,
        corrections: Corrections | None = None,
        replies: Replies | None = None,
        tell: Tell | None = None,
        on_request: OnRequest | None = None,
    ) -> Geoparser:
        """Return what reads them.

        Parameters
        ----------
        gazetteer
            The gazetteers, when they are open already.
        corrections
            The corrections, when their files were read already.
        replies
            What the services said before, when that is open already.
        tell, on_request
            As for `geo.services.OnlineService`.

        Raises
        ------
        OptionError
            If there is no such gazetteer or geocoder, or something is wrong in a file.
        ResourceError
            If the model is not installed, or data is missing or damaged.
        """
        from .corrections.reading import read_corrections
        from .gazetteers.installed.library import Library
        from .pipeline import Geoparser
        from .roads.at_hand import roads_at_hand
        from .roads.countries import CountryFinder

        gazetteer = Library().open(self.gazetteers) if gazetteer is None else gazetteer
        if corrections is None and self.corrections:
            corrections = read_corrections(self.corrections, gazetteer)
        country_of = CountryFinder(gazetteer)
        roads: list[RoadSource] = roads_at_hand(self.roads, country_of)
        geocoder = None
        if self.services is not None:
            replies = self.services.replies() if replies is None else replies
            geocoder, overpass = self.services.opened(replies, country_of, tell=tell, on_request=on_request)
            roads.append(overpass)
        return Geoparser(
            model=self.model,
            gazetteer=gazetteer,
            geocoder=geocoder,
            weights=self.weights,
            min_confidence=self.min_confidence,
            demonyms=self.demonyms,
            roads=roads,
            corrections=corrections,
        )


def _absolute(path: Path | None) -> Path | None:
    return None if path is None else path.absolute()


def _warn_of_others(recording: Recording, urls: Collection[str]) -> None:
    """Warn of recorded replies that no service of this run can give: it is set up otherwise than the recorded one."""
    if others := [provider for provider in recording.providers if provider.rpartition(" ")[2] not in urls]:
        message = (
            f"{recording.path.name}: its replies of {' and '.join(others)} are of no use to this run; give --geocoder, "
            "--geocoder-url and --overpass-url as for the run that was recorded"
        )
        warnings.warn(message, PlacelinesWarning, stacklevel=3)
