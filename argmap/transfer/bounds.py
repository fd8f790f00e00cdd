"""What one import may hold."""

from django.core.exceptions import ValidationError

from argmap.maps.actions.nodes import check_count

MOST = {
    "nodes": 100_000,
    "links": 200_000,
    "passages": 100_000,
    "citations": 100_000,
    "annotations": 100_000,  # with the replies
    "disputes": 20_000,
    "stances": 500_000,
}
MOST_OF_A_NODE = 50  # passages
MOST_CHARACTERS = 50_000_000  # of all its texts together


def check_size(document):
    """All that is too much of it, in one ValidationError on `document`."""
    wrong = [
        f"There are {count:,} {name}; the most is {MOST[name]:,}."
        for name, count in _counts(document).items()
        if count > MOST[name]
    ]
    if not wrong and (characters := sum(map(len, _texts(document)))) > MOST_CHARACTERS:
        wrong = [f"Its texts have {characters:,} characters; the most is {MOST_CHARACTERS:,}."]
    for node in document.nodes:
        if len(node.passages) > MOST_OF_A_NODE:
            wrong.append(f"Node {node.number} has more than {MOST_OF_A_NODE} passages.")
    if wrong:
        raise ValidationError({"document": wrong[:20]})
    for node in document.nodes:
        check_count(node.citations)


def _counts(document):
    nodes, annotations = document.nodes, document.annotations
    return {
        "nodes": len(nodes),
        "links": len(document.links),
        "passages": sum(len(node.passages) for node in nodes)
        + sum(each.on.passage is not None for each in annotations),
        "citations": sum(len(node.citations) for node in nodes),
        "annotations": sum(1 + len(each.replies) for each in annotations),
        "disputes": len(document.disputes),
        "stances": len(document.stances),
    }


def _texts(document):
    """All that is long, and all that there may be many of."""
    for node in document.nodes:
        yield node.text
        yield node.detail
        for quote in node.passages:
            yield from (quote.exact, quote.prefix, quote.suffix)
        for citation in node.citations:
            yield from vars(citation).values()
    for annotation in document.annotations:
        yield annotation.text
        yield from annotation.tags
        if annotation.on.passage:
            yield annotation.on.passage.exact
        yield from (reply.text for reply in annotation.replies)
    for dispute in document.disputes:
        yield dispute.statement
        yield dispute.answer.text if dispute.answer else ""
        yield dispute.decision.text if dispute.decision else ""
