from __future__ import annotations

import pickle

from geo.failures import Failure
from geo.gate import Refusal
from geo.standing import MAX_FAILURES, MAX_UNREACHABLE, Standing


def failure(reason: str, *, is_final: bool = False, is_unreachable: bool = False) -> Failure:
    return Failure(
        reason, is_passing=False, is_final=is_final, is_refusal=False, is_unreachable=is_unreachable, rest_s=0
    )


def test_a_final_failure_ends_the_asking_at_once() -> None:
    standing = Standing(None)
    assert standing.ended is None
    standing.fail(failure("HTTP 404", is_final=True))
    assert standing.ended == "HTTP 404"


def test_failures_in_a_row_end_the_asking_and_the_last_is_told() -> None:
    standing = Standing(None)
    for number in range(MAX_FAILURES):
        assert standing.ended is None
        standing.fail(failure(f"fault {number}"))
    assert standing.ended == f"{MAX_FAILURES} failures in a row, the last: fault {MAX_FAILURES - 1}"


def test_a_server_that_is_not_reached_is_given_up_sooner() -> None:
    standing = Standing(None)
    standing.fail(failure("HTTP 500"))
    for _ in range(MAX_UNREACHABLE):
        assert standing.ended is None
        standing.fail(failure("no route", is_unreachable=True))
    assert standing.ended == f"{MAX_UNREACHABLE} attempts in a row that did not reach it, the last: no route"


def test_an_answer_wipes_out_the_failures_before_it() -> None:
    standing = Standing(None)
    for _ in range(3):
        for _ in range(MAX_UNREACHABLE - 1):
            standing.fail(failure("no route", is_unreachable=True))
        standing.succeed()
    assert standing.ended is None


def test_being_reached_once_is_not_the_same_as_an_answer() -> None:
    standing = Standing(None)
    for number in range(MAX_FAILURES):
        standing.fail(failure("fault", is_unreachable=number % 2 == 0))
    assert standing.ended == f"{MAX_FAILURES} failures in a row, the last: fault"


def test_a_refusal_from_before_the_run_is_not_heeded_and_any_later_one_is() -> None:
    before = Refusal(1, "HTTP 403")
    standing = Standing(before)
    standing.heed(None)
    standing.heed(before)
    assert standing.ended is None
    standing.heed(Refusal(2, "HTTP 403"))
    assert standing.ended == "HTTP 403, met elsewhere in this run"


def test_a_refusal_of_which_nothing_could_be_noted_is_one() -> None:
    standing = Standing(None)
    standing.heed(Refusal(1, ""))
    copy = pickle.loads(pickle.dumps(standing))
    assert copy.ended == standing.ended == "a refusal, met elsewhere in this run"
