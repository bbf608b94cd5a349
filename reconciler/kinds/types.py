"""What all kinds of one type have in common: a row for each type, read by whatever must tell numbers from contacts."""

from __future__ import annotations

from typing import Literal, NamedTuple

TypeName = Literal["phone_number", "contact"]


class ResourceType(NamedTuple):
    """name: as in addresses. key: the attribute that the cloud knows it by. undoing: the word of `on_remove` that an
    operation carries out. proof: what a person gives who is near it. directory_wide: it lives in no space, so its
    record moves with its block, and nothing is called. id: the fact by which the cloud names it, once it is there.
    moving: the kind that brings one which is ready in another space. personal: attributes that tell who somebody is.
    """

    name: TypeName
    key: Literal["number", "name"]
    undoing: Literal["deregister", "delete"]
    proof: Literal["code", "link"]
    directory_wide: bool = False
    id: str = ""
    moving: str = ""
    personal: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return self.name.replace("_", " ")

    @property
    def keyed_by_number(self) -> bool:
        """Its key is a phone number: masked where people read it, and the same in every spelling."""
        return self.key == "number"


TYPES: dict[str, ResourceType] = {
    each.name: each
    for each in (
        ResourceType("phone_number", "number", "deregister", "code", moving="migrate", personal=("number",)),
        ResourceType(
            "contact",
            "name",
            "delete",
            "link",
            directory_wide=True,
            id="contact_id",
            personal=("name", "email", "phone"),
        ),
    )
}
