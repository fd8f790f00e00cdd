"""Every write of what people say about a map."""

from .annotations import (
    annotate,
    edit_annotation,
    place_annotation,
    reopen_annotation,
    reply,
    resolve_annotation,
    restore_annotation,
    retract_annotation,
)
from .disputes import answer_dispute, decide_dispute, edit_dispute, open_dispute, withdraw_dispute
from .merging import merge_nodes
from .stances import drop_stance, take_stance
from .suggestions import decide_suggestion, suggest, withdraw_suggestion

__all__ = [
    "annotate",
    "answer_dispute",
    "decide_dispute",
    "decide_suggestion",
    "drop_stance",
    "edit_annotation",
    "edit_dispute",
    "merge_nodes",
    "open_dispute",
    "place_annotation",
    "reopen_annotation",
    "reply",
    "resolve_annotation",
    "restore_annotation",
    "retract_annotation",
    "suggest",
    "take_stance",
    "withdraw_dispute",
    "withdraw_suggestion",
]
