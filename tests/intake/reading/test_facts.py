"""The small readings that the whole is made of: dates, names, numbers, denials, ticks, agreement."""

from __future__ import annotations

from datetime import date

import pytest
from intake.reading.addresses import clean_address, find_address
from intake.reading.blocks import lines_of
from intake.reading.concerns import find_concerns
from intake.reading.consent import find_consent
from intake.reading.dates import as_birth, first_date
from intake.reading.fields import read_items
from intake.reading.identifiers import find_references, read_nhs_number
from intake.reading.labels import read_label
from intake.reading.names import Name, parse_name
from intake.reading.ticks import options

TODAY = date(2026, 11, 11)


@pytest.mark.parametrize(
    "written",
    [
        "03/02/2019",
        "3.2.19",
        "3rd Feb 2019",
        "2019-02-03",
        "03FEB2019",
        "3 February 2019",
        "03-02-2019",
        "3 Feb '19",
        "03 02 2019",
    ],
)
def test_a_date_is_read_day_first(written: str) -> None:
    found = first_date(f"born {written}.")
    assert found is not None
    assert as_birth(found, TODAY) == date(2019, 2, 3)


@pytest.mark.parametrize("written", ["02/13/2019", "31/02/2016", "30.02.20", "01/01/1900", "11/11/2027"])
def test_an_impossible_birth_is_no_date(written: str) -> None:
    found = first_date(written)
    assert found is not None
    assert as_birth(found, TODAY) is None


def test_two_figures_of_a_year_lie_in_the_past() -> None:
    found = first_date("14/06/91")
    assert found is not None
    assert as_birth(found, TODAY) == date(1991, 6, 14)


@pytest.mark.parametrize(
    ("written", "given", "family"),
    [
        ("TESTCASE, Robin James", "Robin James", "Testcase"),
        ("Robin TESTCASE", "Robin", "Testcase"),
        ("TESTCASE Robin", "Robin", "Testcase"),
        ("Master Robin Testcase (known as Rob)", "Robin", "Testcase"),
        ("Robin", "Robin", None),
        ("SEAN O'NEILL", "Sean", "O'Neill"),
        ("van der Steel, Johanna", "Johanna", "van der Steel"),
        ("Anna-Lise Double-Barrelle", "Anna-Lise", "Double-Barrelle"),
        ("Robin Testcase aka Robbie", "Robin", "Testcase"),
        ("Not known", None, None),
        ("Unborn baby", None, None),
        ("N/K", None, None),
    ],
)
def test_a_name_is_taken_apart(written: str, given: str | None, family: str | None) -> None:
    assert parse_name(written) == Name(given, family)


@pytest.mark.requirement("IDN-06")
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("999 249 5235", "9992495235"),
        ("999-249-5235", "9992495235"),
        ("9992495236", None),
        ("999 249 523", None),
    ],
)
def test_an_nhs_number_is_checked(written: str, value: str | None) -> None:
    number = read_nhs_number(written)
    assert number is not None
    assert number.value == value


@pytest.mark.parametrize(
    ("label", "fact", "owner"),
    [
        ("Date of birth of subject 2", "dob", "subject"),
        ("Child's full name", "name", "child"),
        ("Mother's D.O.B.", "dob", "adult"),
        ("Name of person making the referral", "name", "referrer"),
        ("Relationship to child", "role", None),
        ("Name of school", "name", "place"),
        ("Expected date of delivery", "edd", None),
        ("3. Home address (including postcode)", "address", None),
        ("Weather", None, None),
    ],
)
def test_a_label_says_what_it_asks_and_of_whom(label: str, fact: str | None, owner: str | None) -> None:
    found = read_label(label)
    assert (found.fact, found.owner) == (fact, owner)


def test_police_numbers_come_in_the_order_preferred() -> None:
    text = "CAD 1183/10NOV26, crime ref 4219077/26, Merlin 26PAC104412"
    assert [reference.kind for reference, _ in find_references(text)] == ["merlin", "crime", "cad"]


@pytest.mark.parametrize(
    "text",
    [
        "There are no concerns of sexual abuse, exploitation or self-harm.",
        "She denies any domestic abuse or drug use.",
        "No evidence of neglect.",
        "Domestic abuse: No",
        "[ ] Neglect  [ ] Sexual abuse  [ ] Domestic abuse",
        "I asked about domestic abuse, which she denied.",
        "Alcohol: none known",
        "Join our training on neglect and domestic abuse.",
        "Jo Model, Domestic Abuse Coordinator",
        "If you suspect neglect please call us.",
    ],
)
def test_what_is_denied_is_no_concern(text: str) -> None:
    assert find_concerns(read_items(list(lines_of(text)))) == {}


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("No food in the house and the heating is off.", "neglect"),
        ("[x] Neglect  [ ] Sexual abuse", "neglect"),
        ("Domestic abuse: Yes", "domestic_abuse"),
        ("She denies it but there is clear neglect.", "neglect"),
        ("There was no neglect last year. Now the children are filthy and hungry.", "neglect"),
        ("He took 20 paracetamol.", "self_harm"),
        ("Mum's boyfriend hit her in front of him.", "domestic_abuse"),
    ],
)
def test_what_is_told_is_a_concern(text: str, tag: str) -> None:
    assert tag in find_concerns(read_items(list(lines_of(text))))


@pytest.mark.requirement("CON-01", "CON-05")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Mum consented to the referral.", "given"),
        ("Consent: Yes - verbal", "given"),
        ("Is parent aware: yes\nConsent given: no", "informed_not_agreed"),
        ("Parents have been told of this referral and do not agree with it.", "informed_not_agreed"),
        ("Consent: refused", "refused"),
        ("Mother declined consent.", "refused"),
        ("Father is aware of this referral.", "informed"),
        ("Parents not informed as this would put her at further risk.", "not_sought_risk"),
        ("Family aware? No\nReason: father may flee abroad with the children", "not_sought_risk"),
        ("I could not get hold of mum to tell her about the referral.", "not_sought_unable"),
        ("Consent not sought.", "not_sought"),
        ("Parents informed: No", "not_sought"),
        ("He told officers that his mother hit him.", "not_stated"),
        (
            "Has the parent agreed?   [ ] Yes   [x] No\nParent aware?   [x] Yes   [ ] No",
            "informed_not_agreed",
        ),
    ],
)
def test_telling_and_agreeing_are_two_facts(text: str, value: str) -> None:
    assert find_consent(read_items(list(lines_of(text)))).value == value


@pytest.mark.parametrize(
    ("text", "ticked"),
    [
        ("\u2610 Neglect \u2612 Self harm", ["Self harm"]),
        ("Yes \u2612 No \u2610", ["Yes"]),
        ("[X] Yes   [ ] No", ["Yes"]),
        ("Gender: [ ] M [x] F", ["F"]),
        ("no boxes here", []),
    ],
)
def test_ticks_belong_to_their_words(text: str, ticked: list[str]) -> None:
    assert [words for words, is_ticked in options(text) if is_ticked] == ticked


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("She lives at 14 Sample Close, Romford RM99 1AB with her nan.", "14 Sample Close, Romford RM99 1AB"),
        (
            "He lives with his dad at Flat 2, 9 Dummy Street, Hornchurch.",
            "Flat 2, 9 Dummy Street, Hornchurch",
        ),
        ("I work at 1 School Lane Primary School, Romford RM99 1AB.", None),
        ("Nothing is said of where they live.", None),
    ],
)
def test_a_home_is_found_in_a_sentence(text: str, address: str | None) -> None:
    found = find_address(text)
    assert (found[0] if found else None) == address


def test_an_address_unknown_is_none() -> None:
    assert [clean_address(text) for text in ("not known", "N/K", "as above", "")] == [None] * 4
