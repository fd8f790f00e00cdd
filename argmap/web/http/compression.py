"""Pages leave compressed.

As Django's GZipMiddleware, with its padding against BREACH, but by ISA-L: a page of 250 KB takes
half a millisecond there and nine in zlib, which is longer than to make the page.
"""

import io
import re
import secrets

from django.utils.cache import patch_vary_headers
from isal.igzip import IGzipFile

WORTH_IT = 500  # bytes
LEVEL = 1
MOST_PADDING = 100  # bytes

_TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")


class Compressed:
    """Compresses what is made whole. A stream goes as it is, and files are kept compressed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.streaming or len(response.content) < WORTH_IT:
            return response
        if response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if _TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")):
            response.content = compressed(response.content)
            response["Content-Encoding"] = "gzip"
            response["Content-Length"] = len(response.content)
            if response.get("ETag", "").startswith('"'):
                response["ETag"] = f"W/{response['ETag']}"
        return response


def compressed(content):
    """Bytes as gzip, of a length that does not say exactly how well they could be compressed."""
    written = io.BytesIO()
    padding = "a" * secrets.randbelow(MOST_PADDING)
    with IGzipFile(padding, "wb", compresslevel=LEVEL, fileobj=written, mtime=0) as file:
        file.write(content)
    return written.getvalue()
