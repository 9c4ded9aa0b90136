"""English words around a name that tell whether it stands for a government or a team.

All in lower case. Regular verbs are listed once and counted in every form; `geo.resolvers.metonyms` reads the lists.
"""

from __future__ import annotations

from collections.abc import Mapping


def words(listed: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(listed.split())


def verbs(regular: str, others: str = "") -> frozenset[str]:
    """Return verbs in all their forms, and other words as they are."""
    return frozenset(form for verb in regular.split() for form in _forms(verb)) | words(others)


def _forms(verb: str) -> tuple[str, ...]:
    """Return a regular verb with its endings: "deny", "denies", "denied", "denying"."""
    if verb.endswith("e"):
        return verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in "aeou":
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    ending = "es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s"
    return verb, verb + ending, f"{verb}ed", f"{verb}ing"


_DECIDE = (
    "accuse announce appeal approve ask assert blame complain condemn contend criticise criticize decline demand "
    "deny denounce dismiss endorse express implore insist lobby maintain negotiate offer oppose petition pledge "
    "proclaim promise propose protest reaffirm recognise recognize refuse reject reply request respond retort sign "
    "signal stress sue suggest summon threaten urge veto vow voice vote warn welcome acknowledge adopt advocate "
    "concede"
)
DECIDES = verbs(
    _DECIDE,
    "say says said saying tell tells told agree agrees agreed agreeing admit admits admitted spoke speaks disagrees "
    "disagreed decide decides decided deciding declare declares declared banned bans signalled signaled vetoes vetoed",
)
"""Verbs of whoever has a government, down to towns."""
_ACT = (
    "abandon accede accept aim allow annex answer argue arm assure back ban believe boycott broker call cancel claim "
    "champion commit compete confirm consider contact cooperate declare defend delay deliver deploy deport detain "
    "donate dispatch dispute enforce engage enlist escalate evacuate exchange expel extend extradite favour favor "
    "fear finance freeze fund grant guarantee hail help hesitate hope host ignore impose impound insure intend "
    "intervene invade invest join launch legalise legalize levy license lift limit open close mediate mobilise "
    "mobilize move object occupy order outlaw overhaul pardon pass permit persuade plan praise prefer prepare press "
    "pressure prohibit punish pursue push raise ratify react realise realize recall reconsider release remember "
    "renew renounce repatriate repay replace require resist respect restore restrict resume retaliate reverse "
    "establish free issue afford like congratulate review revoke sanction scrap seize share support suspect suspend "
    "target tolerate train trust try turn tighten unveil urge use vacillate want weigh withhold worry yield lodge "
    "lock contribute wait"
)
ACTS = DECIDES | verbs(
    _ACT,
    "bought buys buy sold sells sell pays paid pay sends sent send gives gave give given keeps kept keep holds held "
    "hold wants sees saw leads led seeks sought seek forbids forbade forbidden withdraws withdrew withdraw withdrawn "
    "breaks broke broken backs cut cuts took takes taken chose chosen chooses makes made let lets fought fights "
    "thinks thought think shut shuts set sets act acts acted acting attacked struck bombed shot stands stood knows "
    "knew bans spends spent spend lent lends lend understands hits submitted submits got gets loses quit quits plans "
    "planned planning permitted committed begged stopped stops drafted brings brought puts put ran sides sided drops "
    "dropped spies mulls expelled expelling cancelled",
)
"""Verbs of states, provinces and seats of government."""
BASES = frozenset(f"{_DECIDE} {_ACT}".split())
"""Those of them that may as well be nouns or follow "to": "a Belfast broker"."""
PLAYS = verbs(
    "outplay crush defeat thrash trounce hammer edge stun overcome trail equalise equalize score qualify batter "
    "eliminate declare",
    "beat beats beating beaten win wins won winning draw draws drew sink sinks sank play plays played bat bats "
    "batted bowled chased lost lose loses overcame outclassed outscored trailed led leads came progressed advanced "
    "topped",
)
"""Verbs of teams."""
PLAYS_ANYWHERE = PLAYS - words(
    "lost lose loses draw draws played plays play led leads declare declares declared came advanced"
)
"""Those of them that a town without a team does not do."""
TARGETED = verbs(
    "accuse ask assure blame condemn praise confront contact convince criticise criticize defy denounce implore "
    "lobby oblige persuade petition press pressure punish push reassure sanction scold sue summon thank threaten "
    "urge warn arm antagonise antagonize back isolate offend provoke appease court trust invite pit",
    "tell tells told telling beg begs begged forced forces lets let wants wanted anger angers angered",
)
"""Verbs whose object is a government."""
DEFEATED = verbs(
    "defeat crush thrash trounce hammer edge stun trail face host eliminate outplay visit",
    "beat beats beating overcome overcame sink sinks sank play plays played dismissed bowled",
) - words("visit visits visited visiting hammer hammered hammering hammers host hosts hosted hosting")
"""Verbs whose object is a team."""
SUFFERS = words(
    "accused criticised criticized urged blamed asked told warned sanctioned isolated beaten bowled relegated "
    "eliminated knocked held dismissed thrashed defeated drawn invited suspected forced condemned obliged outplayed"
)
"""What a government or team is when "is" or "was" stands before: "Iran is accused of"."""
MINDED = words(
    "talks ready trying willing prepared keen reluctant determined unhappy happy eager adamant poised confident opposed"
)
"""What only somebody with a will is."""
ENDURED = words(
    "facing growing bracing suffering becoming having burning sinking experiencing recovering reeling struggling "
    "running going getting lying sitting falling rising losing shrinking booming changing being seeing emerging "
    "celebrating hosting mourning enjoying drowning undergoing living coming"
)
"""What a place does as such after "is"."""
HELPERS = words(
    "has have had will would may might must should could can did does do cannot not never now also still again then "
    "to once too just even yet soon long repeatedly already always only ever itself and both all each instead later "
    "today"
)
"""What stands between a subject and the verb that counts."""
DEALS = verbs(
    "negotiate agree ally align clash compete cooperate side trade work coordinate collaborate engage reconcile deal "
    "talk agreement accord treaty tie alliance negotiation pact war conflict dispute row contract tension contact",
    "relations peace treaties truce ceasefire feud rivalry cooperation partnership friendship normalisation "
    "normalization rapprochement detente détente diplomacy dialogue stand-off standoff match game final semi-final "
    "draw derby test fixture broke break breaking broken dealt drew fell cut",
)
"""What there is with a government or team, and between two of them."""
BORDERS = words("border borders frontier boundary crossing crossings borderlands road link links linking bordering")
"""What there is with and between places."""
BURDENS = words(
    "sanctions pressure tariffs tariff embargo embargoes duties blame restrictions curbs blockade penalties "
    "ultimatum call calls called calling dependence reliance reliant dependent leverage lean leaned rely relies "
    "relied depend depends depended vote resolution"
)
"""What is put on a government; "on" or "against" follows."""
ASSAULTS = words(
    "attack attacks strike strikes missile missiles raid raids offensive offensives drones rockets assault assaults "
    "operation operations campaign bombardment cyclone storm"
)
"""What hits the ground: "missiles against Ukraine"."""
SENT = words(
    "envoy envoys delegate delegates delegation delegations negotiators request requests pressure criticism aid help "
    "support approval threat threats demand demands invitation backing funding permission orders instructions pledge "
    "reaction response guarantees concessions gift money assurances signal signals message messages opposition "
    "license licence visa visas permit clearance package loan loans grant grants credit arms weapons condemnation "
    "recognition independence complaint complaints signatories interference"
)
"""What comes from a government."""
ADDRESSED = words(
    "appeal appeals appealed loyal allied message letter warning ultimatum concession concessions gift turn turned "
    "turns turning close closer lost answerable hostility opposed hostile lose losing loses defeat sold sell loans "
    "loan report reports thanks tribute grateful bow bowed speak spoke talk talking complain complained according"
)
"""What goes to a government or team."""
CONTESTS = words(
    "win wins won winning victory victories defeat triumph match game draw drew final semi-final derby test fixture "
    "goal goals debut caps play played plays playing lost lose loses try tries wickets runs points century"
)
"""What stands before "over", "to", "for", "with" or "against" and a team."""
LOSES = words("lost lose loses losing defeat loss belonged conceded")
"""What stands before "to" and a team."""
FOR = words("setback blow humiliation spying spy spied lobbying good bad embarrassment boost")
"""What stands before "for" and a government."""
BELONGING = words(
    "auspices support backing approval ally allies government embassy consulate influence behalf defeat recognition "
    "accusations intentions role ambitions isolation policy help sponsorship"
)
"""What stands before "of" and a government."""
ADDRESSING: Mapping[str, tuple[frozenset[str], int]] = {
    "on": (BURDENS, 3),
    "from": (SENT, 2),
    "to": (ADDRESSED, 2),
    "for": (FOR, 1),
    "of": (BELONGING, 1),
}
"""What stands before each preposition when a government follows, and how many words before."""
LIES = words(
    "surrounded bordered flanked divided separated followed covered drained crossed fed passed washed encircled "
    "drove driven stopped arrived located stand stood"
)
"""What is done by a place as such."""
DONE = words(
    "run bought led held built made won paid set brought sent taken drawn shot sold given lent sunk fought drafted "
    "decision move attempt bid offer pledge raid invasion refusal threat demand proposal goal goals claims claim "
    "efforts"
)
"""Irregular participles, and nouns, that an agent follows after "by"."""
OF_ACTOR = words(
    "refusal decision demand demands offer bid defeat win victory rejection insistence willingness invasion stance "
    "objections intentions ambitions threats promise pledge qualification captain coach batsmen bowlers defenders "
    "goalkeeper striker triumph opener openers innings response reaction first-innings"
)
"""What a country or team has as somebody who acts."""
OF_GOVERNMENT = OF_ACTOR | words(
    "envoy envoys ministry minister government ban decision refusal offer demand demands proposal policy plan plans "
    "ally allies army claim claims position stance support backing sanctions role interests ambassador spokesman "
    "spokeswoman delegation negotiators threat threats invasion war embassy influence rejection response reaction "
    "offensive approval intentions ambitions troops forces diplomats foreign defence defense finance leaders rulers "
    "willingness insistence efforts objections assurances promise"
)
"""What a capital has as its state's."""
OF_TEAM = words(
    "selector selectors captain coach striker midfielder goalkeeper keeper defender batsman batter opener bowler "
    "winger fly-half flanker hooker skipper squad xi full-back wicketkeeper seamer spinner"
)
"""What stands behind the name of a team."""
DONE_BY_STATES = words(
    "led backed brokered mediated sponsored imposed funded drafted supported run allied aligned controlled appointed "
    "friendly dominated trained supplied financed hosted chaired proposed occupied administered installed armed "
    "ruled linked sanctioned"
)
"""Second halves of "US-led" and its like."""
SEATS = words("kremlin pentagon whitehall westminster holyrood stormont") | frozenset(
    {"wall street", "downing street", "white house", "capitol hill", "foggy bottom", "buckingham palace"}
)
"""Sites that mostly stand for whoever sits in them."""
PLACED = words(
    "in near at around outside inside from to of through between across into leaving off on onto over under above "
    "below beyond behind along towards toward within including by for with against about upon via amid among "
    "throughout past like metro suburban rural coastal mainland southeast southwest northeast northwest southeastern "
    "southwestern northeastern northwestern mid north south east west northern southern eastern western central "
    "downtown greater upper lower inner outer"
)
"""What a name that follows is governed by, so that it is no subject."""
SKIPPED = words(
    "the neighbouring neighboring nearby former colonial power both either neither even also host hosts champions "
    "holders rivals leaders visitors communist oil-rich landlocked nuclear-armed fellow tiny arch-rivals whether a "
    "its"
)
"""What may stand between a name and the word that governs it."""
CLOSING = words(
    "in on at for to of with over after and or but as by from that which who whose when while is was are were has "
    "had have will would could may might can should must into against during before since until because not about "
    "than through if under without within between among despite amid toward towards following where why how what "
    "yesterday today tomorrow last this next again too also once later earlier so yet though although unless via per "
    "out off back down up the a an its their his her it they he she we i myself himself itself whether then now "
    "never ever monday tuesday wednesday thursday friday saturday sunday"
)
"""What may follow a name that stands by itself; anything else makes it say whose the next word is."""
DATES = words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december yesterday today meanwhile"
)
"""What a comma follows without a place before it: "On Friday, Iran"."""
