"""Every write to maps, their nodes and links."""

from .links import add_link, edit_link, move_link, restore_link, retract_link
from .maps import (
    archive_map,
    begin_map,
    bring_in,
    edit_map,
    set_article_visibility,
    set_role,
    set_visibility,
    unarchive_map,
)
from .nodes import add_node, anchor_node, edit_node, restore_node, retract_node
from .passages import place_passage

__all__ = [
    "add_link",
    "add_node",
    "anchor_node",
    "archive_map",
    "begin_map",
    "bring_in",
    "edit_link",
    "edit_map",
    "edit_node",
    "move_link",
    "place_passage",
    "restore_link",
    "restore_node",
    "retract_link",
    "retract_node",
    "set_article_visibility",
    "set_role",
    "set_visibility",
    "unarchive_map",
]
