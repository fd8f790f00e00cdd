"""How long what is said of an article may be, in characters (code points)."""

ARTICLE = {
    "title": 300,
    "byline": 200,
    "publisher": 200,
    "url": 1000,
    "language": 35,
    "licence_note": 500,
}
NOTE = 500  # on an edition
TEXT = 500_000  # of an edition
