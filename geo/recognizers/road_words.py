"""The words that name roads and other lines, and the words around a number that tell a road from its look-alikes."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..model import Kind


class Naming(NamedTuple):
    """A stretch of text that names a line, or may do so, as half-open code point offsets."""

    start: int
    """First code point of the number, the name or the noun."""
    end: int
    """One past its last code point."""
    first: int
    """First code point of the whole phrase: "highway M4", "the R-504 Kolyma highway" without the article."""
    last: int
    """One past the last code point of the phrase."""
    noun: str
    """The word for the line, in the singular."""
    kind: Kind
    """Sort of line."""
    ref: str | None = None
    """Number as written."""
    name: str | None = None
    """Proper name as written."""

    @property
    def is_proper(self) -> bool:
        """Whether it has a number or a name, and need not be told by its ends."""
        return self.ref is not None or self.name is not None


NUMBERED_NOUNS = (
    "highway motorway expressway freeway autobahn autoroute autopista autostrada interstate carretera rodovia".split()
)
"""Words for a road that are nothing else, in whatever case."""
ROAD_NOUNS = (
    r"(?:highway|motorway|expressway|freeway|autobahn|autoroute|autopista|autostrada|turnpike|road|route|"
    r"interstate(?!\s(?:road|highway)s?\b)|carriageway|tollway|superhighway|corridor|bypass)s?"
)
"""Words for a road that stand beside a number."""
_ROAD = (
    r"(?:highway|motorway|expressway|freeway|autobahn|autoroute|autopista|autostrada|turnpike|interstate|road|route|"
    r"superhighway|tollway|autov[ií]a|thoroughfare|artery|bypass|roadway|causeway|beltway|parkway|carriageway)"
)
_RAIL = (
    r"(?:(?:rail|railway|railroad|train|high-speed|freight) (?:main ?)?(?:line|link|track|connection|corridor)|railway|"
    r"railroad|main ?line|line)"
)
_PIPE = r"pipeline"
_BORDER = r"(?:border|frontier)"
_FRONT = (
    r"(?:front[ -]?line|contact line|(?:cease-?fire|armistice|demarcation|separation) line|line of (?:contact|control|"
    r"demarcation|separation)|front(?!-| of| pages?| doors?| rows?| yard| seats?| page))"
)
_NOUN = re.compile(
    rf"\b(?=[abcdefhilmnprst])(?:(?P<front>{_FRONT})|(?P<railway>{_RAIL})|(?P<pipeline>{_PIPE})|(?P<border>{_BORDER})|"
    rf"(?P<road>{_ROAD}))s?\b"
)

ADJECTIVE = (
    r"(?:international|strategic|main|key|vital|crucial|coastal|coast|desert|national|federal|state|toll|ring|old|new|"
    r"trunk|all-weather|busy|dual|major|mountain|supply|trans-national|express|high[ -]speed|standard[ -]gauge|"
    r"narrow[ -]gauge|light|freight|single-track|joint|mutual|gas|oil|eastbound|westbound|northbound|southbound|"
    r"disputed|shared|common|northern|southern|eastern|western|land|maritime|natural|crude|strategically|interstate|"
    r"inter-state|provincial|regional|arterial|republican|paved|unpaved|dirt|gravel|tarred|(?:two|four|six|eight|"
    r"\d)-lane|tolled|ice|winter|border|perimeter|access|alternative)"
)

NO_PAIR = r"(?!Trans|Pan|Inter|Cross|Mid|Sino|Russo|Anglo|Euro|Metro|Yamal|North|South|East|West)"
"""Ahead of what begins a name with a hyphen that does not join two places."""
PLACE_PAIR = re.compile(
    rf"{NO_PAIR}[A-ZÀ-Ž][\w’']+(?:\s[A-ZÀ-Ž][\w’']+)?[-–][A-ZÀ-Ž][\w’']+(?:\s[A-ZÀ-Ž][\w’']+)?\s(?:[a-z-]+\s){{0,2}}"
    r"(?:highway|road|motorway|expressway|freeway|railway|railroad|pipeline|line|route)"
)
"""Two names before a word in lower case, which are places whether or not a gazetteer knows them."""

ROAD_EVENT = re.compile(
    r"\b(?:traffic|carriageways?|motorists?|drivers?|tailbacks?|roadworks?|collisions?|crash(?:ed)?|pile-?up|lanes?|"
    r"accidents?|wreck|smash|gridlock|speed(?:ing)?|commuters|hauliers|bridge|tunnel|overpass|viaduct|interchange|"
    r"collapsed|buckled|cracked|jammed|dangerous|impassable|passable|jumped|burned|pavement|diversion|potholes|asphalt|"
    r"tarmac|rockfall|snow(?:ed)?|avalanche|jams?|gunmen|bomb|roadside|taxi|van|pickups?|sinkholes?|cracks?|spill|"
    r"standstill|mud|rains?|rainfall|quake|earthquake|storm|floodwaters|landslips?|boulders|axis|coach|passengers|"
    r"linked|congestion|travell?ed|travel|junctions?|checkpoints?|roadblocks?|convoys?|blocked|blockade|closed|"
    r"reopen(?:ed|s)?|cut|shut|shelled|shelling|patrols?|overturned|jackknifed|lorry|lorries|trucks?|truckers|tankers?|"
    r"vehicles?|bus(?:es)?|cars?|motorcycles?|ambush(?:ed)?|landslides?|mudslides?|flood(?:ed|ing|s)?|washed out|"
    r"stranded|delays|ambulances?|roads?|queues?|driv(?:e|es|ing)|drove|toll|highways?|motorways?|motorcyclists?|"
    r"semis?|"
    r"trailers?|suvs?|rigs?|scooters?|cyclists?|bikers?|pedestrians?|deer|moose|hit-and-run|wrong-way|guardrails?|"
    r"median|"
    r"embankment|ditch|speed cameras?|lay-by|petrol station|rest area|service area|truckstop|snow ?ploughs?|"
    r"snow ?plows?|"
    r"minibus|convoy|column|verges?|supply|stretch|section|km|kilomet(?:res|ers)|miles|northbound|southbound|eastbound|"
    r"westbound|mined?|exit)\b"
)
"""What happens on roads, in lower case: to ignore the case takes longer."""

HARD_EVENT = re.compile(
    r"\b(?:fled|flee|fleeing|refugees|paramilitar\w+|jihadists?|separatists|guerrillas|snipers?|artillery|barricad\w+|"
    r"blockad\w+|besieged|siege|curfew|Gazans|settlers|aid|bandits|rockets?|landmines?|marched|displaced|evacuat\w+|"
    r"troops|tanks?|army|soldiers|convoys?|checkpoints?|air ?strikes?|"
    r"shell(?:ed|ing|s)|militants?|rebels?|militia|gunmen|bomb|drones?|Taliban|clashes|offensive|mines|demonstrators|"
    r"roadblocks?|blocked|cut|reopened|landslides?|mudslides?|bombardment|forces|trucks?|ambush(?:ed)?|mined|"
    r"insurgents?|protesters)\b",
    re.IGNORECASE,
)
"""What happens on the roads of wars and disasters, and less on the streets of a town."""

RAIL_TALK = re.compile(
    r"\b(?:trains?|(?:\w{3,})?rail|railways?|locomotives?|wagons?|freight|derail\w*|carriages|stations?|services on|"
    r"replacement bus(?:es)?|level crossing|signall?ing|timetable|rolling stock)\b",
    re.IGNORECASE,
)
"""What is spoken of where a plain "line" is a railway."""

THING = re.compile(
    r"[\s-](?:(?:stealth|assault|armed|rebel|battle|fighter|transport|cargo|semi-automatic|avian|service|combat|attack|"
    r"tactical|standard|main battle|strategic) )?(?:carbines?|rifles?|guns?|tanks?|machine|assault|pistols?|paper|"
    r"sheets?|envelopes?|posters?|size|sized|screws?|bolts?|nuts?|batter(?:y|ies)|models?|chips?|processors?|macbook|"
    r"virus|strain|subtypes?|variants?|flu|influenza|bombers?|jets?|aircraft|planes?|fighters?|helicopters?|missiles?|"
    r"rebels?|rebellion|militia|militants?|movement|group|insurgen\w+|visas?|forms?|earthquake|quake|tremor|area|"
    r"festival|song|album|revisited|brewing|harvest|massacre|summit|ministers?|leaders?|nations|countries|communiqu\w+|"
    r"grades?|vitamins?|masks?|receptors?|gene|genes|protein|cells?|antibod\w+|engines?|sedans?|coup[eé]|saloons?|"
    r"cameras?|laptops?|galax\w+|nebula|supernova|league|sides?|teams?|level(?! crossing)|corp|inc|ltd|money|programme|"
    r"program|series|lens|printer|pages?|led|held|backed|controlled|aligned|students?|schools?|teachers?|tablet|phone|"
    r"radio|soundtrack|concert|band|locomotive|trains?|bus|buses|tram|trolleys?|corps?|division|brigade|battalion|"
    r"seats?|passengers?|stations?(?!\sroad)|reactors?|units?|badges?)\b",
    re.IGNORECASE,
)
"""What stands behind a number that is no road's; a hyphen or one word may come between."""

ELSEWHERE = re.compile(
    r"\b(?:rifles?|carbines?|muzzle|magazines?|chips?|macbook|ipad|laptops?|printers?|printed|lens|viruse?s?|strains?|"
    r"mutations?|pilots?|cockpit|runway|airliners?|warplanes?|squadron|climbers?|summit|sanctions|vaccines?|genes?|"
    r"galaxy|astronomers?|bolts?|screws?|vitamins?|concert|album|scopes?|barrels?|ammunition|weapons?|firearms?|"
    r"sheets?|envelopes?|posters?|leaflets?|photocop\w+|folded|iphone|radio|broadcast\w*|station's|playlist|metro|"
    r"subway|trams?|u-bahn|s-bahn|rer|howitzers?|submarines?|visas?|processors?|smartphones?)\b"
)
"""What is spoken of where letters and digits are no road's number, in lower case."""

ACTS = re.compile(
    r"(?:['’]s)?,?\s(?:which\s|who\s|also\s|has\s|have\s|had\s){0,3}(?:said|says|denied|denies|captured|seized|took|"
    r"taken|advanced?|controls?|fired|launched|claimed(?!\s(?:\w+\s){1,4}lives)|accused?s?|withdr[ae]w|signed|"
    r"rejected|fights?|fought|agreed|"
    r"declared|announced|jammed|recruits?|killed|scored|won|beat|lost|rose|fell|spokes\w+|victims|skidded|flew|crashed|"
    r"landed)\b"
)
"""What armed groups, aircraft, teams and statistics do, and roads do not."""

OWNER = re.compile(
    r"(?:\b(?:BMW|Audi|Mercedes|Apple|Boeing|Airbus|Alpine|Canon|Sony|Samsung|Ford|Chevrolet|Toyota|Volvo|Porsche|"
    r"Nikon|Vitamin|vitamin|Formula|Channel|Camp|Article|Group|Type|type|Enterovirus|carry(?:ing)? (?:an|his)|"
    r"fired (?:his|an|the|their)|armed with (?:an|his)?|with an|his|her|their|my|your|E\. coli|strain|size|"
    r"on a sheet of|sheet of|grade|level|MI|[Bb]us|[Tt]ram|[Tt]rain|[Mm]etro|unit|[Ff]orms?|[Bb]ills?|[Ss]ection|"
    r"[Hh]ouse Bill|[Pp]ostcodes?|[Gg]rant|[Mm]odels?|[Ff]lights?|[Cc]ase|[Ee]xhibit|[Mm]issiles?|[Tt]anks?|[Jj]ets?|"
    r"[Rr]ifles?|[Pp]istols?|drones?|[Cc]omet|[Aa]steroid|[Gg]alaxy|[Rr]adio|TV|(?:[Ll]eaders?|[Mm]inisters?|"
    r"[Mm]embers?|[Ss]ummits?|[Mm]eetings?|[Pp]residents?|[Hh]eads?|[Cc]ountries|[Nn]ations|[Ss]tates|[Pp]residency|"
    r"[Ff]ighters?|[Cc]ommanders?|[Gg]angs?|[Ss]upporters?|founder|boss|forces|men|pilots?|crews?|owners?|wreck|"
    r"wreckage|version|copies|launch|sales|holders?|doses?|strains?|tests?) of(?: the| an?)?|[Rr]oom|[Gg]ate|"
    r"[Tt]erminal|"
    r"[Pp]latform|[Rr]eactor|[Bb]lock|[Ss]ector|[Pp]oint|[Zz]one|[Pp]hase|[Ww]ing|[Ww]ard|[Hh]all|[Bb]erth|[Ss]eat|"
    r"[Rr]ow|[Vv]ersion|[Cc]ategory|[Cc]lass|[Aa]nnex|tube|subway|flight|black|grey|gray|silver|white|red|blue|"
    r"against the|backs? the|attacks? on the|sanctions on the|called the|visas?|print(?:ed)?(?: \w+){0,3} on|wrote|"
    r"recorded|song))\s$"
)
"""What stands before a number that is no road's."""

BODY = re.compile(
    r"['’]?s?\s(?:Patrol|Authority|Administration|Department|Traffic|Safety|Code|Police|Act|Commission|Agency|Ministry|"
    r"Minister|Corporation|Corp|Company|Co|Inc|Ltd|Limited|Research|Engineers?|Board|Trust|Fund|Museum|Initiative|"
    r"projects?|initiative|agency|department|council|tax|pricing|charge|haulage|Department|Lines|Holdings|Group|"
    r"Services|Systems|Films|Project|School|Elementary|Middle|High|Primary|Church|Hospital|Hospice|Club|Cafe|Baptist|"
    r"Station|Children|rivalry|sleeve|album|Inn|Hotel|hotel|inn|café|cafe|pub|restaurant|Motel|Films?|film|song|novel|"
    r"band|Tour|Bank|Blues|Star|Stars|Killer|murders|Records|Studios?|station|patrol|police|company|officials?|workers|"
    r"shares|stock|posted|employees|spokes\w+|minister|ministry|authorit\w+|union|unions|operator|said|museum|home|"
    r"resident|residents|"
    r"residence)\b"
)
"""What makes a name that ends in a word for a line the name of a body, or of a house there."""

ADDRESS = re.compile(
    r"(?:(?<!\b[Ii]n )(?<!\b[Bb]y )(?<![Ss]ince )(?<!Jan )(?<!Feb )(?<!March )(?<!April )(?<!May )(?<!June )(?<!July )"
    r"(?<!Aug )(?<!Sept )(?<!Oct )(?<!Nov )(?<!Dec )(?<!\w\. )(?<!uary )(?<!ember )(?<!ober )(?<!gust )\b\d{1,6}[A-Za-"
    r"z]?|\b[Bb]lock of|\b[Cc]orner of)\s(?:[NSEW]\.?\s|North\s|South\s|East\s|West\s)?$"
)
"""What makes a road before which it stands part of an address."""


def nouns(text: str) -> list[re.Match[str]]:
    """Return every word for a line in a text, in order, as matches in its lower case; see `kind_of`."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join([small if len(small := letter.lower()) == 1 else letter for letter in text])
    # Ten times as fast as to ignore the case.
    return list(_NOUN.finditer(lower))


def singular(noun: str) -> str:
    """Return a word for a line in lower case and the singular."""
    lower = noun.lower()
    return lower.removesuffix("s") if not lower.endswith("ss") else lower


def kind_of(match: re.Match[str]) -> Kind:
    """Return the kind of the line that a match of `nouns` stands for."""
    assert match.lastgroup is not None
    return Kind(match.lastgroup)
