"""How long what is said of a map may be, in characters (code points), and how many it may name."""

ANNOTATION = {"text": 10_000}
TAG, MOST_TAGS = 40, 10
DISPUTE = {"statement": 5000, "answer": 5000, "decision": 5000, "what_changed": 2000}
MOST_EVIDENCE = 100
SUGGESTION = {"text": 2000, "detail": 20_000, "why": 2000, "decision": 2000}
