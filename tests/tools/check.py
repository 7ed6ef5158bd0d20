"""Opens what `postil export` writes in the tools that it is for, and checks what they see.

Usage: python check.py POSTIL, with the path of the program; the packages of requirements.txt are installed.
Nothing of it needs a network.
"""

import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

os.environ["HF_DATASETS_OFFLINE"] = os.environ["HF_HUB_OFFLINE"] = "1"
import datasets  # noqa: E402
import lxml.etree  # noqa: E402
import pandas  # noqa: E402
import pyld.jsonld  # noqa: E402
import taguette.export  # noqa: E402
import taguette.import_codebook  # noqa: E402
import taguette.validate  # noqa: E402

POSTIL = sys.argv[1]
TEXTS = [
    "plain words of a unit",
    "=SUM(A1) is no formula",
    'quotes "double", a comma\r\nand a break',
    "أهلا وسهلا \u202eleft\u202c and right",
    "👩‍👩‍👧 family 🏴‍☠️ flag",
    "nul \0 bell \a end",
    "<b>&amp;</b> ]]> # unit\tx",
]
CODERS = ["anna", "ben"]

# The terms that are used here, as http://www.w3.org/ns/anno.jsonld maps them (W3C Web Annotation Vocabulary, 2017, A.2).
OA, AS = "http://www.w3.org/ns/oa#", "https://www.w3.org/ns/activitystreams#"
ONE = {
    "oa": OA, "as": AS, "dcterms": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "id": {"@type": "@id", "@id": "@id"}, "type": {"@type": "@id", "@id": "@type"},
    "Annotation": "oa:Annotation", "SpecificResource": "oa:SpecificResource", "TimeState": "oa:TimeState",
    "RangeSelector": "oa:RangeSelector", "XPathSelector": "oa:XPathSelector",
    "startSelector": {"@type": "@id", "@id": "oa:hasStartSelector"}, "endSelector": {"@type": "@id", "@id": "oa:hasEndSelector"},
    "refinedBy": {"@type": "@id", "@id": "oa:refinedBy"}, "value": "rdf:value",
    "TextQuoteSelector": "oa:TextQuoteSelector", "TextPositionSelector": "oa:TextPositionSelector",
    "AnnotationCollection": "as:OrderedCollection", "AnnotationPage": "as:OrderedCollectionPage",
    "Person": "foaf:Person", "classifying": "oa:classifying",
    "body": {"@type": "@id", "@id": "oa:hasBody"}, "target": {"@type": "@id", "@id": "oa:hasTarget"},
    "source": {"@type": "@id", "@id": "oa:hasSource"}, "selector": {"@type": "@id", "@id": "oa:hasSelector"},
    "state": {"@type": "@id", "@id": "oa:hasState"}, "exact": "oa:exact", "prefix": "oa:prefix", "suffix": "oa:suffix",
    "start": {"@type": "http://www.w3.org/2001/XMLSchema#nonNegativeInteger", "@id": "oa:start"},
    "end": {"@type": "http://www.w3.org/2001/XMLSchema#nonNegativeInteger", "@id": "oa:end"},
    "items": {"@type": "@id", "@id": "as:items", "@container": "@list"},
    "first": {"@type": "@id", "@id": "as:first"}, "last": {"@type": "@id", "@id": "as:last"},
    "partOf": {"@type": "@id", "@id": "as:partOf"}, "total": {"@id": "as:totalItems"}, "label": "rdfs:label",
    "motivation": {"@type": "@vocab", "@id": "oa:motivatedBy"}, "purpose": {"@type": "@vocab", "@id": "oa:hasPurpose"},
    "creator": {"@type": "@id", "@id": "dcterms:creator"}, "nickname": "foaf:nick",
    "created": {"@id": "dcterms:created"}, "sourceDate": {"@id": "oa:sourceDate"}, "startIndex": {"@id": "as:startIndex"},
}


def record(number, coder, text, span):
    """One coder's code on some code points of a text."""
    start, end = span
    at, key = f"2026-01-02T03:04:{number:02}Z", f"00000000-0000-4000-8000-{number:012}"
    selector = [
        {"type": "TextQuoteSelector", "exact": text[start:end], "prefix": text[:start], "suffix": text[end:end + 32]},
        {"type": "TextPositionSelector", "start": start, "end": end},
        {"type": "RangeSelector", **{name: {
            "type": "XPathSelector", "value": "/html[1]/body[1]/p[2]",
            "refinedBy": {"type": "TextPositionSelector", "start": at, "end": at},
        } for name, at in (("startSelector", start), ("endSelector", end))}},
    ]
    state = {
        "type": "TimeState", "sourceDate": at, "postil:projection": "postil-unit-text-1",
        "postil:sha256": hashlib.sha256(text.encode()).hexdigest(), "postil:text": text, "postil:unit": "post",
        "postil:author": None, "postil:title": "A title",
    }
    book, url = {"id": "book", "version": "1", "hash": "00"}, "https://example.org/a"
    log = {
        "id": key, "at": at, "coder": coder, "action": "assigned", "page": {"url": url, "title": "A title"},
        "codebook": book, "model": {"id": "m", "hash": "00"}, "code": f"code-{coder}", "stance": None, "tier": None,
        "memo": None, "revises": None, "selector": selector, "unit": state, "suggestionVisible": False,
        "proposed": None, "annotation": f"urn:uuid:{key}",
    }
    annotation = {
        "@context": "http://www.w3.org/ns/anno.jsonld", "id": f"urn:uuid:{key}", "type": "Annotation",
        "motivation": "classifying", "creator": {"type": "Person", "nickname": coder}, "created": at,
        "body": {"type": "SpecificResource", "purpose": "classifying", "source": f"urn:postil:codebook:book:1#code-{coder}",
                 "postil:code": f"code-{coder}", "postil:codebook": book, "postil:stance": None, "postil:tier": None,
                 "postil:memo": None},
        "target": {"source": url, "selector": selector, "state": state},
    }
    return {"log": log, "annotation": annotation}


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        records = [record(2 * n + m, coder, text, (1, 5)) for n, text in enumerate(TEXTS) for m, coder in enumerate(CODERS)]
        source = folder / "records.jsonl"
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records)
        source.write_text(lines, encoding="utf-8", newline="")

        def export(to, *more):
            path = folder / f"data.{to}"
            subprocess.run([POSTIL, "export", "--input", source, "--to", to, "--output", path, *more], check=True)
            return path

        for check in (lines_, tables, data, linked, tags, codes, tagged, project):
            check(export, records)
            print(f"ok  {check.__name__.strip('_')}: {check.__doc__}")


def lines_(export, records):
    """JSON Lines are read by json as they were."""
    read = [json.loads(line) for line in export("jsonl").read_text(encoding="utf-8").splitlines() if line]
    assert read == records, "records differ"


def tables(export, records):
    """pandas reads the CSV, the matrix and the manifest, and offsets slice to quotes."""
    def read(to):
        return pandas.read_csv(export(to), encoding="utf-8-sig", keep_default_na=False, dtype=str)

    rows = read("csv")
    assert len(rows) == len(records)
    undo = rows.map(lambda cell: cell.removeprefix("'"))
    assert set(undo["text"]) == set(TEXTS), set(undo["text"]) ^ set(TEXTS)
    for row in undo.itertuples():
        assert row.text[int(row.start):int(row.end)] == row.quote
    matrix = read("matrix")
    assert list(matrix.columns) == ["unit", "codebook", *CODERS] and len(matrix) == len(TEXTS)
    assert (matrix["anna"] == "code-anna").all() and (matrix["ben"] == "code-ben").all()
    assert len(read("ratings")) == len(records)
    hashes = {hashlib.sha256(text.encode()).hexdigest() for text in TEXTS}
    assert set(read("evidence")["sha256"]) == hashes


def data(export, records):
    """datasets loads the lines with the types of the card."""
    folder = export("dataset").parent / "repository"
    folder.mkdir()
    card = folder / "README.md"
    export("dataset", "--card", card).rename(folder / "data.jsonl")
    loaded = datasets.load_dataset(str(folder), split="train", cache_dir=str(folder.parent / "cache"))
    assert len(loaded) == len(records) and set(loaded["text"]) == set(TEXTS)
    assert all(row["text"][row["start"]:row["end"]] == row["quote"] for row in loaded)
    declared = dict(zip(*[iter(line.split(": ")[1] for line in card.read_text().splitlines() if ": " in line and
                              line.strip().startswith(("- name", "dtype")))] * 2))
    found = {name: feature.dtype for name, feature in loaded.features.items()}
    assert found == declared, set(found.items()) ^ set(declared.items())


def linked(export, records):
    """A JSON-LD processor expands the collection to the standard's terms."""
    def loader(url, options):
        assert url == "http://www.w3.org/ns/anno.jsonld", url
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": {"@context": ONE}}

    document = json.loads(export("jsonld").read_text(encoding="utf-8"))
    [collection] = pyld.jsonld.expand(document, {"documentLoader": loader})
    assert collection["@type"] == [AS + "OrderedCollection"]
    [page] = collection[AS + "first"]
    [items] = [value["@list"] for value in page[AS + "items"]]
    assert len(items) == len(records) == collection[AS + "totalItems"][0]["@value"]
    for item, one in zip(items, records):
        assert item["@id"] == one["annotation"]["id"] and item["@type"] == [OA + "Annotation"]
        [target] = item[OA + "hasTarget"]
        quote = next(it for it in target[OA + "hasSelector"] if OA + "exact" in it)
        assert quote[OA + "exact"][0]["@value"] == one["log"]["selector"][0]["exact"]
        stretch = next(it for it in target[OA + "hasSelector"] if OA + "hasStartSelector" in it)
        ends = [stretch[OA + name][0] for name in ("hasStartSelector", "hasEndSelector")]
        assert [end["@type"] for end in ends] == [[OA + "XPathSelector"]] * 2
        assert [end[OA + "refinedBy"][0][OA + "start"][0]["@value"] for end in ends] == [
            one["log"]["selector"][1][name] for name in ("start", "end")]
        [book] = item[OA + "hasBody"][0]["urn:postil:ns:codebook"]
        assert book["@value"] == one["log"]["codebook"], "the codebook is carried as it is"
        [log] = item["urn:postil:ns:log"]
        assert log["@value"] == [one["log"]], "the log is carried as it is"


def tags(export, records):
    """CoNLL has a column for each coder, and tokens stand where they say."""
    text = export("conll").read_text(encoding="utf-8")
    units = [unit for unit in text.split("\n\n") if unit.startswith("# unit")]
    assert len(units) == len(TEXTS)
    for unit in units:
        rows = [line.split("\t") for line in unit.split("\n") if not line.startswith("# ")]
        assert any(all(one[int(row[1]):int(row[2])] == row[0] for row in rows) for one in TEXTS), unit
        assert [sum(row[column].startswith("B-") for row in rows) for column in (3, 4)] == [1, 1], unit


def codes(export, records):
    """The REFI-QDA codebook has the form of the one that Taguette writes."""
    def form(root):
        return {(element.getparent().tag if element.getparent() is not None else None, element.tag, name)
                for element in root.iter() for name in element.attrib}

    class Tag:
        path = "a"

    theirs = io.BytesIO()
    taguette.export.codebook_xml([Tag], theirs)
    path = export("qdc", "--codebook", "militant-jihad")
    ours = lxml.etree.parse(path).getroot()
    missing = form(lxml.etree.fromstring(theirs.getvalue())) - form(ours)
    assert not missing, missing
    names = {element.get("name") for element in ours.iter("{urn:QDA-XML:codebook:1.0}Code")}
    assert {"code-anna", "code-ben"} <= names and len(names) > 10


def tagged(export, records):
    """Taguette imports the codes as tags, each once, with what they mean."""
    with open(export("codebook-csv", "--codebook", "militant-jihad"), "rb") as file:
        tags = taguette.import_codebook.list_tags(file)
    for tag in tags:
        assert taguette.validate.tag_path(tag["path"]) and taguette.validate.description(tag["description"])
    paths = [tag["path"] for tag in tags]
    assert len(paths) == len(set(paths)) > 10, "Taguette takes the first of two tags of one name"
    assert {"book / code-anna", "book / code-ben"} <= set(paths), paths
    assert all(tag["description"] for tag in tags if not tag["path"].startswith("book / ")), "a tag without a meaning"


def project(export, records):
    """The REFI-QDA project refers to nothing that is not in it, and its selections slice to quotes."""
    space = "{urn:QDA-XML:project:1.0}"
    archive = zipfile.ZipFile(export("qdpx"))
    root = lxml.etree.fromstring(archive.read("project.qde"))
    ids = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert len(ids) == len(set(ids)), "an id stands twice"
    for element in root.iter():
        for name in ("targetGUID", "creatingUser"):
            assert element.get(name) is None or element.get(name) in ids, (element.tag, name)
    quotes = {one["log"]["at"] + one["log"]["coder"]: one["log"]["selector"][0]["exact"] for one in records}
    users = {user.get("guid"): user.get("name") for user in root.iter(space + "User")}
    seen = 0
    for source in root.iter(space + "TextSource"):
        text = archive.read(source.get("plainTextPath").replace("internal://", "Sources/")).decode()
        for selection in source.iter(space + "PlainTextSelection"):
            quote = text[int(selection.get("startPosition")):int(selection.get("endPosition"))]
            assert quote == quotes[selection.get("creationDateTime") + users[selection.get("creatingUser")]]
            seen += 1
    assert seen == len(records)


main()
