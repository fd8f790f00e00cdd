"""Whoever searches finds words in whatever case they were written, on both databases."""

import pytest
from django.db.models import Q

from argmap.maps.actions import begin_map
from argmap.maps.models import Map


@pytest.mark.parametrize("sought", ["россия", "РОССИЯ", "сси", "Ελλάδα", "ελλΆΔΑ", "100%", "a_b"])
def test_letters_of_any_script_are_found_in_any_case(alice, sought):
    begin_map(alice, title="Россия и Ελλάδα: 100% a_b")
    begin_map(alice, title="1000 axb")
    assert Map.objects.filter(Q(title__icontains=sought)).count() == 1


def test_the_list_of_maps_is_searched_so(client, new_map, alice):
    new_map("public", title="Россия")
    assert "Россия" in client.get("/", {"q": "россия"}).content.decode()
    assert "Россия</a>" not in client.get("/", {"q": "украина"}).content.decode()
