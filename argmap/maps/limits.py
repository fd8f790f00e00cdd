"""How long the texts of a map may be, in characters (code points), and how many a node may have."""

MAP = {"title": 300, "question": 500, "summary": 5000}
NODE = {"text": 2000, "detail": 20_000}
LINK = {"scheme": 100}
CITATION = {"title": 500, "url": 1000, "doi": 200, "locator": 200, "quote": 1000}
MOST_CITATIONS = 50
