"""Words that speak for or against a place name beside them, in news English."""

from __future__ import annotations

BEFORE_PLACE = frozenset(
    "in to near at from around outside inside toward towards across between into throughout via reach reached leave "
    "left enter entered visit visited visiting hit struck seized captured shelled bombed retook recaptured besieged "
    "stormed".split()
)
"""Prepositions of place, and verbs that armies, storms and travellers do to places."""

OF_PLACE = frozenset(
    "city cities town towns village villages province provinces governorate region district county state capital "
    "port outskirts north south east west northeast northwest southeast southwest part parts countryside suburb "
    "suburbs mayor governor people streets island islands republic kingdom rest much most residents university "
    "diocese bishop archbishop".split()
)
"""What stands before "of" and a place: "the outskirts of", "the University of"."""

OF_THING = frozenset("gulf bay strait straits sea cape order battle duke earl".split())
"""What stands before "of" and is no place of that name itself: "the Gulf of Aden"."""

PEOPLE_OF_PLACE = frozenset(
    "man woman men women boy girl couple teen teenager resident residents native natives officials official police "
    "mayor authorities councillors lawmakers voters families family students schools parents firefighters area".split()
)
"""What stands behind a place that is used like an adjective: "a Gainesville man"."""

PUBLIC_BODIES = frozenset(
    "police department departments county city council commission board court courthouse school schools college "
    "hospital fire sheriff clerk mayor airport district township library office officials chamber legislature "
    "senate house assembly parish attorney authority bureau center centre university museum park zoo stadium bridge "
    "station residents".split()
)
"""What organisations that bear the name of their place are called: "Corsicana Police Department"."""

ROADS = frozenset("road roads highway highways motorway railway route line corridor border axis crossing".split())
"""What stands behind a pair of places that it links: "the Damascus-Homs highway"."""

STREETS = frozenset(
    "street avenue road highway lane drive boulevard bridge airport stadium hospital church cemetery foundation prize "
    "award cup stakes open festival theatre theater hall".split()
)
"""What makes a name before it, in capitals, the name of something else: "Hume Highway"."""

GOVERNS = frozenset(
    "denied denies accused accuses rejected rejects condemned condemns expelled blamed blames warned warns vowed vows "
    "imposed summoned declared declares recalled announced ordered".split()
)
"""What a capital does when it stands for its government."""

TITLES = frozenset(
    "mr mrs ms miss dr prof gen general col colonel maj major capt captain lt sgt sir lord lady president minister "
    "senator sen rep gov king queen prince princess judge justice officer detective coach pastor rev father "
    "saint".split()
)
"""What stands before a person."""

SPEECH = frozenset("said says told added asked wrote explained recalled noted".split())
"""What a person does behind a name."""

SMALL_WORDS = frozenset(
    "a am an and are as at be but by for from has he her here his how i if in is it me my no not of ok on or our she "
    "so that the their there these they this those to was we were what when where while who why with yes you "
    "your".split()
)
"""Ordinary words that are also places ("Of", "As", postal "IN"): names only beside what they lie in, or hold."""

NEVER = SMALL_WORDS | frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday i he she we they it the a an and but or if in on at to for from with of by as "
    "is are was were be been this that these those there here when where while what who how why not no yes my our "
    "his her their its you your mr mrs ms dr god christmas easter ramadan internet english north south east west "
    "northern southern eastern western central northeast northwest southeast southwest".split()
)
"""Words in capitals that are no toponym by themselves: the calendar, sentence openers, bare directions."""
