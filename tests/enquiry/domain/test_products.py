from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args
from uuid import uuid4

import pytest
from enquiry.domain.products import (
    AUDIENCE,
    Item,
    ItemIsOut,
    ItemState,
    KeptByCaveat,
    Product,
    ProductNotReady,
    SensitiveNeedsManager,
    check_caveat,
    cut,
    dropped,
    lapsed,
    to_ask,
    what_goes,
)
from factories.enquiry import create_request
from mash.contracts.boundary import ReceiverKind

pytestmark = pytest.mark.requirement("ENQ-07")


def create_product(kind: ReceiverKind = "school") -> Product:
    return Product(
        id=uuid4(),
        enquiry_id=uuid4(),
        contact_id=uuid4(),
        partnership="havering",
        state="draft",
        receiver_kind=kind,
        receiver_agency=None,
        receiver_name="Safeguarding lead",
        purpose="To watch over Wren.",
        lawful_basis="Children Act 2004, section 10",
        necessity="The school sees her.",
        made_at=datetime(2026, 11, 18, tzinfo=UTC),
        made_by="manager",
    )


def create_item(state: ItemState = "chosen", **changes: Any) -> Item:
    return Item(
        **{
            "id": uuid4(),
            "product_id": uuid4(),
            "place": 1,
            "state": state,
            "text": "Officers attended.",
            "agency": None if state == "own" else "police",
            **changes,
        }
    )


def test_every_kind_of_receiver_has_an_audience() -> None:
    assert set(AUDIENCE) == set(get_args(ReceiverKind))


@pytest.mark.parametrize("kind", [kind for kind, who in AUDIENCE.items() if who == "professional"])
def test_no_caveat_keeps_an_item_from_a_professional(kind: ReceiverKind) -> None:
    for caveat in ("professionals_only", "not_to_family", "not_to_named_adult", "sensitive", None):
        check_caveat(create_product(kind), caveat, is_manager=True)


@pytest.mark.parametrize("caveat", ["professionals_only", "sensitive", "not_to_family", "unheard_of", None])
@pytest.mark.parametrize("kind", ["family", "public"])
def test_most_caveats_keep_an_item_from_family_and_public(kind: ReceiverKind, caveat: str | None) -> None:
    with pytest.raises(KeptByCaveat):
        check_caveat(create_product(kind), caveat, is_manager=True)


@pytest.mark.parametrize("caveat", ["sensitive", "unheard_of", None])
def test_a_manager_decides_on_what_is_sensitive_or_unmarked(caveat: str | None) -> None:
    with pytest.raises(SensitiveNeedsManager):
        check_caveat(create_product(), caveat, is_manager=False)


def test_other_words_need_another_release() -> None:
    released = create_item("released", asked_in=uuid4(), release_version=2)
    again = cut(released, "Officers came.")
    assert (again.state, again.asked_in, again.release_version) == ("chosen", None, 0)


def test_the_hubs_own_words_need_no_release() -> None:
    assert cut(create_item("own"), "Ring us.").state == "own"


@pytest.mark.parametrize("state", ["dropped", "lapsed"])
def test_what_is_out_stays_out(state: ItemState) -> None:
    with pytest.raises(ItemIsOut):
        cut(create_item(state), "Officers came.")
    with pytest.raises(ItemIsOut):
        dropped(create_item(state), "Not needed.")


@pytest.mark.parametrize(("version", "out"), [(1, 0), (2, 1), (None, 1)])
def test_only_what_left_the_standing_answer_lapses(version: int | None, out: int) -> None:
    request = create_request(answer_version=version)
    item = create_item("released", request_id=request.id, answer_version=1)
    others = create_item("released", request_id=uuid4(), answer_version=1)
    assert len(lapsed([item, others], request)) == out


@pytest.mark.parametrize("state", get_args(ItemState))
def test_what_goes_is_released_or_the_hubs_own(state: ItemState) -> None:
    item = create_item(state)
    if state in ("own", "released"):
        assert what_goes([item, create_item("lapsed")]) == [item]
    else:
        with pytest.raises(ProductNotReady):
            what_goes([item])


def test_each_owner_is_asked_about_its_own() -> None:
    police, health = create_item(), create_item(agency="health")
    assert to_ask([police, health, create_item("own"), create_item("asked")]) == {
        "police": [police],
        "health": [health],
    }
