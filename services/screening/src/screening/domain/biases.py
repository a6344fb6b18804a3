"""Five known ways in which a decision goes wrong, each with a question to ask oneself before deciding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bias:
    """A bias in a line, and the question that answers it."""

    id: str
    title: str
    warning: str
    question: str


BIASES: tuple[Bias, ...] = (
    Bias(
        "adultification",
        "Adultification",
        "A child is looked at as if grown up, and so as able to look after themselves.",
        "Would I see the same behaviour as a choice if this child looked younger, or looked like mine?",
    ),
    Bias(
        "diffusion",
        "Diffusion of responsibility",
        "Everybody who knows of it believes that somebody else is acting.",
        "Who, by name, does the next thing, and what happens if they do not?",
    ),
    Bias(
        "source",
        "Source bias",
        "More or less is made of a concern because of who raised it.",
        "What would I think of these words if another person had sent them?",
    ),
    Bias(
        "confirmation",
        "Confirmation bias",
        "What fits the first impression is noticed, and the rest is passed over.",
        "What here speaks against my view, and what have I not asked because of it?",
    ),
    Bias(
        "risk_aversion",
        "Risk aversion",
        "The choice that is safest for us is taken over the one that is best for the child.",
        "If nobody ever reviewed this, what would I do for this child?",
    ),
)
