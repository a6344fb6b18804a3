"""A fictitious fortnight at a hub, played through its own API by a clock that is moved from step to step.

Concerns come at the hours at which they come; people take them up after a while, mostly in time; agencies
answer, some of them late or not at all; and the last day's work is left as it stands. The same days come out
the same way, but for the ids.
"""

from __future__ import annotations

import csv
import heapq
import io
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, Final

import yaml
from mash.ids import utc_now

from openmash_local.clocks import MovableClock
from openmash_local.demo import agencies
from openmash_local.demo.arrivals import LONDON, message
from openmash_local.demo.client import Client, Refused

Tell = Callable[[str], None]

DAYS: Final = 14
# What has come in these hours before the present lies on the board, at whatever time it is played.
LAST_HOURS: Final = (9.5, 7, 5.5, 4, 3, 2.5, 1.5, 0.7, 0.3)
WORRIES: Final = Path(__file__).parent / "worries.yaml"
# Long enough for the timers of every service to look at the time once.
PAUSE_SECONDS: Final = 0.15
HOP_BY_DAY, HOP_BY_NIGHT = timedelta(minutes=30), timedelta(hours=3)
GIVEN: Final = (
    "Alder",
    "Birch",
    "Clover",
    "Dale",
    "Ember",
    "Fern",
    "Glen",
    "Heath",
    "Ivy",
    "Juniper",
    "Lark",
)
GIVEN_OF_PARENTS: Final = ("Sage", "Marigold", "Hazel", "Olive", "Willow", "Poppy", "Laurel", "Myrtle")
FAMILY: Final = ("Testcase", "Mockford", "Placeholme", "Sampleton", "Fixtureby", "Demoworth", "Exampleson")
STREETS: Final = ("Sample Street", "Fictional Gardens", "Pretend Lane", "Invented Road", "Madeup Court")
# What agencies may know; where one knows nothing of a family its researcher says so.
KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "police": (
        "Two calls to the address since the spring, both about shouting. No complaint was made.",
        "{mother} reported that a former partner waited outside the school. Words of advice were given.",
        "{first} was found with others in the shopping centre late in the evening and was taken home.",
    ),
    "health": (
        "{first} was not brought to the last two appointments. A letter was sent, and a call not answered.",
        "Immunisations are complete. Weight and height follow their centiles.",
        "{mother} told the health visitor that she sleeps badly and feels alone with the children.",
    ),
    "housing": (
        "Rent is six weeks in arrears. A repayment plan was agreed and is kept to.",
        "A repair of the boiler has been open for five weeks; the family was given heaters.",
    ),
    "probation": (
        "A man who gives this address is under a community order for driving without insurance.",
        "The mother's partner is on licence after an assault. A condition is that he lives elsewhere.",
    ),
}
SAID: Final = (
    "Police and health each knew of one visit; nobody knew of both. To be seen together in the enquiry.",
    "The school sees the children every day and will tell the hub of any change.",
    "Nothing new since it came. It stays as it was rated.",
    "Housing will visit with the health visitor this week.",
)
# What was done well, and what is learnt.
LEARNT: Final = (
    ("The school wrote down the child's own words.", "Ask for the times of earlier visits at once."),
    ("Police sent the Merlin within the hour.", "Tell the health visitor before the letter goes out."),
)


@dataclass(frozen=True)
class Family:
    """Who a concern is about, and what it is."""

    number: int
    worry: Mapping[str, Any]
    name: str
    mother: str
    children: tuple[tuple[str, str], ...]
    address: str

    @property
    def said(self) -> str:
        """What whoever raises it says."""
        text: str = self.worry["said"]
        return text.format(first=self.children[0][0], mother=self.mother).strip()


@dataclass(order=True)
class Step:
    """What happens at a time."""

    at: datetime
    order: int
    do: Callable[[], None] = field(compare=False)


class Fortnight:
    """``Fortnight(client, clock, tell).play()`` fills a running hub whose clock is ``clock``."""

    def __init__(self, client: Client, clock: MovableClock, tell: Tell, *, days: int = DAYS) -> None:
        self._client = client
        self._clock = clock
        self._tell = tell
        self._days = days
        self._chance = random.Random(20)  # noqa: S311 - the same days each time
        self._steps: list[Step] = []
        self._order = count()
        self._ends = utc_now()
        self.contacts = 0

    def play(self) -> None:
        """Play every step up to the present, and leave the hub at the real time."""
        first = (self._ends - timedelta(days=self._days)).astimezone(LONDON).replace(hour=8, minute=30)
        self._clock.set(first)
        for day in range(self._days + 1):
            self._plan_day(first + timedelta(days=day))
            # The present day's meeting is left to whoever looks.
            if day < self._days:
                self._plan(first + timedelta(days=day, hours=1, minutes=45), self._meet)
        for hours in LAST_HOURS:
            self._plan_arrival(self._ends - timedelta(hours=hours), next(self._families))
        shown = None
        while self._steps and self._steps[0].at < self._ends:
            step = heapq.heappop(self._steps)
            self._move_to(step.at)
            if shown != (today := step.at.astimezone(LONDON).date()):
                shown = today
                self._tell(f"{today:%A %d %B}: {self.contacts} contacts so far")
            step.do()
        self._move_to(self._ends)
        self._clock.catch_up()
        self._client.forget()
        self._tell(f"{self.contacts} contacts in {self._days} days; the present day's work is open")

    def _move_to(self, at: datetime) -> None:
        """Let time pass in hops, so that what falls due on the way is noticed then."""
        while (now := self._clock()) < at:
            night = not 7 <= now.astimezone(LONDON).hour < 20
            self._clock.set(min(at, now + (HOP_BY_NIGHT if night else HOP_BY_DAY)))
            time.sleep(PAUSE_SECONDS)
        self._client.forget()

    def _plan(self, at: datetime, do: Callable[[], None]) -> None:
        heapq.heappush(self._steps, Step(at, next(self._order), do))

    def _plan_day(self, morning: datetime) -> None:
        weekend = morning.weekday() >= 5 and not self._is_last(morning)
        for _ in range(2 if weekend else self._chance.randint(4, 7)):
            family = next(self._families)
            # Most come while schools are open; the police's and neighbours' come in the evening as well.
            evening = family.worry["comes"] in ("merlin", "public", "ambulance") or weekend
            minutes = self._chance.randint(0, 14 * 60 if evening else 8 * 60)
            self._plan_arrival(morning + timedelta(minutes=minutes), family)

    def _plan_arrival(self, at: datetime, family: Family) -> None:
        self._plan(at, lambda: self._arrive(family))

    @cached_property
    def _worries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = yaml.safe_load(WORRIES.read_text(encoding="utf-8"))
        return found

    @cached_property
    def _families(self) -> Iterator[Family]:
        return self._make_families()

    def _make_families(self) -> Iterator[Family]:
        chance, today = self._chance, self._ends.astimezone(LONDON).date()
        for number in count(1):
            worry = self._worries[(number - 1) % len(self._worries)]
            name = chance.choice(FAMILY)
            born = [
                today - timedelta(days=int(age * 365.25) + chance.randint(60, 300)) for age in worry["ages"]
            ]
            given = chance.sample(GIVEN, len(born))
            yield Family(
                number=number,
                worry=worry,
                name=name,
                mother=f"{chance.choice(GIVEN_OF_PARENTS)} {name}",
                children=tuple((one, str(day)) for one, day in zip(given, born, strict=True)),
                address=f"{chance.randint(1, 99)} {chance.choice(STREETS)}, Examplesford, RM1 9ZZ",
            )

    def _arrive(self, family: Family) -> None:
        came = family.worry["comes"]
        post = {"form": self._form, "call": self._call, "public": self._public}.get(came, self._mail)
        contact_id = post(family)
        self.contacts += 1
        # Somebody takes it up in the hub's hours; one in eight only when it is nearly late or past it.
        soon = 20 if family.worry.get("danger") else self._chance.randint(45, 260)
        wait = 60 * 30 if self._chance.random() < 1 / 8 else soon
        self._plan(self._after(timedelta(minutes=wait), family), lambda: self._screen(family, contact_id))

    def _after(self, wait: timedelta, family: Family) -> datetime:
        """So long from now and in office hours; a Red, and the last days' work, at any hour."""
        at = (self._clock() + wait).astimezone(LONDON)
        if family.worry["rating"] == "red" or self._is_last(at):
            return at
        while at.weekday() >= 5 or not 9 <= at.hour < 17:
            at = (at + timedelta(hours=1)).replace(minute=self._chance.randint(0, 59))
        return at

    def _is_last(self, at: datetime) -> bool:
        """Whether it is one of the last days, which are busy whatever day of the week it is played on."""
        return self._ends - at < timedelta(days=2)

    def _document(self, family: Family) -> dict[str, Any]:
        worry = family.worry
        children = [{"given": given, "family": family.name, "dob": dob} for given, dob in family.children]
        return {
            "partnership": "havering",
            "referrer": {
                **worry["from"],
                "name": "Ash Sample",
                "email": f"{worry['from']['kind']}@sample-{worry['from']['kind'].replace('_', '-')}.example",
                "telephone": "020 7946 0123",
            },
            "children": children,
            "household": [
                {"given": family.mother.split()[0], "family": family.name, "relationship": "mother"},
            ],
            "address": family.address,
            "concern": {
                "narrative": family.said,
                "types": worry["types"],
                "immediate_danger": bool(worry.get("danger")),
            },
            "consent": {"told": "informed", "agreed": "yes", "lawful_basis": ["public_task"]},
        }

    def _form(self, family: Family) -> str:
        sent = self._client.post("referrer-school", "intake", "/v1/contacts", self._document(family))
        return str(sent["contact_id"])

    def _call(self, family: Family) -> str:
        document = {**self._document(family), "channel": "telephone"}
        return str(self._client.post("officer", "intake", "/v1/calls", document)["contact_id"])

    def _public(self, family: Family) -> str:
        form = {
            "partnership": "havering",
            "about_you": {"kind": "acquaintance"},
            "children": [{"estimated_age_years": age} for age in family.worry["ages"]],
            "address": family.address,
            "worry": family.said,
        }
        reference = self._client.post("portal", "intake", "/v1/public/contacts", form)["reference"]
        return str(self._client.get("officer", "intake", f"/v1/contacts/{reference}")["id"])

    def _mail(self, family: Family) -> str:
        came = family.worry["comes"]
        sent = self._client.send(
            "POST",
            "mailbox",
            "intake",
            "/v1/emails?partnership=havering",
            content=message(
                f"{came}-of-a-day",
                self._clock(),
                number=f"26PAC{family.number:06}" if came == "merlin" else str(1000 + family.number),
                children=_MAILED[came](family),
                address=family.address,
                mother=family.mother,
                said=family.said,
                grading=family.worry["rating"].upper(),
                concern=", ".join(family.worry["types"]).replace("_", " "),
            ),
            headers={"Content-Type": "message/rfc822"},
        ).json()
        return str(sent["contacts"][0]["id"])

    def _screen(self, family: Family, contact_id: str) -> None:
        """Record what is found, rate it, and decide; on the last day some is left for whoever looks."""
        # Of the last day's some is not begun, and some is rated and not yet decided.
        is_last, share = self._ends - self._clock() < timedelta(hours=30), self._chance.random()
        if is_last and share < 0.25:
            return
        worry, path = family.worry, f"/v1/screenings/{contact_id}"
        client = self._client
        row = client.until("the contact in screening", lambda: self._screening(path))
        findings = {"indicators": worry["indicators"], "facts": {}}
        version = client.put("worker", "screening", f"{path}/findings", findings, row["version"])["version"]
        client.get("manager", "screening", f"{path}/recommendation")
        version = client.get("manager", "screening", path)["version"]
        rated = {"rating": worry["rating"], "rationale": worry["why"]}
        version = client.post("manager", "screening", f"{path}/rating", rated, version)["version"]
        if is_last and share < 0.5:
            return
        choice = {"pathway": worry["pathway"], "level": worry["level"], "rationale": worry["why"]}
        if worry["pathway"] == "enquiry":
            choice["agencies"] = worry["agencies"]
        if worry["pathway"] == "social_worker_screening":
            choice["worker"] = "worker"
        if worry["pathway"] in ("early_help", "close_with_advice"):
            choice["advice"] = "Advice was given in writing, and whom to ring if it gets worse."
        client.post("manager", "screening", f"{path}/pathway", choice, version)
        if worry["pathway"] == "enquiry":
            self._enquire(family, contact_id)
        if worry["pathway"] == "social_worker_screening":
            self._plan(self._after(timedelta(hours=4), family), lambda: self._take_back(family, path))

    def _take_back(self, family: Family, path: str) -> None:
        """The social worker writes what they found, and the manager decides."""
        note = {
            "spoke_to_parents": True,
            "parents": f"{family.mother} was open, knew why the hub rang, and asked for help.",
            "level": 2,
            "pathway": "early_help",
            "analysis": "The worry is real and the family sees it; support now would keep it from growing.",
        }
        version = self._client.get("worker", "screening", path)["version"]
        version = self._client.post("worker", "screening", f"{path}/screening-note", note, version)["version"]
        choice = {
            "pathway": "early_help",
            "level": 2,
            "rationale": "The social worker has spoken to the family, who agree to help.",
            "advice": "Early help will ring within two days.",
        }
        self._client.post("manager", "screening", f"{path}/pathway", choice, version)

    def _screening(self, path: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._client.get("worker", "screening", path)
        except Refused:
            return None
        return found

    def _enquire(self, family: Family, contact_id: str) -> None:
        path = f"/v1/enquiries?contact_id={contact_id}"
        found = self._client.until(
            "the enquiry", lambda: self._client.get("manager", "enquiry", path)["items"]
        )
        enquiry = found[0]
        left = timedelta(seconds=enquiry["seconds_left"])
        for agency in family.worry["agencies"]:
            if self._chance.random() < 0.65:
                self._let_know(agency, family)
            # One request in nine is answered late, and one in twelve never.
            fate = self._chance.random()
            wait = left * (1.2 if fate < 1 / 9 else self._chance.uniform(0.1, 0.8))
            if fate < 11 / 12:
                at = self._after(wait, family)
                self._plan(at, lambda agency=agency: self._answer(agency, enquiry["enquiry_id"]))  # type: ignore[misc]
        self._plan(self._after(left * 0.95, family), lambda: self._decide(family, enquiry["enquiry_id"]))

    def _answer(self, agency: str, enquiry_id: str) -> None:
        if self._client.get("manager", "enquiry", f"/v1/enquiries/{enquiry_id}")["state"] == "open":
            agencies.research(self._client, agency, enquiry_id, today=self._clock().astimezone(LONDON).date())

    def _decide(self, family: Family, enquiry_id: str) -> None:
        path = f"/v1/enquiries/{enquiry_id}"
        enquiry = self._client.get("manager", "enquiry", path)
        decision = {
            "final_rating": family.worry["rating"],
            "level": family.worry["level"],
            "outcome": family.worry["outcome"],
            "rationale": f"{family.worry['why']} What came back bears it out.",
        }
        if any(request["answer"] is None for request in enquiry["requests"]):
            decision["silent_rationale"] = "An agency has not answered, and the children cannot wait for it."
        self._client.post("manager", "enquiry", f"{path}/decision", decision, enquiry["version"])

    def _meet(self) -> None:
        """Hold the meetings that are open: what was said, who does what, who came; and close them."""
        client = self._client
        for meeting in client.get("manager", "enquiry", "/v1/meetings")["coming"]:
            if meeting["state"] != "open":
                continue
            path = f"/v1/meetings/{meeting['meeting_id']}"
            whole = client.get("manager", "enquiry", path)
            items = {
                item["agenda_item_id"]: item for section in whole["sections"] for item in section["cases"]
            }
            for item in items.values():
                self._discuss(path, item)
            attendance = [
                {
                    "agency": agency,
                    "who": "The agency's representative",
                    "present": self._chance.random() < 0.85,
                }
                for agency in whole["expected"]
            ]
            self._record(path, "attendance", {"attendance": attendance})
            learning = self._chance.choice(LEARNT)
            self._record(path, "learning", {"good_practice": learning[0], "learning": learning[1]})
            self._record(path, "closing", None)

    def _record(self, path: str, what: str, body: dict[str, Any] | None) -> None:
        version = self._client.get("manager", "enquiry", path)["version"]
        self._client.post("manager", "enquiry", f"{path}/{what}", body, version)

    def _discuss(self, path: str, item: dict[str, Any]) -> None:
        client, at = self._client, f"{path}/items/{item['agenda_item_id']}"
        said = {"said": self._chance.choice(SAID)}
        version = client.post("manager", "enquiry", f"{at}/discussion", said, item["version"])["version"]
        if item["rating_before"] and self._chance.random() < 0.3:
            higher = {"green": "amber", "amber": "red", "red": "red"}[item["rating_before"]]
            rated = {
                "rating": higher if self._chance.random() < 0.4 else item["rating_before"],
                "rationale": "By what the agencies said in the meeting.",
                "enquiry_version": item["enquiry_version"],
            }
            client.post("manager", "enquiry", f"{at}/rating", rated, version)
        if self._chance.random() < 0.3:
            action = {
                "agenda_item_id": item["agenda_item_id"],
                "agency": self._chance.choice(("police", "health")),
                "what": "Ask whoever saw the family last what they found, and tell the hub.",
                "due_on": str((self._clock() + timedelta(days=self._chance.randint(1, 5))).date()),
            }
            client.post("manager", "enquiry", f"{path}/actions", action)

    def _let_know(self, agency: str, family: Family) -> None:
        """Put something about the family into an agency's own records, for its researcher to find."""
        given, dob = family.children[0]
        columns = {
            "record_id": f"{agency[:3].upper()}-D{family.number:05}",
            "family": family.name,
            "given": given,
            "dob": dob,
            "address": family.address.rpartition(",")[0],
            "postcode": family.address.rpartition(", ")[2],
            "recorded_on": str(self._clock().date() - timedelta(days=self._chance.randint(20, 200))),
            "source": f"Sample {agency} record",
            "category": "contact",
            "text": self._chance.choice(KNOWN[agency]).format(first=given, mother=family.mother),
            "sensitive": "no",
        }
        text = io.StringIO()
        writer = csv.DictWriter(text, columns)
        writer.writeheader()
        writer.writerow(columns)
        agencies.import_records(self._client, agency, text.getvalue().encode())


def _police_children(family: Family) -> str:
    blocks = []
    for number, (given, dob) in enumerate(family.children, start=1):
        day = datetime.fromisoformat(dob)
        names = f"Surname: {family.name.upper()}\nForenames: {given}"
        blocks.append(f"SUBJECT {number} (CHILD)\n{names}\nDOB: {day:%d/%m/%Y}\n")
    return "\n".join(blocks)


def _ambulance_child(family: Family) -> str:
    given, dob = family.children[0]
    return f"PATIENT: {given} {family.name.upper()}\nDOB: {datetime.fromisoformat(dob):%d/%m/%Y}   SEX: F"


_MAILED: Final[Mapping[str, Callable[[Family], str]]] = {
    "merlin": _police_children,
    "ambulance": _ambulance_child,
}
