"""What is looked through when somebody searches. All of it follows from other rows: `index.py`."""

from django.db import models


class Entry(models.Model):
    """Some of the words of one thing that is shown; long texts have several, which overlap.

    What is hidden or retracted has none. Nobody writes here: triggers keep it in step (`index.py`).
    """

    kind = models.CharField(max_length=12)  # a name of `kinds.KINDS`
    object_id = models.PositiveBigIntegerField()
    part = models.PositiveSmallIntegerField()
    map_id = models.PositiveBigIntegerField(null=True)
    article_id = models.PositiveBigIntegerField(null=True)
    only_for = models.PositiveBigIntegerField(null=True)  # the author of what is private
    scope = models.CharField(max_length=60)  # words for kind and place, to be found by
    words = models.TextField()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "part"], name="entry_once_for_a_part"
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.object_id}, part {self.part}"


class Word(models.Model):
    """A word that stands, or stood, in an entry: what a misspelt one may have been meant to be.

    On PostgreSQL one may stand here twice: if it could not, whoever writes a new word would keep
    others waiting who write the same one.
    """

    word = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["word"], name="word_looked_up")]

    def __str__(self):
        return self.word
