"""The schemas of templates and of the files that fill them, made from that of a space, so that they cannot age.

They are for editors: a placeholder may stand wherever a text does. What comes of it is judged once it is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.config.fast_accept import Schema
from reconciler.config.templates.template import Parameter, Template

_PLACEHOLDER = "\\$\\{"
_NAME = {
    "description": "The name of a parameter: letters, digits and underscore, no digit first, at most 63.",
    "type": "string",
    "pattern": "^[A-Za-z_][A-Za-z0-9_]{0,62}$(?!\\n)",
    "patternErrorMessage": "Only letters, digits and underscore, no digit first, at most 63 characters.",
    "examples": ["customer"],
}
_VALUE = {
    "description": "A text, or a list of texts.",
    "type": ["string", "array"],
    "items": {
        "description": "One text of a list.",
        "type": "string",
        "pattern": "^[^\\n]*$(?!\\n)",
        "patternErrorMessage": "One line of text.",
        "examples": ["ServiceMessage"],
    },
}
_PARAMETER = {
    "description": "What one parameter is.",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "default": {
            **_VALUE,
            "description": "The value where a file gives none. Without it, each file has to give one.",
        },
        "description": {
            "description": "What it is, for those who fill it in: one line of at most 512 characters.",
            "type": "string",
            "pattern": "^[^\\n]{1,512}$(?!\\n)",
            "patternErrorMessage": "One line of at most 512 characters.",
            "examples": ["the shop's line"],
        },
    },
}
_PARAMETERS = {
    "description": "What differs from space to space: `${name}` is replaced by the value of a name, `$$` by a `$`.",
    "type": "object",
    "propertyNames": {"$ref": "#/definitions/parameter_name"},
    "additionalProperties": {"$ref": "#/definitions/parameter"},
}
_TEMPLATE = {
    "description": "The template that this file fills: a path from this file, in the project, ending in .yaml or .yml.",
    "type": "string",
    "pattern": "^[^\\u0000-\\u001f\\u007f]{1,512}$(?!\\n)",
    "patternErrorMessage": "A path of at most 512 characters, from this file to the template.",
    "examples": ["../templates/shop.yaml"],
}
_VALUES = {
    "description": "The values of the template's parameters, by name. They are taken as they are written.",
    "type": "object",
    "propertyNames": {"$ref": "#/definitions/parameter_name"},
    "additionalProperties": {"$ref": "#/definitions/value"},
}
_INSTANCES = {
    "description": (
        "Many spaces of one template, each under a name: `values`, and keys of its own. "
        "The name is the space's, unless `space` says another."
    ),
    "type": "object",
    "propertyNames": {"$ref": "#/definitions/instance_name"},
    "additionalProperties": {"$ref": "#/definitions/instance"},
}


def template_schema(space: Schema) -> dict[str, Any]:
    return {
        **_head("template", "Template", "What many spaces have in common: parameters, and a space with placeholders."),
        "required": ["parameters"],
        "properties": {"parameters": {"$ref": "#/definitions/parameters"}, **_loose_all(space["properties"])},
        "definitions": {
            "parameters": _PARAMETERS,
            "parameter_name": _NAME,
            "parameter": _PARAMETER,
            **_loose_all(space["definitions"]),
        },
    }


def filled_schema(space: Schema) -> dict[str, Any]:
    """Its definition `use` is what is judged before anything is filled in."""
    own, instance_name = _loose_all(space["properties"]), space["properties"]["space"]
    values = {"$ref": "#/definitions/values"}
    either = {"description": "One space of a template.", "type": "object"}
    use = {"template": _TEMPLATE, "values": values, "instances": _INSTANCES}
    simple = {**_INSTANCES, "additionalProperties": {"$ref": "#/definitions/unjudged_instance"}}
    return {
        **_head("filled", "Space of a template", "One space, or many, that a template is filled in for."),
        "required": ["template"],
        "properties": {**use, **own},
        "definitions": {
            "use": {
                "description": "Which template is filled, with what.",
                "type": "object",
                "additionalProperties": False,
                "required": ["template"],
                "properties": {**use, "instances": simple},
            },
            "values": _VALUES,
            "value": _VALUE,
            "parameter_name": _NAME,
            "instance_name": {**instance_name, "description": "The name of the space, unless `space` says another."},
            "instance": {**either, "additionalProperties": False, "properties": {"values": values, **own}},
            "unjudged_instance": {**either, "additionalProperties": True, "properties": {"values": values}},
            **_loose_all(space["definitions"]),
        },
    }


def schema_of_users(space: Schema, template: Template) -> dict[str, Any]:
    """Of the files that fill this template: an editor completes its parameters, and shows what each of them is."""
    made = filled_schema(space)
    known = {name: _of_parameter(each) for name, each in template.parameters.items()}
    needed = [name for name, each in template.parameters.items() if each.default is None]
    values = {"description": _VALUES["description"], "type": "object", "additionalProperties": False}
    made["definitions"]["values"] = {**values, "required": needed, "properties": known}
    return {**made, "$id": f"urn:reconciler:schema:filled:{template.file}"}


def _of_parameter(parameter: Parameter) -> dict[str, Any]:
    said = parameter.description or str(_VALUE["description"])
    return {**_VALUE, "description": said, **({} if parameter.default is None else {"default": parameter.default})}


def _head(name: str, title: str, description: str) -> dict[str, Any]:
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"urn:reconciler:schema:{name}",
        "title": title,
        "description": description,
        "type": "object",
        "additionalProperties": False,
    }


def _loose_all(parts: Mapping[str, Schema]) -> dict[str, Any]:
    return {name: _loose(part) for name, part in parts.items()}


def _loose(part: Schema) -> dict[str, Any]:
    """The same where placeholders may stand for any text: nothing is required, as the other file may say it."""
    if "$ref" in part:
        return dict(part)
    kept = {key: each for key, each in part.items() if key not in ("required", "if", "then", "default")}
    if "pattern" in part:
        kept["pattern"] = f"{part['pattern']}|{_PLACEHOLDER}"
    for key in ("propertyNames", "items", "additionalProperties"):
        if isinstance(part.get(key), dict):
            kept[key] = _loose(part[key])
    if "properties" in part:
        kept["properties"] = _loose_all(part["properties"])
    return _or_placeholder(kept) if "enum" in part or part["type"] == "array" else kept


def _or_placeholder(part: dict[str, Any]) -> dict[str, Any]:
    placeholder = {"description": "A placeholder.", "type": "string", "pattern": _PLACEHOLDER}
    return {"description": part["description"], "anyOf": [part, placeholder]}
