"""Counts what makes the code easy or hard to live in.

    python docs/python/structure.py [FOLDER]

Of the Rust code below FOLDER/crates (default: this checkout), without tests: lines, files, names of types that
are defined more than once, circles of files that import one another, and functions over 60 lines. Imports are
followed through re-exports (`pub use`) to the file that defines a name. A file and the files of its own
sub-folder (`mod.rs` and its children, an error enum and what it names) count as circles as well.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
LONG = 60


def is_test(path):
    return bool({"tests", "benches", "examples"} & set(path.parts)) or path.name in ("tests.rs", "cases.rs", "fuzz.rs")


def code(path):
    """The text of a file without comments, strings and its module of tests."""
    text = path.read_text()
    text = re.split(r"\n#\[cfg\(test\)\]\nmod \w+ \{", text)[0]
    text = re.sub(r"//[^\n]*", "", text)
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', text)


def crates():
    for manifest in sorted((ROOT / "crates").glob("*/")):
        source = manifest / "src" if (manifest / "src").is_dir() else manifest
        yield manifest.name, source


def module_of(source, path):
    parts = list(path.relative_to(source).with_suffix("").parts)
    if parts[-1] in ("mod", "lib", "main"):
        parts.pop()
    return tuple(parts)


def names_in_use(tree):
    """All paths of a `use` tree, such as `a::{b, c::d as e}`."""
    tree = tree.strip()
    match = re.match(r"^((?:\w+|\*)(?:\s*::\s*\w+)*)\s*::\s*\{(.*)\}$", tree, re.S)
    if match:
        prefix = [part.strip() for part in match[1].split("::")]
        depth, start, inner = 0, 0, match[2] + ","
        for place, sign in enumerate(inner):
            depth += (sign == "{") - (sign == "}")
            if sign == "," and depth == 0:
                if inner[start:place].strip():
                    for path in names_in_use(inner[start:place]):
                        yield prefix + path
                start = place + 1
    else:
        yield [part.strip() for part in re.split(r"\s+as\s+", tree)[0].split("::")]


def graph(source):
    """File by file, the files of the same crate that it imports from."""
    files = {module_of(source, path): path for path in sorted(source.rglob("*.rs")) if not is_test(path.relative_to(source))}
    texts = {module: code(path) for module, path in files.items()}
    exports = defaultdict(dict)
    uses = defaultdict(list)
    for module, text in texts.items():
        for public, tree in re.findall(r"\b(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);", text):
            for path in names_in_use(tree):
                absolute = resolve(module, path)
                if absolute is None:
                    continue
                uses[module].append(absolute)
                if public:
                    exports[module][absolute[-1]] = absolute
        for path in re.findall(r"\bcrate(?:::\w+)+", text):
            uses[module].append(tuple(path.split("::")[1:]))

    def file_of(path, seen=()):
        for length in range(len(path), -1, -1):
            module = tuple(path[:length])
            if module not in files:
                continue
            rest = path[length:]
            target = exports[module].get(rest[0]) if rest else None
            if target and target not in seen:
                return file_of(target + tuple(rest[1:]), seen + (target,))
            return module
        return None

    edges = {module: {file_of(path) for path in paths} - {module, None} for module, paths in uses.items()}
    return {module: edges.get(module, set()) for module in files}, files


def resolve(module, path):
    here = list(module)
    if path[0] == "crate":
        return tuple(path[1:])
    if path[0] == "self":
        return tuple(here + path[1:])
    if path[0] == "super":
        while path and path[0] == "super":
            here, path = here[:-1], path[1:]
        return tuple(here + path)
    return None


def circles(edges):
    """Strongly connected components of more than one file (Tarjan 1972)."""
    index, low, stack, found, order = {}, {}, [], [], [0]

    def visit(node):
        index[node] = low[node] = order[0]
        order[0] += 1
        stack.append(node)
        for other in edges.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = []
            while True:
                group.append(stack.pop())
                if group[-1] == node:
                    break
            if len(group) > 1:
                found.append(group)

    for node in edges:
        if node not in index:
            visit(node)
    return found


def long_functions(text):
    for match in re.finditer(r"\bfn\s+(\w+)", text):
        start = text.find("{", match.end())
        semicolon = text.find(";", match.end())
        if start < 0 or 0 <= semicolon < start:
            continue
        depth = 0
        for place in range(start, len(text)):
            depth += (text[place] == "{") - (text[place] == "}")
            if depth == 0:
                lines = text.count("\n", match.start(), place) + 1
                if lines > LONG:
                    yield match[1], lines
                break


def main():
    sys.setrecursionlimit(10_000)
    lines = files = 0
    types = defaultdict(list)
    groups, functions = [], []
    for name, source in crates():
        edges, paths = graph(source)
        for group in circles(edges):
            groups.append((len(group), name, sorted("::".join(module) or "lib" for module in group)))
        for module, path in paths.items():
            text = code(path)
            files += 1
            lines += len(path.read_text().splitlines())
            for kind in re.findall(r"\b(?:struct|enum|trait|union)\s+([A-Z]\w*)", text):
                types[kind].append(f"{name}::{'::'.join(module)}")
            functions += [(count, name, function) for function, count in long_functions(text)]
    repeated = {kind: places for kind, places in types.items() if len(places) > 1}
    print(f"lines                              {lines}")
    print(f"files                              {files}")
    print(f"types                              {len(types)}")
    print(f"names of types defined repeatedly  {len(repeated)}")
    for kind, places in sorted(repeated.items(), key=lambda item: -len(item[1]))[:12]:
        print(f"    {kind}: {len(places)}")
    print(f"circles of files                   {len(groups)}, of more than 3 files: {sum(size > 3 for size, *_ in groups)}")
    for size, name, members in sorted(groups, reverse=True)[:8]:
        print(f"    {size} in {name}: {', '.join(members[:8])}{' ...' if size > 8 else ''}")
    print(f"functions over {LONG} lines            {len(functions)}")
    for count, name, function in sorted(functions, reverse=True):
        print(f"    {count} in {name}: {function}")


if __name__ == "__main__":
    main()
