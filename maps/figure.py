"""The folium and branca classes that a page is made of. Import it inside functions: it loads folium (0.6 s)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink, MacroElement
from folium.template import Template

from geo.errors import OptionError

_CARRIED = frozenset({"leaflet", "leaflet_css"})
"""Names of the assets that the page carries itself."""
_UNUSED = frozenset(name for name, _ in (*folium.Map.default_js, *folium.Map.default_css)) - _CARRIED
"""What folium asks for with every map and no layer of ours uses: jQuery, Bootstrap, icon fonts."""
_FETCH = re.compile(r"<(?:script|link|img|iframe|object|embed)\b[^>]*?\b(?:src|href|data)\s*=\s*[\"']?(?!data:)", re.I)
_JQUERY = re.compile(r"\$\(")


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

    def draw(self, index: int, *layers: MacroElement) -> None:
        """Add layers that draw one entry, lowest first, above those that it has."""
        for layer in layers:
            self.add_child(layer)
        self.layers[index] = (*self.layers.get(index, ()), *layers)


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


class Adoption(MacroElement):
    """The one call that hands folium's layers to the page's script: names that folium made up, and numbers."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            placelines.adopt({{ this.drawing.get_name() }}, {
                {%- for index, layers in this.drawing.layers.items() %}
                {{ index }}: [{% for layer in layers %}{{ layer.get_name() }}, {% endfor %}],
                {%- endfor %}
            });
        {% endmacro %}
        """
    )

    def __init__(self, drawing: Drawing) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Adoption"
        self.drawing = drawing


@dataclass(frozen=True, slots=True)
class Parts:
    """What folium made, for the three places where it goes. No text from outside is in it."""

    head: str
    """Styles of the layers."""
    body: str
    """The element that the map is drawn in."""
    script: str
    """The statements that make the map."""

    def numbered(self) -> Parts:
        """Return the same parts with branca's random ids replaced by numbers in order of appearance."""
        numbers: dict[str, str] = {}

        def number(match: re.Match[str]) -> str:
            return numbers.setdefault(match.group(), str(len(numbers) + 1))

        return self._each(lambda part: re.sub(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", number, part))

    def _each(self, change: Callable[[str], str]) -> Parts:
        return Parts(change(self.head), change(self.body), change(self.script))


class SelfContained(Figure):
    """A branca figure that gives its parts, and refuses layers that would have to fetch something."""

    def parts(self, drawing: Drawing) -> Parts:
        """Render a drawing; the same drawing always gives the same parts.

        Raises
        ------
        OptionError
            If a layer that was added needs a script or style that the page does not carry.
        """
        home = drawing.get_root()
        children = (drawing, Adoption(drawing))
        try:
            for child in children:
                self.add_child(child)
                child.render()  # type: ignore[no-untyped-call]
        finally:
            home.add_child(drawing)
        headers = {name: part for name, part in _children(self.header).items() if not _is_known(name, part)}
        # The map's own header forbids zooming by hand and sizes the page; ours does that.
        headers.pop("meta_http", None)
        headers.pop(drawing.get_name(), None)
        head = "\n".join(part.render() for part in headers.values())
        body, script = ("\n".join(part.render() for part in _children(e).values()) for e in (self.html, self.script))
        _refuse_fetches(head + body, script)
        return Parts(head, body, script).numbered()


def _children(element: Element) -> dict[str, Element]:
    return dict(element._children)


def _is_known(name: str, part: Element) -> bool:
    """Whether a header part is a link to an asset that the page carries or has no use for."""
    if not isinstance(part, JavascriptLink | CssLink):
        return False
    if name in _CARRIED or name in _UNUSED:
        return True
    raise OptionError(
        f"a layer added to the map needs {part.url!r}, which the page does not carry: leave the layer out, or save the "
        "drawing itself with folium's save()"
    )


def _refuse_fetches(markup: str, script: str) -> None:
    found = _FETCH.search(markup)
    if found:
        raise OptionError(f"a layer added to the map fetches something ({found.group()[:60]!r}): leave the layer out")
    if _JQUERY.search(script):
        raise OptionError("a layer added to the map needs jQuery, which the page does not carry (folium.Popup does)")
