"""How each database finds entries by words, and words by nearly the same letters."""

from django.db import connection

from .words import LEAST_BEGINNING, is_like, stem_of

#: Maps that are named to the index. Of who sees more, most entries are theirs to read; and to look
#: up what stands in all of them would take GIN seconds.
MOST_PLACES = {"sqlite": 200, "postgresql": 8}
MOST_WALKED = 100_000  # entries with the words, of which those are taken that the person may see
COLUMNS = "e.kind, e.object_id, e.part, e.map_id, e.article_id, e.words"
MOST_ALIKE = 20  # words that are taken for a misspelt one
MOST_NEAR = 200  # that are compared with it letter by letter


def entries(wanted, tokens, rule, most):
    """Entries with all these words, and one of the tokens of each group in `tokens`.

    `rule` is SQL and its parameters: which entries `e` the person may read. Tokens make the way
    short; the rule decides.
    """
    find = _in_postgresql if connection.vendor == "postgresql" else _in_sqlite
    found, parameters = find(wanted, tokens)
    sql, more = rule
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What it believes of words that come together is wrong by a thousandfold.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off")
        cursor.execute(
            f"SELECT {COLUMNS} FROM {found} WHERE ({sql}) LIMIT {most}",  # noqa: S608
            [*parameters, *more],
        )
        return cursor.fetchall()


def _in_sqlite(wanted, tokens):
    """The newest first."""
    words = " AND ".join(f"({' OR '.join(_terms(each))})" for each in wanted)
    scope = "".join(f" AND {{scope}} : ({' OR '.join(group)})" for group in tokens if group)
    return (
        "(SELECT rowid AS id FROM search_text WHERE search_text MATCH %s"  # noqa: S608
        f" ORDER BY rowid DESC LIMIT {MOST_WALKED}) AS found"
        " CROSS JOIN search_entry e ON e.id = found.id",
        [f"{{words}} : ({words}){scope}"],
    )


def _terms(wanted):
    """As typed, too: to SQLite ё and ł have no diacritics that could be left out."""
    for word in {wanted.word, wanted.typed or wanted.word}:
        yield f'"{stem_of(word)}" *' if wanted.is_beginning else f'"{word}"'
    yield from (f'"{word}"' for word in wanted.like)


def _in_postgresql(wanted, tokens):
    parts, parameters = [], []
    for each in wanted:
        parts.append("(%s::tsquery || plainto_tsquery('russian', %s))")
        begin = ":*" if each.is_beginning else ""
        terms = [f"'{each.word}'{begin}", *(f"'{word}'" for word in each.like)]
        parameters += [" | ".join(terms), each.word]
    for group in filter(None, tokens):
        parts.append("%s::tsquery")
        parameters.append(" | ".join(f"'§{token}'" for token in group))
    found_by = " && ".join(parts)
    return (
        f"(SELECT * FROM search_entry WHERE found_by @@ ({found_by}) LIMIT {MOST_WALKED}) AS e",  # noqa: S608
        parameters,
    )


def words_like(word):
    """Words that stand somewhere and may be what was meant, whoever may read them."""
    if len(word) < LEAST_BEGINNING + 1:
        return ()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL pg_trgm.similarity_threshold = 0.3")
            cursor.execute(
                "SELECT word FROM search_word WHERE word %% %s"
                " ORDER BY similarity(word, %s) DESC, word LIMIT %s",
                [word, word, MOST_NEAR],
            )
        else:
            padded = f"  {word} "
            parts = {padded[i : i + 3] for i in range(len(padded) - 2)}
            cursor.execute(
                "SELECT w.word FROM search_spelling s JOIN search_word w ON w.id = s.rowid"
                " WHERE search_spelling MATCH %s ORDER BY s.rank LIMIT %s",
                [" OR ".join(f'"{part}"' for part in sorted(parts)), MOST_NEAR],
            )
        near = dict.fromkeys(row[0] for row in cursor.fetchall())
    alike = [each for each in near if each != word and is_like(word, each)]
    return tuple(alike[:MOST_ALIKE])
