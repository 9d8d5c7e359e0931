"""A catalog item as plain frozen data: what intake checks by and what the pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from anxin.kernel.text import Bilingual


@dataclass(frozen=True, slots=True)
class CodeKind:
    """A kind of code that a pack declares beside the unified social credit code, such as a facility's number.

    `pattern`: a regular expression that the whole code matches once its width, case and spaces are brought into one
    writing. There is no check digit; what needs one is a kind of the kernel.
    """

    name: str
    label: Bilingual
    pattern: str


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """One typed field. `source_column`: the code of the national template, where it has one.

    `role` says what the platform itself does with the value (`subject_code`, `decided_on`, …); empty where nothing.
    `mask_head`/`mask_tail`: characters kept at either end, None where the value is not masked. `code_kind`: for the type
    `local_code` only.
    """

    name: str
    label: Bilingual
    type: str
    visibility: str
    source_column: str = ""
    length: int | None = None
    required: bool = False
    required_for: tuple[str, ...] = ()
    code_list: str = ""
    mask_head: int | None = None
    mask_tail: int | None = None
    role: str = ""
    code_kind: CodeKind | None = None


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """One version of one catalog item with its fields, in their published order.

    `document_kind`: of the documents that its records rest on (Art. 26).
    `version_id` and `item_id` are the database's numbers, 0 for a definition that was only read from a pack.
    """

    code: str
    layer: str
    information_class: str
    name: Bilingual
    behavior: Bilingual
    disclosure_class: str
    sharing_scope: str
    source_units: tuple[str, ...]
    channel: str
    update_frequency: str
    legal_basis: tuple[str, ...]
    subject_kinds: tuple[str, ...]
    display_rule: str
    report_section: str
    adverse: bool
    business_key: tuple[str, ...]
    valid_from: date
    fields: tuple[FieldDefinition, ...]
    unverified: bool = False
    document_kind: str = "none"
    valid_to: date | None = None
    number: int = 0
    version_id: int = 0
    item_id: int = 0

    def field_with_role(self, role: str) -> FieldDefinition | None:
        """The field that plays a role, or None where the item has none."""
        return next((field for field in self.fields if field.role == role), None)
