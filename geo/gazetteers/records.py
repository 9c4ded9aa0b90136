"""A place while its gazetteer is being built: everything known of it, and the keys it is filed under."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..extent import Extent
from ..model import Kind
from . import NameKind
from .naming import LONGEST_CODE, alternate_key, primary_key

_STRENGTH = {kind: strength for strength, kind in enumerate(NameKind)}


@dataclass(slots=True)
class Record:
    """One place to be stored."""

    number: int
    """GeoNames id, or a number from `geo.gazetteers.schema.OWN_NUMBERS` up when `id` is another."""
    name: str
    """Name to show; filed as primary."""
    kind: Kind
    """Sort of place."""
    lon: float
    """Longitude, degrees."""
    lat: float
    """Latitude, degrees."""
    feature_code: str | None = None
    """GeoNames feature code."""
    country: str | None = None
    """ISO 3166-1 alpha-2 code."""
    admin1: str | None = None
    """GeoNames code of the first-level unit."""
    admin2: str | None = None
    """GeoNames code of the second-level unit."""
    population: int | None = None
    """Inhabitants, None when unknown."""
    code: str | None = None
    """GeoNames unit code under which a country or unit is found (``SY``, ``SY.12``); None for other places."""
    id: str | None = None
    """Id of a place that is not from GeoNames: ``placelines:red-sea``; None for ``geonames:`` and the number."""
    extent: Extent | None = None
    """Box around the place, where one is known."""
    claimed_by: tuple[str, ...] = ()
    """ISO codes of the states that dispute the place, sorted."""
    keys: dict[str, NameKind] = field(default_factory=dict)
    """Name keys and how each belongs to the place."""

    def __post_init__(self) -> None:
        self.file_under(primary_key(self.name), NameKind.PRIMARY)

    @property
    def place_id(self) -> str:
        """The id of the stored place."""
        return self.id or f"geonames:{self.number}"

    def rename(self, name: str) -> None:
        """Show another name; the old one becomes an alternate."""
        key = primary_key(self.name)
        if key is not None:
            self.keys[key] = NameKind.ALTERNATE
        self.name = name
        self.file_under(primary_key(name), NameKind.PRIMARY)

    def file_under(self, key: str | None, kind: NameKind) -> None:
        """File the place under a key, unless a stronger kind of name already does; None is ignored."""
        if key is not None and _STRENGTH[kind] <= _STRENGTH[self.keys.get(key, kind)]:
            self.keys[key] = kind

    def file_alternates(self, *names: str) -> None:
        """File the place under each string that is a name."""
        for name in names:
            self.file_under(alternate_key(name), NameKind.ALTERNATE)

    def file_curated(self, *names: str) -> None:
        """File the place under each name that people keep for it; empty ones are passed over."""
        for name in filter(None, map(str.strip, names)):
            # Only cased letters can be capitals: a short name in Arabic is no abbreviation.
            is_short = name.isupper() and sum(map(str.isalpha, name)) <= LONGEST_CODE
            self.file_under(primary_key(name), NameKind.ABBREVIATION if is_short else NameKind.CURATED)

    @property
    def rank(self) -> tuple[int, str]:
        """What places are sorted by: largest population first, then by id."""
        return -(self.population or 0), self.place_id
