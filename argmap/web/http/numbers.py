"""Whole numbers from outside, the one place where they are read."""


def whole_number(text, digits=9):
    """The number that a text from outside stands for; None where it is none, or too long."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None
