"""What no log holds: the keys of letters, with which whoever reads a log could take an account."""

import logging
import re

_KEY = re.compile(r"(/accounts/(?:password/reset/key|confirm-email)/)[^/\s\"'?]+")


class WithoutKeys(logging.Filter):
    """Leaves the keys of links for a password or an address out of a line. Drops no line."""

    def filter(self, record):
        record.msg = _without(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_without(each) for each in record.args)
        return True


def _without(part):
    return _KEY.sub(r"\1…", part) if isinstance(part, str) else part
