"""The folium and branca classes that a page is made of. Import it inside functions: it loads folium (0.6 s)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink, Link, MacroElement
from folium.template import Template
from folium.vector_layers import path_options
from jinja2 import TemplateError

from geo.errors import OptionError

from .foreign import Needs, find_needs

if TYPE_CHECKING:
    from geo.atlas import Atlas
    from geo.gazetteers import Gazetteer

_DEGREE_DECIMALS = 5
_RANDOM_ID = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")
_LINE_END = re.compile(r"\r\n?")
"""Browsers read each as one \\n, and hash what they read."""
_BREAKS_OUT = re.compile(r"<(?=/script|!--)", re.IGNORECASE)
"""What would end the script around it, or keep it from ending: https://html.spec.whatwg.org/#script-data-state"""
FRAME_HEIGHT = "560px"
"""Of the page in a notebook; ``drawing.get_root().height`` sets another."""

MAX_ZOOM = 13
"""Nearer, the basemap has nothing left to say."""


class Drawing(folium.Map):
    """A folium map without background that remembers which of its layers draw which entry of the story.

    Parameters
    ----------
    location
        Middle, (latitude, longitude).
    zoom
        First zoom.
    """

    def __init__(self, location: tuple[float, float], zoom: int) -> None:
        # folium drops max_zoom= when there are no tiles, but hands on options that it does not know.
        super().__init__(
            location=location, zoom_start=zoom, tiles=None, control_scale=True, maxZoom=MAX_ZOOM, zoomSnap=0.25
        )
        self.layers: dict[int, tuple[MacroElement, ...]] = {}
        """Layers of an entry, by its number in `maps.story.story_order`: one marker, or the strokes of a line."""
        self.crowd: Crowd | None = None
        """The one layer of all places where a marker for each would be too many."""

    def draw(self, index: int, *layers: MacroElement) -> None:
        """Add layers that draw one entry, lowest first, above those that it has."""
        for layer in layers:
            self.add_child(layer)
        self.layers[index] = (*self.layers.get(index, ()), *layers)

    def draw_crowd(self, crowd: Crowd) -> None:
        """Add the one layer of all places."""
        self.add_child(crowd)
        self.crowd = crowd


class Echo(folium.PolyLine):
    """A polyline along the course of another one, so that a page holds a long course once.

    Parameters
    ----------
    path
        The other one, added to the map before.
    options
        Options of a Leaflet path, spelled as folium takes them.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.polyline(
                {{ this.path.get_name() }}.getLatLngs(),
                {{ this.options|tojson }}
            ).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, path: folium.PolyLine, **options: str | float | bool | None) -> None:
        super().__init__(path.locations, **options)  # type: ignore[no-untyped-call]
        self.path = path


class Crowd(MacroElement):
    """Places by the thousand as one layer of circles on a canvas: numbers and looks, and no object for each.

    Parameters
    ----------
    places
        (latitude, longitude) and the options of a ``folium.CircleMarker`` for each.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = ((renderer, looks, rows) => L.layerGroup(
                rows.map(([lat, lon, look]) => L.circleMarker([lat, lon], {...looks[look], renderer}))
            ))(L.canvas(), {{ this.looks|tojson }}, {{ this.rows|tojson }}).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, places: Sequence[tuple[tuple[float, float], Mapping[str, str | float | bool | None]]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Crowd"
        self.looks: list[Mapping[str, object]] = []
        """Options of Leaflet circle markers, each once."""
        numbers: dict[tuple[tuple[str, object], ...], int] = {}
        self.rows: list[tuple[float, float, int]] = []
        """Latitude, longitude and the number of its look, of each place."""
        for (lat, lon), look in places:
            number = numbers.setdefault(tuple(look.items()), len(numbers))
            if number == len(self.looks):
                self.looks.append(path_options(**look))  # type: ignore[arg-type]
            self.rows.append((round(lat, _DEGREE_DECIMALS), round(lon, _DEGREE_DECIMALS), number))


class Adoption(MacroElement):
    """The one call that hands folium's layers to the page's script: names that folium made up, and numbers."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            placelines.adopt({{ this.drawing.get_name() }}, {
                {%- for index, layers in this.drawing.layers.items() %}
                {{ index }}: [{% for layer in layers %}{{ layer.get_name() }}, {% endfor %}],
                {%- endfor %}
            }, {{ this.drawing.crowd.get_name() if this.drawing.crowd else "undefined" }});
        {% endmacro %}
        """
    )

    def __init__(self, drawing: Drawing) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Adoption"
        self.drawing = drawing


@dataclass(frozen=True, slots=True)
class Parts:
    """What folium made, for the places where it goes. No text of an atlas is in it."""

    head: str
    """Styles of the layers."""
    body: str
    """The element that the map is drawn in."""
    script: str
    """The statements that make the map."""
    needs: Needs
    """What they need besides what every page has."""
    has_crowd: bool
    """Whether places are drawn as one crowd."""

    def numbered(self) -> Parts:
        """Return the same parts with branca's random ids replaced by numbers in order of appearance."""
        numbers: dict[str, str] = {}

        def number(match: re.Match[str]) -> str:
            return numbers.setdefault(match.group(), str(len(numbers) + 1))

        return self._each(lambda part: _RANDOM_ID.sub(number, part))

    def _each(self, change: Callable[[str], str]) -> Parts:
        return replace(self, head=change(self.head), body=change(self.body), script=change(self.script))


class Frame(Figure):
    """The figure that a drawing lives in.

    Parameters
    ----------
    drawing
        The drawing.
    allow_cdn
        Whether what the layers of others need, and the page does not carry, may be fetched when it is opened.
    """

    def __init__(self, drawing: Drawing, *, allow_cdn: bool = False) -> None:
        super().__init__(height=FRAME_HEIGHT)
        self.drawing = drawing
        self.allow_cdn = allow_cdn
        self.add_child(drawing)

    def parts(self) -> Parts:
        """Render the drawing with the layers on it; the same drawing always gives the same parts.

        Raises
        ------
        OptionError
            If a layer that was added needs what the page does not carry, or holds a text that folium chokes on.
        """
        with _unchanged(self):
            own = {
                id(part) for element in (self.header, self.html, self.script) for part in _children(element).values()
            }
            self.add_child(Adoption(self.drawing))
            try:
                for child in _children(self).values():
                    child.render()
            except TemplateError as error:
                raise OptionError(
                    f"a layer added to the map holds a text that folium takes for a template ({error}): leave "
                    "'{{', '{%' and '{#' out of its names and texts"
                ) from error
            return self._parts(own)

    def _parts(self, own: Collection[int]) -> Parts:
        """Gather what was rendered. ``own`` are the parts that a user put into the figure by hand."""

        def text(element: Element, *others: str) -> str:
            parts = {name: part for name, part in _children(element).items() if name not in others}
            told = (_text(part, is_own=id(part) in own) for part in parts.values() if not isinstance(part, Link))
            return _LINE_END.sub("\n", "\n".join(told))

        links = {name: part for name, part in _children(self.header).items() if isinstance(part, Link)}
        scripts = {name: link.url for name, link in links.items() if isinstance(link, JavascriptLink)}
        styles = {name: link.url for name, link in links.items() if isinstance(link, CssLink)}
        # The map's own header forbids zooming by hand and sizes the page; ours does that.
        head, body = text(self.header, "meta_http", self.drawing.get_name()), text(self.html)
        script = _BREAKS_OUT.sub(r"\\x3c", text(self.script))
        needs = find_needs(scripts, styles, head + body, script, allow_cdn=self.allow_cdn)
        return Parts(head, body, script, needs, self.drawing.crowd is not None).numbered()


class SelfContained(Frame):
    """The figure of an atlas: what folium saves and shows of it is the whole page.

    Parameters
    ----------
    drawing
        The drawing of the atlas.
    atlas, gazetteer, min_confidence
        As `maps.page.render` takes them.
    allow_cdn
        As in `Frame`.
    """

    def __init__(
        self,
        drawing: Drawing,
        atlas: Atlas,
        *,
        gazetteer: Gazetteer | None,
        min_confidence: float | None,
        allow_cdn: bool,
    ) -> None:
        super().__init__(drawing, allow_cdn=allow_cdn)
        self.atlas = atlas
        self.gazetteer = gazetteer
        self.min_confidence = min_confidence

    def render(self, **_: object) -> str:
        """Return the page; the drawing stays as it is."""
        from . import page

        return page.render(
            self.atlas, gazetteer=self.gazetteer, min_confidence=self.min_confidence, drawing=self.drawing
        )

    def _repr_html_(self, **_: object) -> str:
        """Return a frame with the page in it, for a notebook.

        In its sandbox the page is of no origin, and can do nothing to the notebook around it. It is ASCII, because a
        browser that took the notebook for another encoding would refuse scripts that it misreads.
        """
        page = escape(self.render()).encode("ascii", "xmlcharrefreplace").decode()
        return (
            f'<iframe srcdoc="{page}" title="Map of a story" allowfullscreen '
            'sandbox="allow-scripts allow-downloads allow-popups" '
            f'style="display: block; width: {self.width}; height: {self.height}; border: 0"></iframe>'
        )


def _text(part: Element, *, is_own: bool) -> str:
    """Return what a part says.

    What folium rendered is a template again in branca 0.8.2, which would run whatever looks like one in a name.
    """
    if is_own or type(part) is not Element or part._template_str is None:
        return part.render()
    return part._template_str


def _children(element: Element) -> dict[str, Element]:
    return dict(element._children)


@contextmanager
def _unchanged(figure: Figure) -> Iterator[None]:
    """Take back what rendering adds to the elements of a figure, so that the next time gives the same."""
    kept = [(element, element._children.copy()) for element in _tree(figure)]
    try:
        yield
    finally:
        for element, children in kept:
            element._children = children


def _tree(element: Element) -> Iterator[Element]:
    yield element
    beside = (getattr(element, name, None) for name in ("header", "html", "script"))
    for child in (*element._children.values(), *beside):
        if isinstance(child, Element):
            yield from _tree(child)
