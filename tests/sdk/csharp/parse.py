"""What can be checked of the library in C# without .NET: parse.py FOLDER. Every file parses, and the mends of openapi/sdk/run are
in it."""

import pathlib
import sys

import tree_sitter_c_sharp
from tree_sitter import Language, Parser

FOLDER = pathlib.Path(sys.argv[1])
PARSER = Parser(Language(tree_sitter_c_sharp.language()))


def broken(node):
    """The first place that does not parse."""
    if node.is_error or node.is_missing:
        return node
    return next((found for child in node.children if child.has_error and (found := broken(child))), None)


files = sorted(FOLDER.rglob("*.cs"))
assert len(files) > 100, f"{len(files)} files"
for file in files:
    node = broken(PARSER.parse(file.read_bytes()).root_node)
    assert node is None, f"{file}, line {node.start_point.row + 1}: {node.text[:80]}"

members = [
    (file.name, line.strip())
    for file in FOLDER.rglob("Model/*.cs")
    for line in file.read_text().splitlines()
    if "DataMember(" in line
]
sent = [member for member in members if "EmitDefaultValue = true" in member[1] and "IsRequired" not in member[1]]
assert len(members) > 500 and not sent, f"sent though nobody set it: {sent}"
print(f"{len(files)} files parse, {len(members)} members are sent when they are set")
