"""What somebody does next with a screening, in one sentence by its state and by what they may do."""

from __future__ import annotations

from mash.access import Caller, Role

from screening.domain.screening import Screening


def next_step(screening: Screening, caller: Caller, *, answered: bool) -> str:
    """The sentence. ``answered`` says that nothing suggested still waits to be accepted or refused."""
    manages = caller.has(Role.MANAGER)
    if screening.is_decided:
        return _once_decided(screening, manages=manages)
    if screening.paused_at is not None:
        return _while_paused(manages=manages)
    if screening.immediate_danger and screening.rating is None:
        return _in_danger(manages=manages)
    if screening.state == "with_social_worker":
        return _with_worker(screening, caller, manages=manages)
    if manages:
        return _for_manager(screening)
    if not answered:
        return "Read what was told, then accept or refuse what was suggested from it. A manager decides."
    if screening.findings_at is None:
        return "Read what was told and record what you found. A manager then rates it and decides."
    return "A manager rates it and decides. Record anything more that you find before they do."


def _once_decided(screening: Screening, *, manages: bool) -> str:
    if screening.has_new_information:
        if not manages:
            return "Something was added after the decision. Tell a manager if it changes what should be done."
        if screening.has_enquiry_under_way:
            return "Something was added after the decision. Read it, then say below that the decision stands."
        return "Something was added after the decision. Read it, then confirm the decision or reopen it."
    if screening.has_enquiry_under_way:
        return "Agencies are being asked. Follow their answers on the Enquiry tab."
    return "It is decided. There is nothing to do here unless something new comes."


def _while_paused(*, manages: bool) -> str:
    if manages:
        return "The clock is stopped. Start it again as soon as the reason for it has gone."
    return "The clock is stopped. A manager starts it again; go on with what you can do meanwhile."


def _in_danger(*, manages: bool) -> str:
    if manages:
        return "A child may be in danger now. Rate it and decide first, and write the rest down afterwards."
    return "A child may be in danger now. Tell a manager at once: only a manager rates it and decides."


def _with_worker(screening: Screening, caller: Caller, *, manages: bool) -> str:
    if screening.worker == caller.subject:
        return "Speak to the parents, look at the history, then write your note. It goes back to the manager."
    if manages:
        return f"{screening.worker} is screening it; their note brings it back to you. You can decide sooner."
    return f"{screening.worker} is screening it. There is nothing for you to do unless something new comes."


def _for_manager(screening: Screening) -> str:
    if screening.rating is None:
        return "Read what was told and what the findings point to, then rate it."
    return "It is rated. Now decide what happens next."
