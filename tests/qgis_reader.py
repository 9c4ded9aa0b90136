"""What QGIS makes of a file: run by the Python that QGIS belongs to, without a screen, it prints JSON.

Run as ``python3 qgis_reader.py tell FILE...``, which opens every layer as somebody would who drags files into QGIS;
``look FILE PNG``, which also draws them, and again in the style that QGIS gives to what has none; or ``edit FILE``,
which moves the first place.
"""

from __future__ import annotations

import json
import os
import sys
from array import array
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qgis.core import QgsPropertyCollection, QgsVectorLayer

ABOVE = ("places", "lines", "areas")
"""The layers that are drawn, the uppermost first."""
SIZE = (800, 500)
GROUND = "#f1eee6"


def opened(path: str) -> dict[str, QgsVectorLayer]:
    """Open every layer that QGIS offers of a file."""
    from qgis.core import QgsProviderRegistry, QgsVectorLayer

    offered = QgsProviderRegistry.instance().providerMetadata("ogr").querySublayers(path)
    return {each.name(): QgsVectorLayer(each.uri(), each.name(), "ogr") for each in offered}


def told(layer: QgsVectorLayer) -> dict[str, Any]:
    """Tell of one layer what a reader of it sees."""
    from qgis.core import (
        QgsExpression,
        QgsExpressionContext,
        QgsExpressionContextUtils,
        QgsRuleBasedRenderer,
        QgsWkbTypes,
    )

    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    renderer = layer.renderer()
    sorts = renderer.rootRule().children() if isinstance(renderer, QgsRuleBasedRenderer) else []
    drawn: list[list[str]] = []
    tips: list[str] = []
    labels: list[list[str]] = []
    rules = layer.labeling().rootRule().children() if layer.labeling() else []
    for feature in layer.getFeatures():
        context.setFeature(feature)
        drawn.append([sort.label() for sort in sorts if QgsExpression(sort.filterExpression()).evaluate(context)])
        tips.append(QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context))
        fitting = (rule for rule in rules if QgsExpression(rule.filterExpression()).evaluate(context))
        labels.append([str(QgsExpression(rule.settings().fieldName).evaluate(context)) for rule in fitting])
    return {
        "is_valid": layer.isValid(),
        "count": layer.featureCount(),
        "crs": layer.crs().authid(),
        "geometry": QgsWkbTypes.displayString(layer.wkbType()),
        "fields": [field.name() for field in layer.fields()],
        "alias": layer.attributeAlias(layer.fields().indexOf("name_as_written")),
        "renderer": renderer.type() if renderer else None,
        "legend": [item.label() for item in renderer.legendSymbolItems()] if renderer else [],
        "broken": [error for error in map(broken, expressions(layer)) if error],
        "drawn": drawn,
        "labels": labels,
        "tips": tips,
        "rights": layer.metadata().rights(),
        "own_colours": own_colours(layer),
    }


def own_colours(layer: QgsVectorLayer) -> list[str]:
    """List the colours that the file gives to single features."""
    from qgis.core import QgsFeatureRequest, QgsWkbTypes

    asked = QgsFeatureRequest().setFlags(QgsFeatureRequest.EmbeddedSymbols)
    # One by one: a symbol goes with its feature.
    symbols = filter(None, (feature.embeddedSymbol() for feature in layer.getFeatures(asked)))
    # An icon that it does not have it draws as the outline of a square.
    is_point = layer.geometryType() == QgsWkbTypes.PointGeometry
    return sorted({(each.symbolLayer(0).strokeColor() if is_point else each.color()).name() for each in symbols})


def expressions(layer: QgsVectorLayer) -> list[str]:
    """List the expressions of the style of a layer."""
    from qgis.core import QgsRuleBasedRenderer

    found: list[str] = []
    if isinstance(layer.renderer(), QgsRuleBasedRenderer):
        for rule in layer.renderer().rootRule().children():
            found.append(rule.filterExpression())
            for part in rule.symbol().symbolLayers():
                found += of_properties(part.dataDefinedProperties())
    for rule in layer.labeling().rootRule().children() if layer.labeling() else []:
        found += [rule.filterExpression(), rule.settings().fieldName]
        found += of_properties(rule.settings().dataDefinedProperties())
    return found


def of_properties(properties: QgsPropertyCollection) -> list[str]:
    """List the expressions of properties."""
    return [properties.property(key).expressionString() for key in properties.propertyKeys()]


def broken(expression: str) -> str:
    """Return what is wrong with an expression."""
    from qgis.core import QgsExpression

    parsed = QgsExpression(expression)
    return f"{expression}: {parsed.parserErrorString()}" if parsed.hasParserError() else ""


def colours(layers: dict[str, QgsVectorLayer], png: str) -> dict[str, int]:
    """Draw what lies around the lines, else everything, to a file, and count the pixels of each colour."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsMapRendererSequentialJob, QgsMapSettings
    from qgis.PyQt.QtCore import QSize
    from qgis.PyQt.QtGui import QColor, QImage

    settings = QgsMapSettings()
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setLayers([layers["lines"]])
    extent = settings.fullExtent()
    settings.setLayers([layers[name] for name in ABOVE])
    if extent.isEmpty():
        extent = settings.fullExtent()
    settings.setOutputSize(QSize(*SIZE))
    settings.setOutputDpi(96)
    settings.setBackgroundColor(QColor(GROUND))
    extent.scale(1.3)
    settings.setExtent(extent)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage().convertToFormat(QImage.Format_RGB32)
    image.save(png)
    pixels = array("I", image.constBits().asstring(image.byteCount()))
    return {f"#{pixel & 0xFFFFFF:06x}": count for pixel, count in Counter(pixels).items()}


def tell(*paths: str) -> dict[str, Any]:
    """Tell of every layer."""
    return {name: told(layer) for path in paths for name, layer in opened(path).items()}


def look(path: str, png: str) -> dict[str, Any]:
    """Tell of every layer, and what colours they are drawn in."""
    from qgis.core import QgsFeatureRenderer

    layers = opened(path)
    seen: dict[str, Any] = {"layers": {name: told(layer) for name, layer in layers.items()}}
    seen["colours"] = colours(layers, png)
    for name in ABOVE:
        layers[name].setRenderer(QgsFeatureRenderer.defaultRenderer(layers[name].geometryType()))
        layers[name].setLabelsEnabled(False)
    seen["plain"] = colours(layers, png.replace(".png", "-plain.png"))
    return seen


def edit(path: str) -> dict[str, Any]:
    """Move the first place."""
    from qgis.core import QgsGeometry, QgsPointXY

    layer = opened(path)["places"]
    first = next(layer.getFeatures())
    layer.startEditing()
    layer.changeGeometry(first.id(), QgsGeometry.fromPointXY(QgsPointXY(1.0, 2.0)))
    return {"is_saved": layer.commitChanges()}


def main() -> None:
    """Do what the command line says."""
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    commands: dict[str, Callable[..., dict[str, Any]]] = {"tell": tell, "look": look, "edit": edit}
    command, *arguments = sys.argv[1:]
    print(json.dumps(commands[command](*arguments)))
    sys.stdout.flush()
    # QGIS 3.22 crashes when Python takes its objects apart in the order it likes.
    os._exit(0)


if __name__ == "__main__":
    main()
