"""Matrix products: those of thinc, whatever does them."""

from __future__ import annotations

import numpy as np
import pytest
from thinc.api import NumpyOps
from threadpoolctl import threadpool_limits

from geo.recognizers.model import ENGLISH_MODEL, NOT_NEEDED, open_model
from geo.recognizers.products import in_one_thread, with_fast_products

TEXT = "Shells fell on Idlib and on the road to Aleppo on Friday, two days after the talks in Geneva had ended. " * 40


def vectors() -> bytes:
    """Return the vectors that the model's recogniser sees of a text."""
    model = with_fast_products(open_model(ENGLISH_MODEL, exclude=NOT_NEEDED))
    layers = model.get_pipe("ner").model.get_ref("tok2vec")  # type: ignore[attr-defined]
    with in_one_thread():
        return bytes(layers.predict([model.make_doc(TEXT)])[0].tobytes())


@pytest.mark.parametrize("turned", [(False, False), (True, False), (False, True), (True, True)])
def test_products_are_those_of_thinc(turned: tuple[bool, bool]) -> None:
    model = with_fast_products(open_model(ENGLISH_MODEL, exclude=NOT_NEEDED))
    ours = model.get_pipe("ner").model.ops  # type: ignore[attr-defined]
    assert type(ours) is not NumpyOps
    random = np.random.default_rng(1)
    x, y = random.random((7, 5), np.float32), random.random((5, 9), np.float32)
    given = [
        np.ascontiguousarray(each.T) if is_turned else each for each, is_turned in zip((x, y), turned, strict=True)
    ]
    expected = NumpyOps().gemm(*given, trans1=turned[0], trans2=turned[1])
    room = np.zeros((7, 9), np.float32)
    for product in (ours.gemm(*given, None, *turned), ours.gemm(*given, room, *turned), room):
        np.testing.assert_allclose(product, expected, rtol=1e-6)


def test_the_number_of_threads_changes_no_bit() -> None:
    with threadpool_limits(1, user_api="blas"):
        alone = vectors()
    with threadpool_limits(2, user_api="blas"):
        assert vectors() == alone
