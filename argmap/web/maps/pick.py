"""The statements of a map that somebody may mean: what a picker asks for while one types."""

from django.http import JsonResponse

from argmap.maps.wording import find_statements

from ..http.respond import finished, fragment_of_map

MOST = 10
LONGEST = 200  # of what is looked for


@fragment_of_map
def pick(request, map):
    """By number or by words: those that everybody sees."""
    found = find_statements(map, request.GET.get("q", "")[:LONGEST], MOST)
    rows = [{"number": each.number, "kind": each.kind, "text": each.text[:300]} for each in found]
    return finished(JsonResponse({"statements": rows}))
