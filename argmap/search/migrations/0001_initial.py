"""The entries and the words in them, with what each database finds them by.

What keeps them in step stands in `index.py`, and is made behind every migration.
"""

from django.db import migrations, models

PARTS = [
    "CREATE TABLE search_part (number integer PRIMARY KEY)",
    """INSERT INTO search_part WITH RECURSIVE counted (number) AS (
         SELECT 0 UNION ALL SELECT number + 1 FROM counted WHERE number < 199
       ) SELECT number FROM counted""",
    "CREATE TABLE search_waiting (map_id bigint NOT NULL)",
]

SQLITE = [
    """CREATE VIRTUAL TABLE search_text USING fts5 (
         scope, words, content='search_entry', content_rowid='id', columnsize=0,
         tokenize='unicode61 remove_diacritics 2', prefix='3'
       )""",
    """CREATE VIRTUAL TABLE search_spelling USING fts5 (
         word, content='', tokenize='trigram'
       )""",
]

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "ALTER TABLE search_entry ADD COLUMN found_by tsvector",
    "CREATE INDEX search_entry_found_by ON search_entry USING gin (found_by)",
    "CREATE INDEX search_word_spelling ON search_word USING gin (word gin_trgm_ops)",
]

BACK = {
    "sqlite": ["DROP TABLE search_text", "DROP TABLE search_spelling"],
    "postgresql": [
        "ALTER TABLE search_entry DROP COLUMN found_by",
        "DROP INDEX search_word_spelling",
    ],
}


def make(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in [*PARTS, *(POSTGRESQL if postgresql else SQLITE)]:
        schema_editor.execute(statement, params=None)


def take_back(apps, schema_editor):
    both = ["DROP TABLE search_part", "DROP TABLE search_waiting"]
    for statement in [*BACK[schema_editor.connection.vendor], *both]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("object_id", models.PositiveBigIntegerField()),
                ("part", models.PositiveSmallIntegerField()),
                ("map_id", models.PositiveBigIntegerField(null=True)),
                ("article_id", models.PositiveBigIntegerField(null=True)),
                ("only_for", models.PositiveBigIntegerField(null=True)),
                ("scope", models.CharField(max_length=60)),
                ("words", models.TextField()),
            ],
            options={
                "verbose_name_plural": "entries",
                "constraints": [models.UniqueConstraint(fields=("kind", "object_id", "part"), name="entry_once_for_a_part")],
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40)),
            ],
            options={"indexes": [models.Index(fields=["word"], name="word_looked_up")]},
        ),
        migrations.RunPython(make, take_back),
    ]
