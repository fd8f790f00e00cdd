"""The patterns of arguments."""

from argmap.maps.schemes import SCHEMES


def test_there_are_the_schemes_that_people_use_each_with_its_questions():
    assert len(SCHEMES) >= 24
    for scheme in SCHEMES.values():
        assert len(scheme.questions) >= 2
        assert all(
            each.asks.endswith("?") and each.objects.endswith(".") for each in scheme.questions
        )
