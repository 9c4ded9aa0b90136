"""Matrix products of the statistical model by numpy's BLAS, which takes two thirds of the time of thinc's own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import TypeAlias, cast

import numpy as np
from spacy.language import Language
from thinc.api import NumpyOps
from threadpoolctl import ThreadpoolController

_Floats: TypeAlias = "np.ndarray[tuple[int, int], np.dtype[np.float32]]"


class _Ops(NumpyOps):  # type: ignore[misc]  # it is compiled
    """What thinc does on a processor, but for matrix products."""

    def gemm(
        self, x: _Floats, y: _Floats, out: _Floats | None = None, trans1: bool = False, trans2: bool = False
    ) -> _Floats:
        return np.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)


def with_fast_products(model: Language) -> Language:
    """Let the components of a model multiply by numpy where they multiply by thinc, and return the model."""
    ops = _Ops()
    for _, component in model.pipeline:
        network = getattr(component, "model", None)
        for layer in network.walk() if network is not None else ():
            if type(layer.ops) is NumpyOps:  # not on a graphics card, nor by Apple's library
                layer.ops = ops
    return model


def in_one_thread() -> AbstractContextManager[object]:
    """Return a context in which sums are always made in the same order: several threads share them out in their own."""
    return cast(AbstractContextManager[object], _controller().limit(limits=1, user_api="blas"))


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
