"""The schema says what the API does: it is walked, and each answer held against it."""

import json
from io import StringIO

import jsonschema
import pytest
from django.core.management import call_command

from argmap.moderation.actions import hide


@pytest.fixture
def schema(api):
    answer = api().get("schema/")
    assert answer.status_code == 200
    return json.loads(answer.content)


def strict(schema):
    """OpenAPI 3.0 as JSON Schema: its `nullable` is a type of its own there."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: strict(value) for name, value in schema.items() if name != "nullable"}
    if inner.get("type") == "object" and "properties" in inner:
        inner.setdefault("additionalProperties", False)
    return {"anyOf": [inner, {"type": "null"}]} if schema.get("nullable") is True else inner


def check(schema, operation, answer):
    """Hold an answer against what the schema says of its status. Raises ValidationError."""
    described = operation["responses"][str(answer.status_code)]
    wanted = described["content"]["application/json"]["schema"]
    jsonschema.validate(
        json.loads(answer.content),
        {**strict(wanted), "components": strict(schema["components"])},
    )


def test_it_is_made_without_a_warning(db):
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_it_names_the_ways_to_sign_in(schema):
    assert set(schema["components"]["securitySchemes"]) == {"token", "session", "password"}
    assert {"token": []} in schema["paths"]["/api/v1/maps/"]["get"]["security"]


def test_its_components_are_named_after_the_glossary(schema):
    names = {"Article", "Edition", "Map", "Node", "Citation", "Link", "Annotation", "Dispute"}
    names |= {"Passage", "Placement", "Person", "Relation", "Ground", "Visibility", "Role"}
    assert names <= set(schema["components"]["schemas"])


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("name", ["visitor", "charlie", "alice"])
def test_every_read_answers_as_it_says(api, schema, full_map, request, mona, name, hidden):
    map, rows = full_map
    if hidden:
        for row in (*rows.values(), map.article):
            hide(mona, row, reason="Spam.")
    user = None if name == "visitor" else request.getfixturevalue(name)
    for path, operations in schema["paths"].items():
        if "get" in operations:
            answer = api(user).get(filled(path, map, rows))
            assert answer.status_code < 500
            check(schema, operations["get"], answer)


def filled(path, map, rows):
    """An address of the schema, with what is there."""
    numbers = {"annotations": rows["annotation"].pk, "disputes": rows["dispute"].pk}
    numbers |= {"links": rows["link"].pk, "articles": map.article_id, "tokens": 1}
    subject = path.split("{slug}/")[-1].replace("/api/v1/", "").split("/")[0]
    path = path.replace("{slug}", map.slug).replace("{number}", "1")
    return path.replace("{id}", str(numbers.get(subject))).replace(
        "{pk}", str(numbers.get(subject))
    )


def test_every_write_refuses_as_it_says(api, schema, full_map, alice, charlie):
    map, rows = full_map
    for path, operations in schema["paths"].items():
        if "post" not in operations:
            continue
        address, operation = filled(path, map, rows), operations["post"]
        body = operation.get("requestBody", {}).get("content", {})["application/json"]["schema"]
        component = schema["components"]["schemas"][body["$ref"].split("/")[-1]]
        for user in (None, charlie, alice):
            for sent in ({}, {"nonsense": 1}, dict.fromkeys(component["properties"])):
                answer = api(user).post(address, sent)
                if answer.status_code != 201:
                    assert answer.status_code in (401, 403, 422), answer.content
                check(schema, operation, answer)


def test_every_required_field_is_asked_for(api, schema, full_map, alice):
    map, rows = full_map
    for path, operations in schema["paths"].items():
        if "post" in operations:
            body = operations["post"]["requestBody"]["content"]["application/json"]["schema"]
            component = schema["components"]["schemas"][body["$ref"].split("/")[-1]]
            answer = api(alice).post(filled(path, map, rows), {})
            errors = answer.data.get("errors", {})
            assert set(errors) == set(component.get("required", ())), path


def test_the_outsider_finds_none_of_it_in_a_private_map(api, schema, map, claim, charlie):
    for path, operations in schema["paths"].items():
        if "{slug}" in path:
            address = path.replace("{slug}", map.slug).replace("{number}", "1")
            address = address.replace("{id}", "1").replace("{pk}", "1")
            for method in operations:
                answer = getattr(api(charlie), method)(address)
                assert answer.status_code == 404
                check(schema, operations[method], answer)
