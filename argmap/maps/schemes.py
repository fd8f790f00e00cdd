"""Patterns by which people argue, each with the questions that its critics should ask.

After D. Walton, C. Reed and F. Macagno, *Argumentation Schemes* (Cambridge University Press,
2008), chapter 9, in words of our own. A link keeps the name of its scheme; any other words may
stand there, too, for what comes from elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple


class Question(NamedTuple):
    """What to ask, and what one says whose answer speaks against the step."""

    asks: str
    objects: str


class Scheme(NamedTuple):
    name: str
    says: str
    questions: tuple[Question, ...]


def _scheme(name: str, says: str, *questions: tuple[str, str]) -> Scheme:
    return Scheme(name, says, tuple(Question(*each) for each in questions))


_ALL = (
    _scheme(
        "expert opinion",
        "Somebody who knows the field says so.",
        ("Is the source an expert at all?", "The source is no expert."),
        ("Is it their field?", "The source is an expert in another field."),
        ("What did they say exactly, and does it imply this?", "The source did not say this."),
        ("Can they be trusted in this matter?", "The source has an interest in saying so."),
        ("Do other experts agree?", "Other experts disagree."),
        ("On what evidence do they say so?", "The source gives no evidence for it."),
    ),
    _scheme(
        "position to know",
        "Somebody says so who is where one can know it.",
        ("Is the source in a position to know?", "The source was in no position to know this."),
        ("Is the source honest?", "The source has reasons not to be honest about it."),
        ("Did they say so?", "The source did not say this."),
    ),
    _scheme(
        "witness testimony",
        "Somebody saw or heard it.",
        ("Does the account hold together?", "The account contradicts itself."),
        ("Does it fit what is known besides?", "The account contradicts what else is known."),
        ("Do other witnesses say the same?", "Other witnesses say otherwise."),
        ("Is the witness biased?", "The witness has an interest in the matter."),
        ("How likely is what is told?", "What is told is unlikely in itself."),
    ),
    _scheme(
        "popular opinion",
        "Nearly everybody holds it to be so.",
        ("What shows that so many think so?", "Nothing shows that so many think so."),
        ("Could so many be mistaken?", "So many can be mistaken in such a matter."),
    ),
    _scheme(
        "popular practice",
        "Nearly everybody does it.",
        ("What shows that so many do it?", "Nothing shows that so many do it."),
        ("Is what many do right for that?", "That many do it does not make it right."),
    ),
    _scheme(
        "example",
        "It is so in this case, so it is in general.",
        ("Is the example true?", "The example is not true."),
        ("Is it an example of this?", "The example is one of something else."),
        ("Is the case typical?", "The case is not typical."),
        ("How many cases speak against it?", "Other cases speak against it."),
        ("Did something special make it so?", "Special circumstances explain the case."),
    ),
    _scheme(
        "analogy",
        "It is so in a case like this one.",
        ("Are the two alike in what matters?", "The two differ in what matters."),
        ("Is it so in the other case?", "In the other case it is not so."),
        ("Is there a case as alike that ended otherwise?", "A case as alike ended otherwise."),
    ),
    _scheme(
        "precedent",
        "It was decided so before.",
        ("Is this case one of that kind?", "This case is of another kind."),
        ("Was that decision right?", "The earlier decision was wrong."),
        ("Did later ones depart from it?", "Later decisions departed from it."),
    ),
    _scheme(
        "verbal classification",
        "It is one of those, and what holds of those holds of it.",
        ("Is it one of them?", "It is none of them."),
        ("Do all of them have this, or only most?", "Not all of them have this."),
        ("Does the word carry the judgement?", "The classification rests on a loaded word."),
    ),
    _scheme(
        "definition",
        "It is what the definition says.",
        ("Does it meet the definition?", "It does not meet the definition."),
        ("Is the definition a good one?", "The definition is too wide or too narrow."),
    ),
    _scheme(
        "sign",
        "It shows itself by something else.",
        ("How closely does the sign go with it?", "The sign often stands without it."),
        ("What else could the sign come from?", "Something else explains the sign."),
    ),
    _scheme(
        "correlation to cause",
        "The two go together, so one causes the other.",
        ("Do they go together at all?", "The two do not go together."),
        ("Could it be chance?", "That they go together may be chance."),
        ("Does something third cause both?", "Something third causes both."),
        ("Could the cause run the other way?", "The effect runs the other way."),
        ("Does it hold beyond the range seen?", "It holds only within the range that was seen."),
    ),
    _scheme(
        "cause to effect",
        "What generally brings it about is there.",
        ("How strong is the law behind it?", "The cause does not generally have this effect."),
        ("Is the cause there?", "The cause is not there."),
        ("Does something stand in its way?", "Something else keeps the effect from coming."),
    ),
    _scheme(
        "evidence to hypothesis",
        "If it were so one would see this, and one does.",
        ("Would one see this if it were so?", "One would not see this if it were so."),
        ("Does one see it?", "This is not what one sees."),
        ("Could it be seen for another reason?", "Another hypothesis explains this as well."),
    ),
    _scheme(
        "best explanation",
        "Of all explanations this is the best.",
        ("How good is it in itself?", "The explanation leaves much unexplained."),
        ("How much better is it than the next?", "Another explanation is about as good."),
        ("Was it looked for far enough?", "Not all explanations were looked at."),
        ("Can one wait for more evidence?", "It is too early to decide between them."),
    ),
    _scheme(
        "consequences",
        "It would lead to something good, or bad.",
        ("How likely is it to lead there?", "It is unlikely to lead there."),
        ("What shows that it will?", "Nothing shows that it will lead there."),
        ("What else would it lead to?", "It has other consequences that weigh more."),
        ("Is what comes of it good, or bad?", "What would come of it is not what it is called."),
    ),
    _scheme(
        "means to an end",
        "One wants the end, and this is a way to it.",
        ("Which other ends are at odds with it?", "It conflicts with other ends."),
        ("Are there other ways?", "There is another way to the end."),
        ("Which way is the best?", "Another way is better."),
        ("Can it be done?", "It cannot be done."),
        ("What else comes of it?", "What else comes of it weighs more."),
    ),
    _scheme(
        "waste",
        "What was put into it would be lost.",
        ("Can it still succeed?", "It can no longer succeed."),
        ("Is what was spent a reason to go on?", "What was spent is spent either way."),
    ),
    _scheme(
        "commitment",
        "Who holds that must hold this, too.",
        ("Do they hold it?", "They do not hold what is ascribed to them."),
        ("Does it follow from that?", "It does not follow from what they hold."),
        ("Is this case an exception for them?", "They would except this case."),
    ),
    _scheme(
        "inconsistent commitment",
        "Somebody says one thing and holds, or does, another.",
        ("Do the two contradict each other?", "The two do not contradict each other."),
        ("Did they change their mind for a reason?", "They changed their mind, with reasons."),
        ("Does it matter for the claim?", "Who says it does not decide whether it is true."),
    ),
    _scheme(
        "bias",
        "Whoever says so has an interest in it.",
        ("What shows the bias?", "Nothing shows that they are biased."),
        ("Is an interest out of place here?", "An interest is in order here."),
        ("Does the argument stand without them?", "The argument stands whoever gives it."),
    ),
    _scheme(
        "character",
        "Whoever says so is not to be trusted.",
        ("Is it true of them?", "This is not true of them."),
        ("Does their character bear on the matter?", "Their character does not bear on this."),
        ("Is it a reason to doubt, or to reject?", "It is a reason to look closer, not to reject."),
    ),
    _scheme(
        "values",
        "It serves, or offends, something of value.",
        ("Is it a value here, and for whom?", "Not everyone concerned holds it to be a value."),
        ("Does it serve it?", "It does not serve this value."),
        ("Which other values weigh more?", "Another value weighs more here."),
    ),
    _scheme(
        "established rule",
        "The rule says so.",
        ("Does the rule ask for this?", "The rule does not ask for this."),
        ("Does it apply to this case?", "The rule does not apply to this case."),
        ("Do other rules say otherwise?", "Another rule says otherwise."),
    ),
    _scheme(
        "exceptional case",
        "The rule does not hold here, since the case is special.",
        ("Is the case special?", "The case is not special."),
        ("Is this a recognised exception?", "The rule makes no such exception."),
        ("Would the exception undo the rule?", "With this exception nothing is left of the rule."),
    ),
    _scheme(
        "slippery slope",
        "Step by step it leads to something bad.",
        ("Does each step lead to the next?", "A step in between does not follow."),
        ("Can one stop on the way?", "One can stop on the way."),
        ("Is the end as bad as that?", "The end is not as bad as that."),
    ),
    _scheme(
        "lack of evidence",
        "If it were so one would know, and nobody does.",
        ("How far did anybody look?", "Nobody has looked far enough."),
        ("Would one have found it?", "One would not have found it anyway."),
        ("Who has to prove it?", "The burden of proof lies on the other side."),
    ),
    _scheme(
        "parts and whole",
        "What holds of the parts holds of the whole, or the other way round.",
        ("Does it pass from one to the other?", "What holds of the parts need not of the whole."),
        ("Does it hold of all parts?", "It does not hold of all parts."),
    ),
    _scheme(
        "alternatives",
        "It is one or the other, and not that one.",
        ("Are these all there are?", "There are other possibilities."),
        ("Can both be so?", "Both can be so."),
        ("Is the other one ruled out?", "The other possibility is not ruled out."),
    ),
    _scheme(
        "danger",
        "If it is not done something bad will happen.",
        ("How likely is it?", "This is unlikely to happen."),
        ("Would doing it prevent it?", "Doing it would not prevent this."),
        ("What does it cost to prevent it?", "To prevent it costs more than it would do harm."),
    ),
)

SCHEMES = {scheme.name: scheme for scheme in _ALL}
