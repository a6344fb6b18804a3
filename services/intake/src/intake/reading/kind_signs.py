"""What each kind of message looks like: (where, pattern, weight). Data only.

Zones: subject, title (the first lines and the headings), body (everything), sender (the kind of sender).
"""

Sign = tuple[str, str, int]

KINDS: dict[str, tuple[Sign, ...]] = {
    "merlin": (
        ("subject", r"\bmerlin\b|\bPAC\b|child coming to notice|\bCCN\b|\d{2}PAC\d", 9),
        (
            "title",
            r"\bmerlin\b|pre[- ]?assessment checklist|child(?:ren)? coming to (?:police )?notice|\bform 87[AB]?\b|\d{2}PAC\d",
            9,
        ),
        (
            "body",
            r"\bmerlin (?:report|ref|no|number|pac|id)|\d{2}PAC\d{3,}|\d{2}PAC\d{2}/|(?:PAC|merlin)\s*(?:ref|no|number)",
            6,
        ),
        (
            "body",
            r"which (?:of the )?(?:five )?outcomes|five outcomes|\bECM\b outcomes|stay safe|be healthy|economic well-?being",
            3,
        ),
        ("address", r"merlin", 9),
        ("sender", r"^police$", 3),
    ),
    "police": (
        ("sender", r"^police$", 9),
        (
            "subject",
            r"public protection (?:notice|notification|report)|\bPPN\b|\bVPA\b|vulnerable (?:person|child) (?:alert|report)|police (?:report|notification|referral|protection)|\bSCARF\b|\bVIST\b|\bCYP(?:E)?\b report|operation encompass",
            8,
        ),
        (
            "title",
            r"public protection (?:notice|notification)|\bPPN\b|vulnerable (?:person|child) (?:report|form|alert)|police (?:report|notification|child protection)|operation encompass",
            8,
        ),
    ),
    "ambulance": (
        ("sender", r"^ambulance$", 10),
        ("subject", r"ambulance|\bLAS\b", 7),
        ("title", r"ambulance|\bLAS\b referral|\bLAS (?:safeguarding|child)", 6),
        ("body", r"conveyed to|call ?sign|\bcrew\b", 2),
    ),
    "fire": (
        ("sender", r"^fire$", 10),
        ("subject", r"\bfire (?:brigade|service|and rescue)|\bLFB\b|home fire safety", 7),
        ("title", r"fire (?:brigade|(?:and|&) rescue)|\bLFB\b|home fire safety", 6),
    ),
    "court": (
        ("sender", r"^(?:court|cafcass)$", 10),
        (
            "subject",
            r"(?:court|sealed) order|\bs(?:ection|ec|\.)?\s?\.?(?:7|37)\b|family court|directions order|\bcase (?:no|number)",
            6,
        ),
        (
            "title",
            r"in the family court|in the high court|it is ordered|section (?:7|37)\b|family court at|the children act 1989",
            9,
        ),
        (
            "body",
            r"it is ordered that|upon (?:hearing|the court|reading)|sitting in private|district judge|her honour|his honour|\bHHJ\b|\bDJ\b",
            3,
        ),
    ),
    "hospital": (
        ("sender", r"^(?:emergency-department|health|midwife|camhs)$", 7),
        (
            "subject",
            r"\bED (?:attendance|notification)|A\s?&\s?E|emergency department|hospital|maternity|discharge|paediatric|\bward\b|CAMHS|pre-?birth|attendance notification",
            3,
        ),
        (
            "title",
            r"emergency department|hospital|\bA\s?&\s?E\b|maternity|\bNHS (?:foundation )?trust|ward\b|CAMHS|paediatric|discharge summary|attendance notification",
            3,
        ),
        (
            "body",
            r"admitted to|brought (?:in )?to (?:the )?(?:hospital|ED|emergency|A\s?&\s?E)|presenting complaint|triage|x-?ray|discharged (?:home|from)|attended (?:the )?(?:ED|A\s?&\s?E|emergency)",
            2,
        ),
    ),
    "edt": (
        ("sender", r"^edt$", 10),
        (
            "subject",
            r"\bEDT\b|emergency duty|out[- ]of[- ]hours (?:summary|report|handover)|overnight (?:summary|report|contacts)",
            9,
        ),
        (
            "title",
            r"\bEDT\b (?:summary|report|handover|log)|emergency duty (?:team|service)|out[- ]of[- ]hours (?:summary|report|handover)|handover (?:from|of) (?:the )?(?:night|weekend)",
            6,
        ),
    ),
    "form": (
        (
            "subject",
            r"\bMARF\b|multi[- ]?agency referral|inter[- ]?agency referral|referral form|\bIARF\b|request for (?:support|service) form",
            8,
        ),
        (
            "title",
            r"\bMARF\b|multi[- ]?agency referral|inter[- ]?agency referral|referral form|request for (?:support|services?|help and protection)(?: form)?|safeguarding referral form|early help (?:request|referral|assessment) form",
            9,
        ),
        ("file", r"\bMARF\b|multi.?agency|referral.?form|inter.?agency", 8),
    ),
    "nspcc": (("sender", r"^nspcc$", 12), ("subject", r"\bNSPCC\b", 8), ("title", r"\bNSPCC\b", 7)),
    "housing": (
        ("sender", r"^housing$", 9),
        ("subject", r"homeless\w*|housing (?:referral|notification)|eviction|duty to refer", 5),
        (
            "title",
            r"homeless(?:ness)? (?:referral|notification)|housing (?:referral|solutions|options)|duty to refer",
            5,
        ),
    ),
    "lado": (
        ("sender", r"^lado$", 8),
        (
            "subject",
            r"\bLADO\b|allegation against (?:a )?(?:member of )?(?:staff|professional|teacher|carer|adult|worker)|position of trust|managing allegations",
            12,
        ),
        (
            "title",
            r"\bLADO\b|allegation against|position of trust|managing allegations|designated officer",
            11,
        ),
        (
            "body",
            r"\bLADO\b|position of trust|person in a position of trust|allegation (?:has been |was )?(?:made )?against (?:a |an |our |one of our )?(?:\w+ )?(?:member of )?(?:staff|teacher|teaching|carer|worker|coach|volunteer|employee)|works with children|works at|suspended (?:from duty|pending)",
            4,
        ),
        ("body", r"\bLADO\b", 5),
    ),
    "prevent": (
        (
            "subject",
            r"\bprevent\b (?:referral|concern|national)|\bprevent\b$|radicali[sz]ation|channel (?:referral|panel)",
            14,
        ),
        (
            "title",
            r"prevent (?:national )?referral|\bchannel (?:referral|panel)|radicali[sz]ation (?:referral|concern)",
            12,
        ),
        (
            "body",
            r"prevent (?:national )?referral|refer(?:ring|ral)? (?:\w+ ){0,4}(?:to|under) prevent|channel panel|vulnerable to (?:being drawn|radicali)",
            6,
        ),
        ("body", r"radicali[sz]|extremis[mt]|terroris[mt]|far[- ]right|neo-?nazi", 3),
    ),
    "private-fostering": (
        ("subject", r"private(?:ly)? foster", 14),
        (
            "title",
            r"private foster(?:ing)? (?:notification|arrangement|referral)|notification of (?:a )?private foster",
            12,
        ),
        ("body", r"privately fostered|private fostering|private foster carer", 7),
    ),
    "transfer-in": (
        (
            "subject",
            r"transfer[- ]in|case transfer|transfer (?:request|of|conference|child protection)|request to transfer|(?:\bCP|child protection|\bCIN|child in need)\W.{0,40}transfer|transfer.{0,40}(?:\bCP\b|child protection|\bCIN\b|child in need)|moved? (?:in)?to your (?:area|borough)|new (?:family|resident) in (?:your )?area|temporary resid",
            13,
        ),
        ("title", r"transfer[- ]in|case transfer|transfer (?:request|conference)|request to transfer", 11),
        (
            "body",
            r"transfer[- ]in (?:child protection )?conference|transfer (?:of )?(?:case|responsibility|the (?:case|plan))|accept (?:the )?(?:transfer|case responsibility)|subject (?:of|to) (?:a )?(?:child (?:protection|in need) plan|CPP?|CIN)[^.]{0,120}(?:moved|moving|relocat)|(?:moved|moving|relocat\w+) (?:in)?to (?:your (?:area|borough|authority)|havering|the borough)|case responsibility",
            6,
        ),
    ),
}

# How the kinds follow from the sender alone, where no sign of a kind is plain enough.
BY_SENDER = {
    "police": "police",
    "ambulance": "ambulance",
    "fire": "fire",
    "court": "court",
    "cafcass": "court",
    "emergency-department": "hospital",
    "health": "hospital",
    "midwife": "hospital",
    "camhs": "hospital",
    "edt": "edt",
    "nspcc": "nspcc",
    "housing": "housing",
    "lado": "lado",
    "self": "public",
    "family": "public",
    "acquaintance": "public",
    "other-individual": "public",
    "anonymous": "public",
}

# What the kind says of the sender, where the sender is otherwise unknown.
SENDER_BY_KIND = {
    "merlin": "police",
    "police": "police",
    "ambulance": "ambulance",
    "fire": "fire",
    "court": "court",
    "edt": "edt",
    "nspcc": "nspcc",
    "housing": "housing",
    "hospital": "health",
    "transfer-in": "authority",
}

UPDATE = r"\b(?:update|further to|additional information|further information|follow(?:ing)?[- ]?up|chas(?:ing|er)|supplementary|addendum|as (?:discussed|requested)|in response to|in reply|amended|correction|previous(?:ly)? (?:referral|referred|sent|submitted)|any (?:news|update|outcome)|outcome of|more information|requested information|feedback on|progress on|information you (?:asked|requested))\b"
HUB_REFERENCE = r"\b(?:HAV|HAR|RED|BRA|MED|MASH|MFT|LCS|ICS|EHM|C)[-/ ]?(?:20\d\d[-/])?\d{4,}\b|\b(?:your|our|contact|mash|case|referral|hub)\s*(?:ref(?:erence)?|id|number|no)\.?\s*(?:is|was|number|no\.?|:|#|-)*\s*[A-Z]{0,5}[-/]?\d[\w/-]{3,}"
NEW_HARM = r"\b(?:new (?:incident|disclosure|injur\w+|concerns?|allegation)|(?:further|another|fresh|second|latest) (?:incident|disclosure|injury|assault|concern|allegation)s?|has (?:now |since |today )(?:disclosed|said|told|attended|been|come)|happened again|(?:today|yesterday|last night|this morning|since then|overnight)[^.]{0,80}\b(?:hit|bruis\w+|assault\w*|disclosed|injur\w+|marks?|missing|overdose|attack\w*|hurt|threaten\w*|black eye|cut|burn\w*|arrested))\b"

NOISE_SUBJECT = r"^\W*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|on leave|undeliver(?:able|ed)|delivery (?:status notification|failure|has failed|delayed)|mail delivery (?:failed|subsystem|failure)|returned mail|failure notice|read:|not read:|delivered:|relayed:|recall:|accepted:|declined:|tentative:|cancell?ed:|message recall|read receipt|your message to .* (?:was|has been) (?:read|received))"
NOISE_TEXT = r"\b(?:out of (?:the )?office|(?:i am|i'm|i will be) (?:currently )?(?:on (?:annual |maternity |sick |study )?leave|away|out of)|this is an automat(?:ed|ic) (?:reply|response)|thank you for your e-?mail[. ]|delivery (?:has failed|to the following|status notification)|could not be delivered|wasn'?t delivered|your message (?:was read|has been (?:read|delivered|received)|to .{3,80} (?:was read|couldn))|mailbox (?:is )?(?:full|unavailable|not found)|address (?:not found|couldn'?t be found|rejected)|limited access to (?:my )?e-?mail|no longer (?:work|employed)|will (?:reply|respond|get back to you) (?:on|when|upon) (?:my|i) return)\b"
ADVERT = r"\b(?:unsubscribe|newsletter|bulletin|webinar|book (?:your|now|a|here)|register (?:now|here|your)|sign up|free (?:trial|training|webinar|event|delivery|quote)|early bird|discount|special offer|limited time|save \d+%|cpd|conference|training (?:course|dates|event|day|programme)|delegate|view (?:this (?:email|message) )?(?:in|online)|browser|vacanc(?:y|ies)|we(?:'re| are) hiring|click here|dear (?:valued )?customer|our (?:products|services|latest|new)|invoice|quotation|promo\w*|special price|subscription|survey|save the date|minutes of|agenda|toner|seo|lottery|winner|crypto|parking|fire alarm test|system (?:maintenance|upgrade|outage)|password (?:expires|will expire|reset)|it service desk|canteen|charity (?:bake|quiz)|team meeting|join us|resources|guidance (?:document|update)|policy update|consultation (?:opens|closes))\b"
WRAPPER = r"\b(?:secure (?:message|e-?mail|mail)|encrypted (?:message|e-?mail)|protected message|egress|mimecast|proofpoint|virtru|office 365 message encryption|message\.(?:htm|html|rpmsg)|galaxkey|cryptshare|zivver|totemo|cisco (?:secure|registered))\b"
WRAPPER_LINK = r"\b(?:open|read|view|click|sign in|log in|access|retrieve|decrypt|register|one[- ]time passcode|passcode)\b"
