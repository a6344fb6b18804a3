"""Who may be writing: each kind of sender, its national source code, and the signs of it. Data only.

The codes are those of the children in need census ("source of referral"). A midwife, an ambulance crew and a hospital
ward are counted as other health (3F); the census has no code of its own for them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Signs:
    """`address` is looked for in the mail address, `words` in roles, signatures and what the sender says of themselves."""

    code: str
    address: str = ""
    words: str = ""


SENDERS: dict[str, Signs] = {
    "edt": Signs(
        "5A",
        r"\bedt\b|emergency\W?duty|out\W?of\W?hours",
        r"emergency duty (?:team|service|social)|\bEDT\b|out[- ]of[- ]hours (?:team|social)",
    ),
    "police": Signs(
        "6",
        r"police|\bpnn\b|merlin|\bmet\b|\bbtp\b",
        r"\bpolice\b(?! station)|constabulary|(?-i:\b(?:PC|PS|DC|DS|DI|PCSO|WPC|TDC|Pc|Ps|Dc|Sgt|Insp)\s(?:\d|[A-Z]))|detective|\bCAIT\b|officer in (?:the )?case|public protection (?:desk|unit)|safer (?:schools|neighbourhoods?) officer|\bMPS\b|\bBCU\b",
    ),
    "ambulance": Signs(
        "3F",
        r"ambulance|\blas\b|lond\W?amb|amb\b|\b(?:secamb|eeast|eeastamb|scas|swast|yas|nwas|emas|wmas|neas)\b",
        r"ambulance|paramedic|\bLAS\b|\bEMT\b|emergency operations centre",
    ),
    "fire": Signs(
        "8",
        r"\bfire\b|london-?fire|\blfb\b|fire-?(?:rescue|service|brigade)|firerescue",
        r"fire (?:brigade|(?:and|&) rescue|service|station|crew|safety)|\bLFB\b|watch manager|crew commander|firefighter|borough commander",
    ),
    "court": Signs(
        "7",
        r"court|hmcts|judiciary|justice",
        r"family court|county court|magistrates|\bHMCTS\b|court (?:office|associate|clerk|manager|listing)|listing office|high court|crown court",
    ),
    "cafcass": Signs("7", r"cafcass", r"\bcafcass\b|children'?s guardian|family court adviser"),
    "probation": Signs(
        "7",
        r"probation|prison|\bhmps\b|homeoffice|immigration",
        r"probation|prison\b|offender manager|\bHMP\b|home office|immigration (?:enforcement|officer)|border force|solicitors?\b",
    ),
    "youth-offending": Signs(
        "5B",
        r"\byos\b|\byjs\b|youth\W?(?:justice|offending)",
        r"youth (?:justice|offending)|\bYOS\b|\bYOT\b|\bYJS\b",
    ),
    "nspcc": Signs("8", r"nspcc", r"\bNSPCC\b"),
    "emergency-department": Signs(
        "3E",
        r"\ba\W?and\W?e\b|\bae\b|\bed\b|emergency\W?(?:dept|department)|urgent\W?care",
        r"emergency (?:department|dept|medicine)|\bA\s?&\s?E\b|\bA and E\b|accident (?:and|&) emergency|paediatric ED\b|\bED (?:consultant|nurse|sister|doctor|registrar|matron|reception|team|safeguarding|attendance)|\b(?:PED|CED)\b|\bE\.D\.|urgent treatment centre|urgent care",
    ),
    "health-visitor": Signs("3B", r"health\W?visit\w*|\bhv\b|0-?19", r"health visit(?:or|ing)|\bHV\b"),
    "school-nurse": Signs("3C", r"school\W?nurs\w*", r"school nurs(?:e|ing)"),
    "midwife": Signs(
        "3F",
        r"matern\w*|midwi\w*|antenatal|\bmat\b",
        r"midwi(?:fe|fery|ves)|maternity|antenatal|labour ward|postnatal",
    ),
    "camhs": Signs("3F", r"camhs", r"\bCAMHS\b|child and adolescent mental health"),
    "gp": Signs(
        "3A",
        r"\bgp\b|surgery|medical\W?(?:centre|practice)|practice|family\W?doctor|healthcentre",
        r"\bGP\b(?! (?:details|surgery:|name))|general practitioner|practice (?:nurse|manager)|\bsurgery\b|medical (?:centre|practice)|family doctor|health centre",
    ),
    "health": Signs(
        "3F",
        r"\bnhs\b|hospital|\bnelft\b|health\W?care|clinic",
        r"hospital|\bNHS\b (?:foundation )?trust|\bward\b|consultant|registrar|paediatric\w*|paediatrician|\bnurse\b|matron|dentist|dental practice|physiotherapist|speech and language|psychiatr\w+|psychologist|clinic\b|pharmacist|hospice|drug and alcohol (?:service|worker)|sexual health|named (?:nurse|doctor)|health professional|health and social care trust|clinician",
    ),
    "school": Signs(
        "2A",
        r"\bsch\b|schools?\b|academy|primary|secondary|\bhigh\b|infants?|juniors?|\bpru\b|grammar",
        r"(?:primary|secondary|infant|junior|high|grammar|special|nursery|upper|boarding|comprehensive|catholic|c of e|church of england) school|\bschool\b(?! nurs| holiday| run)|\bacademy\b|head ?teacher|deputy head|headmaster|headmistress|head of year|class teacher|\bDSL\b|designated safeguarding lead|\bSENCO\b|pastoral|teaching assistant|attendance officer|form tutor|heads? of school|\bprincipal\b",
    ),
    "education": Signs(
        "2B",
        r"college|university|\bsixth\W?form|education|\bewo\b|nursery|preschool|pre-school|childcare",
        r"\bcollege\b|sixth form|university|education welfare|elective home education|\bEWO\b|education (?:officer|service|team|department)|admissions team|(?:day )?nursery\b|pre-?school|nursery manager|early years (?:setting|practitioner|provider|educator)|\bSEND? (?:team|officer)|educational psychologist|virtual school",
    ),
    "housing": Signs(
        "4",
        r"housing|\bhomes\b|homeless\w*|tenan\w+",
        r"housing (?:officer|options|solutions|association|needs|advice|team|department|manager|support|services?|trust|group)|homeless(?:ness)? (?:team|officer|prevention|unit|reduction)|tenancy (?:officer|sustainment|services|manager|team)|neighbourhood (?:housing )?officer|registered provider|temporary accommodation (?:team|officer)|estate (?:officer|manager)|income officer|\bhomes\b (?:ltd|limited|group|trust)|lettings|landlord services",
    ),
    "lado": Signs(
        "5A",
        r"\blado\b",
        r"\bLADO\b(?! referral)|local authority designated officer|designated officer for allegations",
    ),
    "adult-care": Signs(
        "5A",
        r"\badults?\W?(?:social|safeguarding|care|mash)\w*|\basc\b|adult\W?services",
        r"adult social care|adults'? (?:safeguarding|services|social)|adult mental health social",
    ),
    "authority": Signs(
        "5C",
        r"\bgov\b|council|\blbc?\b|children'?s?\W?services|social\W?care|\bmash\b|borough",
        r"(?:london borough|royal borough|metropolitan borough|borough council|city council|county council|district council|\bcouncil\b)|children'?s (?:services|social care)|social worker|\bLB [A-Z]|local authority|first response|assessment team|\bMASH\b team|duty (?:and|&) assessment|looked after|independent reviewing",
    ),
    "children-home": Signs(
        "8",
        r"residential|childrenshome",
        r"children'?s home|residential (?:worker|home|manager)|supported (?:accommodation|living)|key ?worker at|foster(?:ing)? agency|children'?s centre|family centre",
    ),
    "charity": Signs(
        "8",
        r"charity|foundation|refuge|womens?aid|childline|barnardo\w*|victim\W?support|church|mosque|\bfc\b|club|scouts?|guides|youth|foodbank|\borg\b|idva|domestic\W?abuse",
        r"charity|\bIDVA\b|women'?s aid|refuge (?:worker|manager)|victim support|childline|barnardo'?s|youth (?:worker|club|centre)|football club|\bF\.?C\.?\b|sports? club|\bcoach\b|church|mosque|vicar|\bimam\b|scout|voluntary|volunteer|food ?bank|support worker|welfare officer|helpline|community centre|safeguarding officer|domestic abuse (?:service|advocate|charity)|home-?start|dance school|gym(?:nastics)? club|job ?cent(?:re|er)|\bDWP\b|work coach",
    ),
}

# Private people, by how they speak of the child. Matched in the sender's own words.
PRIVATE: dict[str, tuple[str, str]] = {
    "self": (
        "1C",
        r"\bi(?:'m| am) (?:only )?(?:a )?(?:1[0-7]|[89])(?:\s?(?:years?|yrs?)(?: old)?|\b(?! (?:weeks|months)))|\bmy (?:mum|dad|stepdad|stepmum|step-?dad|step-?mum|parents|uncle|mother|father)\b[^.]{0,60}\b(?:hits?|hurts?|beats?|touch\w*|kicks?|shouts? at|locks?|screams? at|kicked|threw|wont let|won't let|makes?|is forcing|are forcing)\b[^.]{0,20}\bme\b|i (?:don't|dont) (?:feel safe|want to (?:go|live)) (?:at )?home|i(?:'m| am) in (?:year|yr) \d|need help[^.]{0,30}my (?:mum|dad)",
    ),
    "family": (
        "1A",
        r"\bmy (?:little |older |younger |ex'?s? )?(?:grandson|granddaughter|grandchild(?:ren)?|grand ?kids?|nephew|niece|son|daughter|children|kids|child|brother|sister|stepson|stepdaughter|godson|goddaughter|cousin|baby)\b|\bi(?:'m| am) (?:the |his |her |their |a )?(?:\w+ )?(?:mother|mum|father|dad|grandmother|grandfather|grandparent|nan|nana|gran|granny|grandad|aunt|auntie|uncle|step(?:mum|dad|mother|father)|sister|brother|cousin|parent)\b|\b(?:as (?:his|her|their) (?:nan|gran|grand\w+|aunt\w*|uncle|mother|father|mum|dad))|\bour (?:grandson|granddaughter|grandchildren|son|daughter|nephew|niece)\b",
    ),
    "acquaintance": (
        "1B",
        r"neighbou?rs?\b|next door|lives? (?:above|below|opposite|across|on (?:my|our) (?:street|road)|in (?:my|our) (?:street|road|block|building))|upstairs flat|flat (?:above|below|upstairs|downstairs)|\b(?:my|our|family|a) friend|friend of (?:mine|the family)|child ?minder|baby ?sitter|\bmy (?:son|daughter)'?s (?:friend|school ?friend|classmate|best friend)|known (?:the family|them) for|same road|through the wall|(?:gave|giving) [A-Z]\w+ [^.]{0,40}\ba lift|i work with (?:the|his|her) (?:mum|mother|dad|father)|(?:colleague|school gate|playdate)",
    ),
    "other-individual": (
        "1D",
        r"member of the public|passer[- ]?by|\bmp\b for|member of parliament|councillor|customer|i (?:saw|witnessed|was (?:on|in|at) (?:the|a) (?:bus|train|shop|park|supermarket|tube))|stranger|i don'?t know (?:the family|them|who they)|saw (?:a|this) (?:woman|man|mother|mum|lady)",
    ),
}
ANONYMOUS = r"\banonymous(?:ly)?\b|(?:do not|don'?t|not) want to (?:give|leave) (?:my|a) name|rather not (?:say|give) (?:who|my)|(?:not|won'?t|not be) (?:giving|leav\w+) (?:my|a) name|withhold(?:ing)? (?:my|their) name|keep (?:my name|me) out"
FREE_MAIL = r"@(?:[\w-]+\.)*(?:gmail|googlemail|hotmail|outlook|yahoo|ymail|icloud|me|live|msn|aol|btinternet|sky|talktalk|virginmedia|ntlworld|proton(?:mail)?|tiscali|webmail|mail|freemail|inbox|home|personal|email|gmx|zoho|post|mymail|freeserve|o2|ee|bt|btopenworld|fastmail|privatemail|homemail|anonmail|tutanota|free-?mail|mailbox|public|isp|broadband|anon\w*|yahoomail|hush\w*)\.[\w.]+$"
