"""Which actions may change who sees a map, and what of it: after these, streams ask who may.

Each of them records an Event in the site's journal, so that is where to look.
"""

#: May take from someone the sight of a map, of its article, or of what a moderator hid.
MAY_TAKE = frozenset(
    {
        "set_role", "set_visibility", "set_article_visibility", "hide", "restore",
        "sanction", "lift_sanction", "make_moderator",
        "set_team_role", "accept_invitation", "dismiss_flags", "unlock_map",
    }
)  # fmt: skip

#: Take none, or sessions (`set_password`), or give some (`flag`): noticed when all are asked again.
TAKE_NOTHING = frozenset(
    {
        "bring_in_article", "edit_article", "add_edition",
        "bring_in", "begin_map", "edit_map", "archive_map", "unarchive_map", "import_map",
        "lock_map",
        "add_node", "edit_node", "retract_node", "restore_node", "anchor_node", "merge_nodes",
        "add_link", "edit_link", "move_link", "retract_link", "restore_link", "place_passage",
        "annotate", "reply", "edit_annotation", "retract_annotation", "restore_annotation",
        "place_annotation", "resolve_annotation", "reopen_annotation",
        "open_dispute", "edit_dispute", "answer_dispute", "decide_dispute", "withdraw_dispute",
        "suggest", "decide_suggestion", "withdraw_suggestion", "take_stance", "drop_stance",
        "flag",
        "rename_account", "set_password", "read_sanction", "issue_token", "revoke_token",
        "create_team", "invite",
    }
)  # fmt: skip
