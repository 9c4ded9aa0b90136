from __future__ import annotations

import itertools
import pickle
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from geo.adapters import Request
from geo.cache import FILE_NAME, MISS_TTL_S, OK_TTL_S, Question, ReplyCache
from geo.errors import GeocodingError, OptionError, PlacelinesWarning
from geo.extent import Extent
from geo.model import Course, Kind, Origin
from geo.names import name_key, road_keys
from geo.roads import OSM_ATTRIBUTION, Road, RoadSource, Sought
from geo.roads.overpass import PUBLIC_URL, OverpassRoads
from geo.roads.overpass_query import box, query
from geo.version import __version__
from tests.asking import TIMEOUT_S, TIMEOUTS_S, WIRE_FAULTS
from tests.fakeserver import FakeServer
from tests.overpass_replies import BAD_REPLIES, M4, M5

"""Short where the server is slow on purpose; elsewhere a busy machine must not make it seem so."""

online = pytest.mark.allow_hosts(["127.0.0.1"])

IDLIB = Extent(35.79, 35.53, 37.16, 36.2)
LonLat = tuple[float, float]


def country_of(lonlat: LonLat) -> str | None:
    """Return Syria for everything near it."""
    return "SY" if 35 < lonlat[0] < 42 else None


def sought(*keys: str, kind: Kind = Kind.ROAD, area: Extent | None = IDLIB) -> Sought:
    return Sought(kind, keys, ("SY",), area)


Make = Callable[..., OverpassRoads]


@pytest.fixture
def make(server: FakeServer, tmp_path: Path) -> Iterator[Make]:
    """Return a maker of sources, each with a cache object of its own on one folder, as separate runs have."""
    caches: list[ReplyCache] = []

    def make_source(mode: str, *, retries: int = 0, interval_s: float = 0.0) -> OverpassRoads:
        caches.append(ReplyCache(tmp_path / "cache"))
        return OverpassRoads(
            caches[-1],
            country_of=country_of,
            url=server.url(mode),
            timeout_s=TIMEOUTS_S.get(mode, TIMEOUT_S),
            retries=retries,
            interval_s=interval_s,
        )

    yield make_source
    for cache in caches:
        cache.close()


def kept_rows(folder: Path) -> list[tuple[str, str]]:
    path = folder / "cache" / FILE_NAME
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT query, status FROM reply ORDER BY query").fetchall()


def vertices(road: Road) -> set[LonLat]:
    parts = getattr(road.geometry, "geoms", [road.geometry])
    return {(lon, lat) for part in parts for lon, lat in part.coords}


def points(ways: Sequence[Sequence[LonLat]]) -> set[LonLat]:
    return set(itertools.chain.from_iterable(ways))


# --- answers ----------------------------------------------------------------------------------------------------------


@online
@pytest.mark.parametrize("mode", ["roads", "roadsslow", "roadsgzip", "roadsredir", "roadssee"])
def test_a_road_has_its_very_vertices_and_the_second_run_asks_nothing(
    make: Make, server: FakeServer, mode: str
) -> None:
    (road,) = make(mode).named(sought("M4"))
    assert (road.id, road.kind, road.ref, road.name) == ("road:SY-M4", Kind.ROAD, "M4", "Aleppo-Latakia Highway")
    assert vertices(road) == points(M4)
    assert (road.course, road.origin, road.country_code) == (Course.SURVEYED, Origin.OVERPASS, "SY")
    assert (road.source, road.attribution) == ("OpenStreetMap (Overpass)", OSM_ATTRIBUTION)
    assert road.osm_ids == ("way/101", "way/102", "way/103", "way/104")
    asked = server.count(mode)
    assert make(mode).named(sought("M4")) == [road]
    assert server.count(mode) == asked == 1
    assert server.count("PORT2") == 0


@online
def test_another_road_of_the_same_reply_is_another_question(make: Make, server: FakeServer) -> None:
    source = make("roads")
    assert [vertices(road) for road in source.named(sought("M5"))] == [points([*M5, M4[3]])]
    assert [road.id for road in source.named(sought("M4"))] == ["road:SY-M4"]
    assert server.count("roads") == 2


@online
def test_a_road_is_found_by_name(make: Make) -> None:
    (road,) = make("roads").named(sought(name_key("Damascus-Aleppo highway")))
    assert (road.id, road.ref, road.name) == ("road:SY-damascus aleppo highway", None, "Damascus–Aleppo Highway")
    assert vertices(road) == points(M5[1:2])


@online
def test_the_ways_of_a_relation_are_part_of_its_road(make: Make) -> None:
    (road,) = make("roadsroute").named(sought("M4"))
    assert vertices(road) == points(M4[:3])
    assert road.osm_ids == ("relation/9", "way/111", "way/112", "way/113")


@online
def test_the_first_key_that_files_a_road_decides(make: Make) -> None:
    assert [road.id for road in make("roads").named(sought(*road_keys("Highway 5")))] == ["road:SY-M5"]
    assert [road.id for road in make("roads").named(sought("M6", "E60", "M4"))] == ["road:SY-E60"]


@online
def test_a_road_in_three_hundred_pieces_is_one_road(make: Make) -> None:
    (road,) = make("roads300").named(sought("M4"))
    assert len(getattr(road.geometry, "geoms", [])) == 300
    assert len(road.osm_ids) == 300


@online
@pytest.mark.parametrize(("mode", "key"), [("roadsnone", "M4"), ("roads", "M6")])
def test_no_such_road_is_an_answer_and_not_asked_again(
    make: Make, server: FakeServer, tmp_path: Path, mode: str, key: str
) -> None:
    assert make(mode).named(sought(key)) == ()
    assert make(mode).named(sought(key)) == ()
    assert server.count(mode) == 1
    assert kept_rows(tmp_path) == [(key.lower(), "miss")]


@online
def test_no_such_road_is_asked_again_after_a_week(server: FakeServer, tmp_path: Path) -> None:
    now = time.time()
    with closing(ReplyCache(tmp_path, clock=lambda: now)) as cache:
        source = OverpassRoads(cache, country_of=country_of, url=server.url("roadsnone"), interval_s=0)
        assert source.named(sought("M4")) == ()
        now += MISS_TTL_S - 1
        assert source.named(sought("M4")) == ()
        assert server.count("roadsnone") == 1
        now += 1
        assert source.named(sought("M4")) == ()
        assert server.count("roadsnone") == 2


@online
def test_texts_on_one_region_ask_one_question(make: Make, server: FakeServer) -> None:
    make("roads").named(sought("M4", area=Extent(35.79, 35.53, 37.16, 36.2)))
    make("roads").named(sought("M4", area=Extent(35.71, 35.51, 37.11, 36.19)))
    assert server.count("roads") == 1
    make("roads").named(sought("M4", area=Extent(35.69, 35.51, 37.11, 36.19)))
    make("roads").named(sought("M4", kind=Kind.RAILWAY))
    assert server.count("roads") == 3


@online
def test_only_keys_and_a_box_go_out_and_we_say_who_we_are(make: Make, server: FakeServer) -> None:
    make("roadsnone").named(sought("M4"))
    ((_, _, user_agent, path),) = server.log
    assert user_agent == f"placelines/{__version__}"
    assert urlsplit(path) == ("", "", "/roadsnone/interpreter", "", "")
    assert parse_qs(server.posted[0]) == {"data": [query(Kind.ROAD, ["M4"], box(IDLIB))]}


@online
def test_a_hostile_name_stays_inside_the_query(make: Make, server: FakeServer, tmp_path: Path) -> None:
    name = '"];out;rel(1);// \\ & data=x'
    assert make("roadsnone").named(sought(name)) == ()
    assert parse_qs(server.posted[0]) == {"data": [query(Kind.ROAD, [name], box(IDLIB))]}
    assert kept_rows(tmp_path) == [(name, "miss")]


@pytest.mark.parametrize(
    "wanted",
    [
        sought("M4", area=None),
        sought("turkish syrian border", kind=Kind.BORDER),
        sought("green line", kind=Kind.FRONT),
        sought(),
        sought("", "--", "x" * 256),
    ],
)
def test_what_cannot_be_asked_is_not(tmp_path: Path, wanted: Sought) -> None:
    assert OverpassRoads(ReplyCache(tmp_path / "cache"), country_of=country_of).named(wanted) == ()
    assert not (tmp_path / "cache").exists()


def test_ways_between_two_points_are_not_asked_for(tmp_path: Path) -> None:
    source: RoadSource = OverpassRoads(ReplyCache(tmp_path / "cache"), country_of=country_of)
    assert source.between(Kind.ROAD, (35.79, 35.53), (37.16, 36.2)) == ()
    assert source.origin is Origin.OVERPASS


# --- faults -----------------------------------------------------------------------------------------------------------

FAULTS = {
    **dict.fromkeys(BAD_REPLIES, "way 1|the server gave up|a way has|an element|relation 11|the reply"),
    **WIRE_FAULTS,
    "r404": r"HTTP 404 \(no Overpass there\)",
    "ok": "the reply holds no elements",
    "empty": r"the reply holds no elements: \[\]",
    "jsonobj": "the reply holds no elements",
    "jsonobj2": "the reply holds no elements: {'foo': 1}",
    "jsonnull": "the reply holds no elements: None",
    "jsonnum": "the reply holds no elements: 5",
    **dict.fromkeys(("gzip_bomb", "bigbody", "endless"), "the reply is longer than 32 MB"),
    "remark": "the server gave up: 'runtime error: Query timed out in",
}


@online
@pytest.mark.parametrize("mode", FAULTS)
def test_a_fault_is_an_error_and_never_kept(make: Make, server: FakeServer, tmp_path: Path, mode: str) -> None:
    source = make(mode)
    with pytest.raises(GeocodingError, match=f"did not answer for 'M4': ({FAULTS[mode]})") as raised:
        source.named(sought("M4"))
    assert str(raised.value).startswith(f"127.0.0.1:{server.port}/{mode} did not answer")
    assert len(str(raised.value)) < 250
    assert kept_rows(tmp_path) == []
    assert server.count(mode) == (4 if mode == "redir_loop" else 1)
    assert server.count("PORT2") == 0


@online
@pytest.mark.parametrize(
    ("mode", "requests"),
    [
        ("r500", 2),
        ("r504", 2),
        ("hang", 2),
        ("r400", 1),
        ("r429none", 1),
        ("remark", 1),
        ("roadsremark", 1),
        ("roadsrange", 1),
    ],
)
def test_only_passing_faults_are_tried_again(make: Make, server: FakeServer, mode: str, requests: int) -> None:
    with pytest.raises(GeocodingError):
        make(mode, retries=1, interval_s=0.05).named(sought("M4"))
    assert server.count(mode) == requests


@online
def test_a_busy_server_is_asked_again(make: Make, server: FakeServer) -> None:
    assert [road.id for road in make("roads504", retries=1).named(sought("M4"))] == ["road:SY-M4"]
    assert server.count("roads504") == 2


@online
@pytest.mark.parametrize("mode", ["r401", "r403", "r404", "r429", "r429date", "r429none"])
def test_after_a_refusal_nothing_is_asked_in_this_run(make: Make, server: FakeServer, mode: str) -> None:
    source = make(mode)
    with pytest.raises(GeocodingError, match="did not answer for 'M4'"):
        source.named(sought("M4"))
    for later in (source, pickle.loads(pickle.dumps(source))):
        with pytest.raises(GeocodingError, match=r"is not asked for 'M5', after HTTP 4\d\d \("):
            later.named(sought("M5"))
    assert server.count(mode) == 1


@online
def test_five_failures_in_a_row_end_the_asking(make: Make, server: FakeServer) -> None:
    source = make("roadsremark")
    for number in range(5):
        with pytest.raises(GeocodingError, match="did not answer"):
            source.named(sought(f"M{number}"))
    with pytest.raises(GeocodingError, match="is not asked for 'M9', after 5 failures in a row, the last: the server"):
        source.named(sought("M9"))
    assert server.count("roadsremark") == 5


@online
def test_a_server_that_is_not_there_is_an_error(make: Make, server: FakeServer, tmp_path: Path) -> None:
    source = make("roads")
    server.__exit__(None, None, None)
    with pytest.raises(GeocodingError, match=r"the connection failed: .*refused"):
        source.named(sought("M4"))
    assert kept_rows(tmp_path) == []


@online
def test_a_kept_reply_that_other_rules_kept_is_asked_for_again(make: Make, server: FakeServer, tmp_path: Path) -> None:
    source = make("roads")
    question = Question(f"overpass {source.url}", "M4", (("data", query(Kind.ROAD, ["M4"], box(IDLIB))),))
    source.cache.put(question, '{"elements":[{"type":"way"}]}')
    assert [road.id for road in source.named(sought("M4"))] == ["road:SY-M4"]
    assert [road.id for road in source.named(sought("M4"))] == ["road:SY-M4"]
    assert server.count("roads") == 1
    assert kept_rows(tmp_path) == [("m4", "ok")]


@online
def test_a_course_too_old_is_better_than_none(make: Make, server: FakeServer, tmp_path: Path) -> None:
    make("roads").named(sought("M4"))
    half_a_year_later = ReplyCache(tmp_path / "cache", clock=lambda: time.time() + OK_TTL_S + 86_400)
    with closing(half_a_year_later):
        old = OverpassRoads(half_a_year_later, country_of=country_of, url=server.url("roads"), interval_s=0, retries=0)
        server.__exit__(None, None, None)
        with pytest.warns(PlacelinesWarning, match=r"refused.*; replies kept earlier are used instead$"):
            (road,) = old.named(sought("M4"))
    assert vertices(road) == points(M4)


def test_a_query_is_told_instead_of_posted(tmp_path: Path) -> None:
    told: list[Request] = []
    source = OverpassRoads(ReplyCache(tmp_path), country_of=country_of, tell=told.append)
    for _ in range(2):
        with pytest.raises(GeocodingError, match="was not asked for 'M4': requests are shown, not sent"):
            source.named(sought("M4"))
    ql = query(Kind.ROAD, ["M4"], box(IDLIB))
    assert told == [Request("POST", f"{PUBLIC_URL}/interpreter", (("data", ql),))]
    assert list(tmp_path.iterdir()) == []


# --- pace, processes, arguments ---------------------------------------------------------------------------------------

WORKER = """
import sys
from contextlib import closing
from pathlib import Path
from geo.cache import ReplyCache
from geo.extent import Extent
from geo.model import Kind
from geo.roads import Sought
from geo.roads.overpass import OverpassRoads

folder, url, *keys = sys.argv[1:]
with closing(ReplyCache(Path(folder))) as cache:
    source = OverpassRoads(cache, country_of=lambda lonlat: "SY", url=url, interval_s=0.25, timeout_s=5)
    for key in keys:
        source.named(Sought(Kind.ROAD, (key,), (), Extent(35.7, 35.5, 37.2, 36.3)))
"""


@online
def test_processes_ask_each_question_once_and_never_too_soon(server: FakeServer, tmp_path: Path, root: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", WORKER, str(tmp_path), server.url("roadsslow"), "M4", "M5"]
    processes = [subprocess.Popen([*command, f"M1{number}"], cwd=root) for number in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    times = server.times("roadsslow")
    assert len(times) == 4
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.25


OFFLINE = """
import pickle, sys

def refuse(event, arguments):
    if event.startswith("socket."):
        raise AssertionError(event)

sys.addaudithook(refuse)
from pathlib import Path
from geo.cache import ReplyCache
from geo.roads.overpass import OverpassRoads

assert not {"geopy", "shapely", "filelock", "geo.adapters"} & set(sys.modules)
folder = Path(sys.argv[1]) / "cache"
source = OverpassRoads(ReplyCache(folder), country_of=len)
source._opened()
pickle.loads(pickle.dumps(source))
assert not folder.exists()
"""


def test_making_a_source_opens_neither_socket_nor_file(tmp_path: Path, root: Path) -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", OFFLINE, str(tmp_path)], cwd=root, check=True, timeout=60)


@online
def test_a_source_pickles_after_use(make: Make, server: FakeServer) -> None:
    source = make("roads")
    roads = source.named(sought("M4"))
    copy = pickle.loads(pickle.dumps(source))
    with closing(copy.cache):
        assert copy.named(sought("M4")) == roads
        assert len(copy.named(sought("M5"))) == 1
    assert server.count("roads") == 2


def test_the_public_server_is_asked_once_a_second_at_most(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=f"ask {PUBLIC_URL} once a second at most"):
        OverpassRoads(ReplyCache(tmp_path), country_of=country_of, interval_s=0.5)
    OverpassRoads(ReplyCache(tmp_path), country_of=country_of, url="https://overpass.example.org/api", interval_s=0.5)


def test_an_address_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="leave out user, password"):
        OverpassRoads(ReplyCache(tmp_path), country_of=country_of, url="https://overpass-api.de/api?data=x")
