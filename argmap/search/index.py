"""What keeps the entries in step with all that is written, in whatever way it is written.

For each kind a view says which words of which rows are looked through; it is the only place that
says so. Triggers store what it tells of a row when the row changes, so an import, an action and
the administration need not know. A migration may rebuild any table, which drops its triggers on
SQLite and minds views everywhere: so they are let go before it and made anew behind it, and
entries that a migration left behind are mended there.
"""

# ruff: noqa: S608 (no word of these statements is from outside)

import hashlib
import json
from contextlib import contextmanager

from django.db import connections, transaction

from .words import FIELDS, vocabulary_of

LONG = 4000  # characters of one entry
OVERLAP = 100  # with the next, so that no word is cut in both
_ROW = "kind, object_id, part, map_id, article_id, only_for, scope, words"

_CITED = " || {us} || ".join(f"c.{name}" for name in ("title", "quote", "locator", "url", "doi"))

#: For each kind, what is looked through; in braces what each database says in its own way.
VIEWS = {
    "node": """
        SELECT 'node' AS kind, n.id AS object_id, n.map_id, {none} AS article_id,
          {none} AS only_for, 'knode m' || n.map_id AS scope,
          n.text || {us} || n.detail || COALESCE({us} || {cited}, '') AS words
        FROM maps_node n WHERE n.hidden_at IS NULL AND n.retracted_at IS NULL""",
    "annotation": """
        SELECT 'annotation' AS kind, a.id AS object_id, a.map_id, {none} AS article_id,
          CASE a.visibility WHEN 'private' THEN a.author_id END AS only_for,
          'kannotation ' || CASE a.visibility WHEN 'private'
            THEN 'u' || a.author_id || ' m' || a.map_id || 'u' || a.author_id
            ELSE 'm' || a.map_id END AS scope,
          a.text || COALESCE({us} || {tags}, '') AS words
        FROM debate_annotation a WHERE a.hidden_at IS NULL AND a.retracted_at IS NULL""",
    "dispute": """
        SELECT 'dispute' AS kind, d.id AS object_id, d.map_id, {none} AS article_id,
          {none} AS only_for, 'kdispute m' || d.map_id AS scope,
          d.statement || {us} || d.answer || {us} || d.decision || {us} || d.what_changed AS words
        FROM debate_dispute d WHERE d.hidden_at IS NULL AND d.retracted_at IS NULL""",
    "article": """
        SELECT 'article' AS kind, a.id AS object_id, {none} AS map_id, a.id AS article_id,
          {none} AS only_for, 'karticle a' || a.id AS scope,
          a.title || {us} || a.byline || ' ' || a.publisher || ' ' || a.url || {us}
          || COALESCE((SELECT e.text FROM articles_edition e WHERE e.article_id = a.id
            ORDER BY e.number DESC LIMIT 1), '') AS words
        FROM articles_article a WHERE a.hidden_at IS NULL""",
    "map": """
        SELECT 'map' AS kind, m.id AS object_id, m.id AS map_id, {none} AS article_id,
          {none} AS only_for, 'kmap m' || m.id AS scope,
          m.title || {us} || m.question || {us} || m.summary AS words
        FROM maps_map m WHERE m.hidden_at IS NULL""",
}

#: Which tables a kind follows: its id there, and the columns on which its words depend.
FOLLOWED = [
    ("node", "maps_node", "id", "map_id text detail hidden_at retracted_at"),
    ("node", "maps_citation", "node_id", "node_id title url doi locator quote"),
    ("annotation", "debate_annotation", "id",
     "map_id author_id visibility text tags hidden_at retracted_at"),
    ("dispute", "debate_dispute", "id",
     "map_id statement answer decision what_changed hidden_at retracted_at"),
    ("article", "articles_article", "id", "title byline publisher url hidden_at"),
    ("article", "articles_edition", "article_id", "article_id number text"),
    ("map", "maps_map", "id", "title question summary hidden_at"),
]  # fmt: skip


def _speaks(us, none, cited, tags):
    """How a database says what they say differently; `us` is the sign between fields."""
    parts = _CITED.format(us=us)
    return {"us": us, "none": none, "cited": cited.format(parts=parts, us=us), "tags": tags}


SPEAKS = {
    "sqlite": _speaks(
        us=f"char({ord(FIELDS)})",
        none="NULL",
        cited="(SELECT group_concat({parts}, {us})"
        " FROM (SELECT * FROM maps_citation WHERE node_id = n.id ORDER BY id) c)",
        tags="(SELECT group_concat(value, ' ') FROM json_each(a.tags))",
    ),
    "postgresql": _speaks(
        us=f"chr({ord(FIELDS)})",
        none="NULL::bigint",
        cited="(SELECT string_agg({parts}, {us} ORDER BY c.id)"
        " FROM maps_citation c WHERE c.node_id = n.id)",
        tags="(SELECT string_agg(value, ' ') FROM jsonb_array_elements_text(a.tags))",
    ),
}


def register_vocabulary(sender, connection, **kwargs):
    """The triggers of SQLite ask for the words of a text, which it cannot tell itself."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "argmap_vocabulary",
            1,
            lambda text: json.dumps(sorted(vocabulary_of(text)), ensure_ascii=False),
            deterministic=True,
        )


def let_go(using, plan, **kwargs):
    """Before a migration."""
    if plan:
        _run(_let_go(using), using)


def keep_in_step(using, **kwargs):
    """Behind a migration: everything that keeps the entries in step is there, and they are."""
    if _is_kept(using) or not _is_ready(using):
        return
    with transaction.atomic(using):
        vendor = connections[using].vendor
        _run(_let_go(using), using)
        _run(_keep(vendor), using)
        _run([f"CREATE VIEW {_marker(vendor)} AS SELECT 1 AS kept"], using)
        mend(using)


def _is_ready(using):
    """Whether the database is as this release has it; it is not while one goes back a step."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[using])
    targets = executor.loader.graph.leaf_nodes()
    return not executor.migration_plan(targets)


def _is_kept(using):
    return _marker(connections[using].vendor) in _markers(using)


def _marker(vendor):
    """The name of a view that says by what the entries are kept in step."""
    return f"search_kept_{hashlib.sha256(';'.join(_keep(vendor)).encode()).hexdigest()[:16]}"


def _markers(using):
    views = "sqlite_master WHERE type = 'view' AND name"
    if connections[using].vendor == "postgresql":
        views = "pg_class WHERE relkind = 'v' AND relname"
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {views.split()[-1]} FROM {views} LIKE 'search_kept%%'")
        return [name for (name,) in cursor.fetchall()]


def _run(statements, using):
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def out_of_step(using="default"):
    """(kind, id) of all whose entries are not what its view says, more than once where more is
    wrong with it."""
    with connections[using].cursor() as cursor:
        for kind in VIEWS:
            told = f"SELECT {_ROW} FROM ({_parts(kind)}) AS told"
            kept = f"SELECT {_ROW} FROM search_entry WHERE kind = '{kind}'"
            for one, other in ((told, kept), (kept, told)):
                cursor.execute(
                    f"SELECT DISTINCT kind, object_id FROM ({one} EXCEPT {other}) AS wrong"
                )
                yield from cursor.fetchall()


def mend(using="default"):
    """Bring all that is out of step into step; how much that was."""
    wrong = sorted(set(out_of_step(using)))
    with connections[using].cursor() as cursor:
        for kind, pk in wrong:
            cursor.execute(
                "DELETE FROM search_entry WHERE kind = %s AND object_id = %s", [kind, pk]
            )
            cursor.execute(f"{_insert(kind)} WHERE v.object_id = %s", [pk])
    return len(wrong)


@contextmanager
def at_once(map_id):
    """Inside, what is added to a new map waits, and is made ready to be searched together at the
    end: that takes a quarter of the time. In a transaction, whose rows nobody else sees yet."""
    with connections["default"].cursor() as cursor:
        cursor.execute("INSERT INTO search_waiting (map_id) VALUES (%s)", [map_id])
        yield
        for kind in ("node", "annotation", "dispute"):
            cursor.execute(f"{_insert(kind)} WHERE v.map_id = %s", [map_id])
        cursor.execute("DELETE FROM search_waiting")


def _parts(kind):
    return (
        f"SELECT v.kind, v.object_id, p.number AS part, v.map_id, v.article_id, v.only_for,"
        f" v.scope, substr(v.words, 1 + p.number * {LONG}, {LONG + OVERLAP}) AS words"
        f" FROM search_of_{kind} v JOIN search_part p"
        f" ON p.number <= (length(v.words) - 1) / {LONG}"
    )


def _insert(kind):
    return f"INSERT INTO search_entry ({_ROW}) {_parts(kind)}"


def _let_go(using):
    yield from (f"DROP VIEW IF EXISTS {name}" for name in _markers(using))
    if connections[using].vendor == "sqlite":
        tables = [f"search_{table}" for _, table, _, _ in FOLLOWED]
        for name in (*tables, "search_entry", "search_word"):
            for when in ("added", "changed", "removed"):
                yield f"DROP TRIGGER IF EXISTS {name}_{when}"
    else:  # the triggers go with what they call
        calls = [f"{table}_{call}" for _, table, _, _ in FOLLOWED for call in ("add", "follow")]
        for call in (*calls, "entry_complete", "entry_vocabulary"):
            yield f"DROP FUNCTION IF EXISTS search_{call}() CASCADE"
    yield from (f"DROP VIEW IF EXISTS search_of_{kind}" for kind in VIEWS)


def _keep(vendor):
    for kind, view in VIEWS.items():
        yield f"CREATE VIEW search_of_{kind} AS {view.format(**SPEAKS[vendor])}"
    for kind, table, key, columns in FOLLOWED:
        follow = _follow_sqlite if vendor == "sqlite" else _follow_postgresql
        yield from follow(kind, table, key, columns.split())
    if vendor == "sqlite":
        yield from _KEEP_SQLITE
    else:
        yield from _KEEP_POSTGRESQL


#: Whether somebody is inside `at_once` in this transaction.
_WAITING = "EXISTS (SELECT 1 FROM search_waiting)"


def _follow_sqlite(kind, table, key, columns):
    remove = f"DELETE FROM search_entry WHERE kind = '{kind}' AND object_id = OLD.{key};"
    remove_new = f"DELETE FROM search_entry WHERE kind = '{kind}' AND object_id = NEW.{key};"
    add = f"{_insert(kind)} WHERE v.object_id = NEW.{key};"
    add_old = f"{_insert(kind)} WHERE v.object_id = OLD.{key};"
    part = key != "id"  # what it follows stays when a row goes
    other = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns)
    yield (
        f"CREATE TRIGGER search_{table}_added AFTER INSERT ON {table} WHEN NOT {_WAITING} BEGIN"
        f" {remove_new if part else ''} {add} END"
    )
    moved = f"{remove} {add_old} {remove_new} {add}" if part else f"{remove} {add}"
    yield (
        f"CREATE TRIGGER search_{table}_changed AFTER UPDATE OF {', '.join(columns)} ON {table}"
        f" WHEN {other} BEGIN {moved} END"
    )
    yield (
        f"CREATE TRIGGER search_{table}_removed AFTER DELETE ON {table} BEGIN"
        f" {remove} {add_old if part else ''} END"
    )


_KEEP_SQLITE = [
    """CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN
      INSERT INTO search_text (rowid, scope, words) VALUES (NEW.id, NEW.scope, NEW.words);
      INSERT INTO search_word (word) SELECT value FROM json_each(argmap_vocabulary(NEW.words))
        WHERE NOT EXISTS (SELECT 1 FROM search_word WHERE word = value);
    END""",
    """CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN
      INSERT INTO search_text (search_text, rowid, scope, words)
        VALUES ('delete', OLD.id, OLD.scope, OLD.words);
    END""",
    """CREATE TRIGGER search_word_added AFTER INSERT ON search_word BEGIN
      INSERT INTO search_spelling (rowid, word) VALUES (NEW.id, '  ' || NEW.word || ' ');
    END""",
    """CREATE TRIGGER search_word_removed AFTER DELETE ON search_word BEGIN
      INSERT INTO search_spelling (search_spelling, rowid, word)
        VALUES ('delete', OLD.id, '  ' || OLD.word || ' ');
    END""",
]


#: A plan is made once and kept: of one row, or of ten thousand that come in together. Looking each
#: up by its index serves both.
_BY_INDEX = "SET enable_seqscan = off SET jit = off"


def _follow_postgresql(kind, table, key, columns):
    """Row by row, but what is added: all rows of a statement together take a third of the time."""
    delete = f"DELETE FROM search_entry WHERE kind = '{kind}' AND object_id"
    insert = f"{_insert(kind)} WHERE v.object_id"
    part = key != "id"  # what it follows stays when a row goes
    added = f"= ANY (ARRAY(SELECT {key} FROM added))"
    yield f"""
      CREATE FUNCTION search_{table}_add() RETURNS trigger LANGUAGE plpgsql
      {_BY_INDEX} AS $$
      BEGIN
        IF {_WAITING} THEN RETURN NULL; END IF;
        {f"{delete} {added};" if part else ""}
        {insert} {added};
        RETURN NULL;
      END $$"""
    anew = f"{delete} = NEW.{key}; {insert} = NEW.{key};"
    yield f"""
      CREATE FUNCTION search_{table}_follow() RETURNS trigger LANGUAGE plpgsql
      {_BY_INDEX} AS $$
      BEGIN
        {delete} = OLD.{key};
        {f"{insert} = OLD.{key};" if part else ""}
        {f"IF TG_OP = 'UPDATE' THEN {anew} END IF;"}
        RETURN NULL;
      END $$"""
    other = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
    for name, when, call in (
        ("added", f"INSERT ON {table} REFERENCING NEW TABLE AS added FOR EACH STATEMENT", "add"),
        ("changed", f"UPDATE ON {table} FOR EACH ROW WHEN ({other})", "follow"),
        ("removed", f"DELETE ON {table} FOR EACH ROW", "follow"),
    ):
        yield (
            f"CREATE TRIGGER search_{table}_{name} AFTER {when}"
            f" EXECUTE FUNCTION search_{table}_{call}()"
        )


#: `russian` takes the stems of words in Latin letters as `english` does. Signs between words are
#: spaces to us, and host names or paths to PostgreSQL.
_KEEP_POSTGRESQL = [
    r"""CREATE FUNCTION search_entry_complete() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE folded text := NEW.words;
      BEGIN
        IF octet_length(folded) <> length(folded) THEN
          folded := normalize(
            regexp_replace(
              normalize(folded, NFD), U&'([A-Za-z\0415\0435])[\0300-\036F]+', '\1', 'g'
            ),
            NFC
          );
        END IF;
        IF folded ~ '[[:alnum:]][^[:alnum:][:space:]]+[[:alnum:]]|[-+/.~][[:alnum:]]'
            OR folded ~ '[łŁøØđĐıİ]' THEN
          folded := translate(
            folded,
            U&'łŁøØđĐıİ./:@-_=?&#+~%''"<>|\005C\0060\001F', 'llooddii                     '
          );
        END IF;
        NEW.found_by :=
          array_to_tsvector(string_to_array('§' || replace(NEW.scope, ' ', ' §'), ' '))
          || strip(to_tsvector('simple', folded)) || strip(to_tsvector('russian', folded));
        RETURN NEW;
      END $$""",
    """CREATE TRIGGER search_entry_complete BEFORE INSERT ON search_entry
      FOR EACH ROW EXECUTE FUNCTION search_entry_complete()""",
    f"""CREATE FUNCTION search_entry_vocabulary() RETURNS trigger LANGUAGE plpgsql
      {_BY_INDEX} AS $$
      BEGIN
        INSERT INTO search_word (word)
          SELECT lexeme FROM (SELECT DISTINCT lexeme FROM added, unnest(found_by)) AS them
          WHERE length(lexeme) BETWEEN 4 AND 30 AND lexeme ~ '^[[:alpha:]]+$'
          AND (SELECT 1 FROM search_word WHERE word = lexeme LIMIT 1) IS NULL;
        RETURN NULL;
      END $$""",
    """CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry
      REFERENCING NEW TABLE AS added FOR EACH STATEMENT
      EXECUTE FUNCTION search_entry_vocabulary()""",
]
